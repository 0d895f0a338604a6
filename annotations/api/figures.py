"""How far a task is."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions import managing, working
from annotations.api.calls import TaskCalls
from annotations.figure_tables import TABLES, download
from annotations.models import LabelingTask, TaskPerson
from annotations.my_figures import Own
from annotations.reporting import Report, report_of
from annotations.serializers import figures
from workspaces.authentication import caller
from workspaces.models import User
from workspaces.permissions import Right, can, require


class FigureCalls(TaskCalls):
    @extend_schema(
        summary="Own figures, and for managers those of everybody, with a forecast",
        responses=figures.TaskProgressSerializer,
    )
    @action(detail=True, filterset_fields=())
    def progress(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        if not managing.sees_everyone(user, task):
            own = {"state": task.state, "mine": _mine(task, user)}
            return Response(figures.OwnTaskProgressSerializer(own).data)
        report = report_of(task)
        sent = {"state": task.state, "mine": _mine(task, user, known=report), **figures.managers_part(report)}
        return Response(figures.TaskProgressSerializer(sent).data)

    @extend_schema(
        operation_id="v1_labeling_tasks_figures_csv",
        summary="Figures as CSV: of people, per day, or of every turn",
        parameters=[OpenApiParameter("table", str, OpenApiParameter.PATH, enum=list(TABLES))],
        responses={(200, "text/csv"): OpenApiResponse(description="CSV in UTF-8 with a header line.")},
    )
    @action(detail=True, filterset_fields=(), url_path=rf"figures/(?P<table>{'|'.join(TABLES)})\.csv")
    def figure_table(self, request: Request, pk: UUID, table: str) -> StreamingHttpResponse:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        return download(task, table)


def _mine(task: LabelingTask, user: User, *, known: Report | None = None) -> dict[str, Any]:
    """The caller's own figures; what is `known` of everybody is not counted again."""
    own = Own(user, task)
    labels = can(user, Right.LABEL, task.workspace_id)
    kind = TaskPerson.Kind.LABELING if labels else TaskPerson.Kind.REVIEW
    how_far = known.how_far(user.pk) if known and labels else working.progress_of(task, user=user, kind=kind)
    return {
        **how_far,
        "labeling": own.labeled() if labels else None,
        "reasons": figures.reasons(own.reasons()) if labels else [],
        "review": own.reviewed() if can(user, Right.REVIEW, task.workspace_id) else None,
    }
