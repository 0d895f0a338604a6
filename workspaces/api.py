"""API keys, made, listed and revoked by programs, and what their people were told of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces.actions import create_api_key, revoke_api_key
from workspaces.authentication import KnownCaller, caller
from workspaces.errors import Invalid
from workspaces.models import ApiKey, Notice, User, Workspace
from workspaces.permissions import RIGHT_LABELS, Right, require, workspace_ids_with
from workspaces.serializers import (
    ApiKeySerializer,
    MadeApiKeySerializer,
    NewApiKeySerializer,
    NoticeSerializer,
    ReadNoticesSerializer,
)

TRUTH = {"": None, "true": True, "false": False}


def _administered(user: User) -> QuerySet[Workspace]:
    """The workspaces whose keys this person may manage; 403 when there is none."""
    ids = workspace_ids_with(user, Right.MANAGE_WORKSPACE)
    if ids is None:
        return Workspace.objects.all()
    if not ids:
        label = RIGHT_LABELS[Right.MANAGE_WORKSPACE]
        raise PermissionDenied(_("Your role does not include: %(right)s.") % {"right": label})
    return Workspace.objects.filter(pk__in=ids)


def _workspace_for_key(user: User, *, slug: str | None) -> Workspace:
    """The workspace that was named, or the only one there is to choose."""
    if slug is not None:
        named = Workspace.objects.visible_to(user).filter(slug=slug).first()
        if named is None:
            raise Invalid([(("body", "workspace"), _("There is no workspace of this name."), "value_error")])
        require(user, Right.MANAGE_WORKSPACE, named.pk)
        return named
    found = list(_administered(user)[:2])
    if len(found) != 1:
        sentence = _("Name the workspace: you administer several.")
        raise Invalid([(("body", "workspace"), sentence, "value_error.missing")])
    return found[0]


def _no_more_than(own: Any, *, scopes: Sequence[str]) -> None:
    """A limited key must not make one that may do more than itself."""
    if isinstance(own, ApiKey) and own.scopes and not (scopes and set(scopes) <= set(own.scopes)):
        raise PermissionDenied(
            _("This API key is limited to %(scopes)s, and so are the keys it makes: name some of these as scopes.")
            % {"scopes": ", ".join(own.scopes)}
        )


class ApiKeys(APIView):
    scope = "manage"

    @extend_schema(summary="API keys", responses=ApiKeySerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = ApiKey.objects.visible_to(caller(request)).filter(
            workspace__in=_administered(caller(request)), revoked_at=None
        )
        return Response(ApiKeySerializer(rows, many=True).data)

    @extend_schema(
        summary="Make an API key; only this answer tells it",
        request=NewApiKeySerializer,
        responses={201: MadeApiKeySerializer},
    )
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid([(("body",), _("Send a JSON object."), "type_error.dict")])
        asked = NewApiKeySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        scopes = asked.validated_data.get("scopes") or []
        workspace = _workspace_for_key(caller(request), slug=asked.validated_data.get("workspace"))
        _no_more_than(request.auth, scopes=scopes)
        key, secret = create_api_key(
            workspace=workspace,
            by=caller(request),
            name=asked.validated_data["name"],
            scopes=scopes,
            expires_at=asked.validated_data.get("expires_at"),
        )
        key.key = secret  # type: ignore[attr-defined]
        return Response(MadeApiKeySerializer(key).data, status=status.HTTP_201_CREATED)


class MayGiveItselfUp(KnownCaller):
    """A key may end itself, whatever its scopes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        own = request.auth
        if isinstance(own, ApiKey) and view.kwargs.get("key_id") == str(own.pk):
            return True
        return super().has_permission(request, view)


class OneApiKey(APIView):
    scope = "manage"
    permission_classes = (MayGiveItselfUp,)

    @extend_schema(summary="Revoke an API key, at once", responses={204: None})
    def delete(self, request: Request, key_id: str) -> Response:
        try:
            pk = UUID(key_id)
        except ValueError as error:
            raise Invalid([(("path", "key_id"), _("This is not a UUID."), "type_error.uuid")]) from error
        rows = ApiKey.objects.visible_to(caller(request)).filter(revoked_at=None).select_related("user")
        key = rows.filter(pk=pk).first()
        if key is None:
            raise NotFound(_("API key not found"))
        if key != request.auth:
            require(caller(request), Right.MANAGE_WORKSPACE, key.workspace_id)
        revoke_api_key(key, by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Notices(generics.ListAPIView[Notice]):
    """Newest first."""

    queryset = Notice.objects.none()  # for the API's description; what is asked for begins in get_queryset
    serializer_class = NoticeSerializer
    filter_backends = ()

    def get_queryset(self) -> Any:
        rows = Notice.objects.of(caller(self.request)).select_related("workspace").order_by("-updated_at")
        unread = self.request.query_params.get("unread", "")
        if unread not in TRUTH:
            raise Invalid([(("query", "unread"), _("Give true or false."), "value_error")])
        wanted = TRUTH[unread]
        return rows if wanted is None else rows.filter(read_at__isnull=wanted)

    @extend_schema(
        summary="What the caller was told of",
        parameters=[OpenApiParameter("unread", OpenApiTypes.BOOL, description="Only those not read, or only others.")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ReadNotices(APIView):
    # One's own, and nothing of anybody's work: a key that may look may say that it has looked.
    scope = "read"

    @extend_schema(
        summary="Mark notices as read, some or all",
        request=ReadNoticesSerializer,
        responses=inline_serializer("NoticesRead", {"read": serializers.IntegerField()}),
    )
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid([(("body",), _("Send a JSON object."), "type_error.dict")])
        asked = ReadNoticesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rows = Notice.objects.of(caller(request))
        if ids := asked.validated_data.get("ids"):
            rows = rows.filter(pk__in=ids)
        return Response({"read": rows.mark_read()})
