"""What one person has to do in a workspace: the tasks they label, the tasks they review, and what came of it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from annotations.models import Assignment, LabelingTask, Review, TaskPerson
from annotations.models.assignments import AssignmentQuerySet
from annotations.models.tasks import LabelingTaskQuerySet
from annotations.progress import Segments, segments_of
from annotations.turns import with_file, with_last_rejection
from workspaces.models import User, Workspace

State = Assignment.State
Kind = TaskPerson.Kind
MOST_TASKS = 100
MOST_TURNS = 20
MOST_RECENT = 10


@dataclass(frozen=True)
class LabelingRow:
    """A task somebody labels in. `total` is their number if they have one, else all there is."""

    task: LabelingTask
    mine: Segments
    everyone: Segments
    quota: int | None
    has_pool_work: bool

    @property
    def done(self) -> int:
        return self.mine.handed_in if self.quota else self.everyone.handed_in

    @property
    def total(self) -> int:
        return self.quota or self.everyone.total - self.everyone.skipped

    @property
    def has_work(self) -> bool:
        return self.task.is_running and (self.mine.left_to_label > 0 or self.has_pool_work)


@dataclass(frozen=True)
class ReviewRow:
    """A task somebody reviews in. `kept` waits with them, `unclaimed` for whoever comes first."""

    task: LabelingTask
    everyone: Segments
    quota: int | None
    kept: int
    unclaimed: int
    decided: int
    rejected: int
    in_rework: int

    @property
    def waiting(self) -> int:
        return self.kept + self.unclaimed

    @property
    def total(self) -> int:
        return self.quota or self.everyone.total - self.everyone.skipped

    @property
    def has_work(self) -> bool:
        has_room = self.quota is None or self.decided + self.kept < self.quota
        return self.task.is_running and (self.kept > 0 or (self.unclaimed > 0 and has_room))


def _tasks(user: User, workspace: Workspace, *, kind: str) -> LabelingTaskQuerySet:
    """Open and finished tasks in which this person has a seat, newest first, with `quota`."""
    seat = TaskPerson.objects.filter(task=OuterRef("pk"), user=user, kind=kind)
    tasks = LabelingTask.objects.visible_to(user).present().filter(workspace=workspace)
    tasks = tasks.exclude(state=LabelingTask.State.DRAFT).staffed_by(user, kind=kind)
    quota = Subquery(seat.values("quota")[:1], output_field=IntegerField())
    return tasks.annotate(quota=quota).order_by("-id")


def labeling_rows(user: User, workspace: Workspace) -> list[LabelingRow]:
    """Those with something to do on top, with something returned first of all; then running ones."""
    theirs = Assignment.objects.filter(annotator=user, item=OuterRef("item"))
    pool = Assignment.objects.filter(task=OuterRef("pk"), state=State.OPEN)
    # With one turn per item nobody can have had another turn at it, and the plain question is much cheaper.
    has_pool_work = Q(Exists(pool.filter(task__overlap=1))) | Q(Exists(pool.exclude(Exists(theirs))), overlap__gt=1)
    tasks = list(_tasks(user, workspace, kind=Kind.LABELING).annotate(has_pool_work=has_pool_work)[:MOST_TASKS])
    ids = [task.pk for task in tasks]
    mine, everyone = segments_of(ids, annotator=user), segments_of(ids)
    rows = [
        LabelingRow(
            task=task,
            mine=mine[task.pk],
            everyone=everyone[task.pk],
            quota=task.quota,  # type: ignore[attr-defined]
            has_pool_work=task.has_pool_work,  # type: ignore[attr-defined]
        )
        for task in tasks
    ]
    return sorted(rows, key=lambda row: (not row.has_work, not row.mine.returned, not row.task.is_running))


def review_rows(user: User, workspace: Workspace) -> list[ReviewRow]:
    """Tasks with a review, those where something waits on top."""
    reviewed = _tasks(user, workspace, kind=Kind.REVIEW).exclude(review_mode=LabelingTask.ReviewMode.NONE)
    tasks = list(reviewed[:MOST_TASKS])
    ids = [task.pk for task in tasks]
    everyone = segments_of(ids)
    turns, verdicts = _review_counts(ids, user), _verdicts(ids, user)
    rows = [
        ReviewRow(
            task=task,
            everyone=everyone[task.pk],
            quota=task.quota,  # type: ignore[attr-defined]
            rejected=verdicts["rejected", task.pk],
            kept=turns["kept", task.pk],
            unclaimed=turns["unclaimed", task.pk],
            decided=turns["decided", task.pk],
            in_rework=turns["in_rework", task.pk],
        )
        for task in tasks
    ]
    return sorted(rows, key=lambda row: (not row.has_work, not row.task.is_running))


def _review_counts(task_ids: list[UUID], user: User) -> Counter[tuple[str, UUID]]:
    """Turns per task as they stand for this auditor, by (name, task id)."""
    waits, theirs = Q(state=State.PENDING_REVIEW), Q(reviewer=user)
    counts = {
        "kept": waits & theirs,
        "unclaimed": waits & Q(reviewer=None) & ~Q(annotator=user),
        "decided": theirs & ~waits,
        "in_rework": theirs & Q(state__in=[State.REWORK, State.IN_PROGRESS]),
    }
    rows = Assignment.objects.filter(task__in=task_ids).order_by().values("task_id")
    found: Counter[tuple[str, UUID]] = Counter()
    counted: Any = rows.annotate(**{name: Count("pk", filter=which) for name, which in counts.items()})
    for row in counted:
        for name in counts:
            found[name, row["task_id"]] = row[name]
    return found


def _verdicts(task_ids: list[UUID], user: User) -> Counter[tuple[str, UUID]]:
    """Per task: ("rejected", id) by this auditor."""
    reviews = Review.objects.filter(submission__assignment__task__in=task_ids).order_by()
    found: Counter[tuple[str, UUID]] = Counter()
    for row in reviews.values(task=F("submission__assignment__task")).annotate(
        rejected=Count("pk", filter=Q(reviewer=user, verdict=Review.Verdict.REJECTED)),
    ):
        found["rejected", row["task"]] = row["rejected"]
    return found


def _my_turns(user: User, workspace: Workspace, **narrowed: Any) -> AssignmentQuerySet:
    turns = Assignment.objects.visible_to(user).filter(annotator=user, **narrowed)
    turns = turns.filter(task__workspace=workspace, task__deleted_at=None)
    return with_file(turns.select_related("task"))


def returned_turns(user: User, workspace: Workspace) -> AssignmentQuerySet:
    """Work that came back, with the reason, oldest first: at most MOST_TURNS."""
    running = (LabelingTask.State.OPEN, LabelingTask.State.REVIEWING)
    turns = _my_turns(user, workspace, state=State.REWORK, task__state__in=running)
    return with_last_rejection(turns).order_by("decided_at")[:MOST_TURNS]


def begun_turns(user: User, workspace: Workspace) -> AssignmentQuerySet:
    """Items that are open on this person's desk."""
    return _my_turns(user, workspace, state=State.IN_PROGRESS).order_by("task", "position")[:MOST_TURNS]


def recent_turns(user: User, workspace: Workspace) -> AssignmentQuerySet:
    """What was handed in last, newest first."""
    mine = Assignment.objects.visible_to(user).filter(annotator=user, submitted_at__isnull=False)
    mine = mine.filter(task__workspace=workspace, task__deleted_at=None)
    # The names of files are looked up for the few rows shown, not for all that had to be sorted.
    newest = list(mine.order_by("-submitted_at").values_list("pk", flat=True)[:MOST_RECENT])
    return _my_turns(user, workspace, pk__in=newest).order_by("-submitted_at")


def recent_reviews(user: User, workspace: Workspace) -> QuerySet[Review]:
    """The verdicts this auditor gave last, newest first."""
    given = Review.objects.visible_to(user).filter(reviewer=user, origin=Review.Origin.REVIEWED)
    given = given.filter(submission__assignment__task__workspace=workspace)
    given = given.filter(submission__assignment__task__deleted_at=None)
    newest = list(given.order_by("-id").values_list("pk", flat=True)[:MOST_RECENT])
    rows = Review.objects.filter(pk__in=newest).select_related("submission__assignment__task", "submission__author")
    return with_file(rows, item="submission__assignment__item").order_by("-id")
