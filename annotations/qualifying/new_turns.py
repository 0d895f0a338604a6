"""Turns that are made when they are handed out, where everybody answers every item."""

from uuid import UUID

from django.db.models import Max

from annotations.models import Assignment, ItemFile, LabelingTask
from workspaces.ids import new_id
from workspaces.models import User

State = Assignment.State


def new_turn(
    task: LabelingTask, item: UUID, *, by: User | None, pk: UUID | None = None, position: int, attempt: int = 1
) -> Assignment:
    """One more turn at an item, waiting with this person or for whoever takes it.

    Raises IntegrityError where another was made at this moment; try again.
    """
    last = Assignment.objects.filter(item=item).aggregate(last=Max("slot"))["last"]
    length = ItemFile.objects.filter(item=item).aggregate(longest=Max("audio__duration_ms"))["longest"]
    return Assignment.objects.create(
        pk=pk or new_id(),
        task=task,
        item_id=item,
        position=position,
        slot=0 if last is None else last + 1,
        duration_ms=length or 0,
        annotator=by,
        state=State.ASSIGNED if by else State.OPEN,
        is_dealt=by is not None,
        attempt=attempt,
    )
