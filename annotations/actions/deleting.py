"""Deleting a task so that it can be restored, and taking that back. What is past that goes for good in `removing`."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.actions.managing import require_task_move
from annotations.belonging import refusal_to_delete
from annotations.jobs import GENERATE, REMOVE
from annotations.models import LabelingTask
from annotations.models.tasks import KEPT_FOR
from datasets.models import ProcessedDataset
from workspaces.errors import IllegalMove
from workspaces.jobs import enqueue
from workspaces.models import Job, User


def citations(task: LabelingTask) -> int:
    """How many processed datasets were made of this task."""
    return ProcessedDataset.objects.filter(task_id=task.pk).count()


@transaction.atomic
def delete(task: LabelingTask, *, by: User, detach: bool = False) -> None:
    """Hide it and everything in it. Audio stays; so do processed datasets, which `detach` lets go on without it."""
    require_task_move(by, "delete", task)
    if sentence := refusal_to_delete(task):
        raise IllegalMove(sentence)
    # First the move, then the looks: whoever generates at this moment waits for this row, and finds it deleted.
    task.delete_softly(by=by, data={"detach": detach})
    _take_controls_along(task)
    cited = citations(task)
    if cited and not detach:
        sentence = ngettext(
            "%(n)d processed dataset was made of this task. Say that it stays without it: tick that, or send "
            "detach=true.",
            "%(n)d processed datasets were made of this task. Say that they stay without it: tick that, or send "
            "detach=true.",
            cited,
        )
        raise IllegalMove(sentence % {"n": cited})
    if Job.objects.filter(workspace=task.workspace_id, kind=GENERATE, args__task_id=str(task.pk)).live().exists():
        raise IllegalMove(_("A processed dataset is being made of this task. Wait until that is done."))


@transaction.atomic
def restore(task: LabelingTask, *, by: User) -> None:
    """Bring a deleted task back as it was."""
    require_task_move(by, "restore", task)
    task.restore(by=by)
    _take_controls_along(task)


def _take_controls_along(task: LabelingTask) -> None:
    """Control items are there as long as the task they are mixed into."""
    LabelingTask.objects.filter(controls_of=task).update(deleted_at=task.deleted_at)


@transaction.atomic
def discard(task: LabelingTask, *, by: User) -> None:
    """Remove a task in which nobody has begun, past restoring: what it was part of has another in its place, or none.

    For the room that the task belongs to, whose own rows no longer name it. A worker takes its rows away.
    """
    task.delete_softly(by=by)
    LabelingTask.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    args = {"task_id": str(task.pk)}
    enqueue(REMOVE, workspace=task.workspace, by=None, args=args, idempotency_key=f"{REMOVE}:{task.pk}")
