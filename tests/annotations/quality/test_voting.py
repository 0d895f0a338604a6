"""Votes: the vectors of the sources to four decimals, and that nothing depends on an order or a scale."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality import voting

PITCH = {
    "c1": {"a": "low", "b": "low", "c": "low"},
    "c2": {"a": "medium", "b": "medium", "c": "high"},
    "c3": {"a": "high", "b": "low", "c": "high"},
    "c4": {"a": "medium", "b": "low", "c": "high"},
    "c5": {"a": "low", "b": "low", "c": "medium"},
}


def test_the_majority_of_five_clips():
    found = voting.vote_all(PITCH)
    seen = {item: (vote.value, round(vote.share, 4)) for item, vote in found.items()}
    assert seen == {
        "c1": ("low", 1.0),
        "c2": ("medium", 0.6667),
        "c3": ("high", 0.6667),
        "c4": (None, 0.3333),
        "c5": ("low", 0.6667),
    }
    assert set(found["c4"].tied) == {"low", "medium", "high"}
    assert round(sum(vote.share for vote in found.values()) / 5, 4) == 0.6667


def test_skills_weigh():
    found = voting.vote_all(PITCH, {"a": 0.9, "b": 0.5, "c": 0.6})
    seen = {item: (vote.value, round(vote.share, 4)) for item, vote in found.items()}
    assert seen == {
        "c1": ("low", 1.0),
        "c2": ("medium", 0.7),
        "c3": ("high", 0.75),
        "c4": ("medium", 0.45),
        "c5": ("low", 0.7),
    }


def test_wawa():
    skills, votes = voting.wawa(PITCH, settled={"c4": "high"})
    assert {person: round(skill, 4) for person, skill in skills.items()} == {"a": 0.8, "b": 0.6, "c": 0.6}
    assert (votes["c4"].value, round(votes["c4"].share, 4)) == ("medium", 0.4)
    assert (votes["c3"].value, round(votes["c3"].share, 4)) == ("high", 0.7)


def test_wawa_reads_a_tie_as_nothing():
    skills, _votes = voting.wawa(PITCH)
    assert skills == {"a": 1.0, "b": 0.75, "c": 0.5}


def test_zero_based_skill():
    skills, votes = voting.zero_based(PITCH, rounds=100)
    assert {person: round(skill, 4) for person, skill in skills.items()} == {"a": 1.0, "b": 0.6, "c": 0.4}
    assert votes["c4"].value is None or votes["c4"].value == "medium"


def test_entropy():
    found = [voting.entropy(vote.votes.values()) for vote in voting.vote_all(PITCH).values()]
    assert [round(value, 4) for value in found] == [0.0, 0.6365, 0.6365, 1.0986, 0.6365]
    assert round(sum(found) / 5, 4) == 0.6016


def test_consistency():
    skills, _votes = voting.wawa(PITCH, settled={"c4": "high"})
    agreed = {"c1": "low", "c2": "medium", "c3": "high", "c4": "high", "c5": "low"}
    assert round(voting.consistency(PITCH, agreed=agreed, skills=skills), 4) == 0.7517


@pytest.mark.parametrize(("right", "n", "q"), [(0, 0, 0.5), (3, 3, 0.875), (7, 10, 0.6818), (10, 10, 0.9545)])
def test_accuracy_after_control_items(right, n, q):
    assert round(voting.accuracy(right, n), 4) == q


def test_who_guesses_weighs_nothing():
    assert voting.worth(0.25, 4) == 0
    assert voting.worth(0.1, 4) == 0
    assert voting.worth(0.9, 4) > voting.worth(0.8, 4) > 0


def test_the_first_clip_of_the_sources():
    """Crowd pitch low, medium, low against three experts who say medium."""
    crowd, experts = ["low", "medium", "low"], ["medium"] * 3
    assert voting.majority((value, 1) for value in crowd).value == "low"
    pooled = voting.majority((value, 1) for value in crowd + experts)
    assert (pooled.value, pooled.votes) == ("medium", {"low": 2, "medium": 4})


def test_nobody_said_anything():
    empty: list[tuple[str, float]] = []
    assert voting.majority(empty).value is None
    assert voting.majority([("low", 0.0)]).value is None


votes = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), min_size=1, max_size=12)


@given(votes, st.randoms(use_true_random=False))
def test_order_does_not_matter(given_votes, random):
    before = voting.majority(given_votes)
    random.shuffle(given_votes)
    after = voting.majority(given_votes)
    assert (before.value, before.share, set(before.tied)) == (after.value, after.share, set(after.tied))


@given(votes, st.floats(0.001, 1000))
def test_weights_are_scale_free(given_votes, scale):
    before = voting.majority(given_votes)
    after = voting.majority((value, weight * scale) for value, weight in given_votes)
    assert before.value == after.value
    assert math.isclose(before.share, after.share)


@given(votes)
def test_names_do_not_matter(given_votes):
    other = dict(zip("abc", "xyz", strict=True))
    before, after = (
        voting.majority(given_votes),
        voting.majority((other[value], weight) for value, weight in given_votes),
    )
    assert after.value == (other[before.value] if before.value else None)
    assert after.share == before.share


people = st.dictionaries(st.sampled_from("pqrst"), st.sampled_from("abc"), min_size=1)


@given(st.dictionaries(st.integers(0, 8), people, min_size=1))
def test_wawa_and_zero_based_do_not_depend_on_an_order(answers):
    turned = {item: dict(reversed(given_.items())) for item, given_ in reversed(answers.items())}
    for method in (voting.wawa, voting.zero_based):
        before, after = method(answers), method(turned)
        assert before[0] == pytest.approx(after[0])
        assert {i: v.value for i, v in before[1].items()} == {i: v.value for i, v in after[1].items()}
