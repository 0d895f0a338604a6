"""The people of a running task and their numbers."""

from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions import staffing
from annotations.actions.deciding_team import let_decide
from annotations.api.calls import TaskCalls, body_of
from annotations.serializers.people import StaffChangeSerializer, StaffSerializer, as_json
from annotations.staff import staff_of
from workspaces.authentication import caller
from workspaces.permissions import Right, require


class PeopleCalls(TaskCalls):
    @extend_schema(
        methods=["get"], summary="Who labels and reviews, with numbers", request=None, responses=StaffSerializer
    )
    @extend_schema(
        methods=["put"],
        summary="Add and remove people, and change numbers",
        request=StaffChangeSerializer,
        responses=StaffSerializer,
    )
    @action(detail=True, methods=["get", "put"], filterset_fields=())
    def people(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        require(user, Right.MANAGE_TASKS, task.workspace_id)
        if request.method == "GET":
            return Response(as_json(task, staff_of(task)))
        body = StaffChangeSerializer(data=body_of(request))
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            staff = staffing.set_people(task, body.wanted(task), by=user)
            if "deciding_team_id" in body.validated_data:
                let_decide(task, body.validated_data["deciding_team_id"], by=user)
        return Response(as_json(task, staff))
