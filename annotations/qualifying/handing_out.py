"""Handing out items that everybody answers: those of trainings and exams, and control items among others."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from annotations.models import Assignment, ItemFile, LabelingTask, TaskItem, TaskPerson
from annotations.qualifying.attempts import next_lesson
from annotations.qualifying.disguise import follow_verdicts, place_in
from annotations.qualifying.mixing import in_order, is_control
from annotations.qualifying.new_turns import new_turn
from workspaces.errors import IllegalMove
from workspaces.ids import id_near
from workspaces.models import User

__all__ = ["controls_in", "next_control", "next_lesson"]

State = Assignment.State
# What of the task its control items follow: they are answered and kept as all others.
IN_STEP = ("review_mode", "max_rework", "lease_minutes", "deleted_at")
TRIES = 5


def controls_in(task: LabelingTask) -> LabelingTask | None:
    """The control items mixed into a task, in step with it; None where none ever were."""
    found = LabelingTask.objects.filter(controls_of=task).first()
    if found is None:
        return None
    changed = [name for name in IN_STEP if getattr(found, name) != getattr(task, name)]
    for name in changed:
        setattr(found, name, getattr(task, name))
    if changed:
        found.save(update_fields=changed)
    found.controls_of = task
    return found


def next_control(task: LabelingTask, controls: LabelingTask, *, by: User) -> Assignment | None:
    """A control item, begun, where it is time for one and there is one this person has not had; else None."""
    if task.is_reviewed:
        follow_verdicts(task, user=by)
    theirs = Assignment.objects.filter(task__in=[task, controls], annotator=by)
    n = theirs.exclude(state__in=[State.OPEN, State.ASSIGNED]).count()
    if not is_control(n, seed=controls.seed, person=by.pk, percent=task.control_percent):
        return None
    if not _has_more(task, by=by):
        return None
    left = theirs.filter(task=controls, state=State.ASSIGNED).first()
    if left is not None:
        left.task = controls
        left.start(by=by)
        return left
    for item in in_order(_new_to(by, task, controls), seed=controls.seed, person=by.pk)[:TRIES]:
        try:
            return _give(task, controls, item, by=by)
        except (IntegrityError, IllegalMove):
            # Another window of theirs was faster, and has it; or another person took the turn that was left there.
            mine = theirs.filter(task=controls, state=State.IN_PROGRESS).first()
            if mine is not None:
                mine.task = controls
                return mine
    return None


def _has_more(task: LabelingTask, *, by: User) -> bool:
    """Whether anything else waits for them: nobody is to get control items alone."""
    rows = Assignment.objects.filter(task=task)
    return (
        rows.filter(state=State.ASSIGNED, annotator=by).exists()
        or rows.filter(state=State.OPEN, annotator=None).exists()
    )


def _new_to(user: User, task: LabelingTask, controls: LabelingTask) -> list[UUID]:
    """Control items this person never had, and whose recording they never got among the others either."""
    had = Assignment.objects.filter(item=OuterRef("pk"), annotator=user)
    heard = ItemFile.objects.filter(item__assignments__annotator=user, item__assignments__task=task)
    known = ItemFile.objects.filter(item=OuterRef("pk"), audio__in=heard.values("audio"))
    rows = TaskItem.objects.filter(task=controls, key__isnull=False)
    return list(rows.exclude(Exists(had)).exclude(Exists(known)).values_list("pk", flat=True))


def _give(task: LabelingTask, controls: LabelingTask, item: UUID, *, by: User) -> Assignment:
    """A turn of theirs at this item, begun: one that somebody let go of, else a new one. May raise IntegrityError."""
    is_dealt = TaskPerson.objects.filter(task=task, user=by, kind="labeling", quota__isnull=False).exists()
    with transaction.atomic():
        turn = None if is_dealt else Assignment.objects.filter(item=item, state=State.OPEN, annotator=None).first()
        if turn is None:
            near, position = place_in(task, salt=item)
            turn = new_turn(controls, item, by=by if is_dealt else None, pk=id_near(near), position=position)
        turn.task = controls
        if is_dealt:
            turn.start(by=by)
        else:
            turn.take(by=by)
    return turn
