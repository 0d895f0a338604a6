"""Known answers for marks, to four decimals, computed with independent libraries: sed_eval and pyannote.metrics."""

import pytest

from annotations.quality.diarization import diarization
from annotations.quality.events import Event, event_scores, matched_pairs, pairwise_f1, segment_scores
from annotations.quality.intervals import durations, frame_agreement, matched, scores_at

REFERENCE = [
    Event(1000, 2000, "laugh"),
    Event(3000, 5000, "speech"),
    Event(6000, 6500, "sigh"),
    Event(8000, 9000, "laugh"),
]
ESTIMATE = [
    Event(1150, 2100, "laugh"),
    Event(3300, 5000, "speech"),
    Event(6050, 6600, "sigh"),
    Event(8050, 9400, "laugh"),
    Event(9600, 9800, "sigh"),
]


@pytest.mark.parametrize(
    ("collar", "percent", "f1", "precision", "recall", "error", "deleted", "inserted", "macro"),
    [
        (200, 50, 0.6667, 0.6000, 0.7500, 0.7500, 0.2500, 0.5000, 0.5556),
        (200, 0, 0.4444, 0.4000, 0.5000, 1.2500, 0.5000, 0.7500, 0.3889),
        (300, 50, 0.8889, 0.8000, 1.0000, 0.2500, 0, 0.2500, 0.8889),
        (500, 50, 0.8889, 0.8000, 1.0000, 0.2500, 0, 0.2500, 0.8889),
        (50, 0, 0.0000, 0, 0, 2.2500, 1.0000, 1.2500, 0.0000),
    ],
)
def test_event_based(
    collar: int,
    percent: int,
    f1: float,
    precision: float,
    recall: float,
    error: float,
    deleted: float,
    inserted: float,
    macro: float,
) -> None:
    found = event_scores(REFERENCE, ESTIMATE, collar_ms=collar, length_percent=percent)

    got = (
        found.f1,
        found.precision,
        found.recall,
        found.error_rate,
        found.deleted / 4,
        found.inserted / 4,
        found.macro_f1,
    )
    assert [round(x or 0, 4) for x in got] == [f1, precision, recall, error, deleted, inserted, macro]


def test_onset_only() -> None:
    found = event_scores(REFERENCE, ESTIMATE, onset_only=True)

    assert [round(x or 0, 4) for x in (found.f1, found.error_rate)] == [0.6667, 0.75]


def test_a_label_that_is_swapped_is_one_error_not_two() -> None:
    found = event_scores([Event(0, 1000, "a")], [Event(0, 1000, "b")])

    assert (found.f1, found.error_rate, found.substituted) == (0.0, 1.0, 1)


def test_the_nearest_first_would_find_fewer_pairs() -> None:
    reference = [Event(1000, 2000, "laugh"), Event(1300, 2300, "laugh")]
    estimate = [Event(1150, 2150, "laugh"), Event(850, 1850, "laugh")]

    assert event_scores(reference, estimate).f1 == 1.0
    assert matched_pairs(reference, estimate) == [(0, 1), (1, 0)]


# With a grid of 0.1 s in floating point 3.3 s lies in cell 32 (3.3 / 0.1 = 32.99...) and 9.8 s ends in cell 98, which
# is how 0.8750 comes about elsewhere. A millisecond more says the same in whole numbers; without it, what is exact.
NUDGED = [Event(1150, 2100, "laugh"), Event(3299, 5000, "speech"), *ESTIMATE[2:4], Event(9600, 9801, "sigh")]


@pytest.mark.parametrize(
    ("estimate", "grid", "f1", "precision", "recall", "error"),
    [
        (ESTIMATE, 1000, 0.7692, 0.6250, 1.0, 0.6000),
        (NUDGED, 100, 0.8750, 0.8235, 0.9333, 0.2667),
        (ESTIMATE, 100, 0.8723, 0.8367, 0.9111, 0.2667),
    ],
)
def test_segment_based(
    estimate: list[Event], grid: int, f1: float, precision: float, recall: float, error: float
) -> None:
    found = segment_scores(REFERENCE, estimate, grid_ms=grid)

    got = found.f1, found.precision, found.recall, found.error_rate
    assert [round(x or 0, 4) for x in got] == [f1, precision, recall, error]


def test_nothing_marked_by_both_is_agreement_and_counted() -> None:
    assert event_scores([], []).f1 == 1.0
    assert pairwise_f1([[], [], REFERENCE]) == (1 / 3, 3, 1)
    assert pairwise_f1([REFERENCE]).mean is None


def test_duration_based() -> None:
    found = durations(REFERENCE, ESTIMATE, duration_ms=10_000)

    assert (found.total_ms, found.correct_ms, found.missed_ms, found.false_alarm_ms) == (4500, 3950, 550, 800)
    got = found.error_rate, found.precision, found.recall, found.f1
    assert [round(x or 0, 4) for x in got] == [0.3000, 0.8316, 0.8778, 0.8541]
    assert round(durations(REFERENCE, ESTIMATE, duration_ms=10_000, collar_ms=250).error_rate or 0, 4) == 0.1929


@pytest.mark.parametrize(("collar", "error"), [(0, 0.5161), (500, 0.4655)])
def test_diarization(collar: int, error: float) -> None:
    reference = [(0, 10, "S1"), (12, 20, "S2"), (24, 27, "S1"), (30, 40, "S3")]
    estimate = [(2, 13, "a"), (13, 14, "d"), (14, 20, "b"), (22, 38, "c"), (38, 40, "d")]
    sides = [[Event(start * 1000, end * 1000, name) for start, end, name in side] for side in (reference, estimate)]

    found = diarization(*sides, collar_ms=collar)

    assert round(found.durations.error_rate or 0, 4) == error
    assert found.mapping == {"a": "S1", "b": "S2", "c": "S3"}
    if not collar:
        spent = found.durations
        assert (spent.total_ms, spent.false_alarm_ms, spent.missed_ms, spent.confused_ms) == (31000, 7000, 2000, 7000)


def test_overlap_over_union() -> None:
    found = matched(REFERENCE, ESTIMATE)

    assert [round(share, 4) for *_, share in found.pairs] == [0.7727, 0.8500, 0.7500, 0.6786]
    assert (round(found.mean or 0, 4), round(found.soft_f1, 4)) == (0.7628, 0.6781)
    at = {percent: round(scores_at(REFERENCE, ESTIMATE, percent=percent).f1, 4) for percent in (50, 70, 75, 80, 90)}
    # 450 of 600 ms is 75 %, exactly.
    assert at == {50: 0.8889, 70: 0.6667, 75: 0.6667, 80: 0.2222, 90: 0}


def test_frames() -> None:
    found = frame_agreement(
        [Event(100, 200), Event(800, 900)], [Event(120, 210), Event(800, 940)], duration_ms=1000, frame_ms=10
    )

    assert found is not None
    assert [round(x or 0, 4) for x in found] == [0.9300, 0.7929, 0.7937, 0.7200]
