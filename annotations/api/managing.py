"""What managers do with a running task."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from annotations.actions import deleting, editing, managing, setting_right
from annotations.actions.generating import ask_to_generate
from annotations.api.calls import TaskCalls, TurnCalls, body_of
from annotations.models import Assignment, LabelingTask
from annotations.qualifying.disguise import without_place
from annotations.serializers.managing import (
    AdjudicateSerializer,
    AssignmentSerializer,
    BulkSerializer,
    GenerateSerializer,
    OutcomeSerializer,
    ReassignSerializer,
    SeenSerializer,
    StateSerializer,
    TaskChangeSerializer,
    TurnListSerializer,
)
from annotations.serializers.tasks import LabelingTaskSerializer, member
from annotations.serializers.work import GeneratingSerializer
from annotations.turns import TurnFilter, with_file
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User
from workspaces.pagination import Pages
from workspaces.permissions import Right, can, require

DETACH = OpenApiParameter("detach", OpenApiTypes.BOOL, description="Processed datasets made of it go on without it.")


class ManagingCalls(TaskCalls):
    @extend_schema(summary="Stop handing out", request=None, responses=LabelingTaskSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        managing.stop(task, by=caller(request))
        return Response(self.get_serializer(task).data)

    @extend_schema(summary="Go on after a stop", request=None, responses=LabelingTaskSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        managing.resume(task, by=caller(request))
        return Response(self.get_serializer(task).data)

    @extend_schema(
        summary="Change a task: its review, deadline, priority and what people are told",
        request=TaskChangeSerializer,
        responses=LabelingTaskSerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        body = body_of(request)
        changes = TaskChangeSerializer(data=body)
        changes.is_valid(raise_exception=True)
        for name in body:
            if name not in changes.fields:
                raise editing.settled(name)
        given = dict(changes.validated_data)
        reason = given.pop("reason")
        editing.edit(task, by=caller(request), changes=given, reason=reason)
        return Response(self.get_serializer(task).data)

    @extend_schema(summary="Delete a task; it can be restored for 30 days", parameters=[DETACH], responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        detach = request.query_params.get("detach", "").lower() in ("true", "1")
        deleting.delete(self.task(), by=caller(request), detach=detach)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Bring a deleted task back", request=None, responses=LabelingTaskSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        deleting.restore(task, by=caller(request))
        return Response(self.get_serializer(task).data)

    @extend_schema(summary="Set many items right at once", request=BulkSerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def bulk(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        body = BulkSerializer(data=body_of(request))
        body.is_valid(raise_exception=True)
        given = body.validated_data
        outcome = setting_right.many(
            task,
            given["move"],
            by=caller(request),
            selection=_selection(given),
            to=_receiver(task, given["to"]),
            expect=given["expect"],
        )
        refused = [{"reason": reason, "count": count} for reason, count in outcome.refused.most_common()]
        return Response({"moved": outcome.done, "refused": refused})

    @extend_schema(
        summary="Turns of a task: all of them for managers, their own for others",
        parameters=[TurnListSerializer],
        responses=AssignmentSerializer(many=True),
    )
    @action(detail=True, filterset_fields=())
    def assignments(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        wanted = TurnListSerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        rows = Assignment.objects.filter(task=task, **wanted.validated_data)
        is_disguised = bool(task.control_percent) and not managing.sees_everyone(user, task)
        if is_disguised:
            rows = Assignment.objects.filter(Q(task=task) | Q(task__controls_of=task), **wanted.validated_data)
        if not managing.sees_everyone(user, task):
            mine = Q(annotator=user) if can(user, Right.LABEL, task.workspace_id) else Q(pk=None)
            if can(user, Right.REVIEW, task.workspace_id):
                mine |= Q(reviewer=user)
            rows = rows.filter(mine)
        order = ("pk",) if is_disguised else ("position", "slot")
        rows = with_file(rows.select_related("annotator", "reviewer"), task=task).order_by(*order)
        pages = Pages()
        found = AssignmentSerializer(pages.paginate_queryset(rows, request), many=True).data
        return pages.get_paginated_response([without_place(row) for row in found] if is_disguised else found)

    @extend_schema(
        summary="Make a processed dataset",
        request=GenerateSerializer,
        responses={202: GeneratingSerializer},
    )
    @action(detail=True, methods=["post"])
    def generate(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        managing.require_task_move(caller(request), "generate", task)
        options = GenerateSerializer(data=body_of(request))
        options.is_valid(raise_exception=True)
        job = ask_to_generate(task, by=caller(request), options=options.validated_data)
        return Response({"job_id": str(job.pk), "state": job.state}, status=status.HTTP_202_ACCEPTED)


def _selection(given: dict[str, Any]) -> setting_right.Selection:
    if (given["ids"] is None) == (given["only"] is None):
        raise Invalid([(("body", "only"), _("Say which items: send either only or ids."), "value_error")])
    if given["ids"] is not None:
        return setting_right.Selection(ids=given["ids"], seen=given["seen"])
    return setting_right.Selection(only=TurnFilter(**given["only"]), seen=given["seen"])


def _receiver(task: LabelingTask, who: str | None) -> User | None:
    return member(task.workspace, who, field="to") if who else None


class SettingAsideCalls(TurnCalls):
    """What managers do with single turns."""

    def _set_right(self, request: Request, move: str, *, body: type[Serializer[Any]] = SeenSerializer) -> Response:
        """`body` reads what the manager saw, and for some moves who gets the item."""
        turn = self.turn()
        require(caller(request), Right.MANAGE_TASKS, turn.task.workspace_id)
        sent = body(data=body_of(request))
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        to = _receiver(turn.task, given.get("to"))
        setting_right.one(turn, move, by=caller(request), to=to, seen=given["seen"])
        return Response({"state": turn.state})

    @extend_schema(
        summary="Put a skipped, escalated or left out item back", request=SeenSerializer, responses=StateSerializer
    )
    @action(detail=True, methods=["post"], scope="manage")
    def reopen(self, request: Request, pk: UUID) -> Response:
        return self._set_right(request, "reopen")

    @extend_schema(summary="Leave a skipped or escalated item out", request=SeenSerializer, responses=StateSerializer)
    @action(detail=True, methods=["post"], scope="manage")
    def exclude(self, request: Request, pk: UUID) -> Response:
        return self._set_right(request, "exclude")

    @extend_schema(summary="Give an item to another person", request=ReassignSerializer, responses=StateSerializer)
    @action(detail=True, methods=["post"], scope="manage")
    def reassign(self, request: Request, pk: UUID) -> Response:
        return self._set_right(request, "reassign", body=ReassignSerializer)

    @extend_schema(
        summary="Have an auditor settle an escalated item", request=AdjudicateSerializer, responses=StateSerializer
    )
    @action(detail=True, methods=["post"], scope="manage")
    def adjudicate(self, request: Request, pk: UUID) -> Response:
        return self._set_right(request, "adjudicate", body=AdjudicateSerializer)

    @extend_schema(summary="Take an item from whoever has it open", request=SeenSerializer, responses=StateSerializer)
    @action(detail=True, methods=["post"], scope="manage", url_path="take-back")
    def take_back(self, request: Request, pk: UUID) -> Response:
        return self._set_right(request, "take_back")
