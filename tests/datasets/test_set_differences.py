"""Comparing two versions of the labels of a file: whatever they are, nothing is lost and nothing counted twice."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from datasets.set_differences import Change, Tally, changes


def mark(label="glitch", start=0, end=100):
    return {"label": label, "start_ms": start, "end_ms": end, "confidence": 1.0}


spans = st.tuples(st.integers(0, 500), st.integers(1, 200))
marks = st.builds(
    lambda label, span: mark(label, span[0], span[0] + span[1]), st.sampled_from(["glitch", "echo", "ü\n“"]), spans
)
versions = st.lists(marks, max_size=25)


def place(row):
    return row["label"], row["start_ms"], row["end_ms"]


@given(versions, versions)
def test_every_mark_is_somewhere_exactly_once(before, after):
    found, kept = changes(before, after)

    assert Counter(map(place, before)) == Counter(map(place, kept)) + Counter(
        place(change.before) for change in found if change.before
    )
    assert Counter(map(place, after)) == Counter(map(place, kept)) + Counter(
        place(change.after) for change in found if change.after
    )


@given(versions)
def test_a_version_does_not_differ_from_itself_in_any_order(version):
    found, kept = changes(version, list(reversed(version)))

    assert found == []
    assert len(kept) == len(version)


@given(versions, versions)
def test_what_changed_overlaps_and_has_one_label(before, after):
    for change in changes(before, after)[0]:
        if change.kind == "changed":
            assert change.before["label"] == change.after["label"]
            assert change.before["start_ms"] < change.after["end_ms"]
            assert change.after["start_ms"] < change.before["end_ms"]
            assert (change.start_moved_ms, change.end_moved_ms) != (0, 0)
        else:
            assert (change.before is None) == (change.kind == "added")
            assert (change.after is None) == (change.kind == "removed")


@given(versions, versions)
def test_backwards_what_was_added_is_removed(before, after):
    forward, _ = changes(before, after)
    backward, _ = changes(after, before)

    assert sum(c.after is not None for c in forward) == sum(c.before is not None for c in backward)
    assert sum(c.before is not None for c in forward) == sum(c.after is not None for c in backward)


@given(versions, versions)
def test_nothing_of_one_label_is_left_on_both_sides_where_it_overlaps(before, after):
    found, _ = changes(before, after)
    added = [c.after for c in found if c.kind == "added"]
    removed = [c.before for c in found if c.kind == "removed"]

    for one in added:
        for other in removed:
            assert one["label"] != other["label"] or min(one["end_ms"], other["end_ms"]) <= max(
                one["start_ms"], other["start_ms"]
            )


@given(versions, versions)
def test_changes_come_in_the_order_of_time(before, after):
    places = [change.place for change in changes(before, after)[0]]

    assert places == sorted(places)


@given(st.lists(st.tuples(versions, versions), max_size=4))
def test_the_tally_adds_up(files):
    tally = Tally()
    for before, after in files:
        tally.note(*changes(before, after))

    totals = tally.totals
    assert totals["removed"] + totals["changed"] + totals["kept"] == sum(len(before) for before, _ in files)
    assert totals["added"] + totals["changed"] + totals["kept"] == sum(len(after) for _, after in files)
    assert sum((n for _, n in tally.rows), Counter()) == totals


def test_a_mark_goes_with_the_one_it_overlaps_most():
    old, near, far = mark(start=100, end=200), mark(start=110, end=220), mark(start=190, end=300)

    found, _ = changes([old], [far, near])

    assert found == [Change("changed", old, near), Change("added", None, far)]
    assert (found[0].start_moved_ms, found[0].end_moved_ms) == (10, 20)


def test_another_type_at_the_same_place_is_another_mark():
    assert [change.kind for change in changes([mark("glitch")], [mark("echo")])[0]] == ["added", "removed"]


def test_another_confidence_is_no_change():
    assert changes([mark()], [{**mark(), "confidence": 0.5}]) == ([], [{**mark(), "confidence": 0.5}])


def test_edges_that_touch_do_not_overlap():
    found, _ = changes([mark(start=0, end=100)], [mark(start=100, end=200)])

    assert [change.kind for change in found] == ["removed", "added"]


def test_tens_of_thousands_of_marks_are_compared_at_once():
    before = [mark(start=100 * n, end=100 * n + 50) for n in range(20_000)]
    after = [mark(start=100 * n + 5, end=100 * n + 50) for n in range(20_000)]

    found, kept = changes(before, after)

    assert (len(found), kept) == (20_000, [])
