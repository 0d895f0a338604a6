"""What follows a change of turns: the task takes the state they add up to, and whoever waits for that is told."""

from annotations import notices
from annotations.models import LabelingTask
from workspaces.models import User


def settle(task: LabelingTask, *, by: User | None, closely: bool = False) -> None:
    """Call it in the transaction of the change; `closely` for moves that give work back."""
    if task.settle(by=by, closely=closely):
        notices.ready(task)
