"""How much a voice is heard twice: the real cepstrum of a second of sound, between 100 and 350 ms."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from detectors.learning.sampling import FRAMES, MARGIN_S, RATE, Floats
from detectors.learning.settings import FRAME_MS

_SIZE = 16_384  # 1.024 s at 16 kHz; the lower half of its spectrum is that of 8 kHz
_EVERY = RATE // 5
_PER_WINDOW = FRAMES * FRAME_MS // 200
_AROUND = 2  # neighbours looked at on either side
_LAGS = slice(800, 2800)  # 100 to 350 ms at 8 kHz


class EchoMeter:
    def __init__(self) -> None:
        self._hann = np.hanning(_SIZE).astype(np.float32)
        count = _PER_WINDOW + 2 * _AROUND
        self._windowed = np.empty((count, _SIZE), np.float32)
        self._spectrum = np.empty((count, _SIZE // 2 + 1), np.complex64)
        self._log = np.empty((count, _SIZE // 4 + 1), np.float32)
        self._cepstra = np.empty((count, _SIZE // 2), np.float32)

    def rows(self, samples: Floats) -> Floats:
        """Per frame: peak, peak over its deviation, whether its lag stays, and the height before and after there."""
        first = MARGIN_S * RATE + _EVERY // 2 - _AROUND * _EVERY - _SIZE // 2
        last = first + (len(self._windowed) - 1) * _EVERY + _SIZE
        np.multiply(sliding_window_view(samples[first:last], _SIZE)[::_EVERY], self._hann, out=self._windowed)
        np.fft.rfft(self._windowed, out=self._spectrum)  # type: ignore[arg-type]  # it keeps the precision
        low = self._spectrum[:, : _SIZE // 4 + 1]
        np.square(low.real, out=self._log)
        self._log += np.square(low.imag)
        # Far below the voice there is only the room, in which nothing comes back.
        self._log += self._log.mean(axis=1, keepdims=True) * np.float32(1e-5) + np.float32(1e-9)
        np.log(self._log, out=self._log)
        np.fft.irfft(self._log, _SIZE // 2, out=self._cepstra)  # type: ignore[arg-type]  # as above
        return np.repeat(_compared(self._cepstra[:, _LAGS]), FRAMES // _PER_WINDOW, axis=0)


def _compared(cepstra: Floats) -> Floats:
    lags = cepstra.argmax(axis=1)
    inner = np.arange(_AROUND, len(cepstra) - _AROUND)
    peak = cepstra[inner, lags[inner]]
    deviation = cepstra[inner].std(axis=1) + np.float32(1e-6)
    moved = np.minimum(np.abs(lags[inner] - lags[inner - 1]), np.abs(lags[inner] - lags[inner + 1]))
    columns = [peak * 10, peak / deviation, np.minimum(moved, 20) / 20]
    for side in (-1, 1):
        near = [_height(cepstra[inner + side * far], lags[inner]) for far in (1, 2)]
        columns.append(np.maximum(*near) * 10)
    return np.stack(columns, axis=1).astype(np.float32)


def _height(cepstra: Floats, lags: "np.typing.NDArray[np.intp]") -> Floats:
    """The height of each row at its lag, give or take one sample."""
    rows = np.arange(len(lags))
    around = [cepstra[rows, np.clip(lags + step, 0, cepstra.shape[1] - 1)] for step in (-1, 0, 1)]
    return np.asarray(np.max(around, axis=0), np.float32)
