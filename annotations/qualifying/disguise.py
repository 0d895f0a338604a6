"""Control items as annotators meet them: nothing they are sent tells such a turn from any other.

Ids tell when a row was made, so those of control items and their turns are made to fit those of the task; places in the
task's order are not shown where control items are mixed in; and counts take them in from the beginning.
"""

import secrets
from uuid import UUID

from django.db.models import Count, Max
from django.utils import timezone

from annotations.models import Assignment, LabelingTask, TaskItem
from annotations.qualifying.mixing import drawn, expected, planned
from workspaces.models import User

State = Assignment.State
RANDOM_BITS = 74
NOT_HANDED_IN = (*Assignment.LEFT_TO_LABEL, State.CANCELLED, State.SKIPPED)


def id_near(other: UUID) -> UUID:
    """A new id that was made, as it says, when the other was."""
    random = secrets.randbits(RANDOM_BITS)
    moment, version, variant = other.int >> 80 << 80, 7 << 76, 2 << 62
    return UUID(int=moment | version | (random >> 62) << 64 | variant | (random & ((1 << 62) - 1)))


def place_in(task: LabelingTask, *, salt: object) -> tuple[UUID, int]:
    """The id of a turn of the task, and its position: any, but always the same for the same `salt`."""
    rows = Assignment.objects.filter(task=task).order_by("position", "slot")
    last = rows.aggregate(last=Max("position"))["last"] or 1
    found = rows.filter(position__gte=1 + drawn(task.seed, salt) % last).values_list("pk", "position").first()
    return found or (task.pk, 1)


def with_controls(task: LabelingTask, *, user: User, how_far: dict[str, int], has_number: bool) -> dict[str, int]:
    """A count of a task with control items as its annotators see it: it takes one step with every item of theirs.

    Of a person with a number it is known how many come among their items. Of a whole task it is estimated; the estimate
    gives way once everything else is done.
    """
    done, total = how_far["done"], how_far["total"]
    theirs = Assignment.objects.filter(task__controls_of=task, annotator__isnull=False)
    if has_number:
        theirs = theirs.filter(annotator=user)
    handed_in = theirs.exclude(state__in=NOT_HANDED_IN).count()
    if has_number:
        most = TaskItem.objects.filter(task__controls_of=task).count()
        more = planned(total, seed=task.seed, person=user.pk, percent=task.control_percent, most=most)
    else:
        more = expected(total, percent=task.control_percent)
    if done >= total:
        more = handed_in
    return {"done": done + handed_in, "total": total + max(more, handed_in)}


def own_controls(tasks: list[LabelingTask], *, user: User) -> dict[UUID, dict[str, int]]:
    """Of tasks with control items: this person's turns at these, by state."""
    mixed = [task.pk for task in tasks if task.control_percent]
    found: dict[UUID, dict[str, int]] = {pk: {} for pk in mixed}
    if mixed:
        rows = Assignment.objects.filter(task__controls_of__in=mixed, annotator=user).order_by()
        for pk, state, n in rows.values_list("task__controls_of", "state").annotate(n=Count("*")):
            found[pk][state] = n
    return found


def follow_verdicts(task: LabelingTask, *, user: User) -> None:
    """Approve control items in which this person's neighbours were decided: they would be the ones that never are."""
    theirs = Assignment.objects.filter(annotator=user)
    last = theirs.filter(task=task, decided_at__isnull=False).aggregate(last=Max("submitted_at"))["last"]
    if last is not None:
        waiting = theirs.filter(task__controls_of=task, state=State.PENDING_REVIEW, submitted_at__lt=last)
        waiting.update(state=State.APPROVED, origin=Assignment.Origin.REVIEWED, decided_at=timezone.now())
