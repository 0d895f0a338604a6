"""Rules about how people work in a task, and where each person stands by them."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.calls import ANY_WORK, TaskCalls, body_of
from annotations.behaviour import people, verbs
from annotations.behaviour.finding import person_of, require_own
from annotations.behaviour.own import own_standing
from annotations.behaviour.rules import rules_of, set_rules
from annotations.serializers.standings import (
    OwnStandingSerializer,
    PersonStandingSerializer,
    RulesSerializer,
    StandingMoveSerializer,
    rules_as_json,
)
from workspaces.authentication import caller
from workspaces.models import User
from workspaces.pagination import Pages
from workspaces.permissions import Right, require

MOVE = OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(verbs.MOVES))
PERSON = OpenApiParameter("user_id", str, OpenApiParameter.PATH, description="Id of a member.")


class PagesOfPeople(Pages):
    """Pages of rows that are there already: their order follows from all of them."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        nobody: Any = User.objects.none()
        super().paginate_queryset(nobody, request)
        self.total = len(queryset)
        start = (self.page - 1) * self.size
        return list(queryset[start : start + self.size])


class StandingCalls(TaskCalls):
    @extend_schema(methods=["get"], summary="Rules about how people work", responses=RulesSerializer)
    @extend_schema(
        methods=["put"],
        summary="Set the rules about how people work",
        request=RulesSerializer,
        responses=RulesSerializer,
    )
    @action(detail=True, methods=["get", "put"], filterset_fields=())
    def rules(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        require(user, Right.MANAGE_TASKS, task.workspace_id)
        if request.method == "PUT":
            body = RulesSerializer(data=body_of(request))
            body.is_valid(raise_exception=True)
            replaces = body.validated_data.get("replaces_answers")
            set_rules(task, body.wanted(), by=user, replaces_answers=replaces)
        return Response(rules_as_json(rules_of(task), replaces_answers=task.replaces_answers))

    @extend_schema(summary="Where the caller stands", request=None, responses=OwnStandingSerializer)
    @action(detail=True, filterset_fields=(), scope=ANY_WORK)
    def standing(self, request: Request, pk: UUID) -> Response:
        task, user = self.worked_in(), caller(request)
        require_own(task, user)
        return Response(OwnStandingSerializer(own_standing(task, user)).data)

    @extend_schema(summary="Where everybody stands, with how they work", responses=PersonStandingSerializer(many=True))
    @action(detail=True, filterset_fields=())
    def standings(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        pages = PagesOfPeople()
        page = pages.paginate_queryset(people.people_of(task), request)
        shown = people.with_events(task, page)
        return pages.get_paginated_response(PersonStandingSerializer(shown, many=True).data)

    @extend_schema(
        operation_id="v1_labeling_tasks_standings_csv",
        summary="Where everybody stands, as CSV",
        responses={(200, "text/csv"): OpenApiResponse(description="CSV in UTF-8 with a header line.")},
    )
    @action(detail=True, filterset_fields=(), url_path=r"standings\.csv")
    def standings_csv(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        return people.download(task)

    @extend_schema(
        summary="Warn, pause or stop a person in a task, or take back what holds",
        parameters=[PERSON, MOVE],
        request=StandingMoveSerializer,
        responses=PersonStandingSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        filterset_fields=(),
        url_path=rf"standings/(?P<user_id>[^/]+)/(?P<move>{'|'.join(verbs.MOVES)})",
    )
    def standing_move(self, request: Request, pk: UUID, user_id: str, move: str) -> Response:
        task, user = self.task(), caller(request)
        require(user, Right.MANAGE_TASKS, task.workspace_id)
        body = StandingMoveSerializer(data=body_of(request))
        body.is_valid(raise_exception=True)
        given = body.validated_data
        person = person_of(task, user_id)
        verbs.act(task, person, move, by=user, reason=given["reason"], hours=given["hours"])
        row = people.with_events(task, people.people_of(task, only=person.pk))[0]
        return Response(PersonStandingSerializer(row).data)
