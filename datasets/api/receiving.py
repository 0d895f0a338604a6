"""Bodies that hold sound: counted, and never held as a whole."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser


class Unread(BaseParser):
    """Leaves the body where it is. The CSRF check looks for a form in it, and must not read gigabytes of sound."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


# More than the longest boundary of a form and what programs write behind it.
TAIL_BYTES = 1024


class Counted:
    """A request's body, counted: a connection that breaks looks like an end, and half a recording passes for one."""

    def __init__(self, body: Any, *, declared: str) -> None:
        self._body, self._left = body, int(declared) if declared.isdigit() else 0
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._body.read(size)
        self._left -= len(piece)
        self._tail = (self._tail + piece[-TAIL_BYTES:])[-TAIL_BYTES:]
        return piece

    def require_whole(self, *, last: bytes = b"") -> None:
        """ParseError (400, so that it is tried again) when less came than was announced, or `last` not at its end."""
        if self._left > 0 or last not in self._tail:
            raise ParseError(_("The connection broke before the whole file was here. Send it again."))


class WholeForm(MultiPartParser):
    """A form with a file, all of it or an error."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        counted = Counted(stream, declared=stream.headers.get("Content-Length", ""))
        try:
            parsed = super().parse(counted, media_type, parser_context)  # type: ignore[arg-type]
        except SuspiciousOperation as error:  # too many parts, or too long a text among them
            raise ParseError(_("The form has more fields, or longer ones, than can be taken in.")) from error
        counted.require_whole()
        return parsed
