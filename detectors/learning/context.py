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
    values = piece.values.astype(np.float32)
    sums = np.cumsum(np.vstack([np.zeros((1, N_MEASURES)), values]), axis=0, dtype=np.float64)
    highest, lowest = _extremes(values[:, _WIDE])
    beside = _beside(values[:, _SIDED])
    for first in range(piece.lead, piece.lead + piece.last - piece.first, _ROWS):
        last = min(first + _ROWS, piece.lead + piece.last - piece.first)
        at = np.arange(first, last)
        parts = [values[first:last]]
        parts += [values[np.clip(at + step, 0, len(values) - 1)][:, _NEAR] for step in _STEPS]
        parts += [_means(sums, at + start, at + stop + 1) for start, stop in _MEANS]
        parts += [highest[first:last], lowest[first:last], beside[first:last]]
        hinged = values[first:last][:, HINGED]
        parts += [np.maximum(hinged - hinge, 0) for hinge in hinges]
        yield piece.first + first - piece.lead, np.concatenate(parts, axis=1, dtype=np.float32)


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


def hinges_of(values: Floats) -> Floats:
    """The hinges by measures of shape (frames, len(HINGED))."""
    return np.quantile(values, HINGES_AT, axis=0).astype(np.float32)
