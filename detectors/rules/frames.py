"""Sound in pieces of one length, whatever blocks it arrives in, and spans out of pieces."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Framer:
    """Cuts blocks of shape (channels, any) into frames of shape (channels, n, size).

    What does not fill a frame waits for the next block; what waits at the end is dropped.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._rest: Signal | None = None

    def frames(self, block: Signal) -> Signal:
        joined = block if self._rest is None else np.concatenate([self._rest, block], axis=1)
        n = joined.shape[1] // self.size
        # A copy, since a block is only good until the next one is read.
        self._rest = joined[:, n * self.size :].copy()
        return joined[:, : n * self.size].reshape(len(joined), n, self.size)


def runs(flags: Flags) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the stretches of True begin and where they end (exclusive)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2]


def without_short_gaps(flags: Flags, *, longest: int) -> Flags:
    """The flags with gaps of up to `longest` between two stretches filled."""
    filled = flags.copy()
    for start, end in zip(*runs(~flags), strict=True):
        if start > 0 and end < len(flags) and end - start <= longest:
            filled[start:end] = True
    return filled


def joined(spans: Iterator[tuple[float, float]], *, within: float) -> Iterator[tuple[float, float, int]]:
    """Spans sorted by start, those no further apart than `within` made one; with how many each one was made of."""
    current: tuple[float, float, int] | None = None
    for start, end in spans:
        if current is not None and start - current[1] <= within:
            current = current[0], max(current[1], end), current[2] + 1
            continue
        if current is not None:
            yield current
        current = start, end, 1
    if current is not None:
        yield current


def confidence(measured: float, *, limit: float) -> float:
    """0.5 where what was measured just reaches the limit, 0.67 at twice as much, 0.33 at half."""
    return round(measured / (measured + limit), 4)
