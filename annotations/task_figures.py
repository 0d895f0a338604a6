"""The figures of one task, as its manager sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from annotations.actions.managing import people_figures
from annotations.jobs import GENERATE
from annotations.models import Assignment, LabelingTask, Review, Submission, TaskItem, TaskPerson
from annotations.progress import Segments, segments_of
from workspaces.models import Job

State = Assignment.State


@dataclass(frozen=True)
class Figures:
    """Sums over a task. Times are milliseconds; audio counts once per turn."""

    n_items: int
    audio_done_ms: int
    audio_handed_in_ms: int
    worked_ms: int
    rejected: int
    first_time: int
    decided: int

    @property
    def real_time_factor(self) -> float | None:
        """Time worked over the length of what was handed in; None while nothing was."""
        return self.worked_ms / self.audio_handed_in_ms if self.audio_handed_in_ms else None


def figures_of(task: LabelingTask) -> Figures:
    turns = Assignment.objects.filter(task=task, revision__gt=0).order_by()
    audio = turns.aggregate(
        done=Coalesce(Sum("duration_ms", filter=Q(state__in=Assignment.DONE)), 0),
        handed_in=Coalesce(Sum("duration_ms"), 0),
    )
    looked_at = Review.objects.filter(submission__assignment__task=task, origin=Review.Origin.REVIEWED)
    reviews = looked_at.aggregate(
        rejected=Count("pk", filter=Q(verdict=Review.Verdict.REJECTED)),
        decided=Count("pk", filter=Q(submission__revision=1)),
        first_time=Count("pk", filter=Q(submission__revision=1, verdict=Review.Verdict.APPROVED)),
    )
    worked = Submission.objects.filter(assignment__task=task).aggregate(ms=Coalesce(Sum("active_ms"), 0))
    return Figures(
        n_items=TaskItem.objects.filter(task=task).count(),
        audio_done_ms=audio["done"],
        audio_handed_in_ms=audio["handed_in"],
        worked_ms=worked["ms"],
        **reviews,
    )


@dataclass(frozen=True)
class PersonRow:
    """An annotator in the people table: what they hold, did and got back."""

    name: str
    email: str
    quota: int | None
    held: int
    done: int
    in_review: int
    rework: int
    rejected: int
    active_ms: int
    last_at: datetime | None

    @property
    def total(self) -> int:
        return self.quota or self.held

    @property
    def handed_in(self) -> int:
        return self.done + self.in_review


def annotator_rows(task: LabelingTask) -> list[PersonRow]:
    """People with a seat who have not begun are there too."""
    names = PersonRow.__dataclass_fields__
    found = people_figures(task)
    rows = [PersonRow(**{name: row[name] for name in names}) for row in found]
    seen = {row["annotator_id"] for row in found}
    for seat in task.people.filter(kind=TaskPerson.Kind.LABELING).exclude(user__in=seen).select_related("user"):
        rows.append(PersonRow(seat.user.name, seat.user.email, seat.quota, 0, 0, 0, 0, 0, active_ms=0, last_at=None))
    return sorted(rows, key=lambda row: (row.name, row.email))


def reviewer_rows(task: LabelingTask) -> list[dict[str, Any]]:
    """Per reviewer: name, quota, waiting with them, decided, rejected, last verdict."""
    rows: dict[Any, dict[str, Any]] = {}

    def row_of(pk: Any, name: str, email: str) -> dict[str, Any]:
        blank = {"quota": None, "waiting": 0, "decided": 0, "rejected": 0, "last_at": None}
        return rows.setdefault(pk, {"name": name, "email": email, **blank})

    for seat in task.people.filter(kind=TaskPerson.Kind.REVIEW).select_related("user"):
        row_of(seat.user_id, seat.user.name, seat.user.email)["quota"] = seat.quota
    turns = Assignment.objects.filter(task=task, reviewer__isnull=False).order_by()
    for pk, name, email, waiting in turns.values_list("reviewer", "reviewer__name", "reviewer__email").annotate(
        waiting=Count("pk", filter=Q(state=State.PENDING_REVIEW))
    ):
        row_of(pk, name, email)["waiting"] = waiting
    reviews = Review.objects.filter(submission__assignment__task=task).order_by()
    for row in reviews.values("reviewer", "reviewer__name", "reviewer__email").annotate(
        decided=Count("pk"), rejected=Count("pk", filter=Q(verdict=Review.Verdict.REJECTED)), last_at=Max("created_at")
    ):
        mine = row_of(row["reviewer"], row["reviewer__name"], row["reviewer__email"])
        mine.update({name: row[name] for name in ("decided", "rejected", "last_at")})
    return sorted(rows.values(), key=lambda row: (row["name"], row["email"]))


def last_job(task: LabelingTask) -> Job | None:
    """The newest request for a processed dataset of this task."""
    return Job.objects.filter(workspace=task.workspace_id, kind=GENERATE, args__task_id=str(task.pk)).first()


def live_jobs(tasks: list[LabelingTask]) -> dict[str, Job]:
    """Generations under way, by task id as text."""
    if not tasks:
        return {}
    jobs = Job.objects.filter(workspace=tasks[0].workspace_id, kind=GENERATE).live()
    return {str(job.args["task_id"]): job for job in jobs}


@dataclass(frozen=True)
class TaskRow:
    """A task in the list."""

    task: LabelingTask
    segments: Segments
    job: Job | None
    moves: list[str]


def segments_of_one(task: LabelingTask) -> Segments:
    return segments_of([task.pk])[task.pk]
