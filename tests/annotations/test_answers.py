from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.answers import FormQuestion, clean, clean_effort, merge
from workspaces.errors import Invalid

DURATION = 10_000
FORM = (
    FormQuestion("marks", "regions", "Marks", "", False, {"labels": [{"name": "glitch"}, {"name": "echo"}]}),
    FormQuestion("when", "timestamp", "When", "", False, {"multi": True}),
    FormQuestion("once", "timestamp", "Once", "", False, {"multi": False}),
    FormQuestion("pace", "categorical", "Pace", "", False, {"choices": ["slow", "fast"], "multi": False}),
    FormQuestion("tags", "categorical", "Tags", "", False, {"choices": ["a", "b", "c"], "multi": True}),
    FormQuestion("note", "free_text", "Note", "", False, {"min_length": 3, "max_length": 20}),
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
times = st.integers(0, DURATION)
regions = st.tuples(times, times, st.sampled_from(["glitch", "echo"])).filter(lambda row: row[0] < row[1])


@given(st.dictionaries(st.sampled_from([question.alias for question in FORM]), anything), st.booleans())
def test_whatever_is_sent_is_cleaned_or_refused(answers, complete):
    try:
        cleaned = clean(FORM, answers, duration_ms=DURATION, complete=complete)
    except Invalid as refusal:
        places = [loc[:2] for loc, _, _ in refusal.problems]
        cleaned = None
    else:
        places = []
    assert set(places) <= {("body", "answers")}
    if cleaned is not None:
        assert clean(FORM, cleaned, duration_ms=DURATION, complete=complete) == cleaned


@given(st.lists(regions))
def test_regions_come_out_sorted_and_whole(rows):
    sent = [
        {"id": str(n), "label": label, "start_ms": start, "end_ms": end, "note": ""}
        for n, (start, end, label) in enumerate(rows)
    ]
    cleaned = clean(FORM, {"marks": sent}, duration_ms=DURATION, complete=True).get("marks", [])

    assert sorted(cleaned, key=lambda row: row["id"]) == sorted(sent, key=lambda row: row["id"])
    assert [row["start_ms"] for row in cleaned] == sorted(row["start_ms"] for row in sent)


@given(st.lists(st.tuples(times, times).map(lambda pair: (min(pair), max(pair)))))
def test_merged_stretches_cover_the_same_milliseconds(stretches):
    merged = merge(stretches)

    covered = {ms for start, end in stretches for ms in range(start, min(end, start + 300))}
    assert all(any(start <= ms < end for start, end in merged) for ms in covered)
    assert sum(end - start for start, end in merged) <= sum(end - start for start, end in stretches)
    for (_, end), (start, _) in pairwise(merged):
        assert end < start


@pytest.mark.parametrize(
    ("answers", "complete", "stored"),
    [
        ({"when": [300, 100, 100]}, True, {"when": [100, 300]}),
        ({"when": []}, True, {}),
        ({"once": 0}, True, {"once": 0}),
        ({"tags": ["c", "a"]}, True, {"tags": ["a", "c"]}),
        ({"note": "   "}, True, {}),
        ({"note": "ab"}, False, {"note": "ab"}),
        ({"pace": None}, True, {}),
    ],
)
def test_answers_are_stored_in_one_shape(answers, complete, stored):
    assert clean(FORM, answers, duration_ms=DURATION, complete=complete) == stored


@pytest.mark.parametrize(
    "body",
    [
        {"active_ms": -1},
        {"active_ms": True},
        {"active_ms": 1.5},
        {"active_ms": 10**12},
        {"listened": "all"},
        {"listened": [[1]]},
        {"listened": [[2, 1]]},
        {"listened": [[-1, 1]]},
        {"listened": [[0, "1"]]},
    ],
)
def test_effort_that_makes_no_sense_is_refused(body):
    with pytest.raises(Invalid):
        clean_effort(body, duration_ms=DURATION)


def test_effort_is_cut_to_the_recording():
    assert clean_effort({"active_ms": 5, "listened": [[9000, 12_000]]}, duration_ms=DURATION) == (5, [[9000, 10_000]])
