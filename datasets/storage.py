"""Where the bytes of audio are kept: names made by us, written aside and moved into place, never changed.

The same calls serve a folder and S3-compatible storage; a folder gives paths, anything else gets copies. Names of what
lies in a store (`stores.is_reference`) can be read by the same calls, and are never written or deleted.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from datasets import stores

UPLOADS = "uploads/"
_SCRATCH = "scratch"
_EXTENSIONS = {"audio/flac": ".flac", "audio/mp4": ".m4a"}


def original_name(workspace_id: UUID, *, sha256: str, job_id: UUID) -> str:
    return f"audio/{_place(workspace_id, sha256, job_id)}"


def peaks_name(workspace_id: UUID, *, sha256: str, job_id: UUID) -> str:
    return f"peaks/{_place(workspace_id, sha256, job_id)}.pk"


def playback_name(workspace_id: UUID, *, sha256: str, job_id: UUID, content_type: str) -> str:
    return f"playback/{_place(workspace_id, sha256, job_id)}{_EXTENSIONS.get(content_type, '')}"


def upload_name() -> str:
    return f"{UPLOADS}{uuid4().hex}"


def _place(workspace_id: UUID, sha256: str, job_id: UUID) -> str:
    # The job is part of the name: a second try replaces what the first one left, and bytes that are being deleted are
    # never those that another job has just stored again.
    return f"{workspace_id.hex}/{sha256[:2]}/{sha256}-{job_id.hex[-12:]}"


def folder_path(name: str) -> Path | None:
    """The file of this name when storage is a folder, else None; None too for what lies in a store."""
    if stores.is_reference(name):
        return None
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder to work in, gone afterwards. It lies beside the stored files, so moving one into place is atomic."""
    inside = folder_path(_SCRATCH)
    parent = inside if inside is not None else Path(settings.FILE_UPLOAD_TEMP_DIR)
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)


def keep(path: Path, *, name: str, move: bool = True) -> None:
    """Store a finished file under `name`. Nobody ever sees a part of it.

    `path` must come from `scratch()`, or be a stored file. With `move` it may be taken away.
    """
    target = folder_path(name)
    if target is None:
        with path.open("rb") as file:
            default_storage.save(name, File(file, name=name))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if move:
        path.replace(target)
        return
    with scratch() as folder:
        aside = folder / "aside"
        try:
            # A second name for the same bytes costs nothing; some file systems cannot, and then it is a copy.
            os.link(path, aside)
        except OSError:
            shutil.copyfile(path, aside)
        # After a killed try the target may be these very bytes: nothing is moved then; `aside` goes with its folder.
        aside.replace(target)


def form_of_bucket(name: str, *, most_bytes: int, seconds: int) -> tuple[str, dict[str, str]] | None:
    """Address and fields by which a client puts an object into the bucket itself; None where storage is a folder."""
    if folder_path(name) is not None:
        return None
    bucket: Any = default_storage
    made: tuple[str, dict[str, str]] = bucket.form(name, most_bytes=most_bytes, seconds=seconds)
    return made


def out_of_reach(name: str) -> str:
    """Where the object is that was sent by a form: in a bucket the form can be sent again, so it is moved away."""
    if folder_path(name) is not None:
        return name
    if not default_storage.exists(name):
        raise FileNotFoundError(name)
    bucket: Any = default_storage
    away = upload_name()
    bucket.copy(name, to=away)
    return away


def size_of(name: str) -> int:
    """How many bytes are stored under a name. Raises FileNotFoundError."""
    return default_storage.size(name)


@contextmanager
def local(name: str, *, folder: Path) -> Iterator[Path]:
    """A stored file as a path to read: itself, or a copy in `folder`. Raises FileNotFoundError when it is not there.

    What lies in a store is always copied, so that it cannot change while it is read; raises StoreTrouble.
    """
    path = folder_path(name)
    if path is not None:
        if not path.is_file():
            raise FileNotFoundError(name)
        yield path
        return
    copy = folder / "copy"
    with _opened(name) as stored, copy.open("wb") as file:
        shutil.copyfileobj(stored, file, 1 << 20)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _opened(name: str) -> IO[bytes]:
    if stores.is_reference(name):
        store, path = stores.behind(name)
        return store.open(path)
    if not default_storage.exists(name):
        raise FileNotFoundError(name)
    return default_storage.open(name)


def remove(names: Iterable[str]) -> None:
    """Delete stored files; those that are gone already do not matter. What lies in a store is not ours to delete."""
    for name in names:
        if not stores.is_reference(name):
            default_storage.delete(name)


def old_uploads(*, before: datetime, folder: str = UPLOADS) -> Iterator[str]:
    """Names of uploads, or of what lies in another folder, that were written before a moment."""
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in files:
        name = f"{folder}{file}"
        try:
            if file and default_storage.get_modified_time(name) < before:
                yield name
        except FileNotFoundError:
            continue


def clear_scratch(*, before: datetime) -> None:
    """Remove work folders that a killed process left behind."""
    parent = folder_path(_SCRATCH) or Path(settings.FILE_UPLOAD_TEMP_DIR)
    if not parent.is_dir():
        return
    for entry in parent.iterdir():
        try:
            if entry.stat().st_mtime < before.timestamp():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        except FileNotFoundError:
            continue
