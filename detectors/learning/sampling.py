"""A sound file as overlapping windows of mono samples, at its own rate and at 16 kHz, in memory that does not grow.

Every window is made from the file's samples alone, with nothing carried over from the one before, so that how a
decoder cuts its blocks changes no bit of what follows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.audio.reading import Sound, read
from detectors.learning.settings import FRAME_MS

Floats = NDArray[np.float32]

RATE = 16_000
WINDOW_S = 4  # what is measured at a time
MARGIN_S = 1  # ... with so much known on either side
FRAMES = WINDOW_S * 1000 // FRAME_MS
_ROLL_OFF = 0.94  # of half the lower rate: where the low-pass begins to close


@dataclass(frozen=True, slots=True)
class Window:
    """Four seconds of a file. All arrays are reused: they hold until the next window is asked for.

    `source` is at `source_rate` and begins with one sample that belongs to the window before; `samples` are at 16 kHz
    with a second on both sides. Of the four seconds the file has `n_samples`, and `n_frames` whole frames.
    """

    source: Floats
    source_rate: int
    samples: Floats
    n_samples: int
    n_frames: int


def windows(path: Path, *, on_progress: Callable[[float], None]) -> Iterator[Window]:
    """The file in order. Past both its ends there is silence.

    Raises NotAudio as `datasets.audio.reading.read` does.
    """
    with read(path) as sound:
        rate = sound.sample_rate
        resampler = Resampler(rate)
        for held, n_samples in _held(sound):
            # A last frame that is not whole would end in a step that nobody hears.
            n_frames = min(FRAMES, n_samples * 1000 // (FRAME_MS * rate))
            first = MARGIN_S * rate
            source = held[first - 1 : first + WINDOW_S * rate]
            on_progress(sound.part_read())
            yield Window(source, rate, resampler.resampled(held), n_samples, n_frames)


def _held(sound: Sound) -> Iterator[tuple[Floats, int]]:
    """Six seconds of samples, moving on by four, and how many of the four in the middle the file has."""
    rate = sound.sample_rate
    room = np.zeros((WINDOW_S + 2 * MARGIN_S) * rate, np.float32)
    filled, step = MARGIN_S * rate, WINDOW_S * rate
    for block in sound.blocks():
        at = 0
        while at < block.shape[1]:
            part = block[:, at : at + len(room) - filled]
            np.mean(part, axis=0, out=room[filled : filled + part.shape[1]])
            at += part.shape[1]
            filled += part.shape[1]
            if filled == len(room):
                yield room, step
                room[:-step] = room[step:]
                filled -= step
    while filled > MARGIN_S * rate:
        room[filled:] = 0
        yield room, min(step, filled - MARGIN_S * rate)
        room[:-step] = room[step:]
        filled -= step


class Resampler:
    """Brings whole seconds of samples to 16 kHz by their spectrum. Only the inside of what it gives is to be used."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._seconds = WINDOW_S + 2 * MARGIN_S
        # Bins are 1 / seconds apart at both rates.
        self._kept = min(rate, RATE) * self._seconds // 2 + 1
        nyquist = min(rate, RATE) / 2
        hertz = np.arange(self._kept) / self._seconds
        closing = np.clip((hertz / nyquist - _ROLL_OFF) / (1 - _ROLL_OFF), 0, 1)
        self._gain = (np.cos(closing * np.pi / 2) ** 2 * RATE / rate).astype(np.float32)
        self._spectrum = np.zeros(RATE * self._seconds // 2 + 1, np.complex64)

    def resampled(self, samples: Floats) -> Floats:
        """Six seconds at 16 kHz of six seconds at the file's rate."""
        if self._rate == RATE:
            return samples
        whole = np.fft.rfft(samples)
        np.multiply(whole[: self._kept], self._gain, out=self._spectrum[: self._kept])
        # The analysis knows float32; NumPy's transform keeps it.
        return np.asarray(np.fft.irfft(self._spectrum, RATE * self._seconds), np.float32)
