"""How good a model is on the recordings it is judged by, and where it is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detectors.learning.decoding import SHORTEST_MS
from detectors.learning.events import Detection, Event
from detectors.learning.matching import Score, Tally, matched, tally
from detectors.learning.model import Model
from detectors.learning.network import Floats
from detectors.learning.recordings import Recording
from detectors.learning.settings import FRAME_MS, DetectionConfig

THRESHOLDS = tuple(percent / 100 for percent in range(5, 100, 5))
_MOST_MISTAKES = 30


@dataclass(frozen=True)
class Heard:
    """A recording with the probabilities (frames, types) that a model gives it."""

    recording: Recording
    probabilities: Floats
    duration_ms: int

    def events(self, artifact_type: str) -> list[Event]:
        return [event for event in self.recording.events if event.artifact_type == artifact_type]


def scores(model: Model, heard: Sequence[Heard], config: DetectionConfig) -> dict[str, Tally]:
    """By type, over the recordings in which it was searched for."""
    tallies = {name: Tally() for name in model.artifact_types}
    for one in heard:
        found = model.decode(one.probabilities, one.duration_ms, config)
        for name in one.recording.searched & tallies.keys():
            mine = [detection for detection in found if detection.artifact_type == name]
            tallies[name] += tally(one.events(name), mine)
    return tallies


def per_type(model: Model, heard: Sequence[Heard]) -> dict[str, dict[str, Any]]:
    """Scores at the usual settings, and how they move with the threshold."""
    usual = scores(model, heard, DetectionConfig())
    curves: dict[str, list[dict[str, Any]]] = {name: [] for name in model.artifact_types}
    for threshold in THRESHOLDS:
        for name, counted in scores(model, heard, DetectionConfig(threshold=threshold)).items():
            found = counted.right + counted.false
            row = {"found": found, "false": counted.false, "missed": counted.missed}
            curves[name].append({"threshold": threshold, **counted.score, **row})
    return {
        name: {
            **usual[name].score,
            "support": usual[name].right + usual[name].missed,
            "best_threshold": _best(curves[name]),
            "curve": curves[name],
        }
        for name in model.artifact_types
    }


def overall(model: Model, heard: Sequence[Heard]) -> dict[str, Any]:
    """Over all types together, each event counting once."""
    total = sum(scores(model, heard, DetectionConfig()).values(), Tally())
    score: Score = total.score
    return {**score, "support": total.right + total.missed}


def mistakes(model: Model, heard: Sequence[Heard]) -> list[dict[str, Any]]:
    """What was missed and what was found where nothing is, the surest mistakes first."""
    rows = []
    for one in heard:
        found = model.decode(one.probabilities, one.duration_ms, DetectionConfig())
        for column, name in enumerate(model.artifact_types):
            if name in one.recording.searched:
                mine = [detection for detection in found if detection.artifact_type == name]
                rows += _mistakes_of(one, name, mine, one.probabilities[:, column])
    rows.sort(key=lambda row: (-row[0], row[1]["key"], row[1]["start_ms"], row[1]["artifact_type"], row[1]["kind"]))
    return [row for _, row in rows[:_MOST_MISTAKES]]


def _mistakes_of(one: Heard, name: str, found: list[Detection], heights: Floats) -> list[tuple[float, dict[str, Any]]]:
    """(how wrong, the mistake) of one type in one recording."""
    events = one.events(name)
    pairs = matched(events, found)
    seen, right = {event for event, _ in pairs}, {place for _, place in pairs}
    rows: list[tuple[float, dict[str, Any]]] = []
    for place, event in enumerate(events):
        if place not in seen:
            first, last = event.start_ms // FRAME_MS, max(event.end_ms, event.start_ms + SHORTEST_MS) // FRAME_MS
            height = round(float(np.max(heights[first : last + 1], initial=0)), 4)
            row = {"kind": "missed", "start_ms": event.start_ms, "end_ms": event.end_ms, "confidence": height}
            rows.append((1 - height, {"key": one.recording.key, "artifact_type": name, **row}))
    for place, detection in enumerate(found):
        if place not in right:
            span = {"start_ms": detection.start_ms, "end_ms": detection.end_ms, "confidence": detection.confidence}
            rows.append(
                (detection.confidence, {"key": one.recording.key, "artifact_type": name, "kind": "false", **span})
            )
    return rows


def _best(curve: list[dict[str, Any]]) -> float:
    """The threshold of the highest F1; of several, that nearest to the usual one."""
    return float(min(curve, key=lambda row: (-row["f1"], abs(row["threshold"] - 0.5)))["threshold"])
