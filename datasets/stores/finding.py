"""What is found in a store, and what keeps it from being found."""

from dataclasses import dataclass
from typing import IO, Protocol

# As many as telling what kind of file it is takes.
START_BYTES = 4096


@dataclass(frozen=True)
class Found:
    """An object: its size in bytes, its MD5 in hexadecimal where the store tells it, its first bytes (up to 4 KB).

    `version` changes when the object does.
    """

    size: int
    md5: str
    start: bytes
    version: str


class StoreTrouble(OSError):
    """A store, or something in it, cannot be read now. The message is a sentence for people."""

    def __str__(self) -> str:
        return str(self.args[0])


class Missing(StoreTrouble, FileNotFoundError):
    """The object is not there."""


class Forbidden(StoreTrouble, PermissionError):
    """The object, or the whole store, is not to be read from here."""


class Store(Protocol):
    """A folder or a part of a bucket. Paths are relative, with slashes; all calls raise StoreTrouble."""

    def look(self, path: str) -> Found:
        """What is there, without fetching it."""

    def open(self, path: str, *, start: int = 0, length: int | None = None) -> IO[bytes]:
        """The object's bytes from `start` on, at least `length` of them where there are as many."""

    def address(self, path: str, *, parameters: dict[str, str], method: str) -> str | None:
        """An address, signed for a short while, from which the browser gets it; None where it has to come from us."""

    def check(self) -> None:
        """Raise StoreTrouble unless the store can be read at all."""
