"""What is known of a recording: some sixty measures of every 20 ms, in pieces of ten minutes, kept in files."""

import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from detectors.learning.measures import N_COLUMNS, QUIETEST_DB, Meter
from detectors.learning.sampling import Floats, windows
from detectors.learning.settings import FRAME_MS
from detectors.learning.surroundings import INDEX, N_MEASURES, measures_of

FEATURE_VERSION = 1  # goes up whenever the same sound would give other numbers

OVERLAP = 2000 // FRAME_MS
PIECE = 600_000 // FRAME_MS
_SHORTEST_PIECE = 60_000 // FRAME_MS  # a rest shorter than this cannot tell its own levels

_MOST_IN_MEMORY = 4_000_000  # bytes, about 10 minutes

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

    @property
    def body(self) -> Halves:
        """The values of the piece's own frames."""
        return self.values[self.lead : self.lead + self.last - self.first]


class Features:
    """All pieces of a recording, without gaps. What was measured now and what was kept are the same to the bit.

    Those of long recordings lie in a nameless file, one piece at a time in memory: a day of sound takes no more of it
    than an hour.
    """

    def __init__(self, duration_ms: int) -> None:
        self.duration_ms = duration_ms
        file = tempfile.SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115  (closed with the last use)
        weakref.finalize(self, file.close)
        self._file = cast(BinaryIO, file)
        self._places: list[tuple[int, int, int, int]] = []  # first, last, lead and number of rows

    @property
    def n_frames(self) -> int:
        return self._places[-1][1]

    @property
    def pieces(self) -> Iterator[Piece]:
        """From the file, in order."""
        at = 0
        for first, last, lead, n_rows in self._places:
            size = n_rows * N_MEASURES * 2
            self._file.seek(at)
            values = np.frombuffer(self._file.read(size), np.float16).reshape(n_rows, N_MEASURES)
            yield Piece(first, last, lead, values)
            at += size

    def add(self, piece: Piece) -> None:
        """The next piece. Raises StaleFeatures when it does not fit what is there."""
        values = piece.values
        expected = self._places[-1][1] if self._places else 0
        if values.dtype != np.float16 or values.ndim != 2 or values.shape[1] != N_MEASURES:
            raise StaleFeatures("not the shape of features")
        if piece.first != expected or not 0 <= piece.lead <= piece.first or len(piece.body) != piece.last - piece.first:
            raise StaleFeatures("not the frames of a recording")
        if not len(piece.body):
            raise StaleFeatures("a piece without frames")
        self._file.seek(0, 2)
        self._file.write(np.ascontiguousarray(values).data)
        self._places.append((piece.first, piece.last, piece.lead, len(values)))

    def column(self, name: str) -> Floats:
        """One measure of every frame, shape (frames,), by its name in `surroundings.NAMES`; KeyError for another."""
        at = INDEX[name]
        return np.concatenate([piece.body[:, at] for piece in self.pieces], dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write them as npz, without pickle; the same features give the same bytes."""
        about = np.array([place[:3] for place in self._places], np.int64)
        arrays = {"version": np.array(FEATURE_VERSION), "duration_ms": np.array(self.duration_ms), "about": about}
        with zipfile.ZipFile(path, "w") as archive:
            for name, values in arrays.items():
                _write(archive, name, values)
            for at, piece in enumerate(self.pieces):
                _write(archive, f"piece{at}", piece.values)

    @classmethod
    def load(cls, path: Path) -> "Features":
        """Read what `save` wrote; the file is not needed afterwards.

        Raises StaleFeatures for anything else, OSError as `open` does.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls._of(arrays)
        except (ValueError, LookupError, TypeError, AttributeError, EOFError, MemoryError) as error:
            raise StaleFeatures(str(error)) from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
            raise StaleFeatures(str(error)) from error

    @classmethod
    def _of(cls, arrays: NpzFile) -> "Features":
        if int(arrays["version"]) != FEATURE_VERSION:
            raise StaleFeatures("measured by another version")
        features = cls(int(arrays["duration_ms"]))
        for at, (first, last, lead) in enumerate(arrays["about"].tolist()):
            features.add(Piece(first, last, lead, arrays[f"piece{at}"]))
        if not features._places:
            raise StaleFeatures("no frames")
        return features


def measure(path: Path, *, on_progress: Callable[[float], None] = lambda part: None) -> Features:
    """Listen to a sound file of any kind and length. `on_progress` hears how much is done, 0 to 1, and may raise.

    Raises NotAudio when nothing decodes.
    """
    meter, builder, n_samples, rate = Meter(), _Builder(), 0, 1
    for window in windows(path, on_progress=on_progress):
        builder.add(meter.rows(window))
        n_samples, rate = n_samples + window.n_samples, window.source_rate
    features = builder.finish(n_samples * 1000 // rate)
    on_progress(1.0)
    return features


class _Builder:
    """Collects raw rows and turns them into pieces as soon as each has its surroundings."""

    def __init__(self) -> None:
        self._rows: list[Floats] = []
        self._held = 0  # rows in hand, beginning at frame `_first - _lead`
        self._first = self._lead = 0
        self._features = Features(0)

    def add(self, rows: Floats) -> None:
        self._rows.append(rows)
        self._held += len(rows)
        while self._held >= self._lead + PIECE + _SHORTEST_PIECE:
            self._cut(PIECE)

    def finish(self, duration_ms: int) -> Features:
        if not self._held:  # shorter than a frame
            self.add(np.full((1, N_COLUMNS), QUIETEST_DB, np.float32))
        self._cut(self._held - self._lead)
        self._features.duration_ms = duration_ms
        return self._features

    def _cut(self, body: int) -> None:
        rows = np.concatenate(self._rows)
        values = measures_of(rows[: self._lead + body + OVERLAP]).astype(np.float16)
        self._features.add(Piece(self._first, self._first + body, self._lead, values))
        at = self._lead + body
        self._first, self._lead = self._first + body, min(OVERLAP, at)
        rest = rows[at - self._lead :].copy()  # or all of `rows` would stay in memory
        self._rows, self._held = [rest], len(rest)


def _write(archive: zipfile.ZipFile, name: str, values: "NDArray[np.generic]") -> None:
    # A fixed date: the same features give the same bytes.
    with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
        np.lib.format.write_array(file, values, allow_pickle=False)
