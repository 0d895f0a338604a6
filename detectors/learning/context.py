"""A frame together with what lies within half a second of it: the rows a network reads."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detectors.learning.features import Piece
from detectors.learning.sampling import Floats
from detectors.learning.surroundings import INDEX, N_MEASURES

# What has long tails: a straight line through these sees only the commonest values.
HINGED = [
    INDEX[name]
    for name in (
        "bend", "residual", "crest", "kurtosis", "step_2ms", "zeros", "flat", "plateau", "same_top", "high_up",
        "bend_ratio", "residual_ratio", "residual_near", "residual_far", "bend_near", "bend_far",
        "bend_contrast", "residual_contrast", "high_contrast", "flux", "energy_near", "edge", "dip_both",
        "zero_run", "silence_between", "echo", "echo_ratio",
    )
]  # fmt: skip
HINGES_AT = (0.9, 0.99, 0.998)
_NEAR = np.arange(20, N_MEASURES)  # all but the mel bands
_WIDE = [
    INDEX[name]
    for name in (
        "rms", "high", "bend_ratio", "residual_ratio", "residual_near", "bend_near", "bend_contrast",
        "residual_contrast", "flux", "energy_near", "edge", "dip", "dip_both", "zeros", "zero_run", "flat",
        "high_up", "silence_between", "echo", "echo_ratio",
    )
]  # fmt: skip
_MEANS = ((-25, -13), (-12, -3), (3, 12), (13, 25))  # frames away, both ends included
_REACH = 12
_SIDED = [INDEX[name] for name in ("flat", "plateau", "same_top", "high_up", "echo", "echo_ratio", "silence_between")]
_SIDE = 25  # frames to either side
_STEPS = (-2, -1, 1, 2)
_FURTHEST = 25  # frames away that anything of a row looks
# Which measure each column is made of.
_ORIGIN = np.concatenate(
    [
        np.arange(N_MEASURES),
        np.tile(_NEAR, len(_STEPS)),
        np.tile(np.arange(N_MEASURES), len(_MEANS)),
        *([_WIDE] * 2),
        *([_SIDED] * 2),
        *([HINGED] * len(HINGES_AT)),
    ]
)
WIDTH = len(_ORIGIN)
# What only untouched sound shows: flat tops and equal peaks are gone after MP3 or resampling. Zeros are too, but
# without them a dropout is no longer told from the closure of a stop consonant: learning to guess costs precision.
EXACT = np.isin(_ORIGIN, [INDEX[name] for name in ("flat", "plateau", "same_top")])
_ROWS = 1000  # at a time


def rows_of(piece: Piece, hinges: Floats) -> Iterator[tuple[int, Floats]]:
    """(frame of the first row, rows of shape (some, WIDTH)) for the frames of a piece.

    `hinges` has shape (3, len(HINGED)): above which values the measures of `HINGED` begin to count once more.
    """
    end = piece.lead + piece.last - piece.first
    before, sums_before = 0, np.zeros(N_MEASURES)  # what was summed up before the frame `before`
    for first in range(piece.lead, end, _ROWS):
        last = min(first + _ROWS, end)
        start = max(first - _FURTHEST, 0)
        sums_before = _summed(piece.values[before:start], onto=sums_before)[-1]
        before = start
        # Only some hundred frames at a time: all that is made of them takes twenty times their room.
        values = piece.values[start : last + _FURTHEST + 1].astype(np.float32)
        yield piece.first + first - piece.lead, _rows(values, slice(first - start, last - start), hinges, sums_before)


def _rows(values: Floats, own: slice, hinges: Floats, sums_before: NDArray[np.float64]) -> Floats:
    """Rows of the frames `own` of `values`."""
    at = np.arange(own.start, own.stop)
    sums = _summed(values, onto=sums_before)
    highest, lowest = _extremes(values[:, _WIDE])
    parts = [values[own]]
    parts += [values[np.clip(at + step, 0, len(values) - 1)][:, _NEAR] for step in _STEPS]
    parts += [_means(sums, at + start, at + stop + 1) for start, stop in _MEANS]
    parts += [highest[own], lowest[own], _beside(values[:, _SIDED])[own]]
    hinged = values[own][:, HINGED]
    parts += [np.maximum(hinged - hinge, 0) for hinge in hinges]
    return np.concatenate(parts, axis=1, dtype=np.float32)


def _summed(values: NDArray[np.floating], *, onto: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of the first 0, 1, 2 ... of `values`, and all that went before them."""
    sums = np.empty((len(values) + 1, N_MEASURES))
    sums[0], sums[1:] = onto, values
    return np.cumsum(sums, axis=0, out=sums)


def _means(sums: NDArray[np.float64], starts: NDArray[np.intp], stops: NDArray[np.intp]) -> Floats:
    """Means of the frames from `starts` up to `stops`; past the ends of the sound, of what there is."""
    size = len(sums) - 1
    starts = np.clip(starts, 0, size - 1)
    stops = np.clip(stops, starts + 1, size)
    return ((sums[stops] - sums[starts]) / (stops - starts)[:, None]).astype(np.float32)


def _extremes(values: Floats) -> tuple[Floats, Floats]:
    """Highest and lowest within `_REACH` frames, by doubling: 1, 2, 4, 8, 16 and then 25 wide."""
    size = 2 * _REACH + 1
    padded = np.pad(values, ((_REACH, _REACH), (0, 0)), mode="edge")
    highest, lowest, width = padded, padded, 1
    while width < size:
        step = min(width, size - width)
        highest = np.maximum(highest[:-step], highest[step:])
        lowest = np.minimum(lowest[:-step], lowest[step:])
        width += step
    return highest, lowest


def _beside(values: Floats) -> Floats:
    """The highest of the half second before, and of the one after: what lies between two of a kind may be one too."""
    padded = np.pad(values, ((_SIDE, _SIDE), (0, 0)), mode="edge")
    running = sliding_window_view(padded, _SIDE + 1, axis=0).max(axis=-1)
    return np.concatenate([running[: len(values)], running[_SIDE:]], axis=1)


def hinges_of(values: NDArray[np.float16]) -> Floats:
    """The hinges by measures of shape (frames, len(HINGED))."""
    # Measure by measure: all at once takes several times the room.
    quantiles = [np.quantile(values[:, at].astype(np.float32), HINGES_AT) for at in range(values.shape[1])]
    return np.stack(quantiles, axis=1).astype(np.float32)
