"""Verbs refuse by raising; here a refusal becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workspaces.errors import IllegalMove


class RefusalMiddleware:
    """A wrong moment is 409 with its sentence. The API has its own handler and never gets here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, IllegalMove):
            return render(request, "409.html", {"exception": str(exception)}, status=409)
        return None
