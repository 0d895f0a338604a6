"""The auditor's loop: next submission, approve, reject."""

import math
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.models import Assignment, LabelingTask, ReasonCode, Review, Submission, TaskPerson
from annotations.permissions import require_move, require_running, require_seat
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right

MAX_COMMENT = 2000
# Before the rest may be approved at once, so many must have been looked at.
FLOOR_ITEMS, FLOOR_SHARE = 20, 0.10


def next_review_for(task: LabelingTask, *, by: User) -> Assignment | None:
    """The next submission for this auditor, kept for them; None when nothing waits or their number is reached.

    What came back to them after a correction comes first, then what nobody has, oldest item first.
    """
    require_seat(by, task, right=Right.REVIEW)
    require_running(task)
    mine = Assignment.objects.filter(task=task, state=Assignment.State.PENDING_REVIEW, reviewer=by)
    found = mine.order_by("position", "slot").first()
    if found is None and _has_room(task, by):
        found = _claim(task, by=by)
    if found is not None:
        found.task = task
    return found


def _has_room(task: LabelingTask, user: User) -> bool:
    seat = TaskPerson.objects.filter(task=task, user=user, kind=TaskPerson.Kind.REVIEW).first()
    if seat is None or seat.quota is None:
        return True
    return Assignment.objects.filter(task=task, reviewer=user).count() < seat.quota


def _claim(task: LabelingTask, *, by: User) -> Assignment | None:
    waiting = Assignment.objects.reviewable_by(by).filter(task=task, reviewer=None).order_by("position", "slot")
    for candidate in waiting[:50]:
        if candidate.claim_review(by=by):
            return candidate
    return None


def last_submission(assignment: Assignment) -> Submission:
    submission = Submission.objects.filter(assignment=assignment).order_by("-revision").first()
    if submission is None:
        raise IllegalMove(_("Nothing was handed in for this item yet."))
    return submission


def _judged(assignment: Assignment, body: dict[str, Any]) -> Submission:
    """The submission the verdict is about. A page that shows an earlier one than there is now is refused (409)."""
    submission = last_submission(assignment)
    revision = body.get("revision", submission.revision)
    if type(revision) is not int:
        sentence = _("Send the revision that was judged.")
        raise Invalid([(("body", "revision"), sentence, "type_error.integer")])
    if revision != submission.revision:
        raise IllegalMove(_("This item was corrected and handed in again. Reload to judge what is there now."))
    return submission


@transaction.atomic
def approve(assignment: Assignment, *, by: User, body: dict[str, Any] | None = None) -> Review:
    require_move(by, "approve", assignment)
    require_seat(by, assignment.task, right=Right.REVIEW)
    review = assignment.approve(by=by, submission=_judged(assignment, body or {}))
    assignment.task.settle(by=by)
    return review


@transaction.atomic
def reject(assignment: Assignment, *, by: User, body: dict[str, Any]) -> Review:
    """Back to the annotator, with a reason from the list and a sentence of the auditor's own."""
    code, comment = body.get("reason_code"), body.get("comment")
    problems: list[tuple[tuple[str | int, ...], str, str]] = []
    if code not in ReasonCode.values:
        sentence = _("Choose a reason: %(reasons)s.") % {"reasons": ", ".join(ReasonCode.values)}
        problems.append((("body", "reason_code"), sentence, "value_error"))
    if not isinstance(comment, str) or not 3 <= len(comment.strip()) <= MAX_COMMENT or "\0" in comment:
        sentence = _("Say what to change, with 3 to %(most)d characters.") % {"most": MAX_COMMENT}
        problems.append((("body", "comment"), sentence, "value_error"))
    if problems:
        raise Invalid(problems)
    require_move(by, "reject", assignment)
    require_seat(by, assignment.task, right=Right.REVIEW)
    review = assignment.reject(
        by=by, submission=_judged(assignment, body), reason_code=str(code), comment=str(comment).strip()
    )
    assignment.task.settle(by=by)
    return review


def floor_of(total: int) -> int:
    """How many of `total` items in review must be decided one by one before the rest may be approved at once."""
    return min(total, max(FLOOR_ITEMS, math.ceil(FLOOR_SHARE * total)))


def rest_to_approve(task: LabelingTask, *, by: User) -> dict[str, int]:
    """What a partial review still asks for: how many were decided, how many must be, how many wait."""
    rows = Assignment.objects.filter(task=task)
    in_review = rows.exclude(submitted_at=None)
    total = in_review.count()
    decided = Review.objects.filter(submission__assignment__task=task, origin=Review.Origin.REVIEWED).count()
    floor = floor_of(total)
    waiting = rows.filter(Q(reviewer=None) | Q(reviewer=by), state=Assignment.State.PENDING_REVIEW).exclude(
        annotator=by
    )
    return {"decided": decided, "floor": floor, "waiting": waiting.count()}


def approve_rest(task: LabelingTask, *, by: User) -> int:
    """In a partial review, approve everything that waits, marked as not looked at. Returns how many that were."""
    require_seat(by, task, right=Right.REVIEW)
    require_running(task)
    if task.review_mode != LabelingTask.ReviewMode.PARTIAL:
        raise IllegalMove(_("This task asks for a full review: every item is decided one by one."))
    figures = rest_to_approve(task, by=by)
    if figures["decided"] < figures["floor"]:
        raise IllegalMove(
            _("Decide at least %(floor)d items one by one first; so far there are %(decided)d.") % figures
        )
    count = 0
    waiting = Assignment.objects.reviewable_by(by).filter(task=task)
    for assignment in waiting.order_by("position", "slot"):
        assignment.task = task
        try:
            with transaction.atomic():
                assignment.approve(by=by, submission=last_submission(assignment), origin=Review.Origin.BULK)
        except IllegalMove:
            continue  # somebody decided it meanwhile
        count += 1
    task.settle(by=by)
    return count
