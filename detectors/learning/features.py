"""What is known of a recording: some sixty measures of every 20 ms, in pieces of ten minutes, kept in files."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.learning.measures import N_COLUMNS, Meter
from detectors.learning.sampling import Floats, windows
from detectors.learning.settings import FRAME_MS
from detectors.learning.surroundings import INDEX, N_MEASURES, measures_of

FEATURE_VERSION = 1  # goes up whenever the same sound would give other numbers

OVERLAP = 2000 // FRAME_MS
PIECE = 600_000 // FRAME_MS

Halves = NDArray[np.float16]


class StaleFeatures(ValueError):
    """A file of features that is damaged, or of another version: measure again."""


@dataclass(frozen=True)
class Piece:
    """Frames `first` up to `last`. `values`, of shape (frames, N_MEASURES), begins `lead` frames before."""

    first: int
    last: int
    lead: int
    values: Halves


@dataclass(frozen=True)
class Features:
    """All pieces of a recording, without gaps. What was measured now and what was kept are the same to the bit."""

    duration_ms: int
    pieces: tuple[Piece, ...]

    @property
    def n_frames(self) -> int:
        return self.pieces[-1].last

    def column(self, name: str) -> Floats:
        """One measure of every frame, shape (frames,), by its name in `surroundings.NAMES`; KeyError for another."""
        at = INDEX[name]
        bodies = [piece.values[piece.lead : piece.lead + piece.last - piece.first, at] for piece in self.pieces]
        return np.concatenate(bodies, dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write them as npz, without pickle; the same features give the same bytes."""
        about = [[piece.first, piece.last, piece.lead] for piece in self.pieces]
        arrays: dict[str, Any] = {f"piece{at}": piece.values for at, piece in enumerate(self.pieces)}
        with path.open("wb") as file:
            np.savez(
                file,
                version=np.int64(FEATURE_VERSION),
                duration_ms=np.int64(self.duration_ms),
                about=np.array(about, np.int64),
                **arrays,
            )

    @classmethod
    def load(cls, path: Path) -> "Features":
        """Read what `save` wrote. Raises StaleFeatures for anything else, OSError as `open` does."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls._of(arrays)
        except (ValueError, KeyError, TypeError, EOFError, IndexError, zipfile.BadZipFile) as error:
            raise StaleFeatures(str(error)) from error

    @classmethod
    def _of(cls, arrays: "np.lib.npyio.NpzFile") -> "Features":
        if int(arrays["version"]) != FEATURE_VERSION:
            raise StaleFeatures("measured by another version")
        pieces: list[Piece] = []
        for at, (first, last, lead) in enumerate(arrays["about"].tolist()):
            values = arrays[f"piece{at}"]
            expected = pieces[-1].last if pieces else 0
            if values.dtype != np.float16 or values.ndim != 2 or values.shape[1] != N_MEASURES or first != expected:
                raise StaleFeatures("not the shape of features")
            if not first < last or not 0 <= lead <= first or len(values) < last - first + lead:
                raise StaleFeatures("not the frames of a recording")
            pieces.append(Piece(first, last, lead, values))
        if not pieces:
            raise StaleFeatures("no frames")
        return cls(int(arrays["duration_ms"]), tuple(pieces))


def measure(path: Path, *, on_progress: Callable[[float], None] = lambda part: None) -> Features:
    """Listen to a sound file of any kind and length. `on_progress` hears how much is done, 0 to 1, and may raise.

    Raises NotAudio when nothing decodes.
    """
    meter, builder, n_samples, rate = Meter(), _Builder(), 0, 1
    for window in windows(path, on_progress=on_progress):
        builder.add(meter.rows(window))
        n_samples, rate = n_samples + window.n_samples, window.source_rate
    on_progress(1.0)
    return Features(n_samples * 1000 // rate, tuple(builder.finish()))


class _Builder:
    """Collects raw rows and turns them into pieces as soon as each has its surroundings."""

    def __init__(self) -> None:
        self._rows: list[Floats] = []
        self._held = 0  # rows in hand, beginning at frame `_first - _lead`
        self._first = self._lead = 0
        self._pieces: list[Piece] = []

    def add(self, rows: Floats) -> None:
        self._rows.append(rows)
        self._held += len(rows)
        # Never leave a rest too short to tell its own levels by: it goes with the piece before.
        while self._held >= self._lead + 2 * PIECE:
            self._cut(PIECE)

    def finish(self) -> Iterator[Piece]:
        if not self._held:  # shorter than a frame
            self.add(np.full((1, N_COLUMNS), 0, np.float32))
        self._cut(self._held - self._lead)
        return iter(self._pieces)

    def _cut(self, body: int) -> None:
        rows = np.concatenate(self._rows)
        values = measures_of(rows[: self._lead + body + OVERLAP]).astype(np.float16)
        self._pieces.append(Piece(self._first, self._first + body, self._lead, values))
        at = self._lead + body
        self._first, self._lead = self._first + body, min(OVERLAP, at)
        rest = rows[at - self._lead :]
        self._rows, self._held = [rest], len(rest)
