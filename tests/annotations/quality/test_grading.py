"""Answers against a key, question by question."""

from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality.grading import event_f1, gradable, grade, moments_f1


@dataclass(frozen=True)
class Asked:
    alias: str
    type: str


def of(kind, expected, answer, **settings):
    """The grade of one question of this kind."""
    answers = {} if answer is None else {"q": answer}
    found = grade([Asked("q", kind)], {"q": expected}, answers, settings={"q": settings})
    return (found.questions["q"].right, round(found.questions["q"].share, 4)) if found else None


def region(start, end, label="glitch"):
    return {"label": label, "start_ms": start, "end_ms": end}


@pytest.mark.parametrize(
    ("kind", "expected", "answer", "graded"),
    [
        ("categorical", "slow", "slow", (True, 1)),
        ("categorical", "slow", "fast", (False, 0)),
        ("categorical", "slow", None, (False, 0)),
        ("categorical", ["a", "b"], ["b", "a"], (True, 1)),
        ("categorical", ["a", "b"], ["a"], (False, 0.5)),
        ("categorical", [], None, (True, 1)),
        ("categorical", [], ["a"], (False, 0)),
        ("rating", 3, 3, (True, 1)),
        ("rating", 3, 4, (False, 0)),
        ("number", 0, 0, (True, 1)),
        ("number", 0, 0.5, (False, 0)),
        ("number", None, 0, (False, 0)),
        ("timestamp", 1000, 1200, (True, 1)),
        ("timestamp", 1000, 1201, (False, 0)),
        ("timestamp", [1000, 5000], [1100, 5200], (True, 1)),
        ("timestamp", [1000, 5000], [1100], (False, 0.6667)),
        ("regions", [region(1000, 2000)], [region(1200, 1800)], (True, 1)),
        ("regions", [region(1000, 2000)], [region(1201, 2000)], (False, 0)),
        ("regions", [region(1000, 2000)], [region(1000, 2000, "pause")], (False, 0)),
        ("regions", [region(1000, 2000)], [region(1000, 2000), region(5000, 6000)], (False, 0.6667)),
        ("regions", [], None, (True, 1)),
        ("regions", [], [region(1, 2)], (False, 0)),
        ("form", {"a": 1, "b": "x"}, {"a": 1, "b": "x", "c": 2}, (True, 1)),
        ("form", {"a": 1, "b": "x"}, {"a": 1}, (False, 0.5)),
        ("words", {"terms": ["calm", "sad"]}, {"terms": ["calm", "sad", "low"], "words": ["x"]}, (True, 0.6667)),
        ("words", {"terms": ["calm", "sad"]}, {"terms": ["calm"]}, (True, 0.5)),
        ("words", {"terms": ["calm", "sad", "low"]}, {"terms": ["calm"]}, (False, 0.3333)),
        ("words", {"cannot_judge": True}, {"terms": ["calm"]}, (False, 0)),
        ("words", {"cannot_judge": True}, {"cannot_judge": True}, (True, 1)),
        ("free_text", "hello", "hello", None),
    ],
)
def test_a_question_is_graded(kind, expected, answer, graded):
    assert of(kind, expected, answer) == graded


def test_tolerance_and_collar_are_settings_of_the_question():
    assert of("rating", 3, 4, tolerance=1) == (True, 1)
    assert of("number", 0.3, 0.1 + 0.2) == (True, 1)
    assert of("timestamp", 1000, 1201, collar_ms=500) == (True, 1)
    assert of("regions", [region(1000, 2000)], [region(1300, 2000)], collar_ms=300) == (True, 1)


def test_an_item_is_right_when_all_that_is_graded_is():
    form = [Asked("pace", "categorical"), Asked("pitch", "categorical"), Asked("note", "free_text")]
    found = grade(form, {"pace": "slow", "pitch": "low", "note": "x"}, {"pace": "slow", "pitch": "high", "note": "y"})
    assert (found.is_right, found.share) == (False, 0.5)
    assert found.detail() == {"pace": {"right": True, "share": 1.0}, "pitch": {"right": False, "share": 0.0}}
    assert grade(form, {"pace": "slow"}, {"pace": "slow"}).is_right
    assert grade(form, {"note": "x"}, {"note": "x"}) is None
    assert gradable(form) == {"pace", "pitch"}


def test_one_region_that_fits_two_is_given_to_where_it_helps_most():
    """First come, first served would leave the second one without a partner."""
    wanted = [region(1000, 2000), region(1150, 2000)]
    given_ones = [region(1050, 2000), region(850, 2000)]
    assert event_f1(wanted, given_ones, collar_ms=200) == 1


regions = st.lists(st.builds(region, st.integers(0, 12), st.integers(13, 20), st.sampled_from(["a", "b"])), max_size=5)


@given(regions, regions, st.integers(0, 4))
def test_the_matching_is_the_best_of_all(wanted, given_ones, collar):
    def fits(one, other):
        return one["label"] == other["label"] and all(
            abs(one[edge] - other[edge]) <= collar for edge in ("start_ms", "end_ms")
        )

    few, many = sorted((wanted, given_ones), key=len)
    best = max(sum(fits(*pair) for pair in zip(few, some, strict=False)) for some in permutations(many))
    total = len(wanted) + len(given_ones)
    assert event_f1(wanted, given_ones, collar_ms=collar) == (2 * best / total if total else 1)
    assert event_f1(wanted, given_ones, collar_ms=collar) == event_f1(given_ones, wanted, collar_ms=collar)


moments = st.lists(st.integers(0, 20), max_size=5, unique=True)


@given(moments, moments, st.integers(0, 5))
def test_moments_are_matched_as_regions_are(wanted, given_ones, collar):
    def as_regions(times):
        return [region(time, time + 1) for time in times]

    assert moments_f1(wanted, given_ones, collar_ms=collar) == event_f1(
        as_regions(wanted), as_regions(given_ones), collar_ms=collar
    )


def test_very_many_marks_are_graded_in_time():
    """Twenty thousand regions that all fit are no reason to wait."""
    wanted = [region(1000 + n, 2000) for n in range(40)]
    assert event_f1(wanted, [region(1000, 2000)] * 20_000, collar_ms=200) == 2 * 40 / 20_040
