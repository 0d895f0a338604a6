"""The page on which auditors settle items, and managers look on: the work itself goes through the API."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotations.aggregating import adjudicating
from annotations.models import LabelingTask, TaskItem
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right, can

NO_ID = UUID(int=0)


@require_GET
@in_workspace(Right.REVIEW)
def settle(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Settle one disputed item after the other, what is worth most first."""
    task = _task(request, task_id)
    adjudicating.require_adjudicator(request.user, task)
    return _page(request, task, item=None)


@require_GET
@in_workspace()
def lanes(request: WorkspaceRequest, task_id: UUID, item_id: UUID) -> HttpResponse:
    """One certain item: everybody's answers side by side."""
    task = _task(request, task_id)
    item = TaskItem.objects.filter(task=task, pk=item_id).first()
    if item is None:
        raise Http404
    adjudicating.require_sight(request.user, task, item)
    return _page(request, task, item=item)


def _task(request: WorkspaceRequest, task_id: UUID) -> LabelingTask:
    tasks = LabelingTask.objects.visible_to(request.user).present()
    task: LabelingTask | None = tasks.filter(pk=task_id, workspace=request.workspace).first()
    if task is None:
        raise Http404
    return task


def _page(request: WorkspaceRequest, task: LabelingTask, *, item: TaskItem | None) -> HttpResponse:
    slug, is_manager = request.workspace.slug, can(request.user, Right.MANAGE_TASKS, request.workspace.pk)
    home = reverse("annotations:quality_results", args=[slug, task.pk]) if is_manager else None
    boot: dict[str, Any] = {
        "item_id": str(item.pk) if item else None,
        "task": {"name": task.name},
        "home": _("Results") if is_manager else _("My review"),
        "urls": {
            "next": reverse("labeling-task-next-adjudication", args=[task.pk]),
            # The script fills in the id.
            "item": reverse("labeling-task-adjudication", args=[task.pk, NO_ID]).replace(str(NO_ID), "{id}"),
            "home": home or reverse("annotations:reviews", args=[slug]),
        },
    }
    return render(request, "annotations/adjudication.html", {"boot": boot})
