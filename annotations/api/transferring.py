"""Moving work between people."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions import transferring
from annotations.api.calls import ANY_WORK, TaskCalls, body_of
from annotations.models import LabelingTask, TaskPerson
from annotations.movable import most_movable
from annotations.serializers.tasks import member
from annotations.serializers.transfers import (
    MadeTransferSerializer,
    MostSerializer,
    MovableSerializer,
    TransferSerializer,
    holder_in,
)
from workspaces.authentication import caller, require_scope
from workspaces.models import User
from workspaces.pagination import Pages


class TransferCalls(TaskCalls):
    @extend_schema(
        methods=["get"],
        summary="Transfers of a task, newest first; managers see all, others those they are part of",
        request=None,
        responses=MadeTransferSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        summary="Move items from one person to another",
        request=TransferSerializer,
        responses={201: MadeTransferSerializer},
    )
    @action(detail=True, methods=["get", "post"], filterset_fields=(), scope=ANY_WORK)
    def transfers(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        if request.method == "GET":
            pages = Pages()
            page = pages.paginate_queryset(transferring.transfers_for(user, task), request)
            return pages.get_paginated_response(MadeTransferSerializer(page, many=True).data)
        body = TransferSerializer(data=body_of(request))
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        holder = self._holder(task, asked)
        # One's own is part of the work of that kind.
        require_scope(request, "manage", *([asked["kind"]] if holder == user else []))
        transferring.require_transfer(user, task, kind=asked["kind"], holder=holder)
        wanted = transferring.Asked(
            kind=asked["kind"],
            holder=holder,
            to=member(task.workspace, asked["to"], field="to"),
            quantity=asked["quantity"],
            with_begun=asked["with_begun"],
            reason=asked["reason"],
            idempotency_key=asked["idempotency_key"],
        )
        made = transferring.transfer(task, wanted, by=user)
        return Response(MadeTransferSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="How many items can move from one person to another",
        parameters=[
            OpenApiParameter("kind", enum=TaskPerson.Kind.values, required=True),
            OpenApiParameter("from", description="Id or e-mail; the caller when left out."),
            OpenApiParameter("to", description="Id or e-mail; for anybody when left out."),
        ],
        responses=MostSerializer,
    )
    @action(detail=True, filterset_fields=())
    def movable(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        query = MovableSerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        holder = self._holder(task, asked)
        transferring.require_transfer(user, task, kind=asked["kind"], holder=holder)
        to = member(task.workspace, asked["to"], field="to") if "to" in asked else None
        return Response(most_movable(task, kind=asked["kind"], holder=holder, to=to))

    def _holder(self, task: LabelingTask, asked: dict[str, Any]) -> User:
        """The one whose work moves. Whether they are there is told only to those who may move work of others."""
        user = caller(self.request)
        who = asked.get("from", "")
        if not who or who.strip().lower() in (user.email, str(user.pk)):
            return user
        transferring.require_for_others(user, task)
        return holder_in(task, who)
