"""What is measured of every 20 ms of sound, window by window, before anything is compared with its surroundings."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detectors.learning.echoes import EchoMeter
from detectors.learning.sampling import FRAMES, MARGIN_S, RATE, WINDOW_S, Floats, Window
from detectors.learning.settings import FRAME_MS

HOP = RATE * FRAME_MS // 1000
CELLS = 4  # of 5 ms in a frame
QUIETEST_DB = -110.0
_FFT = 512
_ORDER = 12
_MEL = 20
_LSB = 2.0**-15

# The columns of a raw row, in order, with their widths.
_WIDTHS = {
    "mel": _MEL, "high": 1, "high_share": 1, "flatness": 1, "rms": 1, "peak": 1, "crest": 1, "kurtosis": 1,
    "crossings": 1, "quiet_2ms": 1, "loud_2ms": 1, "step_2ms": 1, "bend": 1, "bend_ratio": 1,
    "residual": 1, "residual_ratio": 1, "flat": 1, "plateau": 1, "top": 1, "high_up": 1, "echo": 5,
    "residual_5ms": CELLS, "bend_5ms": CELLS, "energy_5ms": CELLS, "zeros_5ms": CELLS,
}  # fmt: skip
COLUMNS: dict[str, slice] = {}
for _name, _width in _WIDTHS.items():
    _at = sum(column.stop - column.start for column in COLUMNS.values())
    COLUMNS[_name] = slice(_at, _at + _width)
N_COLUMNS = sum(_WIDTHS.values())


class Meter:
    """Measures windows. Its buffers are made once: a fresh array per step costs a third of the time in page faults."""

    def __init__(self) -> None:
        self._hann = np.hanning(_FFT + 1)[:-1].astype(np.float32)
        self._mel = _mel_bank()
        self._lags = _lag_matrix()
        self._windowed = np.empty((FRAMES, _FFT), np.float32)
        self._spectrum = np.empty((FRAMES, _FFT // 2 + 1), np.complex64)
        self._power = np.empty((FRAMES, _FFT // 2 + 1), np.float32)
        self._squares = np.empty((FRAMES, _FFT // 2 + 1), np.float32)
        self._work = np.empty((FRAMES, HOP), np.float32)
        self._more = np.empty((FRAMES, HOP), np.float32)
        self._echoes = EchoMeter()

    def rows(self, window: Window) -> Floats:
        """Raw rows of the window's frames, shape (n_frames, N_COLUMNS), decibels where it is a level."""
        out = np.empty((FRAMES, N_COLUMNS), np.float32)
        self._measure_spectrum(window.samples, out)
        self._measure_levels(window.samples, out)
        self._measure_bends(window.samples, out)
        self._measure_residual(window.samples, out)
        _measure_source(window, out)
        out[:, COLUMNS["echo"]] = self._echoes.rows(window.samples)
        return out[: window.n_frames]

    def _measure_spectrum(self, samples: Floats, out: Floats) -> None:
        first = MARGIN_S * RATE - (_FFT - HOP) // 2
        frames = sliding_window_view(samples[first : first + FRAMES * HOP + _FFT - HOP], _FFT)[::HOP]
        np.multiply(frames, self._hann, out=self._windowed)
        np.fft.rfft(self._windowed, out=self._spectrum)  # type: ignore[arg-type]  # it keeps the precision
        np.square(self._spectrum.real, out=self._power)
        np.square(self._spectrum.imag, out=self._squares)
        self._power += self._squares
        self._power *= np.float32(1 / np.square(self._hann).sum() / _FFT)
        out[:, COLUMNS["mel"]] = _db(self._power @ self._mel)
        total = self._power.sum(axis=1)
        high = self._power[:, _FFT // 4 :].sum(axis=1)
        _put(out, "high", _db(high))
        _put(out, "high_share", _db(high) - _db(total))
        np.add(self._power, 1e-12, out=self._squares)
        np.log(self._squares, out=self._squares)
        _put(out, "flatness", self._squares.mean(axis=1) * 4.343 - _db(total / self._power.shape[1]))

    def _measure_levels(self, samples: Floats, out: Floats) -> None:
        frames = _inside(samples).reshape(FRAMES, HOP)
        np.square(frames, out=self._work)
        energy = self._work.mean(axis=1)
        cells = self._work.reshape(FRAMES, CELLS, -1).mean(axis=2)
        twos = _db(self._work.reshape(FRAMES, 10, -1).mean(axis=2))
        np.square(self._work, out=self._more)
        fourth = self._more.mean(axis=1)
        np.abs(frames, out=self._work)
        peak = self._work.max(axis=1)
        np.greater(self._work, peak[:, None] * np.float32(0.9), out=self._more)
        _put(out, "rms", _db(energy))
        _put(out, "peak", _db(np.square(peak)))
        _put(out, "crest", _db(np.square(peak)) - _db(energy))
        _put(out, "kurtosis", np.log((fourth + 1e-16) / (np.square(energy) + 1e-16)))
        _put(out, "crossings", (frames[:, 1:] * frames[:, :-1] < 0).mean(axis=1))
        _put(out, "quiet_2ms", twos.min(axis=1))
        _put(out, "loud_2ms", twos.max(axis=1))
        _put(out, "step_2ms", np.abs(np.diff(twos, axis=1)).max(axis=1))
        _put(out, "high_up", self._more.mean(axis=1))
        out[:, COLUMNS["energy_5ms"]] = _db(cells)

    def _measure_bends(self, samples: Floats, out: Floats) -> None:
        """The second difference: how sharply the wave bends."""
        first = MARGIN_S * RATE
        before, here, after = (samples[first + d : first + d + FRAMES * HOP].reshape(FRAMES, HOP) for d in (-2, -1, 0))
        np.add(before, after, out=self._work)
        np.subtract(self._work, here, out=self._work)
        np.subtract(self._work, here, out=self._work)
        np.abs(self._work, out=self._work)
        self._put_outlier(out, "bend")

    def _measure_residual(self, samples: Floats, out: Floats) -> None:
        """What a linear prediction of order 12 cannot foresee."""
        weights = _levinson(self._power @ self._lags)
        first = MARGIN_S * RATE
        self._work[:] = samples[first : first + FRAMES * HOP].reshape(FRAMES, HOP)
        for lag in range(1, _ORDER + 1):
            late = samples[first - lag : first - lag + FRAMES * HOP].reshape(FRAMES, HOP)
            np.multiply(late, weights[:, lag : lag + 1], out=self._more)
            self._work += self._more
        np.abs(self._work, out=self._work)
        self._put_outlier(out, "residual")

    def _put_outlier(self, out: Floats, name: str) -> None:
        """The largest of `_work` per frame, that over the mean, and the largest of every 5 ms."""
        cells = self._work.reshape(FRAMES, CELLS, -1).max(axis=2)
        largest, mean = cells.max(axis=1), self._work.mean(axis=1)
        _put(out, name, _db(np.square(largest)))
        _put(out, f"{name}_ratio", _db(np.square(largest)) - _db(np.square(mean)))
        out[:, COLUMNS[f"{name}_5ms"]] = _db(np.square(cells))


def _measure_source(window: Window, out: Floats) -> None:
    """Exact zeros and flat tops, which resampling would blur, at the file's own rate."""
    source, rate = window.source, window.source_rate
    if rate < 4000:  # a cell of 5 ms would hold a handful of samples
        source, rate = window.samples[MARGIN_S * RATE - 1 : (MARGIN_S + WINDOW_S) * RATE], RATE
    samples = np.abs(source[1:])
    cells = (np.arange(FRAMES * CELLS) * rate // (1000 // FRAME_MS * CELLS)).astype(np.intp)
    sizes = np.diff(cells, append=len(samples))
    zeros = np.add.reduceat(samples < 0.6 * _LSB, cells, dtype=np.float32) / sizes
    peak = np.maximum.reduceat(samples, cells[::CELLS])
    frame_sizes = sizes.reshape(FRAMES, CELLS).sum(axis=1)
    peaks = np.repeat(peak, frame_sizes)
    step = np.abs(np.diff(source))
    is_flat = (step <= peaks * np.float32(0.002) + np.float32(0.6 * _LSB)) & (samples > peaks * np.float32(0.6))
    is_flat &= samples > np.float32(8 * _LSB)
    _put(out, "flat", np.add.reduceat(is_flat, cells[::CELLS], dtype=np.float32) / frame_sizes)
    top = run_lengths(samples >= peaks * np.float32(1 - 5e-4) - np.float32(0.6 * _LSB))
    longest = np.maximum.reduceat(top, cells[::CELLS]) * np.float32(1000 / rate)
    _put(out, "plateau", np.log1p(20 * longest * (peak > 8 * _LSB)))
    _put(out, "top", _db(np.square(peak)))
    out[:, COLUMNS["zeros_5ms"]] = zeros.reshape(FRAMES, CELLS)


def run_lengths(is_in: NDArray[np.bool_]) -> Floats:
    """For every place inside a run its length, elsewhere 0."""
    edges = np.flatnonzero(np.diff(is_in, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    lengths = np.zeros(len(is_in) + 1, np.float32)
    lengths[starts] += ends - starts
    lengths[ends] -= ends - starts
    return np.cumsum(lengths[:-1], dtype=np.float32)


def _inside(samples: Floats) -> Floats:
    return samples[MARGIN_S * RATE : (MARGIN_S + WINDOW_S) * RATE]


def _put(out: Floats, name: str, values: Floats) -> None:
    out[:, COLUMNS[name].start] = values


def _db(power: Floats) -> Floats:
    """Decibels of a power, not below `QUIETEST_DB`."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (QUIETEST_DB / 10))), np.float32)


def _mel_bank() -> Floats:
    """Triangles over the bins of the spectrum, 60 Hz to 7.8 kHz, shape (bins, bands)."""
    mel = np.linspace(_to_mel(60), _to_mel(7800), _MEL + 2)
    hertz = 700 * (10 ** (mel / 2595) - 1)
    bins = np.arange(_FFT // 2 + 1) * RATE / _FFT
    up = (bins[:, None] - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    down = (hertz[2:] - bins[:, None]) / (hertz[2:] - hertz[1:-1])
    return np.clip(np.minimum(up, down), 0, None).astype(np.float32)


def _to_mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _lag_matrix() -> Floats:
    """What turns a power spectrum into its autocorrelation at lags 0 to 12."""
    bins = np.arange(_FFT // 2 + 1)
    twice = np.where((bins == 0) | (bins == _FFT // 2), 1.0, 2.0)
    return (np.cos(2 * np.pi * bins[:, None] * np.arange(_ORDER + 1) / _FFT) * twice[:, None]).astype(np.float32)


def _levinson(lags: Floats) -> Floats:
    """Prediction error filters of all frames at once, shape (frames, 13), the first weight 1."""
    lags = lags.astype(np.float64)
    lags[:, 0] = lags[:, 0] * 1.0001 + 1e-12
    weights = np.zeros_like(lags)
    weights[:, 0] = 1
    error = lags[:, 0].copy()
    for order in range(1, _ORDER + 1):
        mirror = weights[:, order - 1 :: -1][:, :order]
        k = -np.sum(mirror * lags[:, 1 : order + 1], axis=1) / error
        weights[:, 1 : order + 1] += k[:, None] * mirror
        error *= np.maximum(1 - k * k, 1e-9)
    return weights.astype(np.float32)
