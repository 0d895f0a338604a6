"""The auditor's loop: next submission, approve, fix, reject, drop."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from annotations import notices
from annotations.answers import clean, clean_effort
from annotations.differences import changes
from annotations.form import form_of
from annotations.models import Assignment, LabelingTask, ReasonCode, Review, Submission, TaskPerson
from annotations.permissions import require_move, require_running, require_seat
from annotations.settling import settle
from annotations.suggesting import dismissed_in, judged
from annotations.words.proposing import count_new_words
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right

State = Assignment.State
MAX_COMMENT = 2000
# So many that wait are looked at before one is kept for an auditor: others may take them in the same moment.
AT_ONCE = 50
Problem = tuple[tuple[str | int, ...], str, str]


def next_review_for(task: LabelingTask, *, by: User, after: Assignment | None = None) -> Assignment | None:
    """The next submission for this auditor, kept for them; None when nothing waits or their number is reached.

    What came back to them after a correction comes first, then what nobody has, in the order of the task's seeded draw:
    what was looked at is then a random sample of everything. What they let go comes last, and `after`, which they let
    go just now, not at all.
    """
    require_seat(by, task, right=Right.REVIEW)
    require_running(task)
    mine = Assignment.objects.asked_of_reviewers(task).filter(reviewer=by)
    found = mine.order_by("draw").first()
    if found is None and has_room(task, by):
        found = _claim(task, by=by, after=after)
    if found is not None:
        found.task = task
    return found


def has_room(task: LabelingTask, user: User) -> bool:
    """Their number counts everything that is or was theirs to judge, at either level."""
    seat = TaskPerson.objects.filter(task=task, user=user, kind=TaskPerson.Kind.REVIEW).first()
    if seat is None or seat.quota is None:
        return True
    theirs = Assignment.objects.filter(Q(reviewer=user) | Q(approved_by=user), task=task)
    return theirs.count() < seat.quota


def require_room(assignment: Assignment, *, by: User) -> None:
    """Refuse a review that waits for whoever comes first to an auditor whose number is reached."""
    is_theirs_to_take = assignment.state == State.PENDING_REVIEW and assignment.reviewer_id is None
    if is_theirs_to_take and not has_room(assignment.task, by):
        raise IllegalMove(_("You have reviewed your number of items in this task. Ask its manager for more."))


def _claim(task: LabelingTask, *, by: User, after: Assignment | None) -> Assignment | None:
    waiting = Assignment.objects.asked_of_reviewers(task).reviewable_by(by).filter(reviewer=None).order_by("draw")
    candidates = list((waiting.exclude(pk=after.pk) if after else waiting)[:AT_ONCE])
    passed = AuditEvent.objects.filter(target_id__in=[one.pk for one in candidates], verb="let_go", actor=by)
    let_go_before = set(passed.values_list("target_id", flat=True)) if candidates else set()
    for candidate in sorted(candidates, key=lambda one: one.pk in let_go_before):
        if candidate.claim_review(by=by):
            return candidate
    return None


def last_submission(assignment: Assignment) -> Submission:
    submission = Submission.objects.filter(assignment=assignment).order_by("-revision").first()
    if submission is None:
        raise IllegalMove(_("Nothing was handed in for this item yet."))
    return submission


def _judged(assignment: Assignment, *, move: str, by: User, body: dict[str, Any]) -> Submission:
    """The submission the verdict is about. A page that shows an earlier one than there is now is refused (409)."""
    require_move(by, move, assignment)
    submission = last_submission(assignment)
    revision = body.get("revision", submission.revision)
    if type(revision) is not int:
        sentence = _("Send the revision that was judged.")
        raise Invalid([(("body", "revision"), sentence, "type_error.integer")])
    if revision != submission.revision:
        raise IllegalMove(_("This item was corrected and handed in again. Reload to judge what is there now."))
    require_room(assignment, by=by)
    return submission


@transaction.atomic
def approve(assignment: Assignment, *, by: User, body: dict[str, Any] | None = None) -> Review:
    submission = _judged(assignment, move="approve", by=by, body=body or {})
    review = assignment.approve(by=by, submission=submission)
    settle(assignment.task, by=by)
    return review


@transaction.atomic
def fix(assignment: Assignment, *, by: User, body: dict[str, Any]) -> Review:
    """Approve it with the auditor's own answers, checked like a submission; `size` says how much had to change."""
    submission = _judged(assignment, move="fix", by=by, body=body)
    form, length = form_of(assignment.task), assignment.duration_ms
    size = body.get("size")
    if size not in Assignment.Correction.values:
        sentence = _("Say how much had to change: minor or major.")
        raise Invalid([(("body", "size"), sentence, "value_error")])
    answers = clean(form, body.get("answers"), duration_ms=length, complete=True)
    active_ms, listened = clean_effort(body, duration_ms=length)
    if not changes(form, submission.answers, answers):
        sentence = _("Nothing was changed. Approve it as it is.")
        raise Invalid([(("body", "answers"), sentence, "value_error")])
    dismissed = dismissed_in(assignment, by=by, body=body)
    found = judged(assignment, sent=body, answers=answers, dismissed=dismissed)
    review = assignment.fix(
        by=by,
        submission=submission,
        answers=answers,
        size=str(size),
        active_ms=active_ms,
        listened=listened,
        suggested=found.suggested,
        fates=found.fates,
    )
    count_new_words(form, assignment.pk, answers=answers, revision=submission.revision + 1)
    settle(assignment.task, by=by)
    return review


@transaction.atomic
def reject(assignment: Assignment, *, by: User, body: dict[str, Any]) -> Review:
    """Back to the annotator, with a reason from the list and a sentence of the auditor's own."""
    submission = _judged(assignment, move="reject", by=by, body=body)
    code, comment = clean_reason(body)
    review = assignment.reject(by=by, submission=submission, reason_code=code, comment=comment)
    if assignment.state == State.ESCALATED:
        notices.escalated(assignment, by=by)
    else:
        notices.returned(assignment, by=by)
    settle(assignment.task, by=by)
    return review


@transaction.atomic
def drop(assignment: Assignment, *, by: User, body: dict[str, Any]) -> Review:
    """Out of the result, with the reason: there is nothing to be mended."""
    submission = _judged(assignment, move="drop", by=by, body=body)
    code, comment = clean_reason(body)
    review = assignment.drop(by=by, submission=submission, reason_code=code, comment=comment)
    settle(assignment.task, by=by)
    return review


@transaction.atomic
def let_go(assignment: Assignment, *, by: User) -> None:
    """Leave a review that was kept for this auditor to whoever comes first."""
    require_move(by, "let_go", assignment)
    assignment.let_go(by=by)


def clean_reason(body: dict[str, Any]) -> tuple[str, str]:
    """The reason from the list and the sentence that goes with it, or Invalid."""
    code, comment = body.get("reason_code"), body.get("comment")
    problems: list[Problem] = []
    if code not in ReasonCode.values:
        sentence = _("Choose a reason: %(reasons)s.") % {"reasons": ", ".join(ReasonCode.values)}
        problems.append((("body", "reason_code"), sentence, "value_error"))
    if not isinstance(comment, str) or not 3 <= len(comment.strip()) <= MAX_COMMENT or "\0" in comment:
        sentence = _("Say what is wrong, with 3 to %(most)d characters.") % {"most": MAX_COMMENT}
        problems.append((("body", "comment"), sentence, "value_error"))
    if problems:
        raise Invalid(problems)
    return str(code), str(comment).strip()
