"""What becomes of the items of somebody who is stopped."""

from typing import Any

from django.db.models import Q

from annotations.models import Assignment, LabelingTask
from annotations.overlapping.asking_more import ANSWERED, replace
from annotations.settling import settle
from workspaces.models import User

State = Assignment.State


def relieve(task: LabelingTask, person: User, *, by: User | None) -> None:
    """Give back what a stopped person has and did not begin. In the transaction of the stop.

    An item that is open on their desk can still be handed in; left alone, it goes back to the pool when its time is up.
    What was returned to them waits for a manager's decision. Where the task asks others instead, somebody else gets a
    turn for it, and for each item that the person answered.
    """
    theirs = Assignment.objects.filter(task=task, annotator=person)
    dealt = theirs.filter(revision=0)
    how: dict[str, Any] = {"by": by, "workspace_id": task.workspace_id}
    dealt.move_many([State.ASSIGNED], State.OPEN, verb="release", annotator=None, is_dealt=False, **how)
    dealt.filter(state=State.IN_PROGRESS).update(is_dealt=False)
    asks_others = task.replaces_answers and task.state != LabelingTask.State.GENERATED
    returned = theirs.filter(revision__gt=0)
    moved = returned.move_many(
        [State.REWORK], State.CANCELLED if asks_others else State.ESCALATED, verb="give_up", **how
    )
    if asks_others:
        answered = theirs.filter(Q(state__in=ANSWERED) | Q(pk__in=moved))
        for turn in answered.order_by("position"):
            turn.task = task
            replace(turn, by=by)
    settle(task, by=by, closely=True)
