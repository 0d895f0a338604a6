"""What stores are called and where they are, and the names of what is in them. Standard library only.

A store is a folder or a part of a bucket whose sound is used where it lies. What is in one goes by `KEY://PATH`, where
the key is the store's name, or `SLUG/NAME` when it belongs to one workspace. Names of our own files have no `://`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

PATH_LENGTH = 1000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_SLUG = re.compile(r"[a-z0-9_-]{1,60}", re.IGNORECASE)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]", re.IGNORECASE)
_MARK = "://"


@dataclass(frozen=True)
class StoreRoot:
    """One store of the setting: a folder, or a bucket with a prefix. An empty `workspace` opens it to all of them."""

    name: str
    workspace: str = ""
    folder: str = ""
    bucket: str = ""
    prefix: str = ""

    @property
    def key(self) -> str:
        return f"{self.workspace}/{self.name}" if self.workspace else self.name

    def __str__(self) -> str:
        return self.folder or f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def parse(text: str, *, private: Path) -> tuple[StoreRoot, ...]:
    """The stores of a setting such as `calls=/srv/calls,lab/archive=s3://bucket/prefix`.

    `private` is a folder no store may be in or around. Raises ValueError with a sentence that names what is wrong.
    """
    roots = [_root(entry.strip(), private=private) for entry in text.split(",") if entry.strip()]
    keys = [root.key for root in roots]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"EARMARK_STORES names the store “{key}” twice.")
    return tuple(roots)


def _root(entry: str, *, private: Path) -> StoreRoot:
    key, equals, place = (part.strip() for part in entry.partition("="))
    workspace, slash, name = key.rpartition("/")
    if not equals or not _NAME.fullmatch(name) or (slash and not _SLUG.fullmatch(workspace)):
        raise ValueError(
            f"EARMARK_STORES cannot be read at “{entry}”. Write name=/folder or name=s3://bucket/prefix, with the "
            "workspace's short name and a slash before the name to limit it to one workspace."
        )
    if place.startswith("s3://"):
        bucket, _slash, prefix = place.removeprefix("s3://").partition("/")
        if not _BUCKET.fullmatch(bucket):
            raise ValueError(f"EARMARK_STORES gives the store “{key}” no bucket. Write {key}=s3://bucket/prefix.")
        return StoreRoot(name, workspace, bucket=bucket, prefix=prefix.strip("/"))
    return StoreRoot(name, workspace, folder=_folder(key, place, private=private))


def _folder(key: str, place: str, *, private: Path) -> str:
    if not place.startswith("/") or "\0" in place:
        raise ValueError(
            f"EARMARK_STORES gives the store “{key}” the place “{place}”, which is neither an absolute folder nor s3://."
        )
    folder, ours = Path(place).resolve(), private.resolve()
    if folder.is_relative_to(ours) or ours.is_relative_to(folder):
        raise ValueError(
            f"EARMARK_STORES gives the store “{key}” the folder {place}, where Earmark keeps its own data. Use another."
        )
    return place


def reference(key: str, path: str) -> str:
    """The name under which something in a store is known."""
    return f"{key}{_MARK}{path}"


def is_reference(name: str) -> bool:
    return _MARK in name


def split(name: str) -> tuple[str, str]:
    """Key and path of a reference."""
    key, _mark, path = name.partition(_MARK)
    return key, path


def parts_of(path: str) -> list[str]:
    """The parts of a path inside a store. Raises ValueError for one that could lead out of it."""
    parts = path.split("/")
    if "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(path)
    return parts
