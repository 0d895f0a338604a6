"""From probabilities per frame to detections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.learning.events import Detection, Event
from detectors.learning.settings import FRAME_MS, DetectionConfig

SHORTEST_MS = 60  # of a span and of a label: a click is one or two frames, and where it is matters, not how long
_MOMENT_MS = 100
_MOMENT_SHARE = 0.95
_PEAK_FRAMES = 200 // FRAME_MS
_FAINTEST = 0.02  # under it nothing is meant, whatever the threshold


@dataclass(frozen=True)
class Shape:
    """How events of a type look in time: momentary like a click, or never shorter than `shortest_ms`."""

    is_momentary: bool = False
    shortest_ms: int = 0


def shape_of(events: Iterable[Event]) -> Shape:
    """Learned from the labels of one type."""
    lengths = np.array([event.end_ms - event.start_ms for event in events])
    if not len(lengths):
        return Shape()
    is_momentary = bool(np.mean(lengths <= _MOMENT_MS) >= _MOMENT_SHARE)
    return Shape(is_momentary, 0 if is_momentary else int(np.quantile(lengths, 0.05) / 2))


def spans(
    probabilities: NDArray[np.float32],
    shapes: Sequence[tuple[str, Shape]],
    config: DetectionConfig,
    *,
    duration_ms: int,
) -> list[Detection]:
    """Raw detections of each type by probabilities of shape (frames, types), before `finish`."""
    found = []
    level = max(config.threshold, _FAINTEST)
    for column, (artifact_type, shape) in zip(probabilities.T, shapes, strict=True):
        heights = np.round(column.astype(np.float64), 4)
        if shape.is_momentary:
            heights = _peaks(heights)
        runs = _runs(heights >= level)
        glue = min(shape.shortest_ms // 2, config.merge_window_ms) // FRAME_MS
        for start, stop in _glued(runs, glue):
            if (stop - start) * FRAME_MS >= shape.shortest_ms:
                start_ms, end_ms = _widened(start * FRAME_MS, stop * FRAME_MS, duration_ms)
                found.append(Detection(start_ms, end_ms, artifact_type, float(heights[start:stop].max())))
    return sorted(found)


def finish(raw: Iterable[Detection], config: DetectionConfig) -> list[Detection]:
    """What is delivered: of at least the threshold, neighbours of a type merged, none too short; in order of time.

    Neighbours are merged when the gap between them is not above the window; the merged one has the highest confidence.
    """
    merged: dict[str, list[Detection]] = {}
    for detection in sorted(raw):
        if detection.confidence < config.threshold:
            continue
        row = merged.setdefault(detection.artifact_type, [])
        if row and detection.start_ms - row[-1].end_ms <= config.merge_window_ms:
            row[-1] = replace(
                row[-1],
                end_ms=max(row[-1].end_ms, detection.end_ms),
                confidence=max(row[-1].confidence, detection.confidence),
            )
        else:
            row.append(detection)
    kept = (detection for row in merged.values() for detection in row)
    return sorted(detection for detection in kept if detection.end_ms - detection.start_ms >= config.min_duration_ms)


def _peaks(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is not the highest within 200 ms, to 1 %, becomes 0: one click, one detection."""
    padded = np.pad(heights, _PEAK_FRAMES)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _PEAK_FRAMES + 1).max(axis=1)
    return np.where(heights >= 0.99 * highest, heights, 0)


def _runs(is_in: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(is_in, prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _glued(runs: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Runs with at most `gap` frames between them become one."""
    glued: list[tuple[int, int]] = []
    for start, stop in runs:
        if glued and start - glued[-1][1] <= gap:
            glued[-1] = (glued[-1][0], stop)
        else:
            glued.append((start, stop))
    return glued


def _widened(start_ms: int, end_ms: int, duration_ms: int) -> tuple[int, int]:
    """At least 60 ms round the same centre, moved into the recording; all of one that is shorter."""
    length = max(SHORTEST_MS, end_ms - start_ms)
    start_ms = max(0, min((start_ms + end_ms - length) // 2, duration_ms - length))
    return start_ms, max(start_ms + 1, min(start_ms + length, duration_ms))
