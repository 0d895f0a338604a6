"""Who may label in a task, its control items, and tries at trainings and exams."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions.managing import sees_everyone
from annotations.api.calls import TaskCalls, body_of, read
from annotations.models import Attempt, LabelingTask, Requirement
from annotations.permissions import require_running, require_seat
from annotations.qualifying import attempts, controls
from annotations.qualifying.requirements import set_requirements
from annotations.qualifying.sources import chosen
from annotations.serializers import qualifying as shapes
from workspaces.authentication import caller
from workspaces.permissions import Right, can, require

SHOWN = 500


class QualifyingCalls(TaskCalls):
    @extend_schema(
        methods=["get"], summary="Skills a task asks for", request=None,
        responses=shapes.RequirementSerializer(many=True),
    )  # fmt: skip
    @extend_schema(
        methods=["put"], summary="Ask for these skills and no others",
        request=shapes.RequirementSerializer(many=True), responses=shapes.RequirementSerializer(many=True),
    )  # fmt: skip
    @action(detail=True, methods=["get", "put"], filterset_fields=(), pagination_class=None)
    def requirements(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        if request.method == "PUT":
            set_requirements(task, request.data, by=caller(request))
        rows = Requirement.objects.filter(task=task).select_related("skill")
        return Response(shapes.RequirementSerializer(rows, many=True).data)

    @extend_schema(
        methods=["get"], summary="Control items, and how people did on them", request=None,
        responses=shapes.ControlsSerializer,
    )  # fmt: skip
    @extend_schema(
        methods=["post"], summary="Mix control items into the work of a task",
        request=shapes.NewControlsSerializer, responses={201: shapes.ControlsSerializer},
    )  # fmt: skip
    @action(detail=True, methods=["get", "post"], filterset_fields=(), pagination_class=None)
    def controls(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        require(user, Right.MANAGE_TASKS, task.workspace_id)
        if request.method == "GET":
            return Response(_controls(task))
        body = body_of(request)
        given = read(shapes.NewControlsSerializer(data={**body, "items": []}))
        if set(body) <= {"percent"} and "percent" in given:
            controls.set_percent(task, given["percent"], by=user)
        else:
            given = {**given, "items": body["items"]} if "items" in body else _without(given, "items")
            controls.add_controls(task, chosen(task, given), percent=given.get("percent"), by=user)
        return Response(_controls(task), status=status.HTTP_201_CREATED)

    @extend_schema(summary="Hand a control item out no more", responses={204: None})
    @action(detail=True, methods=["delete"], url_path=r"controls/(?P<item_id>[0-9a-f-]+)", filterset_fields=())
    def control(self, request: Request, pk: UUID, item_id: str) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        try:
            found = UUID(item_id)
        except ValueError:
            raise Http404 from None
        if not controls.remove_control(task, found, by=caller(request)):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        methods=["get"], summary="Own tries at a training or an exam, and for managers those of everybody",
        request=None, responses=shapes.OwnAttemptsSerializer,
    )  # fmt: skip
    @extend_schema(
        methods=["post"], summary="Begin another try", request=None, responses={201: shapes.AttemptSerializer}
    )
    @action(detail=True, methods=["get", "post"], filterset_fields=(), pagination_class=None, scope="labeling")
    def attempts(self, request: Request, pk: UUID) -> Response:
        task, user = self.worked_in(), caller(request)
        if not task.is_lesson:
            raise Http404
        if request.method == "POST":
            require_seat(user, task, right=Right.LABEL)
            require_running(task)
            begun = attempts.begin(task, by=user)
            return Response(shapes.AttemptSerializer(begun).data, status=status.HTTP_201_CREATED)
        if not can(user, Right.LABEL, task.workspace_id):
            require(user, Right.MANAGE_TASKS, task.workspace_id)
        mine = attempts.attempts_of(task, user=user)
        sent = {
            "kind": task.purpose,
            "pass_percent": task.pass_percent,
            "next_try_at": attempts.next_try_at(task, mine[0] if mine else None),
            "mine": mine,
        }
        if sees_everyone(user, task):
            sent["items"] = Attempt.objects.filter(task=task).select_related("user").order_by("-started_at")[:SHOWN]
        return Response(shapes.OwnAttemptsSerializer(sent).data)


def _without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def _controls(task: LabelingTask) -> dict[str, Any]:
    rows = controls.control_rows(task).prefetch_related("files__audio")
    sent = {"percent": task.control_percent, "items": rows, "people": controls.right_of_people(task)}
    return dict(shapes.ControlsSerializer(sent).data)
