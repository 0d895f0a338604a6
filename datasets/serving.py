"""Stored bytes to the browser: by a signed address, by the web server in front, or by ourselves, with ranges."""

import hashlib
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from datasets import storage
from datasets.ranges import Span, Unsatisfiable, requested_span

BLOCK_BYTES = 64 * 1024
FOR_EVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"


class Slice:
    """Part of a stored file, as a file that can only be read. It is opened by the first read."""

    def __init__(self, path: Path, *, span: Span) -> None:
        self._path = path
        self._start, self._left = span.start, span.length
        self._file: IO[bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        if self._file is None:
            self._file = self._path.open("rb")
            self._file.seek(self._start)
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        return data

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def serve(
    request: HttpRequest, name: str, *, content_type: str, download_name: str = "", cache: str = ASK_AGAIN
) -> HttpResponseBase:
    """Answer with the stored file `name`. Whoever calls has checked that this person may have it.

    Names in storage are never written twice, so the name alone tells a version from another (ETag).
    """
    path = storage.folder_path(name)
    if path is None:
        return _elsewhere(request, name, content_type=content_type, download_name=download_name)
    if settings.X_ACCEL_PREFIX:
        response: HttpResponseBase = HttpResponse(content_type=content_type)
        # The web server in front fills in the length and the ranges.
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{quote(name)}"
    else:
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise Http404(_("The bytes of this file are not in storage any more.")) from None
        etag = f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'
        response = _ours(request, path, size=size, etag=etag, content_type=content_type)
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    if download_name:
        response["Content-Disposition"] = disposition(download_name)
    return response


def disposition(filename: str) -> str:
    """A Content-Disposition for a download: an ASCII name for the old, the true one (RFC 5987) for the others."""
    safe = "".join(c if 32 <= ord(c) < 127 and c not in '"\\%/' else "_" for c in filename)
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _elsewhere(request: HttpRequest, name: str, *, content_type: str, download_name: str) -> HttpResponseBase:
    """To storage itself, with an address that is signed for a short while."""
    headers = {"ResponseContentType": content_type, "ResponseCacheControl": "private, max-age=3600"}
    if download_name:
        headers["ResponseContentDisposition"] = disposition(download_name)
    url = default_storage.url(name, parameters=headers, http_method=request.method)  # type: ignore[call-arg]
    response = HttpResponseRedirect(url)
    response["Cache-Control"] = "private, no-store"
    return response


def _ours(request: HttpRequest, path: Path, *, size: int, etag: str, content_type: str) -> HttpResponseBase:
    headers = {"ETag": etag, "Accept-Ranges": "bytes"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    # A range means something to GET alone, and is void when the bytes are not those the browser has a part of.
    is_valid = request.method == "GET" and request.headers.get("If-Range", etag) == etag
    asked = request.headers.get("Range") if is_valid else None
    try:
        span = requested_span(asked, size=size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if span is not None:
        headers["Content-Range"] = span.content_range(size)
    status = 200 if span is None else 206
    span = span or Span(0, size)
    headers["Content-Length"] = str(span.length)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=content_type)
    response = FileResponse(Slice(path, span=span), status=status, content_type=content_type)
    response.block_size = BLOCK_BYTES
    for key, value in headers.items():
        response[key] = value
    return response
