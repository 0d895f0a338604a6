"""Task management: the list of a workspace's labeling tasks, and the moves that need no page of their own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from annotations.actions import managing
from annotations.models import LabelingTask
from annotations.models.tasks import LabelingTaskQuerySet
from annotations.permissions import allowed_task_moves
from annotations.planning import datasets_to_label
from annotations.progress import live_every_ms, segments_of
from annotations.task_figures import TaskRow, live_jobs
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.pagination import total
from workspaces.permissions import Right

PAGE = 30
SAID = {
    "stop": gettext_lazy("“%(name)s” is stopped: nothing is handed out until it is resumed. Drafts are kept."),
    "resume": gettext_lazy("“%(name)s” goes on."),
    "delete": gettext_lazy("“%(name)s” is deleted. Its audio and its processed datasets are untouched."),
}
DOES = {"stop": managing.stop, "resume": managing.resume, "delete": managing.delete}


def tasks_of(request: WorkspaceRequest) -> LabelingTaskQuerySet:
    return LabelingTask.objects.visible_to(request.user).present().filter(workspace=request.workspace)


def task_or_404(request: WorkspaceRequest, task_id: UUID) -> LabelingTask:
    task = get_object_or_404(tasks_of(request).select_related("dataset", "created_by"), pk=task_id)
    task.workspace = request.workspace
    return task


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """All tasks, newest first, found by state and name; pages go on from the last row shown."""
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    found = tasks_of(request).select_related("dataset", "created_by")
    if state in LabelingTask.State.values:
        found = found.filter(state=state)
    if search:
        found = found.filter(name__icontains=search)
    tasks, before, after = _page(request, found)
    segments, jobs = segments_of([task.pk for task in tasks]), live_jobs(tasks)
    rows = [
        TaskRow(task, segments[task.pk], jobs.get(str(task.pk)), allowed_task_moves(request.user, task))
        for task in tasks
    ]
    is_filtered = bool(state or search)
    context = {
        "rows": rows,
        "every_ms": live_every_ms(sum(row.segments.total for row in rows), is_busy=bool(jobs)),
        "state": state,
        "search": search,
        "states": [choice for choice in LabelingTask.State.choices if choice[0] != LabelingTask.State.DRAFT],
        "is_filtered": is_filtered,
        "total": total(found),
        "before": before,
        "after": after,
        "has_audio": bool(rows) or is_filtered or datasets_to_label(request.user, request.workspace).exists(),
    }
    template = "annotations/_tasks.html" if request.htmx else "annotations/tasks.html"
    return render(request, template, context)


def _page(
    request: WorkspaceRequest, found: LabelingTaskQuerySet
) -> tuple[list[LabelingTask], UUID | None, UUID | None]:
    """PAGE rows behind `after` or ahead of `before`, and where to go on in both directions. Ids sort by age."""
    after, before = _uuid(request.GET.get("after")), _uuid(request.GET.get("before"))
    if before:
        rows = list(found.filter(pk__gt=before).order_by("id")[: PAGE + 1])
        shown = rows[:PAGE][::-1]
        return shown, shown[0].pk if len(rows) > PAGE else None, shown[-1].pk if shown else None
    rows = list((found.filter(pk__lt=after) if after else found).order_by("-id")[: PAGE + 1])
    shown = rows[:PAGE]
    return shown, shown[0].pk if after and shown else None, shown[-1].pk if len(rows) > PAGE else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def move(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Stop, resume or delete."""
    task, verb = task_or_404(request, task_id), request.POST.get("move", "")
    if verb not in DOES:
        raise IllegalMove(_("There is no such move. Reload the page."))
    DOES[verb](task, by=request.user)
    messages.success(request, SAID[verb] % {"name": task.name})
    if verb == "delete" or request.POST.get("from") == "list":
        return redirect("annotations:tasks", request.workspace.slug)
    return redirect(reverse("annotations:task", args=[request.workspace.slug, task.pk]))
