"""Waves whose tops are cut flat."""

import numpy as np
from numpy.typing import NDArray

from detectors.learning.events import Detection
from detectors.rules.catalogue import RULES
from detectors.rules.frames import Framer, Signal, confidence, joined, runs

_FRAME_MS = 10
_LSB = 1 / 32_768
_EQUAL = 0.6 * _LSB  # neighbours no further apart are level, whatever rounded them
_CORNER = 6 * _EQUAL  # a round top leaves its level gently, a cut one at once
_PEAK_SHARE = 0.6  # of the peak around: lower down, equal samples are chance
_QUIETEST = 0.01  # -40 dBFS: below, a few bits are flat everywhere
_WEAKEST = 0.5


class Clipping:
    """Takes a sound's blocks in order; `found` then tells where tops are flat in any channel."""

    def __init__(self, rate: int) -> None:
        self._limits = RULES["clipping"].values
        self._framer = Framer(max(1, round(rate * _FRAME_MS / 1000)))
        self._frame_ms = self._framer.size * 1000 / rate
        self._shortest = max(3, -int(-self._limits["flat_ms"] * rate // 1000))
        self._peak_before: Signal | None = None
        self._tops: list[NDArray[np.int64]] = []

    def feed(self, block: Signal) -> None:
        frames = self._framer.frames(block)
        channels, n, size = frames.shape
        if self._peak_before is None:
            self._peak_before = np.zeros((channels, 1), np.float32)
        level = np.abs(frames).max(axis=2, initial=0)
        peaks = np.concatenate([self._peak_before, level], axis=1)
        self._peak_before = peaks[:, -1:].copy()
        around = np.maximum(peaks[:, :-1], peaks[:, 1:])
        tops = np.zeros(n, np.int64)
        for samples, peak in zip(frames.reshape(channels, n * size), around, strict=True):
            at = self._flat_tops(samples, peak)
            tops = np.maximum(tops, np.bincount(at, minlength=n))
        self._tops.append(tops)

    def _flat_tops(self, samples: Signal, peak: Signal) -> NDArray[np.intp]:
        """The frame of each flat top."""
        steps = np.abs(np.diff(samples))
        starts, ends = runs(steps <= _EQUAL)
        is_long = ends - starts >= self._shortest - 1
        starts, ends = starts[is_long], ends[is_long]
        frames = starts // self._framer.size
        height = np.abs(samples[starts])
        is_top = height >= np.maximum(peak[frames] * _PEAK_SHARE, _QUIETEST)
        padded = np.concatenate([[0], steps, [0]])
        is_cut = np.maximum(padded[starts], padded[ends + 1]) >= _CORNER
        return np.asarray(frames[is_top & is_cut])

    def found(self) -> list[Detection]:
        tops = np.concatenate([np.zeros(0, np.int64), *self._tops])
        spans = ((float(start), float(end)) for start, end in zip(*runs(tops > 0), strict=True))
        detections = []
        for first, last, _n in joined(spans, within=self._limits["join_ms"] / self._frame_ms):
            count = int(tops[int(first) : int(last)].sum())
            if count >= self._limits["tops"] * _WEAKEST:
                span = round(first * self._frame_ms), round(last * self._frame_ms)
                detections.append(Detection(*span, "clipping", confidence(count, limit=self._limits["tops"])))
        return detections
