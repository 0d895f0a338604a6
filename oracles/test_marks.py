"""Scores of marks beside sed_eval, pyannote.metrics, mir_eval and scikit-learn.

Times are multiples of an eighth of a second, which are exact in floating point too: the libraries count in seconds.
"""

from typing import Any

import mir_eval
import numpy as np
import pytest
import sed_eval
from dcase_util.containers import MetaDataContainer
from hypothesis import assume, given
from hypothesis import strategies as st
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate
from pyannote.metrics.identification import IdentificationErrorRate, IdentificationPrecision, IdentificationRecall
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import cohen_kappa_score

from annotations.quality.diarization import diarization
from annotations.quality.events import Event, event_scores, segment_scores
from annotations.quality.intervals import durations, frame_agreement, iou, matched

LABELS = ["a", "b", "c"]
EVENTS = st.lists(
    st.builds(
        lambda start, length, label: Event(start * 125, (start + length) * 125, label),
        st.integers(0, 60),
        st.integers(1, 20),
        st.sampled_from(LABELS),
    ),
    min_size=1,
    max_size=7,
)


def container(events: list[Event]) -> MetaDataContainer:
    return MetaDataContainer(
        [
            {"event_label": e.label, "onset": e.start_ms / 1000, "offset": e.end_ms / 1000, "filename": "f"}
            for e in events
        ]
    )


@pytest.mark.parametrize("percent", [0, 50])
@given(reference=EVENTS, estimate=EVENTS)
def test_event_based(percent: int, reference: list[Event], estimate: list[Event]) -> None:
    found = event_scores(reference, estimate, collar_ms=250, length_percent=percent)

    known = sed_eval.sound_event.EventBasedMetrics(LABELS, t_collar=0.25, percentage_of_length=percent / 100)
    known.evaluate(container(reference), container(estimate))
    overall = known.results_overall_metrics()["f_measure"]
    assert (found.precision, found.recall) == (pytest.approx(overall["precision"]), pytest.approx(overall["recall"]))
    errors = known.results_overall_metrics()["error_rate"]
    # Which of several largest matchings is taken, and with it what is left to be a swapped label, is open.
    if found.n_matched == 0:
        assert found.error_rate == pytest.approx(errors["error_rate"])
    assert found.deleted + found.substituted == round(
        (errors["deletion_rate"] + errors["substitution_rate"]) * len(reference)
    )


@pytest.mark.parametrize("grid_ms", [125, 250, 1000])
@given(reference=EVENTS, estimate=EVENTS)
def test_segment_based(grid_ms: int, reference: list[Event], estimate: list[Event]) -> None:
    found = segment_scores(reference, estimate, grid_ms=grid_ms)

    known = sed_eval.sound_event.SegmentBasedMetrics(LABELS, time_resolution=grid_ms / 1000)
    known.evaluate(container(reference), container(estimate))
    f, errors = known.results_overall_metrics()["f_measure"], known.results_overall_metrics()["error_rate"]
    assert [found.precision, found.recall, found.error_rate] == [
        pytest.approx(f["precision"]),
        pytest.approx(f["recall"]),
        pytest.approx(errors["error_rate"]),
    ]
    assert found.substituted / len(reference) >= 0
    assert found.deleted / found.n_reference == pytest.approx(errors["deletion_rate"])
    assert found.inserted / found.n_reference == pytest.approx(errors["insertion_rate"])


@given(st.lists(st.integers(0, 80), min_size=1, max_size=12), st.lists(st.integers(0, 80), min_size=1, max_size=12))
def test_onsets(reference: list[int], estimate: list[int]) -> None:
    sides = [[Event(k * 125, k * 125 + 100) for k in side] for side in (reference, estimate)]
    found = event_scores(*sides, collar_ms=250, onset_only=True)

    seconds = [np.array(sorted(k / 8 for k in side)) for side in (reference, estimate)]
    f1, precision, recall = mir_eval.onset.f_measure(*seconds, window=0.25)
    assert (found.f1, found.precision, found.recall) == tuple(map(pytest.approx, (f1, precision, recall)))


def annotation(events: list[Event]) -> Annotation:
    made = Annotation()
    for track, e in enumerate(events):
        made[Segment(e.start_ms / 1000, e.end_ms / 1000), track] = e.label
    return made


def no_label_on_itself(events: list[Event]) -> bool:
    """The library takes two marks of one label at once for two; so do we, but its collar joins them."""
    return all(
        a.end_ms <= b.start_ms or b.end_ms <= a.start_ms or a.label != b.label
        for i, a in enumerate(events)
        for b in events[i + 1 :]
    )


WHOLE = Timeline([Segment(0, 10)])


@pytest.mark.parametrize("collar_ms", [0, 250, 500])
@given(reference=EVENTS.filter(no_label_on_itself), estimate=EVENTS.filter(no_label_on_itself))
def test_durations(collar_ms: int, reference: list[Event], estimate: list[Event]) -> None:
    found = durations(reference, estimate, duration_ms=10_000, collar_ms=collar_ms)
    assume(found.total_ms)

    sides = annotation(reference), annotation(estimate)
    known = IdentificationErrorRate(collar=collar_ms / 1000)(*sides, uem=WHOLE, detailed=True)
    names = "total", "correct", "confusion", "missed detection", "false alarm"
    mine = found.total_ms, found.correct_ms, found.confused_ms, found.missed_ms, found.false_alarm_ms
    assert [ms / 1000 for ms in mine] == [pytest.approx(known[name], abs=1e-6) for name in names]
    if not collar_ms and found.correct_ms:
        assert found.precision == pytest.approx(IdentificationPrecision()(*sides, uem=WHOLE))
        assert found.recall == pytest.approx(IdentificationRecall()(*sides, uem=WHOLE))


@pytest.mark.parametrize("collar_ms", [0, 500])
@given(reference=EVENTS.filter(no_label_on_itself), estimate=EVENTS.filter(no_label_on_itself))
def test_diarization(collar_ms: int, reference: list[Event], estimate: list[Event]) -> None:
    found = diarization(reference, estimate, duration_ms=10_000, collar_ms=collar_ms).durations
    assume(found.total_ms)

    known = DiarizationErrorRate(collar=collar_ms / 1000)(annotation(reference), annotation(estimate), uem=WHOLE)
    assert found.error_rate == pytest.approx(known, abs=1e-6)


@given(reference=EVENTS, estimate=EVENTS)
def test_the_best_pairs(reference: list[Event], estimate: list[Event]) -> None:
    found = matched(reference, estimate)

    worth = np.array([[iou(a, b) if a.label == b.label else 0 for b in estimate] for a in reference])
    rows, columns = linear_sum_assignment(worth, maximize=True)
    assert sum(share for *_, share in found.pairs) == pytest.approx(worth[rows, columns].sum())


@given(reference=EVENTS, estimate=EVENTS)
def test_frames(reference: list[Event], estimate: list[Event]) -> None:
    found = frame_agreement(reference, estimate, duration_ms=10_000, frame_ms=125)
    assert found is not None

    def frames(events: list[Event]) -> Any:
        return [any(e.start_ms <= k * 125 < e.end_ms for e in events) for k in range(80)]

    assume(found.kappa is not None)
    assert found.kappa == pytest.approx(cohen_kappa_score(frames(reference), frames(estimate)))
