"""Dawid-Skene against the vectors of the sources, and what does not matter to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.quality import dawid_skene, voting
from tests.annotations.quality.test_voting import PITCH

INVERTED = {
    f"t{n}": dict(zip("abc", row, strict=True)) for n, row in enumerate(["xxy", "xxx", "yyx", "yyy", "xxy", "yyx"], 1)
}


def test_somebody_who_answers_the_wrong_way_round():
    found = dawid_skene.find(INVERTED, values=["x", "y"])
    assert [found.best(item) for item in INVERTED] == [
        (value, pytest.approx(1, abs=5e-5)) for value in ("x", "x", "y", "y", "x", "y")
    ]
    assert found.priors == pytest.approx({"x": 0.5, "y": 0.5}, abs=5e-5)
    for person in "ab":
        assert found.errors[person]["x"] == pytest.approx({"x": 1, "y": 0}, abs=5e-5)
        assert found.errors[person]["y"] == pytest.approx({"x": 0, "y": 1}, abs=5e-5)
    assert found.errors["c"]["x"] == pytest.approx({"x": 0.3333, "y": 0.6667}, abs=5e-5)
    assert found.errors["c"]["y"] == pytest.approx({"x": 0.6667, "y": 0.3333}, abs=5e-5)


def test_one_round():
    found = dawid_skene.find(PITCH, values=["low", "medium", "high"], rounds=1)
    assert round(found.likely["c2"]["medium"], 4) == 0.6923
    assert round(found.likely["c3"]["high"], 4) == 0.84
    assert {value: round(share, 4) for value, share in found.likely["c4"].items()} == {
        "high": 0.5153,
        "medium": 0.3865,
        "low": 0.0982,
    }
    assert round(found.likely["c5"]["low"], 4) == 0.9195
    assert {value: round(share, 4) for value, share in found.priors.items()} == {
        "low": 0.4355,
        "high": 0.3326,
        "medium": 0.2319,
    }


def test_until_nothing_is_gained():
    found = dawid_skene.find(PITCH, values=["low", "medium", "high"], rounds=100)
    assert round(found.likely["c4"]["high"], 4) == 0.6949
    assert round(found.likely["c4"]["medium"], 4) == 0.3051
    assert [round(found.priors[value], 4) for value in ("low", "high", "medium")] == [0.4, 0.339, 0.261]


def test_too_little_data_is_said():
    """One coin per person collapses onto one of them here: so few answers say nothing, and that is said."""
    found = dawid_skene.find(PITCH, values=["low", "medium", "high"], one_coin=True)
    assert round(found.skills["b"], 4) == 1.0
    assert found.too_few == ("a", "b", "c")
    counted = np.array([0] * 9 + [1] * 8, dtype=np.int32)
    assert dawid_skene.too_few(counted, n_people=3, n_values=3).tolist() == [False, True, True]


def test_a_noisy_crowd_is_read_better_than_by_majority():
    draw = np.random.default_rng(6)
    truth = {item: "abcd"[draw.integers(4)] for item in range(600)}
    skill = draw.choice([0.25, 0.3, 0.85], size=15)

    def said(person, true):
        return true if draw.random() < skill[person] else draw.choice([v for v in "abcd" if v != true])

    answers = {
        item: {int(person): str(said(person, true)) for person in draw.choice(15, size=5, replace=False)}
        for item, true in truth.items()
    }
    plain = voting.vote_all(answers)
    found = dawid_skene.find(answers, values="abcd")
    assert not found.too_few
    right_by_vote = sum(plain[item].value == true for item, true in truth.items())
    right = sum(found.best(item)[0] == true for item, true in truth.items())
    assert right > right_by_vote + 30


people = st.dictionaries(st.sampled_from("pqrst"), st.sampled_from("abc"), min_size=2)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.integers(0, 8), people, min_size=2))
def test_orders_and_names_do_not_matter(answers):
    names = dict(zip("abc", "xyz", strict=True))
    turned = {
        item: {person: names[value] for person, value in reversed(given_.items())}
        for item, given_ in reversed(answers.items())
    }
    before = dawid_skene.find(answers, values="abc", rounds=3)
    after = dawid_skene.find(turned, values="zyx", rounds=3)
    for item, likely in before.likely.items():
        assert sum(likely.values()) == pytest.approx(1)
        assert {names[value]: share for value, share in likely.items()} == pytest.approx(after.likely[item], abs=1e-6)
