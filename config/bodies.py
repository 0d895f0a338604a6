"""Bodies of requests that are refused before they were read, or that nothing could be read from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

PIECE_BYTES = 1 << 20
# Who sends more than this after a refusal finds the connection closed.
DRAINED_BYTES = 64 << 20


class BodyMiddleware:
    """Takes in and drops what is left of a refused body, and says so where a body comes without its length.

    Who is still sending does not read the refusal, and what nobody reads costs the connection: the next request
    on it, which has done nothing wrong, would fail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            # Django takes such a body for an empty one.
            sentence = _("Send the length of the body as Content-Length: a body in chunks is not taken.")
            return JsonResponse({"detail": sentence}, status=411, headers={"X-Should-Retry": "false"})
        response = self.get_response(request)
        if response.status_code >= 400 and request.method not in ("GET", "HEAD"):
            drain(request)
        return response


def drain(request: HttpRequest) -> None:
    left = DRAINED_BYTES
    try:
        while left > 0 and (piece := request.read(PIECE_BYTES)):
            left -= len(piece)
    except OSError:  # the sender is gone
        return
