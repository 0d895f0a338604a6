"""Pages and pieces of pages share an address; what keeps answers must not take one for the other."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers


class PiecesMiddleware:
    """Says that an HTML answer depends on who in the page asked for it.

    Without it the back button shows the piece that a live page fetched last, bare, in place of the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response
