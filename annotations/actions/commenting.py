"""What people say to each other about a turn: its annotator, its auditor and the managers, nobody else."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from annotations import notices
from annotations.models import Assignment, Comment
from annotations.models.comments import CommentQuerySet
from annotations.permissions import may_read
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User

MAX_TEXT = 2000

Problem = tuple[tuple[str | int, ...], str, str]


def require_reading(user: User, assignment: Assignment) -> None:
    if not may_read(user, assignment):
        raise PermissionDenied(_("This item is with somebody else."))


def comments_on(assignment: Assignment) -> CommentQuerySet:
    """In the order in which they were written."""
    return Comment.objects.filter(assignment=assignment).select_related("author").order_by("id")


def comment(assignment: Assignment, *, by: User, body: dict[str, Any]) -> Comment:
    """Write a remark at a moment of the recording, or on the whole item where no moment is given."""
    require_reading(by, assignment)
    if assignment.task.deleted_at is not None:
        raise IllegalMove(_("This labeling task was deleted."))
    text, at_ms = _clean(body, duration_ms=assignment.duration_ms)
    with transaction.atomic():
        written = Comment.objects.create(assignment=assignment, author=by, text=text, at_ms=at_ms)
        Assignment.objects.filter(pk=assignment.pk).update(has_comments=True)
        notices.commented(written)
    return written


def _clean(body: dict[str, Any], *, duration_ms: int) -> tuple[str, int | None]:
    text, at_ms = body.get("text"), body.get("at_ms")
    problems: list[Problem] = []
    if not isinstance(text, str) or not 1 <= len(text.strip()) <= MAX_TEXT or "\0" in text:
        sentence = _("Write a comment of 1 to %(most)d characters.") % {"most": MAX_TEXT}
        problems.append((("body", "text"), sentence, "value_error"))
    if at_ms is not None and (type(at_ms) is not int or not 0 <= at_ms <= duration_ms):
        sentence = _("Give the moment in whole milliseconds between 0 and %(end)d, the length of the recording.")
        problems.append((("body", "at_ms"), sentence % {"end": duration_ms}, "value_error"))
    if problems:
        raise Invalid(problems)
    return str(text).strip(), at_ms


def remove(written: Comment, *, by: User) -> None:
    if written.author_id != by.pk:
        raise PermissionDenied(_("Only the person who wrote a comment can delete it."))
    written.delete()
