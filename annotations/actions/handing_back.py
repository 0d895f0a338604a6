"""What a manager does with turns that are finished: have them done once more, or judged by a certain auditor."""

from django.db import transaction
from django.utils.translation import gettext as _

from annotations import notices
from annotations.models import Assignment, TaskPerson
from annotations.permissions import has_seat_in, require_there
from annotations.settling import settle
from workspaces.errors import IllegalMove
from workspaces.models import User
from workspaces.permissions import Right, can, require


@transaction.atomic
def have_redone(turn: Assignment, *, by: User) -> None:
    """Give a turn that is done back to its annotator, who corrects what they handed in. Raises IllegalMove."""
    require(by, Right.MANAGE_TASKS, turn.task.workspace_id)
    require_there(turn.task)
    turn.redo(by=by)
    notices.returned(turn, by=by)
    settle(turn.task, by=by, closely=True)


@transaction.atomic
def have_reviewed(turn: Assignment, *, to: User, by: User) -> None:
    """Have this auditor judge a turn that waits for a verdict. Raises IllegalMove with the reason why they cannot."""
    task = turn.task
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    if not can(to, Right.REVIEW, task.workspace_id):
        raise IllegalMove(_("%(person)s has no role for this in the workspace.") % {"person": to})
    if not has_seat_in(to, task, kind=TaskPerson.Kind.REVIEW):
        raise IllegalMove(_("%(person)s is not among the reviewers of this labeling task.") % {"person": to})
    if not Assignment.objects.filter(pk=turn.pk).not_labeled_by(to).exists():
        raise IllegalMove(_("%(person)s has labeled this item.") % {"person": to})
    if turn.approved_by_id == to.pk:
        raise IllegalMove(_("%(person)s has approved it; somebody else judges it a second time.") % {"person": to})
    turn.give_review(to=to, by=by)
    notices.assigned(task, {to: None}, kind=TaskPerson.Kind.REVIEW, by=by)
