"""A task's quality report: how far people agree, and what lies behind each figure."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.views.quality_frame import quality_frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def report(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    return render(request, "annotations/quality.html", quality_frame(request, task, "quality"))
