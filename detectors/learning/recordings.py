"""What is learned from: recordings with their labels, and the same as one table of rows, truths and weights."""

import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.learning.context import HINGED, WIDTH, hinges_of, rows_of
from detectors.learning.decoding import SHORTEST_MS
from detectors.learning.events import Event
from detectors.learning.features import Features
from detectors.learning.network import Floats
from detectors.learning.settings import FRAME_MS

_SAMPLED = 4  # of so many frames one is looked at for the hinges
_AT_ONCE = 4000  # rows

Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Recording:
    """A recording that somebody listened to. `features` may be called several times.

    `searched` are the types that were listened for: where a type has no event it is absent, and a type that was not
    searched for is neither learned nor judged here.
    """

    key: str
    features: Callable[[], Features]
    events: list[Event]
    searched: frozenset[str]


class Rows:
    """Rows of shape (n, WIDTH), four megabytes a minute, in a nameless file: only those asked for are in memory."""

    def __init__(self, n_rows: int) -> None:
        self._n_rows = n_rows
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the last use)
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return self._n_rows

    def put(self, first: int, rows: Halves) -> None:
        """Write rows from the one at `first` on."""
        self._file.seek(first * WIDTH * rows.itemsize)
        self._file.write(rows.data)

    def of(self, spans: Sequence[range]) -> Halves:
        """The rows of each span of neighbours, one below the other."""
        out = np.empty((sum(map(len, spans)), WIDTH), np.float16)
        at = 0
        for span in spans:
            part = out[at : at + len(span)]
            self._file.seek(span.start * WIDTH * out.itemsize)
            # The kernel writes right into `out`: a copy per span would cost as much as the learning.
            if self._file.readinto(part.data) != part.nbytes:
                raise OSError("The rows that were kept aside are gone.")
            at += len(span)
        return out

    def blocks(self) -> Iterator[tuple[int, Halves]]:
        """All of them in order: (the first one's place, some rows)."""
        for first in range(0, self._n_rows, _AT_ONCE):
            yield first, self.of([range(first, min(first + _AT_ONCE, self._n_rows))])


@dataclass(frozen=True)
class Table:
    """Frames of several recordings, one below the other. `starts` has each recording's first row, and last the end.

    `truth` and `is_known` are of shape (frames, types).
    """

    rows: Rows
    truth: NDArray[np.bool_]
    is_known: NDArray[np.bool_]
    starts: tuple[int, ...]
    durations_ms: tuple[int, ...]


def hinges_over(recordings: Sequence[Recording]) -> Floats:
    parts = [piece.body[::_SAMPLED, HINGED] for recording in recordings for piece in recording.features().pieces]
    return hinges_of(np.concatenate(parts))


def table_of(recordings: Sequence[Recording], types: Sequence[str], hinges: Floats) -> Table:
    sizes, durations = [], []
    for recording in recordings:
        features = recording.features()
        sizes.append(features.n_frames)
        durations.append(features.duration_ms)
    starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    rows = Rows(starts[-1])
    truth = np.zeros((starts[-1], len(types)), np.bool_)
    is_known = np.zeros((starts[-1], len(types)), np.bool_)
    for recording, start, end in zip(recordings, starts, starts[1:], strict=False):
        for piece in recording.features().pieces:
            for first, values in rows_of(piece, hinges):
                rows.put(start + first, values.astype(np.float16))
        for column, artifact_type in enumerate(types):
            is_known[start:end, column] = artifact_type in recording.searched
            for event in recording.events:
                if event.artifact_type == artifact_type:
                    truth[start:end][frames_of(event, end - start), column] = True
    return Table(rows, truth, is_known, tuple(starts), tuple(durations))


def frames_of(event: Event, n_frames: int) -> slice:
    """The frames whose middle the event covers, after widening it to 60 ms; at least one, if it is in the recording."""
    missing = max(0, SHORTEST_MS - (event.end_ms - event.start_ms))
    start_ms, end_ms = event.start_ms - missing // 2, event.end_ms + missing - missing // 2
    half = FRAME_MS // 2
    return slice(
        min(max(0, -(-(start_ms - half) // FRAME_MS)), n_frames), min(max(0, -(-(end_ms - half) // FRAME_MS)), n_frames)
    )
