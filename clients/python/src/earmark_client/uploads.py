"""Files on their way: read in pieces, never held in memory, with a bar on a terminal."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

Content = IO[bytes] | bytes | str | os.PathLike[str]


class Watched:
    """A file whose reading moves a bar. Going back to the start, for another attempt, moves the bar back too."""

    def __init__(self, file: IO[bytes], bar: "tqdm[Any]") -> None:
        self.file = file
        self.bar = bar
        self.is_read = False

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.is_read = not piece
        self.bar.update(len(piece))
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if (offset, whence) == (0, os.SEEK_SET):
            self.bar.reset()
            self.is_read = False
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()


@contextmanager
def opened(content: Content, *, name: str | None, progress: bool | None) -> Iterator[tuple[str, Watched]]:
    """The name to send and the file to read, from an open file, a path or bytes. Closes what it has opened."""
    with _file(content) as file:
        if not isinstance(file.read(0), bytes):
            raise TypeError('Open the file for reading bytes: open(path, "rb").')
        if not file.seekable():
            raise TypeError("Give a file that can be read again from its start: a pipe cannot.")
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        name = name or _name(content)
        with bar(name, total=size, progress=progress) as shown:
            yield name, Watched(file, shown)


def bar(name: str, *, total: int | None, progress: bool | None, unit: str = "B") -> "tqdm[Any]":
    """A bar on standard error: always, never, or (None) if that is a terminal."""
    disable = None if progress is None else not progress
    return tqdm(total=total, desc=name, unit=unit, unit_scale=unit == "B", unit_divisor=1024, disable=disable)


@contextmanager
def _file(content: Content) -> Iterator[IO[bytes]]:
    if isinstance(content, bytes):
        yield io.BytesIO(content)
    elif isinstance(content, str | os.PathLike):
        with Path(content).open("rb") as file:
            yield file
    else:
        yield content


def _name(content: Content) -> str:
    if isinstance(content, str | os.PathLike):
        return Path(content).name
    name = getattr(content, "name", None)
    return Path(name).name if isinstance(name, str) and name else "upload"
