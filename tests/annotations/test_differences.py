import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.answers import FormQuestion
from annotations.differences import changes


def asked(alias, kind):
    return FormQuestion(alias=alias, type=kind, name=alias, prompt="", required=False, configuration={})


FORM = (asked("marks", "regions"), asked("moments", "timestamp"), asked("pace", "categorical"))
VALUES = (asked("stars", "rating"), asked("pitch", "number"), asked("call", "form"))


def region(pk, label, start, end, note=""):
    return {"id": pk, "label": label, "start_ms": start, "end_ms": end, "note": note}


def change(alias, kind, before, after):
    return {"alias": alias, "kind": kind, "before": before, "after": after}


def marked(*regions):
    return {"marks": list(regions)}


A = region("r1", "glitch", 1000, 2000)
B = region("r2", "glitch", 5000, 6000)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, marked(A), [("added", None, A)]),
        (marked(A), {}, [("removed", A, None)]),
        (marked(A), marked(A | {"end_ms": 2500}), [("moved", A, A | {"end_ms": 2500})]),
        (marked(A), marked(A | {"end_ms": 9, "start_ms": 1}), [("moved", A, A | {"end_ms": 9, "start_ms": 1})]),
        (marked(A), marked(A | {"label": "pause"}), [("relabeled", A, A | {"label": "pause"})]),
        (marked(A), marked(A | {"label": "p", "end_ms": 1500}), [("relabeled", A, A | {"label": "p", "end_ms": 1500})]),
        (marked(A), marked(A | {"note": "click"}), [("noted", A, A | {"note": "click"})]),
        (marked(A), marked(A | {"note": "x", "end_ms": 1500}), [("moved", A, A | {"note": "x", "end_ms": 1500})]),
        # Another id is no change, and ids that are numbers in a list do not make one.
        (marked(A), marked(A | {"id": "r9"}), []),
        (marked(A, B), marked(B | {"id": "r1"}), [("removed", A, None)]),
        # By label and overlap where ids differ.
        (marked(A), marked(region("x", "glitch", 1100, 2100)), [("moved", A, region("x", "glitch", 1100, 2100))]),
        (
            marked(A),
            marked(region("x", "pause", 1000, 2000)),
            [("removed", A, None), ("added", None, region("x", "pause", 1000, 2000))],
        ),
        # The same id with neither label nor place in common is another region.
        (
            marked(A),
            marked(region("r1", "pause", 7000, 8000)),
            [("removed", A, None), ("added", None, region("r1", "pause", 7000, 8000))],
        ),
    ],
)
def test_regions(before, after, found):
    got = changes(FORM, before, after)

    assert sorted(got, key=repr) == sorted((change("marks", *row) for row in found), key=repr)


def test_the_largest_overlap_wins():
    near, far = region("n", "glitch", 1000, 1900), region("f", "glitch", 1800, 2800)

    assert changes(FORM, marked(A), marked(near, far)) == [
        change("marks", "moved", A, near),
        change("marks", "added", None, far),
    ]


def test_moments_and_values():
    before = {"moments": [10, 20], "pace": "slow"}
    after = {"moments": [20, 30], "pace": "fast"}

    assert changes(FORM, before, after) == [
        change("moments", "removed", 10, None),
        change("moments", "added", None, 30),
        change("pace", "changed", "slow", "fast"),
    ]
    assert changes(FORM, {"moments": 5}, {}) == [change("moments", "removed", 5, None)]
    assert changes(FORM, {"moments": 0}, {"moments": 5}) == [change("moments", "moved", 0, 5)]
    assert changes(FORM, {}, {"pace": "fast"}) == [change("pace", "changed", None, "fast")]


@st.composite
def answers(draw):
    bounds = st.tuples(st.integers(0, 50), st.integers(1, 20))
    rows = draw(st.lists(st.tuples(st.sampled_from("ab"), bounds, st.sampled_from(["", "n"])), max_size=6))
    ids = draw(st.permutations([f"r{number}" for number in range(8)]))
    marks = [
        region(pk, label, start, start + length, note)
        for pk, (label, (start, length), note) in zip(ids, rows, strict=False)
    ]
    moments = sorted(draw(st.sets(st.integers(0, 9), max_size=4)))
    return {"marks": marks, "moments": moments}


def content(row):
    return row["label"], row["start_ms"], row["end_ms"], row["note"]


@given(answers(), st.data())
def test_nothing_changes_between_the_same_in_any_order(value, data):
    shuffled = value | {"marks": data.draw(st.permutations(value["marks"]))}

    assert changes(FORM, value, shuffled) == []


@given(answers(), answers())
def test_changes_lead_from_one_to_the_other(before, after):
    found = changes(FORM, before, after)
    marks = Counter(content(row) for row in before["marks"])
    moments = set(before["moments"])
    for row in found:
        if row["alias"] == "moments":
            moments ^= {row["before"] if row["after"] is None else row["after"]}
            continue
        marks.subtract([content(row["before"])] if row["before"] else [])
        marks.update([content(row["after"])] if row["after"] else [])

    assert +marks == Counter(content(row) for row in after["marks"])
    assert min(marks.values(), default=0) >= 0
    assert moments == set(after["moments"])


def test_many_marks_are_compared_at_once():
    before = marked(*(region(f"a{n}", "glitch", n, n + 5000) for n in range(5000)))
    after = marked(*(region(f"b{n}", "glitch", n, n + 5001) for n in range(5000)))
    begun = time.process_time()

    assert len(changes(FORM, before, after)) == 5000
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"stars": 1}, {"stars": 5}, [change("stars", "changed", 1, 5)]),
        ({}, {"pitch": 0}, [change("pitch", "changed", None, 0)]),
        ({"pitch": 0.5}, {}, [change("pitch", "changed", 0.5, None)]),
        ({"pitch": 1}, {"pitch": 1.0}, []),
        ({"call": {"a": 1, "b": [2]}}, {"call": {"b": [2], "a": 1}}, []),
        ({"call": {"a": 1}}, {"call": {"a": 2}}, [change("call", "changed", {"a": 1}, {"a": 2})]),
    ],
)
def test_ratings_numbers_and_forms_change_as_a_whole(before, after, found):
    assert changes(VALUES, before, after) == found
