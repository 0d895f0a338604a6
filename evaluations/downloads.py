"""Exports that are fetched by an address alone: signed, for an hour, and gone from storage soon after."""

import secrets
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.signing import BadSignature, dumps, loads
from django.utils import timezone

from datasets import storage
from datasets.serving import disposition

FOLDER = "exports/"
KEPT_FOR = timedelta(hours=1)
SALT = "evaluations.downloads"


def keep(path: Path, *, kind: str) -> str:
    """Move a finished file of `scratch()` into storage, under a name that nobody can guess. Returns the name."""
    name = f"{FOLDER}{secrets.token_urlsafe(32)}.{kind}"
    storage.keep(path, name=name)
    return name


def presigned(name: str, *, filename: str, content_type: str) -> str | None:
    """An address at which storage itself gives the file for an hour; None where storage is a folder."""
    if storage.folder_path(name) is not None:
        return None
    parameters = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition(filename)}
    seconds = int(KEPT_FOR.total_seconds())
    url: str = default_storage.url(name, parameters=parameters, expire=seconds)  # type: ignore[call-arg]
    return url


def signed(name: str, *, filename: str) -> str:
    """What stands for a stored export in an address of ours."""
    return dumps([name, filename], salt=SALT, compress=True)


def opened(token: str) -> tuple[str, str] | None:
    """The stored name and the filename of `signed`; None when it was changed or is older than an hour."""
    try:
        name, filename = loads(token, salt=SALT, max_age=KEPT_FOR)
    except BadSignature:
        return None
    return name, filename


def remove_old() -> None:
    """Delete exports whose addresses are not valid any more."""
    # A download that began in time may take a while.
    storage.remove(list(storage.old_uploads(before=timezone.now() - 2 * KEPT_FOR, folder=FOLDER)))
