"""What a manager does with a task and with items that were set aside."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.belonging import refusal_to_resume
from annotations.models import Assignment, LabelingTask
from annotations.models.setting_right import RESTING
from annotations.permissions import allowed_task_moves
from annotations.settling import settle
from workspaces.errors import IllegalMove
from workspaces.models import User
from workspaces.permissions import Right, can, require

State = Assignment.State


def require_task_move(user: User, move: str, task: LabelingTask) -> None:
    """PermissionDenied without the right, IllegalMove at the wrong moment."""
    require(user, Right.MANAGE_TASKS, task.workspace_id)
    if move in allowed_task_moves(user, task):
        return
    if move == "generate" and task.deleted_at is None:
        left = Assignment.objects.filter(task=task, state__in=(*Assignment.LEFT_TO_LABEL, *Assignment.LEFT_TO_REVIEW))
        raise IllegalMove(
            _("%(left)d items are not finished yet. A dataset can be generated when none is left.")
            % {"left": left.count()}
        )
    raise IllegalMove(task.refusal(move))


def stop(task: LabelingTask, *, by: User) -> None:
    """Nothing is handed out or taken any more; what people have open goes back to where it rests. Drafts are kept.

    Two transactions: one for the task's row and one for its items', so that nobody who hands in an item at this moment,
    and locks both the other way round, has to be turned away for a deadlock. Work handed in between the two counts.
    """
    require_task_move(by, "stop", task)
    task.stop(by=by)
    let_go(task, by=by)


def let_go(task: LabelingTask, *, by: User) -> None:
    """Give back everything that is in progress in a task, each to where it rests."""
    rows = Assignment.objects.filter(Q(task=task) | Q(task__controls_of=task))
    for only, target, changes in RESTING:
        rows.filter(only).move_many(
            [State.IN_PROGRESS],
            target,
            by=by,
            verb="release",
            workspace_id=task.workspace_id,
            lease_until=None,
            **changes,
        )


@transaction.atomic
def resume(task: LabelingTask, *, by: User) -> None:
    require_task_move(by, "resume", task)
    if sentence := refusal_to_resume(task):
        raise IllegalMove(sentence)
    task.resume(by=by)
    settle(task, by=by, closely=True)


def sees_everyone(user: User, task: LabelingTask) -> bool:
    return can(user, Right.MANAGE_TASKS, task.workspace_id)
