"""Labeling tasks: making and finding them, and what they hold."""

from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions.creating import create_task
from annotations.api.aggregating import AggregationCalls
from annotations.api.calls import TaskCalls, body_of
from annotations.api.checks import CheckCalls
from annotations.api.figures import FigureCalls
from annotations.api.importing import ImportCalls
from annotations.api.managing import ManagingCalls
from annotations.api.people import PeopleCalls
from annotations.api.qualifying import QualifyingCalls
from annotations.api.quality import QualityCalls
from annotations.api.reviewing import TaskReviewCalls
from annotations.api.standings import StandingCalls
from annotations.api.transferring import TransferCalls
from annotations.api.working import HandingOutCalls
from annotations.models import TaskItem
from annotations.results import export_lines
from annotations.serializers.tasks import (
    LabelingTaskSerializer,
    TaskItemSerializer,
    TaskPlanSerializer,
)
from workspaces.authentication import caller
from workspaces.pagination import Pages
from workspaces.permissions import Right, require

DELETED = OpenApiParameter(
    "deleted", OpenApiTypes.BOOL, description="Those that were deleted and can be restored, for managers."
)


@extend_schema_view(
    list=extend_schema(summary="Labeling tasks the caller can see", parameters=[DELETED]),
    retrieve=extend_schema(summary="One labeling task"),
)
class LabelingTaskViewSet(
    HandingOutCalls,
    TaskReviewCalls,
    TransferCalls,
    PeopleCalls,
    ManagingCalls,
    FigureCalls,
    QualityCalls,
    StandingCalls,
    QualifyingCalls,
    CheckCalls,
    AggregationCalls,
    ImportCalls,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    TaskCalls,
):
    serializer_class = LabelingTaskSerializer
    filterset_fields = ("state", "dataset", "priority")

    @extend_schema(
        summary="Create and open a labeling task", request=TaskPlanSerializer, responses={201: LabelingTaskSerializer}
    )
    def create(self, request: Request) -> Response:
        plan = TaskPlanSerializer(data=body_of(request), context={"request": request})
        plan.is_valid(raise_exception=True)
        task = create_task(plan.plan(), by=caller(request))
        return Response(self.get_serializer(task).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Items with their turns", responses=TaskItemSerializer(many=True))
    @action(detail=True, filterset_fields=())
    def items(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        rows = TaskItem.objects.filter(task=task).order_by("position")
        rows = rows.prefetch_related(
            "files__audio", "assignments__annotator", "assignments__reviewer", "assignments__team"
        )
        pages = Pages()
        page = pages.paginate_queryset(rows, request)
        return pages.get_paginated_response(TaskItemSerializer(page, many=True).data)

    @extend_schema(
        summary="All items with their answers so far, as JSON Lines",
        responses={200: OpenApiResponse(description="application/x-ndjson")},
    )
    @action(detail=True, filterset_fields=())
    def export(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        return StreamingHttpResponse(
            export_lines(task),
            content_type="application/x-ndjson",
            headers={"Content-Disposition": content_disposition_header(True, f"{task.name}.jsonl") or "attachment"},
        )
