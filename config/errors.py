"""Every refusal of the API in one shape: `{"detail": sentence}`, and for 422 a list of `{loc, msg, type}`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoDenied
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoInvalid
from django.http import Http404, HttpRequest, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from workspaces.errors import IllegalMove, Invalid

MOST_LETTERS = 300
# The published contract's word for what DRF calls otherwise.
KINDS = {"required": "missing"}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets Django answer 500, which `server_error` turns into JSON."""
    if isinstance(error, IllegalMove):
        # The two published contracts know no 409; their views say 400.
        code = getattr(context["view"], "illegal_move_status", status.HTTP_409_CONFLICT)
        return Response({"detail": str(error), **getattr(error, "extra", {})}, status=code)
    if isinstance(error, Invalid):
        rows = [{"loc": list(loc), "msg": msg, "type": kind} for loc, msg, kind in error.problems]
        return Response({"detail": rows}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, exceptions.ValidationError):
        where = "query" if context["request"].method in ("GET", "HEAD") else "body"
        return Response({"detail": list(_flatten(error.detail, (where,)))}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, DjangoInvalid):
        fields = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
        rows = [
            {"loc": ["body", *([] if name == "__all__" else [name])], "msg": text, "type": "value_error"}
            for name, texts in fields.items()
            for text in texts
        ]
        return Response({"detail": rows}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, Http404):
        return Response({"detail": _("Not found.")}, status=status.HTTP_404_NOT_FOUND)
    if isinstance(error, RequestDataTooBig):
        top = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        sentence = _("The body is larger than %(top)s, the most this server takes at once. Send less.") % {"top": top}
        return Response({"detail": sentence}, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
    if isinstance(error, DjangoDenied) and str(error):
        return Response({"detail": str(error)}, status=status.HTTP_403_FORBIDDEN)
    if isinstance(error, exceptions.NotAuthenticated):
        error = exceptions.NotAuthenticated(_("Invalid or missing API key"))
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response.status_code = status.HTTP_401_UNAUTHORIZED
    return response


def _flatten(detail: Any, loc: tuple[str | int, ...]) -> "list[dict[str, Any]]":
    """DRF's nested errors as a flat list with the path to each field."""
    if isinstance(detail, dict):
        return [
            row
            for name, inner in detail.items()
            for row in _flatten(inner, loc if name == "non_field_errors" else (*loc, name))
        ]
    if isinstance(detail, list):
        nested = any(isinstance(inner, dict | list) for inner in detail)
        return [row for index, inner in enumerate(detail) for row in _flatten(inner, (*loc, index) if nested else loc)]
    # Some sentences repeat what was sent, however long that was.
    sentence = Truncator(str(detail)).chars(MOST_LETTERS)
    kind = getattr(detail, "code", "invalid")
    return [{"loc": list(loc), "msg": sentence, "type": f"value_error.{KINDS.get(kind, kind)}"}]


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/v5/"))


def not_found(request: HttpRequest, exception: Exception) -> Any:
    from django.views.defaults import page_not_found  # noqa: PLC0415 - only a wrong address needs it

    if _wants_json(request):
        return JsonResponse({"detail": _("Not found.")}, status=404)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> Any:
    from django.views.defaults import server_error as page  # noqa: PLC0415 - only a crash needs it

    if _wants_json(request):
        return JsonResponse({"detail": _("Something went wrong inside Earmark. It was logged.")}, status=500)
    return page(request)
