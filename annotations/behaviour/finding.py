"""Whose standing is asked for, and who may ask for their own."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Assignment, LabelingTask, Standing
from annotations.permissions import has_seat_in
from workspaces.models import User
from workspaces.permissions import Right, can, members_with


def person_of(task: LabelingTask, user_id: str) -> User:
    """Somebody who may label in the task's workspace, or worked in the task; else 404."""
    try:
        pk = UUID(user_id)
    except ValueError:
        raise Http404 from None
    found = members_with(Right.LABEL, task.workspace).filter(pk=pk).first()
    if found is None:
        worked = Assignment.objects.filter(task=task, annotator=pk).exists()
        stands = Standing.objects.filter(task=task, user=pk).exists()
        found = User.objects.filter(pk=pk).first() if worked or stands else None
    if found is None:
        raise Http404
    return found


def require_own(task: LabelingTask, user: User) -> None:
    """A standing is of those who label in a task, and stays theirs when they no longer do."""
    if can(user, Right.LABEL, task.workspace_id) and has_seat_in(user, task, kind="labeling"):
        return
    if not Standing.objects.filter(task=task, user=user).exists():
        raise PermissionDenied(_("You are not among the people of this labeling task. Ask its manager."))
