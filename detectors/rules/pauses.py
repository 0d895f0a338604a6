"""Silence in the middle of speech."""

import numpy as np

from detectors.learning.events import Detection
from detectors.rules.catalogue import RULES
from detectors.rules.frames import Framer, Signal, confidence, runs, without_short_gaps

FRAME_MS = 10
_WEAKEST = 0.5  # how much of the limit a candidate has to reach


class Pauses:
    """Takes a sound's blocks in order; `found` then tells its pauses."""

    def __init__(self, rate: int) -> None:
        self._framer = Framer(max(1, round(rate * FRAME_MS / 1000)))
        self._frame_ms = self._framer.size * 1000 / rate
        self._levels: list[Signal] = []

    def feed(self, block: Signal) -> None:
        frames = self._framer.frames(block)
        # Quiet means quiet in every channel.
        self._levels.append(np.sqrt(np.einsum("cns,cns->cn", frames, frames).max(axis=0) / self._framer.size))

    def found(self) -> list[Detection]:
        limits = RULES["long_pause"].values
        level = np.concatenate([np.zeros(0, np.float32), *self._levels])
        is_quiet = ~(level >= active_level(level) * 10 ** (-limits["below_db"] / 20))
        is_quiet = without_short_gaps(is_quiet, longest=int(limits["bridge_ms"] / self._frame_ms))
        detections = []
        for start, end in zip(*runs(is_quiet), strict=True):
            length_ms = (end - start) * self._frame_ms
            is_inside = start > 0 and end < len(level)
            if is_inside and length_ms >= limits["shortest_ms"] * _WEAKEST:
                sure = confidence(length_ms, limit=limits["shortest_ms"])
                span = round(start * self._frame_ms), round(end * self._frame_ms)
                detections.append(Detection(*span, "long_pause", sure))
        return detections


def active_level(level: Signal) -> float:
    """The level of a sound while somebody speaks, from the levels of its frames; infinite where all is silence."""
    loudest = float(level.max(initial=0))
    if loudest < 10 ** (-70 / 20):
        return float("inf")
    return float(np.quantile(level[level > loudest / 100], 0.9))
