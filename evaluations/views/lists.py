"""The list of a workspace's evaluations, found by name, status and tag."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from annotations.models import Assignment, LabelingTask
from annotations.progress import live_every_ms
from evaluations.models import Evaluation, EvaluationQueue, EvaluationTask
from evaluations.progress import PENDING, Progress, progress_of
from evaluations.tags import tagged
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.models import ScopedQuerySet
from workspaces.pagination import total
from workspaces.permissions import Right

PAGE = 30
MOST_TAGS = 4
Evaluations = ScopedQuerySet[Evaluation]
SHOWN = {"": gettext_lazy("not archived"), "archived": gettext_lazy("archived"), "all": gettext_lazy("all")}


def evaluations_of(request: WorkspaceRequest) -> Evaluations:
    return Evaluation.objects.visible_to(request.user).filter(workspace=request.workspace)


def evaluation_or_404(request: WorkspaceRequest, evaluation_id: UUID) -> Evaluation:
    found = evaluations_of(request).select_related("created_by")
    evaluation = get_object_or_404(found, pk=evaluation_id)
    evaluation.workspace = request.workspace
    return evaluation


@dataclass(frozen=True)
class EvaluationFilter:
    """What somebody looks for; empty fields look for everything that is not archived."""

    search: str = ""
    status: str = ""
    tag: str = ""
    shown: str = ""

    @classmethod
    def of(cls, request: WorkspaceRequest) -> "EvaluationFilter":
        """What the address says; what it says wrongly is not looked for."""
        status, shown = request.GET.get("status", ""), request.GET.get("shown", "")
        return cls(
            search=request.GET.get("q", "").replace("\0", "").strip(),
            status=status if status in Evaluation.Status.values else "",
            tag=request.GET.get("tag", "").replace("\0", "").strip(),
            shown=shown if shown in SHOWN else "",
        )

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.status or self.tag or self.shown)

    @property
    def query(self) -> str:
        given = {"q": self.search, "status": self.status, "tag": self.tag, "shown": self.shown}
        return urlencode({name: value for name, value in given.items() if value})

    def evaluations(self, rows: Evaluations) -> Evaluations:
        if self.shown != "all":
            rows = rows.filter(archived_at__isnull=self.shown != "archived")
        if self.search:
            rows = rows.filter(name__icontains=self.search)
        if self.tag:
            rows = tagged(rows, [self.tag])
        return _in_status(rows, self.status) if self.status else rows


def _in_status(rows: Evaluations, status: str) -> Evaluations:
    """What `Progress.status` says, asked of the database: one look at an index for each evaluation."""
    turns = Assignment.objects.filter(task__evaluation_queue__evaluation=OuterRef("pk"), state__in=PENDING)
    unfilled = Q(labeling_task=None) | Q(labeling_task__state=LabelingTask.State.DRAFT)
    waiting = EvaluationQueue.objects.filter(unfilled, evaluation=OuterRef("pk"))
    running = Q(Exists(turns)) | (Q(Exists(waiting)) & Q(n_items__gt=F("n_failed")))
    failed = Q(n_items__gt=0, n_items=F("n_failed"))
    wanted = {
        Evaluation.Status.RUNNING.value: running,
        Evaluation.Status.FAILED.value: failed & ~running,
        Evaluation.Status.COMPLETED.value: ~failed & ~running,
    }
    return rows.filter(wanted[status])


@dataclass(frozen=True)
class EvaluationRow:
    """An evaluation in the list, with what is asked in it."""

    evaluation: Evaluation
    progress: Progress
    aliases: list[str]

    @property
    def tags(self) -> list[str]:
        return [str(tag) for tag in self.evaluation.tags[:MOST_TAGS]]

    @property
    def more_tags(self) -> int:
        return max(0, len(self.evaluation.tags) - MOST_TAGS)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """The newest first; pages go on from the last row shown."""
    wanted, everything = EvaluationFilter.of(request), evaluations_of(request)
    found = wanted.evaluations(everything)
    rows, before, after = _page(request, found)
    context: dict[str, Any] = {
        "rows": rows,
        "wanted": wanted,
        "is_filtered": wanted.narrows,
        "statuses": Evaluation.Status.choices,
        "shown": SHOWN.items(),
        "total": total(found),
        "before": before,
        "after": after,
        "has_archived": bool(rows) or everything.exists(),
        "base": request.build_absolute_uri("/").rstrip("/"),
        "every_ms": live_every_ms(sum(row.progress.total for row in rows)),
    }
    return render(request, "evaluations/_list.html" if request.htmx else "evaluations/list.html", context)


def _page(request: WorkspaceRequest, found: Evaluations) -> tuple[list[EvaluationRow], UUID | None, UUID | None]:
    """PAGE rows behind `after` or ahead of `before`, newest first, and where to go on in both directions."""
    after, before = _id(request, "after"), _id(request, "before")
    found = found.select_related("created_by")
    if before:
        rows = list(found.filter(pk__gt=before).order_by("pk")[: PAGE + 1])
        shown = rows[:PAGE][::-1]
        ends = shown[0].pk if len(rows) > PAGE else None, shown[-1].pk if shown else None
    else:
        rows = list((found.filter(pk__lt=after) if after else found).order_by("-pk")[: PAGE + 1])
        shown = rows[:PAGE]
        ends = shown[0].pk if after and shown else None, shown[-1].pk if len(rows) > PAGE else None
    progress = progress_of(shown)
    asked: dict[UUID, list[str]] = {row.pk: [] for row in shown}
    tasks = EvaluationTask.objects.filter(evaluation__in=asked).order_by("evaluation", "position", "id")
    for pk, alias in tasks.values_list("evaluation_id", "alias"):
        asked[pk].append(alias)
    return [EvaluationRow(row, progress[row.pk], asked[row.pk]) for row in shown], *ends


def _id(request: WorkspaceRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
