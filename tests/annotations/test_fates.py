"""What became of suggestions, and how it is counted."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import fates
from tests.annotations.suggested import ROWS, region


@pytest.mark.parametrize(
    ("regions", "dismissed", "expected"),
    [
        ([], [], "left"),
        ([], ["s1"], "dismissed"),
        ([region("s1")], [], "accepted"),
        ([region("s1", note="sharp")], [], "accepted"),
        ([region("s1", start_ms=1201)], [], "adjusted"),
        ([region("s1", end_ms=1349)], [], "adjusted"),
        ([region("s1", label="long_pause")], [], "adjusted"),
        # A region was made from it, so it was not dismissed in the end.
        ([region("s1")], ["s1"], "accepted"),
        # The same place marked by hand is the person's own.
        ([region()], [], "left"),
    ],
)
def test_what_became_of_a_suggestion(regions, dismissed, expected):
    [row, *_] = fates.with_fates(ROWS, regions, dismissed=dismissed)

    assert row == {**ROWS[0], "fate": expected}


labels = st.sampled_from(["glitch", "long pause", "echo"])
times = st.integers(0, 9000)
suggestions = st.lists(st.tuples(labels, times, st.integers(1, 900)), max_size=12).map(
    lambda rows: [
        {"id": f"s{n}", "label": label, "start_ms": start, "end_ms": start + length, "confidence": 0.5}
        for n, (label, start, length) in enumerate(rows, start=1)
    ]
)


@st.composite
def edits(draw):
    """Suggestions, and what somebody may do with them and beside them."""
    rows = draw(suggestions)
    regions, dismissed, expected = [], [], []
    for row in rows:
        fate = draw(st.sampled_from(fates.PROPOSED))
        expected.append(fate)
        made = {name: row[name] for name in ("label", "start_ms", "end_ms")} | {"suggestion": row["id"]}
        if fate == fates.ACCEPTED:
            regions.append(made)
        elif fate == fates.ADJUSTED:
            regions.append(made | draw(st.sampled_from([{"start_ms": -1}, {"end_ms": 10_000}, {"label": "other"}])))
        elif fate == fates.DISMISSED:
            dismissed.append(row["id"])
    own = draw(st.lists(labels, max_size=4))
    regions += [{"label": label, "start_ms": 1, "end_ms": 2} for label in own]
    return rows, draw(st.permutations(regions)), draw(st.permutations(dismissed)), expected, own


@given(edits())
def test_every_suggestion_has_one_fate_and_nothing_else_is_counted(edit):
    rows, regions, dismissed, expected, own = edit

    judged = fates.with_fates(rows, regions, dismissed=dismissed)
    counts = fates.counted(judged, regions)

    assert [row["fate"] for row in judged] == expected
    assert [{**row, "fate": None} for row in judged] == [{**row, "fate": None} for row in rows]
    assert fates.dismissed_in(judged) == [row["id"] for row in rows if row["id"] in dismissed]
    total = sum(counts.values(), Counter())
    assert total == Counter(expected) + Counter({fates.ADDED: len(own)})
    assert sum(total[fate] for fate in fates.PROPOSED) == len(rows)


@given(
    st.lists(st.text(max_size=5), unique=True, max_size=5).flatmap(
        lambda names: st.tuples(
            st.just(names),
            st.fixed_dictionaries(
                {name: st.dictionaries(st.sampled_from(fates.COUNTED), st.integers(0, 1200)) for name in names}
            ),
        )
    )
)
def test_counts_are_read_as_they_were_written(case):
    names, counts = case
    counted = {name: Counter(given) for name, given in counts.items()}

    text = fates.written(counted, labels=names)

    assert text
    assert fates.read(text, labels=names) == {name: +given for name, given in counted.items() if +given}


def test_nothing_found_and_nothing_added_is_not_the_same_as_nobody_listened():
    assert fates.written({}, labels=["glitch"]) == "-"
    assert fates.read("-", labels=["glitch"]) == fates.read("", labels=["glitch"]) == {}
    assert fates.written({"b": Counter(accepted=10, dismissed=1)}, labels=["a", "b", "c"]) == ",10.0.1"
