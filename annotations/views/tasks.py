"""Task management: the list of a workspace's labeling tasks, and the moves that need no page of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from annotations.actions import deleting, managing
from annotations.models import LabelingTask
from annotations.models.tasks import LabelingTaskQuerySet
from annotations.permissions import allowed_task_moves
from annotations.planning import datasets_to_label
from annotations.progress import live_every_ms, segments_of
from annotations.task_figures import TaskRow, live_jobs
from datasets.models import ProcessedDataset
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent
from workspaces.pagination import total
from workspaces.permissions import Right

PAGE = 30
MOST_DELETED = 200
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
SAID = {
    "stop": gettext_lazy("“%(name)s” is stopped: nothing is handed out until it is resumed. Drafts are kept."),
    "resume": gettext_lazy("“%(name)s” goes on."),
    "delete": gettext_lazy("“%(name)s” is deleted. It can be restored for 30 days; audio and processed datasets stay."),
    "restore": gettext_lazy("“%(name)s” is restored as it was."),
}
SORTS = {"": gettext_lazy("what is urgent first"), "newest": gettext_lazy("newest first")}


def tasks_of(request: WorkspaceRequest) -> LabelingTaskQuerySet:
    return LabelingTask.objects.visible_to(request.user).filter(workspace=request.workspace)


def task_or_404(request: WorkspaceRequest, task_id: UUID) -> LabelingTask:
    """The task. One that was deleted is not found; a move from a page that is open still is told so (IllegalMove)."""
    task = get_object_or_404(tasks_of(request).select_related("dataset", "created_by"), pk=task_id)
    if task.deleted_at is not None:
        if request.method == "POST":
            raise IllegalMove(task.refusal("manage"))
        raise Http404
    task.workspace = request.workspace
    return task


@dataclass(frozen=True)
class TaskFilter:
    """What the manager looks for among the tasks. Empty fields look for everything."""

    state: str = ""
    priority: str = ""
    search: str = ""
    is_overdue: bool = False
    sort: str = ""

    @classmethod
    def of(cls, request: WorkspaceRequest) -> "TaskFilter":
        """What the address says; what it says wrongly is not looked for."""

        def known(name: str, values: Iterable[object]) -> str:
            text = request.GET.get(name, "")
            return text if text in {str(value) for value in values} else ""

        return cls(
            state=known("state", LabelingTask.State.values),
            priority=known("priority", LabelingTask.Priority.values),
            search=request.GET.get("q", "").strip(),
            is_overdue="overdue" in request.GET,
            sort=known("sort", SORTS),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.state or self.priority or self.search or self.is_overdue)

    @property
    def query(self) -> str:
        given = {"q": self.search, "state": self.state, "priority": self.priority, "sort": self.sort}
        given |= {"overdue": "on"} if self.is_overdue else {}
        return urlencode({name: value for name, value in given.items() if value})

    def tasks(self, tasks: LabelingTaskQuerySet) -> LabelingTaskQuerySet:
        if self.state:
            tasks = tasks.filter(state=self.state)
        if self.priority:
            tasks = tasks.filter(priority=int(self.priority))
        if self.search:
            tasks = tasks.filter(name__icontains=self.search)
        return tasks.overdue() if self.is_overdue else tasks


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """All tasks, found by state, priority, deadline and name; pages go on from the last row shown."""
    # Trainings and exams have a page of their own, beside the skills they show.
    wanted, present = TaskFilter.of(request), tasks_of(request).campaigns().present()
    found = wanted.tasks(present.select_related("dataset", "created_by"))
    tasks, before, after = _page(request, found, sort=wanted.sort)
    ids = [task.pk for task in tasks]
    segments, jobs = segments_of(ids), live_jobs(tasks)
    cited = ProcessedDataset.objects.filter(task_id__in=ids).order_by().values_list("task_id", flat=True)
    rows = [
        TaskRow(task, segments[task.pk], jobs.get(str(task.pk)), allowed_task_moves(request.user, task))
        for task in tasks
    ]
    context = {
        "rows": rows,
        "cited": set(cited),
        "every_ms": live_every_ms(sum(row.segments.total for row in rows), is_busy=bool(jobs)),
        "wanted": wanted,
        "states": [choice for choice in LabelingTask.State.choices if choice[0] != LabelingTask.State.DRAFT],
        "priorities": [(str(value), label) for value, label in reversed(LabelingTask.Priority.choices)],
        "sorts": SORTS.items(),
        "is_filtered": wanted.narrows,
        "total": total(found),
        "before": before,
        "after": after,
        "has_audio": bool(rows) or wanted.narrows or datasets_to_label(request.user, request.workspace).exists(),
        "n_deleted": tasks_of(request).deleted().count(),
    }
    template = "annotations/_tasks.html" if request.htmx else "annotations/tasks.html"
    return render(request, template, context)


def _page(
    request: WorkspaceRequest, found: LabelingTaskQuerySet, *, sort: str
) -> tuple[list[LabelingTask], UUID | None, UUID | None]:
    """PAGE rows behind `after` or ahead of `before`, and where to go on in both directions."""
    order = [F("id").desc()] if sort == "newest" else [F("priority").desc(), F("due").asc(), F("id").desc()]
    # Tasks without a deadline come behind all that have one, on every database alike.
    found = found.annotate(due=Coalesce("deadline", Value(NEVER)))
    after, before = _place(request, "after"), _place(request, "before")
    if before:
        backwards = [part.copy() for part in order]
        for part in backwards:
            part.reverse_ordering()
        rows = list(found.filter(_ahead_of(before, sort)).order_by(*backwards)[: PAGE + 1])
        shown = rows[:PAGE][::-1]
        return shown, shown[0].pk if len(rows) > PAGE else None, shown[-1].pk if shown else None
    rows = list((found.filter(_behind(after, sort)) if after else found).order_by(*order)[: PAGE + 1])
    shown = rows[:PAGE]
    return shown, shown[0].pk if after and shown else None, shown[-1].pk if len(rows) > PAGE else None


def _place(request: WorkspaceRequest, name: str) -> LabelingTask | None:
    """The row that a page goes on from, as it is now."""
    pk = _uuid(request.GET.get(name))
    return tasks_of(request).filter(pk=pk).first() if pk else None


def _behind(place: LabelingTask, sort: str) -> Q:
    if sort == "newest":
        return Q(pk__lt=place.pk)
    due, same = place.deadline or NEVER, Q(priority=place.priority)
    return Q(priority__lt=place.priority) | (same & Q(due__gt=due)) | (same & Q(due=due, pk__lt=place.pk))


def _ahead_of(place: LabelingTask, sort: str) -> Q:
    if sort == "newest":
        return Q(pk__gt=place.pk)
    due, same = place.deadline or NEVER, Q(priority=place.priority)
    return Q(priority__gt=place.priority) | (same & Q(due__lt=due)) | (same & Q(due=due, pk__gt=place.pk))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@dataclass(frozen=True)
class DeletedTask:
    """A task in the list of those that can be restored."""

    task: LabelingTask
    n_turns: int
    deleted_by: str | None

    @property
    def days_left(self) -> int:
        """Begun days count: what was deleted a moment ago can be restored for 30."""
        until = self.task.restorable_until
        return -((timezone.now() - until) // timedelta(days=1)) if until else 0


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def deleted(request: WorkspaceRequest) -> HttpResponse:
    """Tasks that were deleted, the last one first, with the days left to restore them."""
    found = tasks_of(request).deleted().select_related("dataset").order_by("-deleted_at", "-id")
    tasks = list(found[:MOST_DELETED])
    ids = [task.pk for task in tasks]
    segments = segments_of(ids)
    events = AuditEvent.objects.filter(target_id__in=ids, verb="delete").order_by("id")
    who = dict(events.values_list("target_id", "actor__name"))
    rows = [DeletedTask(task, segments[task.pk].total, who.get(task.pk)) for task in tasks]
    context = {"rows": rows, "total": total(found)}
    return render(request, "annotations/deleted.html", context)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def move(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Stop, resume, delete or restore."""
    task, verb = get_object_or_404(tasks_of(request), pk=task_id), request.POST.get("move", "")
    if verb == "stop":
        managing.stop(task, by=request.user)
    elif verb == "resume":
        managing.resume(task, by=request.user)
    elif verb == "delete":
        deleting.delete(task, by=request.user, detach="detach" in request.POST)
    elif verb == "restore":
        deleting.restore(task, by=request.user)
    else:
        raise IllegalMove(_("There is no such move. Reload the page."))
    messages.success(request, SAID[verb] % {"name": task.name})
    if verb == "delete" or request.POST.get("from") == "list":
        return redirect("annotations:tasks", request.workspace.slug)
    return redirect(reverse("annotations:task", args=[request.workspace.slug, task.pk]))
