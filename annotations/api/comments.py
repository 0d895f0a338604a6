"""Comments on a turn: reading, writing and taking back one's own."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import payload
from annotations.actions import commenting
from annotations.api.calls import ANY_WORK, TurnCalls, body_of
from annotations.models import Comment
from annotations.serializers.comments import CommentSerializer, CommentsSerializer
from annotations.serializers.work import WrittenCommentSerializer
from workspaces.authentication import caller


class CommentCalls(TurnCalls):
    @extend_schema(
        summary="Comments on this turn",
        description="Seen by its annotator, its auditor (or any it waits for) and managers.",
        responses=CommentsSerializer,
    )
    @action(detail=True, scope=ANY_WORK)
    def comments(self, request: Request, pk: UUID) -> Response:
        turn, user = self.turn(), caller(request)
        if turn.task.deleted_at is not None:
            raise Http404
        commenting.require_reading(user, turn)
        rows = payload.comments_of(turn, user=user)
        return Response({"items": rows, "total": len(rows)})

    @extend_schema(
        summary="Write a comment, at a moment or on the whole item",
        description="Whoever may read the turn may write; the others of them are told.",
        request=CommentSerializer,
        responses={201: WrittenCommentSerializer},
    )
    @comments.mapping.post
    def write_comment(self, request: Request, pk: UUID) -> Response:
        turn, user = self.turn(), caller(request)
        written = commenting.comment(turn, by=user, body=body_of(request))
        return Response(payload.comment(written, user=user), status=status.HTTP_201_CREATED)


class CommentViewSet(viewsets.GenericViewSet[Comment]):
    queryset = Comment.objects.none()
    scope = ANY_WORK

    def get_queryset(self) -> Any:
        return Comment.objects.visible_to(caller(self.request)).select_related("author")

    @extend_schema(summary="Delete one's own comment", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        commenting.remove(self.get_object(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
