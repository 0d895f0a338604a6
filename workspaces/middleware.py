"""Verbs refuse by raising; here a refusal becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from workspaces.errors import IllegalMove


class RefusalMiddleware:
    """A wrong moment is 409 with its sentence. The API has its own handler and never gets here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, IllegalMove):
            context = {"exception": str(exception), "came_from": _page_before(request)}
            return render(request, "409.html", context, status=409)
        return None


def _page_before(request: HttpRequest) -> str:
    """The page of ours that led here: reloading the refusal would only be refused again. Empty if unknown."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    leads_out = request.method == "POST" or page != request.build_absolute_uri()
    return page if is_ours and leads_out else ""
