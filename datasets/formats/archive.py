"""ZIP archives that are the same bytes whenever they are made from the same input, and never half there."""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_BLOCK_BYTES = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a ZIP can tell
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
# Sound and images are dense already; deflating them costs time and gains nothing. PCM WAV would shrink a little, but
# reading a stored member is a plain copy.
_STORED = frozenset(
    "aac aif aiff amr flac gif jpeg jpg m4a mka mp3 mp4 npz oga ogg opus png wav weba webm wma zip".split()  # noqa: SIM905
)
_NEVER = re.compile(r"[\\:\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
# Characters that show nothing or turn the reading direction round, and so can dress up one name as another.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)",
    re.IGNORECASE,
)
_NAME_BYTES = 150  # file systems allow 255; what remains is for a number, another suffix, a folder by Windows' rules
_SUFFIX_BYTES = 16


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive as it was written: its name, length and hash before compression."""

    name: str
    size_bytes: int
    sha256: str


class Archive:
    """Writes a ZIP file; it appears under its name only when the `with` block ends without an error.

    Members are written one after the other in the order of the calls, in blocks, so memory stays flat. Names, times
    and permissions say nothing about the machine or the hour. `members` lists what has been written so far.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: set[str] = set()
        self._cut_short = ""
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        # Its own name per writer: a worker that lost its lease may still be writing when the next one starts.
        handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", suffix=".part", dir=self._path.parent)
        self._part = Path(name)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with self._file:
                if kind is None:
                    self._publish()
        finally:
            with contextlib.suppress(OSError, ValueError):  # what went wrong first is what matters
                self._zip.close()
            self._part.unlink(missing_ok=True)

    def _publish(self) -> None:
        if self._cut_short:
            raise ValueError(f"{self._cut_short!r} was not written to its end")
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.chmod(0o644)  # mkstemp gives 0600, which a web server of another user cannot read
        self._part.replace(self._path)

    def add_bytes(self, name: str, data: bytes) -> Member:
        """Add a member that is at hand in full. Raises ValueError for a name that is unsafe or already there."""
        info = self._info(name)
        with self._to_the_end(name):
            self._zip.writestr(info, data)
        return self._record(name, len(data), hashlib.sha256(data).hexdigest())

    def add_stream(self, name: str, chunks: Iterable[bytes]) -> Member:
        """Add a member from chunks of any size. Raises ValueError as `add_bytes` does."""
        info, digest, size_bytes = self._info(name), hashlib.sha256(), 0
        # The length is not known beforehand, so the header always leaves room for one beyond 4 GiB.
        with (
            self._to_the_end(name),
            self._zip.open(info, "w", force_zip64=True) as target,
        ):
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size_bytes += len(chunk)
        return self._record(name, size_bytes, digest.hexdigest())

    def add_file(self, name: str, path: Path) -> Member:
        """Add the contents of a file; its own time and permissions are left out."""
        with path.open("rb") as source:
            return self.add_stream(name, iter(lambda: source.read(_BLOCK_BYTES), b""))

    @contextlib.contextmanager
    def _to_the_end(self, name: str) -> Iterator[None]:
        """Remember a member that broke off, in case the caller catches the error: such an archive never appears."""
        try:
            yield
        except BaseException:
            self._cut_short = name
            raise

    def _info(self, name: str) -> zipfile.ZipInfo:
        check_member_name(name)
        key = _key(name)
        if key in self._names:
            raise ValueError(f"{name!r} is in the archive already")
        self._names.add(key)
        info = zipfile.ZipInfo(name, date_time=_EPOCH)
        info.create_system = _UNIX
        info.external_attr = _MODE
        info.compress_type = zipfile.ZIP_STORED if name.rpartition(".")[2].lower() in _STORED else zipfile.ZIP_DEFLATED
        return info

    def _record(self, name: str, size_bytes: int, sha256: str) -> Member:
        member = Member(name, size_bytes, sha256)
        self.members.append(member)
        return member


def check_member_name(name: str) -> None:
    """Raise ValueError unless `name` is a relative path that stays inside the folder it is unpacked in."""
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError(f"{name!r} is not a relative path")
    if _NEVER.search(name):
        raise ValueError(f"{name!r} has a character that no member name may have")
    if len(name.encode()) > 0xFFFF:
        raise ValueError("the name is longer than a ZIP can hold")


def safe_name(filename: str, taken: dict[str, int]) -> str:
    """A member name (without folders) for a file that people named, unlike all names given before.

    `taken` is the memory between calls: begin with an empty dict and pass the same one each time. Names that differ
    only in case or in Unicode form count as equal, since many file systems cannot hold both; the later one gets a
    number before its suffix. Give the name without its suffix where several members (sound, labels) will share it.
    """
    name = _tidied(filename)
    stem, suffix = _split(name)
    candidate = name
    while _key(candidate) in taken:
        taken[_key(name)] += 1
        candidate = f"{stem}-{taken[_key(name)]}{suffix}"
    taken[_key(candidate)] = 1
    return candidate


def _tidied(filename: str) -> str:
    name = unicodedata.normalize("NFC", filename.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = _UNSAFE.sub("_", _INVISIBLE.sub("", name)).strip().rstrip(". ")
    if name.startswith("."):
        name = f"_{name}"  # a leading dot hides the file
    stem, suffix = _split(name)
    name = _shortened(stem, _NAME_BYTES - len(suffix.encode())).rstrip(". ") + suffix
    if _RESERVED.match(name):
        name = f"_{name}"
    return name or "file"


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    if stem and suffix.isalnum() and len(suffix.encode()) < _SUFFIX_BYTES:
        return stem, dot + suffix
    return name, ""


def _shortened(text: str, limit_bytes: int) -> str:
    return text.encode()[:limit_bytes].decode("utf-8", "ignore")


def _key(name: str) -> str:
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
