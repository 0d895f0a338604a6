"""A task's quality report."""

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.calls import TaskCalls
from annotations.models import LabelingTask
from annotations.reports import asking
from annotations.reports.stored import stored
from annotations.reports.tables import TABLES, download
from annotations.serializers.quality import QualityReportSerializer, ReportJobSerializer
from workspaces.authentication import caller
from workspaces.permissions import Right, require


class QualityCalls(TaskCalls):
    def _managed(self, request: Request) -> LabelingTask:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        return task

    @extend_schema(summary="The quality report as it was computed last", responses=QualityReportSerializer)
    @action(detail=True, filterset_fields=())
    def quality(self, request: Request, pk: UUID) -> Response:
        return Response(QualityReportSerializer(stored(self._managed(request))).data)

    @extend_schema(
        summary="Have a worker compute the quality report anew",
        description="At most one computation of a task is under way: asked again, the same one is answered.",
        request=None,
        responses={202: ReportJobSerializer},
    )
    @quality.mapping.post
    def compute_quality(self, request: Request, pk: UUID) -> Response:
        job = asking.ask(self._managed(request), by=caller(request))
        return Response(ReportJobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="v1_labeling_tasks_quality_csv",
        summary="A table of the quality report as CSV",
        parameters=[OpenApiParameter("table", str, OpenApiParameter.PATH, enum=list(TABLES))],
        responses={(200, "text/csv"): OpenApiResponse(description="CSV in UTF-8 with a header line.")},
    )
    @action(detail=True, filterset_fields=(), url_path=rf"quality/(?P<table>{'|'.join(TABLES)})\.csv")
    def quality_table(self, request: Request, pk: UUID, table: str) -> StreamingHttpResponse:
        task = self._managed(request)
        return download(task, stored(task).page, table)
