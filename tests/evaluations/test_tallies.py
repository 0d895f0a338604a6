"""Adding answers up."""

from itertools import pairwise

import pytest

from evaluations.tallies import Bar, Choices, Lengths, Moments, Numbers, Properties, Steps, bars_of, tally_for

LENGTH = 10_000


def tallied(kind, configuration, *answers, duration_ms=LENGTH):
    tally = tally_for(kind, configuration)
    for one in answers:
        tally.add(one, duration_ms)
    return tally


def test_marks_are_counted_by_twentieths_of_the_recording():
    tally = tallied("timestamp", {"multi": True}, [0, 499, 500], [], [9_999, 10_000], None)

    assert isinstance(tally, Moments)
    assert (tally.n, tally.given, tally.empty, tally.marks) == (4, 2, 2, 5)
    assert tally.parts == [2, 1, *[0] * 17, 2]


def test_a_single_mark_at_the_very_start_is_a_mark():
    tally = tallied("timestamp", {}, 0, None)

    assert (tally.given, tally.marks, tally.parts[0]) == (1, 1, 1)


def test_marks_in_a_recording_of_unknown_length_are_counted_but_have_no_place():
    tally = tallied("timestamp", {}, 700, duration_ms=0)

    assert (tally.marks, sum(tally.parts)) == (1, 0)


def test_choices_keep_the_order_they_were_asked_in_and_those_nobody_took():
    tally = tallied("categorical", {"choices": ["good", "bad", "odd"], "multi": True}, ["bad", "odd"], ["bad"], [])

    assert isinstance(tally, Choices)
    assert list(tally.counts.items()) == [("good", 0), ("bad", 2), ("odd", 1)]
    assert (tally.given, tally.empty) == (2, 1)


def test_ratings_have_every_step_and_a_mean():
    tally = tallied("rating", {"steps": 4}, 4, 1, 4, None)

    assert isinstance(tally, Steps)
    assert list(tally.counts.values()) == [1, 0, 0, 2]
    assert tally.mean == 3
    assert tallied("rating", {"steps": 4}).mean is None


def test_nought_is_a_number_that_was_given():
    tally = tallied("number", {}, 0, 2.5, 4, None)

    assert isinstance(tally, Numbers)
    assert (list(tally.values), tally.empty, tally.median) == ([0, 2.5, 4], 1, 2.5)
    assert tally.mean == pytest.approx(6.5 / 3)
    assert tallied("number", {}, 1, 2).median == 1.5
    assert (tallied("number", {}).mean, tallied("number", {}).median) == (None, None)


def test_of_texts_the_length_is_kept():
    tally = tallied("free_text", {}, "abc", "", "a")

    assert isinstance(tally, Lengths)
    assert (list(tally.values), tally.empty) == ([3, 1], 1)


def test_a_form_is_added_up_property_by_property():
    properties = {
        "voice": {"type": "string", "enum": ["clear", "muffled"]},
        "polite": {"type": "boolean"},
        "turns": {"type": "integer"},
        "remark": {"type": "string"},
        "topics": {"type": "array", "items": {"enum": ["bill", "line"]}},
        "more": {"type": "object"},
    }
    answers = [
        {"voice": "clear", "polite": True, "turns": 3, "remark": "ab", "topics": ["bill", "line"], "more": {"a": 1}},
        {"voice": "clear", "polite": False, "topics": ["bill"]},
    ]
    tally = tallied("form", {"form_schema": {"type": "object", "properties": properties}}, *answers, None)

    assert isinstance(tally, Properties)
    counted = {name: dict(part.counts) for name, part in tally.each.items() if isinstance(part, Choices)}
    assert counted == {
        "voice": {"clear": 2, "muffled": 0},
        "polite": {"true": 1, "false": 1},
        "topics": {"bill": 2, "line": 1},
    }
    assert {name: part.given for name, part in tally.each.items()} == {
        "voice": 2, "polite": 2, "turns": 1, "remark": 1, "topics": 2, "more": 1,
    }  # fmt: skip
    assert (tally.n, tally.empty) == (3, 1)


@pytest.mark.parametrize("schema", [{}, {"properties": []}, {"properties": {"a": True}}, {"properties": {"a": {}}}])
def test_a_schema_that_says_little_is_no_trouble(schema):
    tally = tallied("form", {"form_schema": schema}, {"a": 1})

    assert tally.given == 1


# Bars


def test_few_whole_numbers_have_a_bar_each():
    assert bars_of([1, 3, 3]) == [Bar(1, 1, 1), Bar(2, 2, 0), Bar(3, 3, 2)]


def test_one_value_is_one_bar_and_no_value_none():
    assert bars_of([2.5, 2.5]) == [Bar(2.5, 2.5, 2)]
    assert bars_of([]) == []


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0.1, 0.95, 1.0],
        list(range(0, 25_000, 7)),
        [-3.5, 2, 1e6],
        [1e-9, 2e-9, 3e-9],
        [0, 100],
        [-0.5, 0.5],
        [1e15, 1e15 + 64],
        [19.99, 20.01, 40],
    ],
)
def test_bars_hold_every_value_once_and_are_few(values):
    bars = bars_of(values)

    assert sum(bar.count for bar in bars) == len(values)
    assert 1 <= len(bars) <= 21
    assert all(a.high == pytest.approx(b.low) for a, b in pairwise(bars))
    for bar in bars:
        inside = [value for value in values if bar.low <= value < bar.high or value == bar.high == bars[-1].high]
        assert len(inside) == pytest.approx(bar.count, abs=1)


def test_numbers_that_are_too_far_apart_for_bars_are_one_bar():
    assert bars_of([-1.7e308, 1.7e308]) == [Bar(-1.7e308, 1.7e308, 2)]
