"""From raw rows to the measures that are learned from: each frame against its surroundings and its recording.

Works on pieces of up to some minutes at once, so that what counts as loud, as a click or as silence is told by the
piece itself: a quiet recording or a voice that clicks by nature looks like any other.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detectors.learning.measures import CELLS, COLUMNS, QUIETEST_DB, run_lengths
from detectors.learning.sampling import Floats

_MEL = [f"mel{band}" for band in range(20)]
# Levels, told against how loud the recording is.
_LEVELS = [*_MEL, "high", "rms", "peak", "quiet_2ms", "loud_2ms", "bend", "residual"]
_SHAPES = [
    "high_share",
    "flatness",
    "crest",
    "kurtosis",
    "crossings",
    "step_2ms",
    "flat",
    "plateau",
    "high_up",
]
# How far something stands out, told against how far things stand out in this recording anyway.
_CLICKS = [
    "bend_ratio", "residual_ratio", "residual_near", "residual_far", "bend_near", "bend_far",
    "bend_contrast", "residual_contrast", "high_contrast",
]  # fmt: skip
_STEPS = [
    "ceiling",
    "same_top",
    "flux",
    "energy_near",
    "rms_contrast",
    "bend_over",
    "residual_over",
    "high_over",
    "rms_over",
]
_HOLES = ["zeros", "dip", "dip_both", "edge", "zero_run", "silence_25", "silence_35", "silence_between"]
_ECHOES = ["echo", "echo_ratio", "echo_moved", "echo_before", "echo_after"]
NAMES = (*_LEVELS, *_SHAPES, *_CLICKS, *_STEPS, *_HOLES, *_ECHOES)
INDEX = {name: at for at, name in enumerate(NAMES)}
N_MEASURES = len(NAMES)
_FLOOR_DB = -80.0  # under the active level; below is as good as nothing


def measures_of(rows: Floats) -> Floats:
    """Shape (frames, N_MEASURES) of raw rows (frames, N_COLUMNS); the whole of `rows` is one piece."""
    out = np.empty((len(rows), N_MEASURES), np.float32)
    raw = {name: rows[:, column] for name, column in COLUMNS.items()}
    active = _active_level(raw["rms"][:, 0])
    for band, name in enumerate(_MEL):
        out[:, INDEX[name]] = raw["mel"][:, band] - active
    for name in (*_LEVELS[len(_MEL) :], *_SHAPES, "bend_ratio", "residual_ratio"):
        out[:, INDEX[name]] = raw[name][:, 0] - (active if name in _LEVELS else 0)
    out[:, : len(_LEVELS)].clip(_FLOOR_DB, None, out=out[:, : len(_LEVELS)])
    mel = out[:, : len(_MEL)]
    _put(out, "flux", np.clip(np.diff(mel, axis=0, prepend=mel[:1]), 0, None).mean(axis=1))
    _put_contrasts(out)
    peak = out[:, INDEX["peak"]]
    # A clipped voice reaches the same height again and again.
    _put(out, "same_top", _repeated(raw["top"][:, 0], faintest=active - 25))
    _put(out, "ceiling", peak - np.maximum(_highest_beside(peak, 0, 20, -1), _highest_beside(peak, 0, 20, 1)))
    for name in ("residual", "bend"):
        series = raw[f"{name}_5ms"].reshape(-1)
        _put(out, f"{name}_near", _standing_out(series, 2, 7))
        _put(out, f"{name}_far", _standing_out(series, 4, 12))
    _put_holes(
        out, raw["energy_5ms"].reshape(-1).clip(active + _FLOOR_DB, None), raw["zeros_5ms"].reshape(-1), active=active
    )
    _put_silences(out)
    out[:, [INDEX[name] for name in _ECHOES]] = raw["echo"]
    for name in _CLICKS:
        out[:, INDEX[name]] -= usual_height(out[:, INDEX[name]])
    return out


def usual_height(values: Floats) -> float:
    """What the highest 1 % of a recording reach: less would make a clicky voice one long artifact."""
    return float(np.quantile(values, 0.99))


def _active_level(rms: Floats) -> float:
    """The level of the loud tenth, which is speech where there is any."""
    return max(float(np.quantile(rms, 0.9)), QUIETEST_DB + 30)


def _put_contrasts(out: Floats) -> None:
    """Against the frames 60 to 180 ms away on both sides: over their highest, and over their mean."""
    for name in ("bend", "residual", "high", "rms"):
        values = out[:, INDEX[name]]
        sides = [shifted(values, step) for far in range(3, 10) for step in (-far, far)]
        highest, mean = np.max(sides, axis=0), np.mean(sides, axis=0)
        _put(out, f"{name}_contrast", values - highest)
        _put(out, f"{name}_over", values - mean)


def _repeated(tops: Floats, *, faintest: float) -> Floats:
    """Of how many frames within half a second the highest sample is as high as a frame's own, to 0.25 %."""
    count = np.zeros(len(tops), np.float32)
    for far in range(1, 26):
        for step in (-far, far):
            count += np.abs(shifted(tops, step) - tops) < 0.02
    return np.log1p(count) * (tops > faintest)


def _standing_out(series: Floats, near: int, far: int) -> Floats:
    """Per frame, how far a series of 5 ms rises above its highest value `near` to `far` cells away on either side."""
    around = np.maximum(_highest_beside(series, near, far, -1), _highest_beside(series, near, far, 1))
    return np.asarray((series - around).reshape(-1, CELLS).max(axis=1), np.float32)


def _highest_beside(series: Floats, near: int, far: int, side: int) -> Floats:
    """The highest of the cells `near` to `far` away on one side; the ends are held."""
    padded = np.pad(series, far, mode="edge")
    running = sliding_window_view(padded, far - near + 1).max(axis=1)
    start = 0 if side < 0 else far + near
    return np.asarray(running[start : start + len(series)])


def _put_holes(out: Floats, energy: Floats, zeros: Floats, *, active: float) -> None:
    """Dips of the level under what lies beside them within 150 ms, steep edges, and runs of exact zeros."""
    before, after = (_highest_beside(energy, 1, 30, side) for side in (-1, 1))
    for name, side in (("dip", np.maximum(before, after)), ("dip_both", np.minimum(before, after))):
        _put(out, name, (side - energy).reshape(-1, CELLS).max(axis=1))
    _put(out, "energy_near", _standing_out(energy, 2, 7))
    _put(out, "edge", np.abs(np.diff(energy, prepend=energy[:1])).reshape(-1, CELLS).max(axis=1))
    cut = _cut_off(zeros > 0.95, energy, loud=active - 30)
    _put(out, "zeros", cut.reshape(-1, CELLS).mean(axis=1))
    _put(out, "zero_run", np.log1p(run_lengths(cut).reshape(-1, CELLS).max(axis=1)))


def _cut_off(is_zero: NDArray[np.bool_], energy: Floats, *, loud: float) -> NDArray[np.bool_]:
    """Runs of zeros with something loud right before or after: in a quiet recording the room itself is all zeros."""
    edges = np.flatnonzero(np.diff(is_zero, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    padded = np.pad(energy, 2, mode="constant", constant_values=-np.inf)
    beside = np.max([padded[starts], padded[starts + 1], padded[ends + 2], padded[ends + 3]], axis=0, initial=-np.inf)
    kept = beside > loud
    marks = np.zeros(len(is_zero) + 1, np.int64)
    marks[starts[kept]] += 1
    marks[ends[kept]] -= 1
    return np.cumsum(marks[:-1]) > 0


def _put_silences(out: Floats) -> None:
    """The logarithm of the length of the quiet stretch a frame lies in, by three notions of quiet."""
    rms = out[:, INDEX["rms"]]
    between = max(float(np.quantile(rms, 0.05)) * 0.6, -45.0)
    for name, level in (("silence_25", -25.0), ("silence_35", -35.0), ("silence_between", between)):
        _put(out, name, np.log1p(run_lengths(_bridged(rms < level, 2))))


def _bridged(is_quiet: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """Sounds of up to `longest` frames between quiet ones count as quiet."""
    sounds = run_lengths(~is_quiet)
    bridge = ~is_quiet & (sounds <= longest)
    bridge[: longest + 1] &= is_quiet[0]
    bridge[-longest - 1 :] &= is_quiet[-1]
    return is_quiet | bridge


def shifted(values: Floats, step: int) -> Floats:
    """`values` as they are `step` places later (earlier when negative); the ends are held."""
    at = np.clip(np.arange(len(values)) + step, 0, len(values) - 1)
    return values[at]


def _put(out: Floats, name: str, values: Floats) -> None:
    out[:, INDEX[name]] = values
