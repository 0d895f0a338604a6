"""A store that is a folder of this machine, or is mounted as one."""

import errno
import os
import stat
from typing import IO

from django.utils.translation import gettext as _

from datasets.stores.finding import START_BYTES, Forbidden, Found, Missing, StoreTrouble
from datasets.stores.names import StoreRoot, parts_of

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without waiting: opening a pipe would wait for somebody to write into it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FolderStore:
    """Files below a folder. Links in it are not followed, wherever they lead."""

    def __init__(self, root: StoreRoot) -> None:
        self._root = root

    def look(self, path: str) -> Found:
        with self.open(path) as file:
            about = os.fstat(file.fileno())
            start = file.read(START_BYTES)
        return Found(size=about.st_size, md5="", start=start, version=f"{about.st_mtime_ns:x}-{about.st_size:x}")

    def open(self, path: str, *, start: int = 0, length: int | None = None) -> IO[bytes]:
        try:
            parts = parts_of(path)
        except ValueError:
            raise Forbidden(_("“%(path)s” is not a path inside the store.") % {"path": path[:200]}) from None
        try:
            file = os.fdopen(self._walk(parts), "rb")
        except OSError as error:
            raise self._trouble(error, path) from error
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise self._missing(path)
        file.seek(start)
        return file

    def _walk(self, parts: list[str]) -> int:
        """Open part by part, each inside the one before: nobody can swap in a link in between."""
        # The folder itself may be a link: whoever runs this server has named it.
        place = os.open(self._root.folder, _FOLDER & ~os.O_NOFOLLOW)
        for index, part in enumerate(parts):
            flags = _FILE if index == len(parts) - 1 else _FOLDER
            try:
                inner = os.open(part, flags, dir_fd=place)
            except OSError:
                # Linux calls a link in the place of a folder "not a folder".
                if _is_link(part, within=place):
                    raise OSError(errno.ELOOP, "a link") from None
                raise
            finally:
                os.close(place)
            place = inner
        return place

    def _missing(self, path: str) -> Missing:
        return Missing(_("There is no file “%(path)s” in the store “%(store)s”.") % self._names(path))

    def _trouble(self, error: OSError, path: str) -> StoreTrouble:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ENXIO):
            return self._missing(path)
        if error.errno == errno.ELOOP:
            sentence = _("“%(path)s” in the store “%(store)s” is a symbolic link, or behind one. None is followed.")
            return Forbidden(sentence % self._names(path))
        if error.errno in (errno.EACCES, errno.EPERM):
            return Forbidden(_("Earmark may not read “%(path)s” in the store “%(store)s”.") % self._names(path))
        return StoreTrouble(
            _("The store “%(store)s” cannot be read: %(why)s.") % {**self._names(path), "why": error.strerror}
        )

    def _names(self, path: str) -> dict[str, str]:
        return {"path": path[:200], "store": self._root.name}

    def address(self, path: str, *, parameters: dict[str, str], method: str) -> str | None:
        return None

    def check(self) -> None:
        try:
            with os.scandir(self._root.folder) as entries:
                next(entries, None)
        except OSError as error:
            sentence = _("The folder %(folder)s of the store “%(store)s” cannot be read: %(why)s.")
            words = {"folder": self._root.folder, "store": self._root.key, "why": error.strerror}
            raise StoreTrouble(sentence % words) from error


def _is_link(part: str, *, within: int) -> bool:
    try:
        return stat.S_ISLNK(os.stat(part, dir_fd=within, follow_symlinks=False).st_mode)
    except OSError:
        return False
