"""Stored bytes to the browser: by a signed address, by the web server in front, or by ourselves, with ranges."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from datasets import storage, stores
from datasets.ranges import Span, Unsatisfiable, requested_span

BLOCK_BYTES = 64 * 1024
FOR_EVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"


@dataclass(frozen=True)
class Stored:
    """Bytes that we send ourselves: how many there are, what tells them from others, and how to open a part of them."""

    size: int
    etag: str
    open: Callable[[Span], IO[bytes]]


class Slice:
    """Part of stored bytes, as a file that can only be read. It is opened by the first read."""

    def __init__(self, stored: Stored, *, span: Span) -> None:
        self._stored, self._span, self._left = stored, span, span.length
        self._file: IO[bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        if self._file is None:
            self._file = self._stored.open(self._span)
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        return data

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def serve(
    request: HttpRequest,
    name: str,
    *,
    content_type: str,
    download_name: str = "",
    cache: str = ASK_AGAIN,
    size: int | None = None,
    may_redirect: bool = True,
) -> HttpResponseBase:
    """Answer with the stored file `name`. Whoever calls has checked that this person may have it.

    Names in storage are never written twice, so the name alone tells a version from another (ETag). What lies in a
    store is looked at first, and 404 when its size is not `size` any more. Without `may_redirect` the answer is the
    bytes themselves wherever they are. Raises Http404 with a sentence when they are gone.
    """
    try:
        is_ours = not stores.is_reference(name)
        found = _in_storage(name, may_redirect=may_redirect) if is_ours else _in_store(name, size=size)
    except stores.StoreTrouble as error:
        # It may pass, so whoever asked is told to come again.
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    if may_redirect and (address := _address(request, name, content_type=content_type, download_name=download_name)):
        return _elsewhere(address)
    if found is None:
        response: HttpResponseBase = HttpResponse(content_type=content_type)
        # The web server in front fills in the length and the ranges.
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{quote(name)}"
    else:
        response = _ours(request, found, content_type=content_type)
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    if download_name:
        response["Content-Disposition"] = disposition(download_name)
    return response


def disposition(filename: str) -> str:
    """A Content-Disposition for a download: an ASCII name for the old, the true one (RFC 5987) for the others."""
    safe = "".join(c if 32 <= ord(c) < 127 and c not in '"\\%/' else "_" for c in filename)
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _in_storage(name: str, *, may_redirect: bool) -> Stored | None:
    """Our own file; None where the web server in front sends it, or the bucket it is in."""
    path = storage.folder_path(name)
    if path is None:
        return None if may_redirect else _in_own_bucket(name)
    if settings.X_ACCEL_PREFIX:
        return None
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Http404(_("The bytes of this file are not in storage any more.")) from None
    return Stored(size, _etag(name), lambda span: _opened(path, span))


def _opened(path: Path, span: Span) -> IO[bytes]:
    file = path.open("rb")
    file.seek(span.start)
    return file


def _in_own_bucket(name: str) -> Stored:
    from datasets.stores.bucket import own_bucket  # noqa: PLC0415 - boto3, for those who use a bucket

    bucket = own_bucket()
    try:
        found = bucket.look(name)
    except stores.Missing:
        raise Http404(_("The bytes of this file are not in storage any more.")) from None
    return Stored(found.size, _etag(name), lambda span: bucket.open(name, start=span.start, length=span.length))


def _in_store(name: str, *, size: int | None) -> Stored:
    try:
        store, path = stores.behind(name)
        found = store.look(path)
    except (stores.Missing, stores.Forbidden) as error:
        raise Http404(str(error)) from None
    if size is not None and found.size != size:
        raise Http404(_("The file was changed in its store since it was imported. Import it again."))
    etag = _etag(f"{name} {found.version}")
    return Stored(found.size, etag, lambda span: store.open(path, start=span.start, length=span.length))


def _etag(name: str) -> str:
    return f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'


def _address(request: HttpRequest, name: str, *, content_type: str, download_name: str) -> str | None:
    """The address where the browser gets the file without us, signed for a short while; None where there is none."""
    headers = {"ResponseContentType": content_type, "ResponseCacheControl": "private, max-age=3600"}
    if download_name:
        headers["ResponseContentDisposition"] = disposition(download_name)
    method = request.method or "GET"
    if stores.is_reference(name):
        store, path = stores.behind(name)
        return store.address(path, parameters=headers, method=method)
    if storage.folder_path(name) is not None:
        return None
    address: str = default_storage.url(name, parameters=headers, http_method=method)  # type: ignore[call-arg]
    return address


def _elsewhere(address: str) -> HttpResponseBase:
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "private, no-store"
    return response


def _ours(request: HttpRequest, stored: Stored, *, content_type: str) -> HttpResponseBase:
    headers = {"ETag": stored.etag, "Accept-Ranges": "bytes"}
    if request.headers.get("If-None-Match") == stored.etag:
        return HttpResponse(status=304, headers=headers)
    # A range means something to GET alone, and is void when the bytes are not those the browser has a part of.
    is_valid = request.method == "GET" and request.headers.get("If-Range", stored.etag) == stored.etag
    asked = request.headers.get("Range") if is_valid else None
    try:
        span = requested_span(asked, size=stored.size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{stored.size}"})
    if span is not None:
        headers["Content-Range"] = span.content_range(stored.size)
    status = 200 if span is None else 206
    span = span or Span(0, stored.size)
    headers["Content-Length"] = str(span.length)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=content_type)
    response = FileResponse(Slice(stored, span=span), status=status, content_type=content_type)
    response.block_size = BLOCK_BYTES
    for key, value in headers.items():
        response[key] = value
    return response
