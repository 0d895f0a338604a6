"""What all of `/v5/` has in common: who asks, for which account, and how refusals look."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import APIException, NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.api.pages import CursorPages
from evaluations.identities import identity as identity
from evaluations.known import refuse_unknown
from evaluations.models import Evaluation
from workspaces.authentication import ApiKeyAuthentication, KnownCaller, caller
from workspaces.errors import Invalid
from workspaces.models import ApiKey, ScopedQuerySet, Workspace
from workspaces.permissions import Right, require

M = TypeVar("M", bound=Model)
ACCOUNT_HEADER = "X-Selected-Account-Id"


class WorkspaceKey(KnownCaller):
    """A key asks, and the account it names, if it names one, is the key's own workspace."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        account = request.headers.get(ACCOUNT_HEADER, "").strip()
        workspace = workspace_of(request)
        if account and account not in (str(workspace.pk), workspace.slug):
            raise PermissionDenied(
                _("This API key does not belong to the account “%(account)s”. Send its workspace's id or slug.")
                % {"account": account[:100]}
            )
        return True


def workspace_of(request: Request) -> Workspace:
    """The workspace that the caller's key belongs to: everything on this door happens in it."""
    assert isinstance(request.auth, ApiKey)
    return request.auth.workspace


class V5ViewSet(viewsets.GenericViewSet[Any]):
    """The base of every resource of this door. A wrong moment is 400 here: its clients repeat what got 409."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [WorkspaceKey]
    pagination_class = CursorPages
    filter_backends = []
    illegal_move_status = status.HTTP_400_BAD_REQUEST
    # Which of a key's scopes changes what is here, and which right of its person.
    scope = "manage"
    reading, writing = Right.MANAGE_TASKS, Right.CREATE_TASKS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        is_reading = request.method in ("GET", "HEAD", "OPTIONS")
        require(caller(request), self.reading if is_reading else self.writing, workspace_of(request).pk)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        # Whoever repeats a request that was refused is refused again.
        if 400 <= response.status_code < 500 and response.status_code != status.HTTP_429_TOO_MANY_REQUESTS:
            response["X-Should-Retry"] = "false"
        return response

    def page(self, request: Request, rows: Any, serialize: Any) -> Response:
        """A page of `rows` (a queryset in any order) as the list that this door answers with."""
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(serialize(found))


def body_of(request: Request, shape: type[serializers.Serializer[Any]] | None = None) -> dict[str, Any]:
    """The object that was sent. Raises Invalid for anything else, and naming what a `shape` does not have."""
    if not isinstance(request.data, dict):
        raise Invalid([(("body",), _("Send a JSON object."), "type_error.dict")])
    if shape is not None:
        refuse_unknown(request.data, shape().fields)
    return request.data


def found_or_404(rows: "ScopedQuerySet[M]", pk: str, *, request: Request, what: str) -> M:
    """The row of the caller's workspace with this id; 404 naming the id, also where it is none."""
    row = one_of(rows, pk, request=request)
    if row is None:
        raise NotFound(_("There is no %(what)s with the id “%(id)s”.") % {"what": what, "id": pk[:100]})
    return row


def evaluation_or_404(rows: "ScopedQuerySet[Evaluation]", pk: str, *, request: Request, archived: bool) -> Evaluation:
    """An evaluation of the caller's workspace. One that is archived is 404 too unless `archived`, and says so."""
    evaluation = found_or_404(rows, pk, request=request, what=_("evaluation"))
    if evaluation.archived_at is not None and not archived:
        sentence = _("The evaluation “%(id)s” is archived. Restore it, or ask with include_archived.")
        raise NotFound(sentence % {"id": evaluation.pk})
    return evaluation


def one_of(rows: "ScopedQuerySet[M]", pk: str, *, request: Request) -> M | None:
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    mine = {rows.workspace_path: workspace_of(request)}
    return rows.visible_to(caller(request)).filter(pk=wanted, **mine).first()


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
