"""Control items as annotators meet them: nothing they are sent tells such a turn from any other.

Ids tell when a row was made, so those of control items and their turns are made to fit those of the task; places in the
task's order are not shown where control items are mixed in; and counts take them in from the beginning.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone

from annotations.models import Assignment, LabelingTask
from annotations.progress import Segments, segments_from
from annotations.qualifying.mixing import drawn, expected, planned
from workspaces.models import User

State = Assignment.State
NOT_HANDED_IN = (*Assignment.LEFT_TO_LABEL, State.CANCELLED, State.SKIPPED)


def place_in(task: LabelingTask, *, salt: object) -> tuple[UUID, int]:
    """The id of a turn of the task, and its position: any, but always the same for the same `salt`."""
    rows = Assignment.objects.filter(task=task).order_by("position", "slot")
    last = rows.aggregate(last=Max("position"))["last"] or 1
    found = rows.filter(position__gte=1 + drawn(task.seed, salt) % last).values_list("pk", "position").first()
    return found or (task.pk, 1)


@dataclass(frozen=True)
class Mixed:
    """Control items in the work of a task: a person's turns at them, how many were handed in, how many there are."""

    own: Segments
    handed_in: int
    n_items: int
    # Of the control items, which nobody is told: that of the task is no secret.
    seed: int


def mixed_into(tasks: Iterable[LabelingTask], *, user: User) -> dict[UUID, Mixed]:
    """Of those of the tasks that have control items; three queries, or none where none has."""
    ids = [task.pk for task in tasks if task.control_percent]
    if not ids:
        return {}
    rows = Assignment.objects.filter(task__controls_of__in=ids).order_by().values_list("task__controls_of", "state")
    own: dict[UUID, dict[str, int]] = {pk: {} for pk in ids}
    for pk, state, n in rows.filter(annotator=user).annotate(n=Count("*")):
        own[pk][state] = n
    handed_in = Counter(dict.fromkeys(ids, 0))
    for pk, _state, n in rows.exclude(state__in=NOT_HANDED_IN).annotate(n=Count("*")):
        handed_in[pk] += n
    companions = LabelingTask.objects.filter(controls_of__in=ids).order_by()
    counted = companions.annotate(n=Count("items", filter=Q(items__key__isnull=False)))
    return {
        pk: Mixed(segments_from(own[pk]), handed_in[pk], n, seed)
        for pk, seed, n in counted.values_list("controls_of", "seed", "n")
        if pk is not None
    }


def with_controls(
    task: LabelingTask, mixed: Mixed | None, *, user: User, done: int, total: int, has_number: bool
) -> tuple[int, int]:
    """A count of a task as its annotators see it: it takes one step with every item of theirs.

    Of a person with a number it is known how many control items come among theirs. Of a whole task it is estimated; the
    estimate gives way once everything else is done.
    """
    if mixed is None:
        return done, total
    handed_in = mixed.own.handed_in if has_number else mixed.handed_in
    if done >= total:
        return done + handed_in, total + handed_in
    if has_number:
        more = planned(total, seed=mixed.seed, person=user.pk, percent=task.control_percent, most=mixed.n_items)
    else:
        more = expected(total, percent=task.control_percent)
    return done + handed_in, total + max(more, handed_in)


def without_place(row: dict[str, Any]) -> dict[str, Any]:
    """A turn in a list, as annotators get it where control items are mixed in."""
    return {**row, "position": 0, "slot": 0}


def follow_verdicts(task: LabelingTask, *, user: User) -> None:
    """Approve control items in which this person's neighbours were decided: they would be the ones that never are."""
    theirs = Assignment.objects.filter(annotator=user)
    last = theirs.filter(task=task, decided_at__isnull=False).aggregate(last=Max("submitted_at"))["last"]
    if last is not None:
        waiting = theirs.filter(task__controls_of=task, state=State.PENDING_REVIEW, submitted_at__lt=last)
        waiting.update(state=State.APPROVED, origin=Assignment.Origin.REVIEWED, decided_at=timezone.now())
