"""HTTP ranges of one resource (RFC 9110, section 14), as arithmetic."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\Abytes=\s*(\d{0,19})-(\d{0,19})\s*\Z", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """`length` bytes from byte `start` on."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


class Unsatisfiable(Exception):
    """The range lies outside of the resource: HTTP 416."""


def requested_span(header: str | None, *, size: int) -> Span | None:
    """The span a Range header asks for of `size` bytes; None when all of it is to be sent.

    A header that is malformed, or asks for several ranges, is ignored, as the RFC allows. Raises Unsatisfiable when
    no byte of the resource lies in the range.
    """
    match = _RANGE.match(header or "")
    if match is None:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        if not length:
            raise Unsatisfiable
        return Span(size - length, length)
    start = int(first)
    end = int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(end, size - 1) - start + 1)
