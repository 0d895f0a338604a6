"""Samples that are missing inside speech."""

import numpy as np
from numpy.typing import NDArray

from detectors.learning.events import Detection
from detectors.rules.catalogue import RULES
from detectors.rules.frames import Framer, Signal, confidence
from detectors.rules.pauses import active_level

_FRAME_MS = 5
_SIDE_FRAMES = 2
_WEAKEST = 0.5
_SHOWN_MS = 60  # a span is never shorter, so that the shortest duration asked for does not delete every short hole


class Dropouts:
    """Takes a sound's blocks in order; `found` then tells where, in any channel, all samples are the same."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._limits = RULES["dropout"].values
        self._framer = Framer(max(1, round(rate * _FRAME_MS / 1000)))
        self._levels: list[Signal] = []
        self._holes: list[list[tuple[int, int]]] = []
        self._since: NDArray[np.int64] = np.zeros(0, np.int64)  # where the latest run of equal samples began
        self._last: Signal | None = None
        self._n = 0

    def feed(self, block: Signal) -> None:
        if self._last is None:
            self._holes = [[] for _ in block]
            self._since = np.zeros(len(block), np.int64)
            self._last = block[:, :1].copy()
        frames = self._framer.frames(block)
        self._levels.append(np.sqrt(np.einsum("cns,cns->cn", frames, frames) / self._framer.size))
        for channel, samples in enumerate(block):
            self._look(samples, channel=channel, before=self._last[channel, 0])
        self._last = block[:, -1:].copy()
        self._n += block.shape[1]

    def _look(self, samples: Signal, *, channel: int, before: np.float32) -> None:
        changed = np.empty(len(samples), bool)
        changed[0] = samples[0] != before
        np.not_equal(samples[1:], samples[:-1], out=changed[1:])
        edges = np.concatenate([self._since[channel : channel + 1], np.flatnonzero(changed) + self._n])
        shortest = self._limits["shortest_ms"] * _WEAKEST * self._rate / 1000
        longest = self._limits["longest_ms"] * self._rate / 1000
        lengths = np.diff(edges)
        for at in np.flatnonzero((lengths >= shortest) & (lengths <= longest)):
            self._holes[channel].append((int(edges[at]), int(edges[at + 1])))
        self._since[channel] = edges[-1]

    def found(self) -> list[Detection]:
        if self._last is None:
            return []
        levels = np.concatenate(self._levels, axis=1)
        return sorted(
            detection
            for level, holes in zip(levels, self._holes, strict=True)
            for detection in self._between_loud_sides(level, holes)
        )

    def _between_loud_sides(self, level: Signal, holes: list[tuple[int, int]]) -> list[Detection]:
        enough = active_level(level) * 10 ** (-self._limits["sides_db"] / 20)
        detections = []
        for start, end in holes:
            first, last = start // self._framer.size, -(-end // self._framer.size)
            before, after = level[max(first - _SIDE_FRAMES, 0) : first], level[last : last + _SIDE_FRAMES]
            if min(before.max(initial=0), after.max(initial=0)) >= enough:
                length_ms = (end - start) * 1000 / self._rate
                sure = confidence(length_ms, limit=self._limits["shortest_ms"])
                span = widened(start * 1000 / self._rate, end * 1000 / self._rate)
                detections.append(Detection(*span, "dropout", sure))
        return detections


def widened(start_ms: float, end_ms: float, *, to_ms: int = _SHOWN_MS) -> tuple[int, int]:
    """The span, made at least `to_ms` long around its middle; it never begins before the sound does."""
    lacking = max(0.0, to_ms - (end_ms - start_ms))
    start = max(0, round(start_ms - lacking / 2))
    return start, max(round(end_ms + lacking / 2), start + to_ms if lacking else 0)
