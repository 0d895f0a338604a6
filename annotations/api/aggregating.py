"""One answer from many: computing it, reading it, saying how it is made, and settling what people disagree about."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.aggregating import adjudicating, changing, lanes
from annotations.aggregating.reviewing_results import FLAGS, flagged
from annotations.aggregating.settings import methods_for, setting_of
from annotations.api.calls import NOTHING, TaskCalls, body_of
from annotations.form import form_of
from annotations.models import ItemResult, LabelingTask, TaskItem
from annotations.serializers.aggregating import (
    AdjudicateItemSerializer,
    AfterSerializer,
    AggregateSerializer,
    AggregationSerializer,
    ItemResultSerializer,
    LanesSerializer,
    SettledSerializer,
    ShownAggregationSerializer,
)
from workspaces.authentication import caller
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import Job, User
from workspaces.pagination import Pages
from workspaces.permissions import Right, require

STATE = OpenApiParameter("state", enum=ItemResult.State.values, required=False, description="Only results so far.")
FLAG = OpenApiParameter("flag", enum=list(FLAGS), required=False, description="Only results of which this is said.")
ITEM = OpenApiParameter("item_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
AN_ITEM = r"items/(?P<item_id>[0-9a-f-]{36})/adjudication"


class AggregationCalls(TaskCalls):
    @extend_schema(summary="Compute all results anew", request=None, responses={202: AggregateSerializer})
    @action(detail=True, methods=["post"])
    def aggregate(self, request: Request, pk: UUID) -> Response:
        job = changing.compute_again(self.task(), by=caller(request))
        return Response({"job": str(job.pk)}, status=status.HTTP_202_ACCEPTED)

    @extend_schema(summary="What the answers to each item come to", parameters=[STATE, FLAG],
                   responses=ItemResultSerializer(many=True))  # fmt: skip
    @action(detail=True, filterset_fields=(), pagination_class=Pages)
    def results(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        rows: QuerySet[ItemResult] = ItemResult.objects.filter(task=task).order_by("position")
        if state := request.query_params.get("state"):
            rows = rows.filter(state=_one_of(state, ItemResult.State.values, "state"))
        if flag := request.query_params.get("flag"):
            rows = flagged(rows, task, _one_of(flag, list(FLAGS), "flag"))
        pages = Pages()
        page = pages.paginate_queryset(rows, request)
        return pages.get_paginated_response(ItemResultSerializer(page, many=True).data)

    @extend_schema(summary="How the answers to each question become one", responses=ShownAggregationSerializer)
    @action(detail=True, filterset_fields=())
    def aggregation(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        return Response(_settings(task, job=None))

    @extend_schema(
        summary="Change how answers become one, and compute all results anew",
        request=AggregationSerializer,
        responses=ShownAggregationSerializer,
    )
    @aggregation.mapping.put
    def set_aggregation(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        job = changing.set_aggregation(task, body_of(request).get("questions"), by=caller(request))
        return Response(_settings(task, job=job))

    @extend_schema(
        summary="Hand out the caller's next disputed item",
        request=AfterSerializer,
        responses={200: LanesSerializer, 204: NOTHING},
    )
    @action(detail=True, methods=["post"], url_path="next-adjudication", scope="review")
    def next_adjudication(self, request: Request, pk: UUID) -> Response:
        task, user = self.worked_in(), caller(request)
        given = AfterSerializer(data=body_of(request))
        given.is_valid(raise_exception=True)
        item = adjudicating.next_for(task, by=user, after=given.validated_data.get("after"))
        if item is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(lanes_for(task, item, user=user))

    @extend_schema(
        operation_id="v1_labeling_tasks_item_lanes",
        summary="Everybody's answers to an item side by side",
        parameters=[ITEM],
        responses=LanesSerializer,
    )
    @action(detail=True, filterset_fields=(), url_path=AN_ITEM, scope="review")
    def adjudication(self, request: Request, pk: UUID, item_id: str) -> Response:
        task, user = self.worked_in(), caller(request)
        item = _item(task, item_id)
        adjudicating.require_sight(user, task, item)
        return Response(lanes_for(task, item, user=user))

    @extend_schema(
        operation_id="v1_labeling_tasks_item_adjudicate",
        summary="Settle an item: final answers, and where they were taken from",
        parameters=[ITEM],
        request=AdjudicateItemSerializer,
        responses=SettledSerializer,
    )
    @adjudication.mapping.post
    def adjudicate(self, request: Request, pk: UUID, item_id: str) -> Response:
        task, user = self.worked_in(), caller(request)
        body = body_of(request)
        adjudicating.adjudicate(task, _item(task, item_id), by=user, body=body)
        following = adjudicating.next_for(task, by=user) if body.get("next") is True else None
        return Response(
            {
                "state": ItemResult.State.ADJUDICATED,
                "next": lanes_for(task, following, user=user) if following else None,
            }
        )


def _one_of(value: str, values: list[str], name: str) -> str:
    if value not in values:
        sentence = _("Choose one of: %(names)s.") % {"names": ", ".join(values)}
        raise Invalid([(("query", name), sentence, "value_error")])
    return value


def _settings(task: LabelingTask, *, job: Job | None) -> dict[str, Any]:
    form = form_of(task)
    return {
        "questions": {question.alias: asdict(setting_of(question, task.aggregation)) for question in form},
        "methods": {question.alias: list(methods_for(question)) for question in form},
        "job": str(job.pk) if job else None,
    }


def _item(task: LabelingTask, item_id: str) -> TaskItem:
    try:
        found = TaskItem.objects.filter(task=task, pk=UUID(item_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def moves_of(user: User, task: LabelingTask, item: TaskItem) -> list[str]:
    try:
        adjudicating.require_adjudicator(user, task, item)
    except (PermissionDenied, IllegalMove):
        return []
    return ["adjudicate"]


def lanes_for(task: LabelingTask, item: TaskItem, *, user: User) -> dict[str, Any]:
    moves = moves_of(user, task, item)
    left = adjudicating.disputed(task)
    if moves:
        left = adjudicating.for_auditor(left, user)
    return lanes.payload(lanes.lanes_of(task, item), user=user, moves=moves, left=left.count())
