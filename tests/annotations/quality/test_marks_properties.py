"""What holds of scores of marks whatever people mark."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality.diarization import diarization
from annotations.quality.events import Event, event_scores, events_of, matched_pairs, segment_scores
from annotations.quality.intervals import durations, frame_agreement, iou, matched, scores_at
from annotations.quality.matching import best_matching, largest_matching

EVENTS = st.lists(
    st.builds(
        lambda start, length, label: Event(start, start + length, label),
        st.integers(0, 2000),
        st.integers(1, 800),
        st.sampled_from("ab"),
    ),
    max_size=6,
)
EDGES = st.lists(st.lists(st.integers(0, 4), max_size=4, unique=True), max_size=5)


@given(edges=EDGES)
def test_no_other_matching_has_more_pairs(edges: list[list[int]]) -> None:
    found = largest_matching(edges)

    assert len(set(found.values())) == len(found)
    assert all(right in edges[left] for left, right in found.items())
    # Each on the left with one of five places on the right or with none of them, tried in all ways.
    ways = permutations([*range(5), *[None] * len(edges)], len(edges))
    assert len(found) == max(sum(way[left] in places for left, places in enumerate(edges)) for way in ways)


@given(
    worth=st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(1, 9).map(float), max_size=10)
)
def test_no_other_matching_is_worth_more(worth: dict[tuple[int, int], float]) -> None:
    found = best_matching(worth)

    assert len(set(found.values())) == len(found)
    best = max(sum(worth.get(pair, 0) for pair in enumerate(way)) for way in permutations(range(4)))
    assert sum(worth[pair] for pair in found.items()) == best


def test_a_long_chain_is_matched_without_recursion() -> None:
    edges = [[n, n + 1] for n in range(3000)][::-1]

    assert len(largest_matching(edges)) == 3000


@given(a=EVENTS, b=EVENTS, collar=st.integers(0, 300))
def test_event_f1_is_symmetric_and_grows_with_the_collar(a: list[Event], b: list[Event], collar: int) -> None:
    there, back = event_scores(a, b, collar_ms=collar), event_scores(b, a, collar_ms=collar)

    assert there.f1 == back.f1
    assert there.precision == back.recall
    assert 0 <= there.f1 <= event_scores(a, b, collar_ms=collar + 50).f1 <= 1
    assert there.n_matched + there.substituted + there.deleted == len(a)
    assert there.n_matched + there.substituted + there.inserted == len(b)
    assert sum(counts.n_matched for counts in there.by_label.values()) == there.n_matched
    assert there.n_matched == len(matched_pairs(a, b, collar_ms=collar))


@given(a=EVENTS)
def test_everybody_agrees_with_themselves(a: list[Event]) -> None:
    for found in (event_scores(a, a, collar_ms=0), segment_scores(a, a), scores_at(a, a, percent=100)):
        assert (found.f1, found.n_matched) == (1.0, found.n_reference)
    assert event_scores(a, a).error_rate == 0
    assert matched(a, a).soft_f1 == 1.0
    assert durations(a, a).error_rate == 0
    assert diarization(a, a).durations.error_rate == 0


@given(a=EVENTS, b=EVENTS)
def test_time_is_spent_once(a: list[Event], b: list[Event]) -> None:
    found = durations(a, b)

    assert found.total_ms == sum(event.end_ms - event.start_ms for event in a)
    assert found.correct_ms + found.confused_ms + found.missed_ms == found.total_ms
    told = found.correct_ms + found.confused_ms + found.false_alarm_ms
    assert told == sum(event.end_ms - event.start_ms for event in b)
    named = diarization(a, b).durations
    assert (named.total_ms, named.missed_ms) == (found.total_ms, found.missed_ms)
    # To call everybody by their own names is one of the mappings there are.
    assert named.correct_ms >= found.correct_ms


@given(a=EVENTS, b=EVENTS, percent=st.integers(1, 99))
def test_fewer_pairs_overlap_more(a: list[Event], b: list[Event], percent: int) -> None:
    assert scores_at(a, b, percent=percent).f1 >= scores_at(a, b, percent=percent + 1).f1
    assert matched(a, b).soft_f1 == pytest.approx(matched(b, a).soft_f1)
    assert matched(a, b).soft_f1 <= 1


def test_moments_without_length() -> None:
    assert iou(Event(5, 5), Event(5, 5)) == 1.0
    assert iou(Event(5, 5), Event(6, 6)) == 0.0
    assert scores_at([Event(5, 5)], [Event(5, 5)], percent=50).f1 == 1.0


def test_frames_of_nothing() -> None:
    assert frame_agreement([], [], duration_ms=0) is None
    assert frame_agreement([], [], duration_ms=1000) == (1.0, None, None, 1.0)


def test_nothing_there_but_something_told() -> None:
    found = event_scores([], [Event(0, 100, "a")])

    assert (found.f1, found.error_rate, found.inserted) == (0.0, None, 1)
    assert durations([], [Event(0, 100, "a")]).error_rate is None
    assert durations([], []).precision == 1.0


def test_an_answer_as_it_is_stored() -> None:
    stored = [{"id": "1", "start_ms": 10, "end_ms": 20, "label": "laugh", "note": ""}]

    assert events_of(stored) == [Event(10, 20, "laugh")]
    assert events_of(None) == []
