"""What one person has to do in a workspace: the tasks they label, the tasks they review, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from annotations.models import Assignment, LabelingTask, Review, Submission, TaskPerson
from annotations.models.assignments import AssignmentQuerySet
from annotations.models.tasks import LabelingTaskQuerySet
from annotations.progress import Segments, segments_of
from annotations.qualifying.disguise import mixed_into, with_controls
from annotations.qualifying.requirements import Missing, missing
from annotations.turns import with_last_rejection, with_name
from workspaces.models import User, Workspace

State = Assignment.State
Kind = TaskPerson.Kind
MOST_TASKS = 100
MOST_TURNS = 20
MOST_RECENT = 10
CLOSED_AT_ONCE = (LabelingTask.ReviewMode.PARTIAL, LabelingTask.ReviewMode.SAMPLED)


@dataclass(frozen=True)
class LabelingRow:
    """A task somebody labels in. `total` is their number if they have one, else all there is.

    `done` and `total` take control items in, as everything does that annotators see. `missing`: skills they lack.
    """

    task: LabelingTask
    mine: Segments
    everyone: Segments
    quota: int | None
    has_pool_work: bool
    done: int
    total: int
    missing: Sequence[Missing] = ()

    @property
    def movable(self) -> int:
        """What could go to somebody else: waiting, returned, or begun."""
        return self.mine.waiting + self.mine.returned + self.mine.in_progress

    @property
    def has_work(self) -> bool:
        return self._has_some and not self.missing

    @property
    def is_locked(self) -> bool:
        """There would be work, if they had the skills."""
        return self._has_some and bool(self.missing)

    @property
    def _has_some(self) -> bool:
        return self.task.is_running and (self.mine.left_to_label > 0 or self.has_pool_work)


@dataclass(frozen=True)
class ReviewRow:
    """A task somebody reviews in. `kept` waits with them, `unclaimed` for whoever comes first.

    Of what waits, `second` was approved by another auditor before, and `to_settle` has no way back to its annotator.
    `awaits_closing`: the sample is decided and all is labeled, so that the rest waits for an auditor who closes it.
    """

    task: LabelingTask
    everyone: Segments
    quota: int | None
    kept: int
    unclaimed: int
    second: int
    to_settle: int
    decided: int
    rejected: int
    in_rework: int
    awaits_closing: bool

    @property
    def waiting(self) -> int:
        return self.kept + self.unclaimed

    @property
    def movable(self) -> int:
        return self.kept

    @property
    def closes(self) -> str:
        """How what is left can be decided at once, "" where it cannot: the review mode."""
        mode = self.task.review_mode
        if not self.task.is_running or (mode == LabelingTask.ReviewMode.PARTIAL and not self.waiting):
            return ""
        return mode if mode in CLOSED_AT_ONCE else ""

    @property
    def total(self) -> int:
        return self.everyone.total - self.everyone.skipped if self.quota is None else self.quota

    @property
    def has_work(self) -> bool:
        has_room = self.quota is None or self.decided + self.kept < self.quota
        return self.task.is_running and (self.kept > 0 or (self.unclaimed > 0 and has_room))

    @property
    def is_to_do(self) -> bool:
        return self.has_work or self.awaits_closing


def _tasks(user: User, workspace: Workspace, *, kind: str) -> LabelingTaskQuerySet:
    """Open and finished tasks in which they have a seat, with `quota`; what is urgent first, then the newest."""
    seat = TaskPerson.objects.filter(task=OuterRef("pk"), user=user, kind=kind)
    tasks = LabelingTask.objects.visible_to(user).campaigns().present().filter(workspace=workspace)
    tasks = tasks.exclude(state=LabelingTask.State.DRAFT).staffed_by(user, kind=kind)
    quota = Subquery(seat.values("quota")[:1], output_field=IntegerField())
    return tasks.annotate(quota=quota).order_by("-priority", F("deadline").asc(nulls_last=True), "-id")


def labeling_rows(user: User, workspace: Workspace) -> list[LabelingRow]:
    """Those with something to do on top, then running ones; among each by priority, then by deadline."""
    theirs = Assignment.objects.filter(annotator=user, item=OuterRef("item"))
    pool = Assignment.objects.filter(task=OuterRef("pk"), state=State.OPEN)
    own_teams = pool.filter(Q(team=None) | Q(team__members=user))
    # With one turn per item nobody can have had another turn at it, and the plain question is much cheaper.
    alone = Q(overlap=1, by_team=False, dynamic_overlap=None)
    has_pool_work = (alone & Q(Exists(pool))) | (~alone & Q(Exists(own_teams.exclude(Exists(theirs)))))
    tasks = list(_tasks(user, workspace, kind=Kind.LABELING).annotate(has_pool_work=has_pool_work)[:MOST_TASKS])
    ids = [task.pk for task in tasks]
    mine, everyone = segments_of(ids, annotator=user), segments_of(ids)
    mixed, lacking = mixed_into(tasks, user=user), missing([task for task in tasks if task.is_running], user=user)

    def row_of(task: Any) -> LabelingRow:
        own, all_of_it, controls = mine[task.pk], everyone[task.pk], mixed.get(task.pk)
        own = own + controls.own if controls else own
        done, total = all_of_it.handed_in, all_of_it.total - all_of_it.skipped
        if task.quota is not None:
            done, total = mine[task.pk].handed_in, task.quota
        has_number = task.quota is not None
        done, total = with_controls(task, controls, user=user, done=done, total=total, has_number=has_number)
        return LabelingRow(task, own, all_of_it, task.quota, task.has_pool_work, done, total, lacking.get(task.pk, ()))

    rows = [row_of(task) for task in tasks]
    return sorted(rows, key=lambda row: (not row.has_work, not row.is_locked, not row.task.is_running))


def review_rows(user: User, workspace: Workspace) -> list[ReviewRow]:
    """Tasks with a review: those where something waits on top, among each by priority, then by deadline."""
    reviewed = _tasks(user, workspace, kind=Kind.REVIEW).exclude(review_mode=LabelingTask.ReviewMode.NONE)
    tasks = list(reviewed[:MOST_TASKS])
    ids = [task.pk for task in tasks]
    everyone = segments_of(ids)
    waits, judged = _waiting_for(tasks, user), _judged_by(ids, user)
    closable = _awaiting_closing([task for task in tasks if not everyone[task.pk].left_to_label], user)
    rows = [
        ReviewRow(
            task=task,
            everyone=everyone[task.pk],
            quota=task.quota,  # type: ignore[attr-defined]
            **{name: waits[name, task.pk] for name in ("kept", "unclaimed", "second", "to_settle")},
            **{name: judged[name, task.pk] for name in ("decided", "rejected", "in_rework")},
            awaits_closing=task.pk in closable,
        )
        for task in tasks
    ]
    return sorted(rows, key=lambda row: (not row.is_to_do, not row.task.is_running))


def _awaiting_closing(labeled: list[LabelingTask], user: User) -> set[UUID]:
    """Of tasks in which all is labeled, those whose sample is decided and in which something waits for this auditor."""
    sizes = {task.pk: task.sample_size for task in labeled if task.is_sampled and task.is_running}
    if not sizes:
        return set()
    waiting = Assignment.objects.filter(task=OuterRef("pk"), state=State.PENDING_REVIEW).order_by()
    sample = Q()
    for pk, size in sizes.items():
        sample |= Q(task=pk, draw__lt=size)
    rest = waiting.filter(review_level=1, for_adjudication=False).not_labeled_by(user)
    tasks = LabelingTask.objects.filter(Exists(rest), ~Exists(waiting.filter(sample)), pk__in=sizes)
    return set(tasks.values_list("pk", flat=True))


def _waiting_for(tasks: list[LabelingTask], user: User) -> Counter[tuple[str, UUID]]:
    """What waits for this auditor per task, by (name, task id). Only turns that wait are looked at."""
    counts = {
        "kept": Q(reviewer=user),
        "unclaimed": Q(reviewer=None),
        "second": Q(review_level__gt=1),
        "to_settle": Q(for_adjudication=True),
    }
    sampled = {task.pk: task.sample_size for task in tasks if task.is_sampled}
    asked = ~Q(task__in=sampled) | Q(review_level__gt=1) | Q(for_adjudication=True)
    for pk, size in sampled.items():
        asked |= Q(task=pk, draw__lt=size)
    found: Counter[tuple[str, UUID]] = Counter()
    ids = {task.pk for task in tasks}
    both = _labeled_in(ids, user)
    # Whether an item was labeled by this person is asked of each row only where they label as well as review.
    others = Assignment.objects.filter(Q(reviewer=None) | Q(reviewer=user), task__in=ids - both)
    others = others.filter(state=State.PENDING_REVIEW).exclude(approved_by=user, approved_by__isnull=False)
    for waiting in (others, Assignment.objects.filter(task__in=both).reviewable_by(user)):
        rows = waiting.filter(asked | Q(reviewer=user)) if sampled else waiting
        found.update(_counted(rows, {name: Count("pk", filter=which) for name, which in counts.items()}))
    return found


def _labeled_in(task_ids: set[UUID], user: User) -> set[UUID]:
    """Tasks in which this person has a turn, or answered something but as an auditor."""
    turns = Assignment.objects.filter(task__in=task_ids, annotator=user).order_by()
    fixed = Review.objects.filter(
        submission__assignment=OuterRef("assignment"), reviewer=user, verdict=Review.Verdict.FIXED
    )
    answers = Submission.objects.filter(author=user, assignment__task__in=task_ids).exclude(Exists(fixed)).order_by()
    found = set(turns.values_list("task", flat=True).distinct())
    return found | set(answers.values_list("assignment__task", flat=True).distinct())


def _judged_by(task_ids: list[UUID], user: User) -> Counter[tuple[str, UUID]]:
    """What became of the turns this auditor judged, by (name, task id)."""
    # All states are named, so that the index that begins with task and state leads to this reviewer's rows.
    theirs = Assignment.objects.filter(task__in=task_ids, state__in=State.values, reviewer=user)
    found = _counted(
        theirs,
        {
            "decided": Count("state", filter=~Q(state=State.PENDING_REVIEW)),
            "in_rework": Count("state", filter=Q(state__in=[State.REWORK, State.IN_PROGRESS])),
        },
    )
    judged = Assignment.objects.filter(task__in=task_ids, reviewer=user, decided_at__isnull=False)
    return found + _counted(judged, {"rejected": Sum("rejections")})


def _counted(rows: AssignmentQuerySet, counts: dict[str, Any]) -> Counter[tuple[str, UUID]]:
    found: Counter[tuple[str, UUID]] = Counter()
    grouped: Any = rows.order_by().values("task_id").annotate(**counts)
    for row in grouped:
        for name in counts:
            found[name, row["task_id"]] = row[name]
    return found


def shown_as(turns: Iterable[Assignment]) -> list[Assignment]:
    """Control items under the name of the task they are mixed into."""
    found = list(turns)
    for turn in found:
        turn.task = turn.task.shown
    return found


def _my_turns(user: User, workspace: Workspace, **narrowed: Any) -> AssignmentQuerySet:
    turns = Assignment.objects.visible_to(user).filter(annotator=user, **narrowed)
    turns = turns.filter(task__workspace=workspace, task__deleted_at=None)
    return with_name(turns.select_related("task__controls_of"))


def returned_turns(user: User, workspace: Workspace) -> list[Assignment]:
    """Work that came back, with the reason, oldest first: at most MOST_TURNS. In a training that is part of it."""
    running = (LabelingTask.State.OPEN, LabelingTask.State.REVIEWING)
    turns = _my_turns(user, workspace, state=State.REWORK, task__state__in=running)
    turns = turns.exclude(task__purpose__in=LabelingTask.LESSONS)
    turns = turns.exclude(task__controls_of__state=LabelingTask.State.STOPPED, task__controls_of__isnull=False)
    return shown_as(with_last_rejection(turns).order_by("decided_at")[:MOST_TURNS])


def begun_turns(user: User, workspace: Workspace) -> list[Assignment]:
    """Items that are open on this person's desk."""
    turns = _my_turns(user, workspace, state=State.IN_PROGRESS)
    return shown_as(turns.order_by(Coalesce("task__controls_of", "task_id"), "position")[:MOST_TURNS])


def recent_turns(user: User, workspace: Workspace) -> list[Assignment]:
    """What was handed in last, newest first."""
    mine = Assignment.objects.visible_to(user).filter(annotator=user, submitted_at__isnull=False)
    mine = mine.filter(task__workspace=workspace, task__deleted_at=None)
    # The names of files are looked up for the few rows shown, not for all that had to be sorted.
    newest = list(mine.order_by("-submitted_at").values_list("pk", flat=True)[:MOST_RECENT])
    return shown_as(_my_turns(user, workspace, pk__in=newest).order_by("-submitted_at"))


def recent_reviews(user: User, workspace: Workspace) -> QuerySet[Review]:
    """The verdicts this auditor gave last, newest first."""
    given = Review.objects.visible_to(user).filter(reviewer=user, origin__in=Review.LOOKED_AT)
    given = given.filter(submission__assignment__task__workspace=workspace)
    given = given.filter(submission__assignment__task__deleted_at=None)
    newest = list(given.order_by("-id").values_list("pk", flat=True)[:MOST_RECENT])
    rows = Review.objects.filter(pk__in=newest).select_related("submission__assignment__task", "submission__author")
    return with_name(rows, item="submission__assignment__item").order_by("-id")
