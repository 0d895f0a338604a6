from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.learning.decoding import Shape, finish, shape_of, spans
from detectors.learning.events import Detection, Event
from detectors.learning.settings import DetectionConfig

raw_detections = st.lists(
    st.builds(
        lambda start, length, kind, confidence: Detection(start, start + length, kind, confidence),
        st.integers(0, 5000),
        st.integers(1, 600),
        st.sampled_from(["glitch", "echo"]),
        st.floats(0, 1),
    ),
    max_size=12,
)
configs = st.builds(
    DetectionConfig, threshold=st.floats(0, 1), merge_window_ms=st.integers(0, 800), min_duration_ms=st.integers(0, 500)
)


def fragments(*, kind="glitch"):
    return [Detection(1000, 1100, kind, 0.6), Detection(1150, 1250, kind, 0.9), Detection(1280, 1380, kind, 0.7)]


def probabilities(*runs, frames=500):
    """One type; each run is (first frame, last frame, height)."""
    values = np.zeros((frames, 1), np.float32)
    for first, last, height in runs:
        values[first:last] = height
    return values


def spans_of(values, shape=None, **config):
    shapes = [("glitch", shape or Shape())]
    return spans(values, shapes, DetectionConfig(**config), duration_ms=len(values) * 20)


def test_fragments_within_the_window_become_one():
    other = Detection(1110, 1140, "echo", 0.8)

    found = finish([*fragments(), other], DetectionConfig(merge_window_ms=200, min_duration_ms=0))

    assert found == [Detection(1000, 1380, "glitch", 0.9), other]


def test_without_a_window_fragments_stay_apart():
    assert finish(fragments(), DetectionConfig(merge_window_ms=0)) == fragments()


@pytest.mark.parametrize(("window_ms", "count"), [(49, 2), (50, 1)])
def test_a_gap_as_long_as_the_window_is_closed(window_ms, count):
    assert len(finish(fragments()[:2], DetectionConfig(merge_window_ms=window_ms))) == count


def test_what_is_under_the_threshold_does_not_join_others():
    found = finish(fragments(), DetectionConfig(threshold=0.7))

    assert found == [Detection(1150, 1380, "glitch", 0.9)]


@pytest.mark.parametrize(("shortest_ms", "count"), [(100, 1), (101, 0)])
def test_short_ones_go_after_merging(shortest_ms, count):
    assert len(finish(fragments()[:1], DetectionConfig(min_duration_ms=shortest_ms))) == count


@given(raw_detections, configs)
def test_finishing_again_changes_nothing(raw, config):
    once = finish(raw, config)

    assert finish(once, config) == once


@given(raw_detections, configs)
def test_detections_of_a_type_are_in_order_and_further_apart_than_the_window(raw, config):
    found = finish(raw, config)

    assert found == sorted(found)
    for kind in ("glitch", "echo"):
        mine = [one for one in found if one.artifact_type == kind]
        assert all(after.start_ms - one.end_ms > config.merge_window_ms for one, after in pairwise(mine))


@given(raw_detections, configs, st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_does_not_matter(raw, config, chance):
    shuffled = list(raw)
    chance.shuffle(shuffled)

    assert finish(shuffled, config) == finish(raw, config)


@given(raw_detections, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_covers_no_more(raw, one, other):
    low, high = sorted([one, other])
    wide = finish(raw, DetectionConfig(threshold=low))

    for detection in finish(raw, DetectionConfig(threshold=high)):
        assert any(
            around.artifact_type == detection.artifact_type
            and around.start_ms <= detection.start_ms
            and detection.end_ms <= around.end_ms
            and around.confidence >= detection.confidence
            for around in wide
        )


@given(raw_detections, configs)
def test_every_detection_keeps_the_threshold_and_the_length(raw, config):
    for detection in finish(raw, config):
        assert detection.confidence >= config.threshold
        assert detection.end_ms - detection.start_ms >= config.min_duration_ms


def test_a_run_is_a_span_with_its_highest_confidence():
    values = probabilities((100, 120, 0.6), (110, 112, 0.8))

    assert spans_of(values) == [Detection(2000, 2400, "glitch", 0.8)]


def test_one_frame_is_never_shorter_than_60_ms():
    assert spans_of(probabilities((100, 101, 0.9))) == [Detection(1980, 2040, "glitch", 0.9)]


def test_spans_stay_inside_the_recording():
    values = probabilities((0, 1, 0.9), (499, 500, 0.9))

    assert [(one.start_ms, one.end_ms) for one in spans_of(values)] == [(0, 60), (9940, 10_000)]


def test_a_recording_shorter_than_a_span_gives_all_of_itself():
    shapes = [("glitch", Shape())]

    found = spans(probabilities((0, 1, 0.9), frames=1), shapes, DetectionConfig(), duration_ms=25)

    assert [(one.start_ms, one.end_ms) for one in found] == [(0, 25)]


def test_of_a_momentary_type_only_the_highest_within_200_ms_counts():
    values = probabilities((100, 101, 0.7), (108, 109, 0.9), (130, 131, 0.6))

    found = spans_of(values, Shape(is_momentary=True))

    assert [(one.start_ms, one.confidence) for one in found] == [(2140, 0.9), (2580, 0.6)]


def test_what_is_far_shorter_than_any_label_is_no_span():
    values = probabilities((100, 105, 0.9), (200, 230, 0.9))

    assert [one.start_ms for one in spans_of(values, Shape(shortest_ms=250))] == [4000]


def test_short_gaps_are_closed_before_the_learned_minimum_but_not_beyond_the_window():
    values = probabilities((100, 108, 0.9), (111, 119, 0.9))

    assert [(one.start_ms, one.end_ms) for one in spans_of(values, Shape(shortest_ms=250))] == [(2000, 2380)]
    assert spans_of(values, Shape(shortest_ms=250), merge_window_ms=0) == []


def test_a_threshold_of_zero_does_not_find_everything_everywhere():
    assert spans_of(probabilities((100, 120, 0.3)), threshold=0.0) == [Detection(2000, 2400, "glitch", 0.3)]


def test_shapes_are_learned_from_labels():
    clicks = [Event(0, 30, "glitch")] * 19 + [Event(0, 400, "glitch")]
    pauses = [Event(0, 500 + 10 * step, "long_pause") for step in range(100)]

    assert shape_of(clicks) == Shape(is_momentary=True)
    assert shape_of(clicks[1:]) == Shape(is_momentary=False, shortest_ms=15)
    assert shape_of(pauses) == Shape(shortest_ms=274)
    assert shape_of([]) == Shape()
