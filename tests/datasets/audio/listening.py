"""What tests ask of sounds: all their samples, and by how much one comes after another."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from datasets.audio.reading import read

Floats = npt.NDArray[np.floating]


def samples_of(path: Path) -> Floats:
    """All of a file's samples, of shape (channels, samples)."""
    with read(path) as sound:
        return np.concatenate([block.copy() for block in sound.blocks()], axis=1)


def lateness(heard: Floats, original: Floats) -> int:
    """The number of samples by which `heard` comes later than `original`; fails when it is another sound."""
    count = min(len(heard), len(original))
    size = 1 << (2 * count).bit_length()
    heard, original = heard[:count], original[:count]
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.fft.rfft(original, size).conj(), size)
    late = int(match.argmax())
    assert match[late] > 0.8 * np.linalg.norm(heard) * np.linalg.norm(original), "not the same sound"
    return late - size if late > size // 2 else late
