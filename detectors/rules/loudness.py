"""How loud a sound is to people (ITU-R BS.1770), and where that is too much or too little."""

import numpy as np
from numpy.typing import NDArray

from detectors.learning.events import Detection
from detectors.rules.catalogue import RULES
from detectors.rules.frames import Framer, Signal, runs

PIECE_MS = 100
_ABSOLUTE_GATE = -70.0
_OFFSET = -0.691  # so that a sine of 997 Hz at full scale in one channel is at -3.01 LUFS
# The two filters of BS.1770 at 48 kHz: the head, and how little the lowest tones count.
_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)
_SPEECH_SPAN_DB = 15  # what is this much quieter than the loudest around it is a pause
_ACTIVE_MS = 500

Powers = NDArray[np.float64]


class Loudness:
    """Takes a sound's blocks in order; `found` then tells where it is too loud or too quiet."""

    def __init__(self, rate: int) -> None:
        self._framer = Framer(max(2, round(rate * PIECE_MS / 1000)))
        self._piece_ms = self._framer.size * 1000 / rate
        self._window = np.hanning(self._framer.size + 1)[:-1].astype(np.float32)
        hertz = np.fft.rfftfreq(self._framer.size, 1 / rate)
        self._weights = 2 * _weighting(hertz.astype(np.float64)) / (self._framer.size * float(np.sum(self._window**2)))
        self._powers: list[Powers] = []

    def feed(self, block: Signal) -> None:
        frames = self._framer.frames(block)
        if frames.shape[1]:
            spectra = np.abs(np.fft.rfft(frames * self._window, axis=2)) ** 2
            self._powers.append((spectra @ self._weights).sum(axis=0))

    def integrated(self) -> float:
        """The loudness of all of it in LUFS, pauses left out; -inf where nothing is above -70 LUFS."""
        powers = self._all()
        return float(as_lufs(np.array([_gated(powers)]))[0])

    def found(self) -> list[Detection]:
        limits = RULES["loudness"].values
        powers = self._all()
        loudness = self._short_term(powers, window=max(1, round(limits["window_ms"] / self._piece_ms)))
        with np.errstate(invalid="ignore"):
            excesses = {"too_loud": loudness - limits["loudest_lufs"], "too_quiet": limits["quietest_lufs"] - loudness}
        return sorted(
            Detection(round(start * self._piece_ms), round(end * self._piece_ms), kind, _sure(excess[start:end].max()))
            for kind, excess in excesses.items()
            for start, end in zip(*runs(np.nan_to_num(excess, nan=-1.0) > 0), strict=True)
        )

    def _all(self) -> Powers:
        return np.concatenate([np.zeros(0), *self._powers])

    def _short_term(self, powers: Powers, *, window: int) -> Powers:
        """LUFS per piece over the window around it, pauses left out; not a number where nobody speaks."""
        if not len(powers):
            return powers
        floor = min(float(np.quantile(powers, 0.05)) * 4, _gated(powers) / 100)
        around = np.lib.stride_tricks.sliding_window_view(
            np.pad(powers, (window // 2, window - 1 - window // 2)), window
        )
        loudest = around.max(axis=1)
        is_active = powers > np.maximum(
            np.maximum(loudest * 10 ** (-_SPEECH_SPAN_DB / 10), floor), _power(_ABSOLUTE_GATE)
        )
        sums, counts = (
            np.convolve(values, np.ones(window))[(window - 1) // 2 :][: len(powers)]
            for values in (powers * is_active, is_active.astype(float))
        )
        is_speech = counts >= min(_ACTIVE_MS / self._piece_ms, len(powers)) - 0.5
        return np.where(is_speech, as_lufs(np.where(is_speech, sums, 1) / np.maximum(counts, 1)), np.nan)


def as_lufs(powers: Powers) -> Powers:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10 * np.log10(powers))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def _gated(powers: Powers) -> float:
    """The mean power over windows of 400 ms that are above -70 LUFS and within 10 LU of the mean of those."""
    whole = min(4, len(powers))
    windows = np.convolve(powers, np.ones(whole) / whole, mode="valid") if whole else powers
    loud = windows[windows > _power(_ABSOLUTE_GATE)]
    if not len(loud):
        return 0.0
    return float(loud[loud > loud.mean() / 10].mean())


def _weighting(hertz: Powers) -> Powers:
    """How much power at each frequency counts."""
    z = np.exp(-2j * np.pi * np.minimum(hertz, 24_000) / 48_000)
    weights = np.ones(len(hertz))
    for above, below in _STAGES:
        weights *= np.abs(np.polyval(above[::-1], z) / np.polyval(below[::-1], z)) ** 2
    return weights


def _sure(excess_db: float) -> float:
    """0.5 at the limit, 0.67 at 6 dB beyond it."""
    beyond = 10 ** (excess_db / 20)
    return round(beyond / (1 + beyond), 4)
