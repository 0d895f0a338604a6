"""Deciding what waits without opening it: the rest of a partial review, or everything by its sample.

It goes in slices of one transaction each, so that nobody waits long for the lock and what was done stays done; whatever
is left is found by its state, so the same closing may be run again, by another worker or beside another auditor's.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations import notices
from annotations.models import Assignment, LabelingTask, Review, Submission
from annotations.models.assignments import AssignmentQuerySet
from annotations.settling import settle
from workspaces.errors import IllegalMove
from workspaces.models import User

SLICE = 500
State = Assignment.State


class Action(models.TextChoices):
    APPROVE_REST = "approve_rest", gettext_lazy("Approve the rest")
    PASS_ALL = "pass_all", gettext_lazy("Approve everything")
    PASS_UNCHECKED = "pass_unchecked", gettext_lazy("Approve what waits")
    PASS_CHECKED = "pass_checked", gettext_lazy("Return what waits")
    REJECT_ALL = "reject_all", gettext_lazy("Return everything")


BY_SAMPLE = (Action.PASS_ALL, Action.PASS_UNCHECKED, Action.PASS_CHECKED, Action.REJECT_ALL)
RETURNING = (Action.PASS_CHECKED, Action.REJECT_ALL)


@dataclass(frozen=True)
class Closing:
    """What an auditor decided about the rest. What is handed in after `until` is not part of it."""

    task: LabelingTask
    action: str
    by: User
    until: datetime
    reason_code: str = ""
    comment: str = ""

    @property
    def origin(self) -> str:
        return Review.Origin.BULK if self.action == Action.APPROVE_REST else Review.Origin.SAMPLE_PASS


# Turns by what became of them: "approved", "returned" or "escalated".
Outcome = Counter[str]
Heard = Callable[[Outcome], None]


def decided_by(closing: Closing) -> list[AssignmentQuerySet]:
    """The turns this closing decides, as sets without a turn in common. None is at an item its auditor labeled."""
    # Said with a "not": SQLite would otherwise walk all that was ever handed in instead of what still waits.
    handed_in = Assignment.objects.filter(~Q(submitted_at__gt=closing.until), task=closing.task).order_by()
    handed_in = handed_in.not_labeled_by(closing.by)
    waiting = handed_in.filter(state=State.PENDING_REVIEW, review_level=1, for_adjudication=False)
    if closing.action == Action.APPROVE_REST:
        # What another auditor has open is theirs to decide.
        return [waiting.filter(Q(reviewer=None) | Q(reviewer=closing.by))]
    sample = handed_in.filter(draw__lt=closing.task.sample_size)
    if closing.action == Action.PASS_ALL:
        # What an earlier closing returned was never looked at: that is to be done again, and waits for the next one.
        closed = Submission.objects.filter(
            assignment=models.OuterRef("pk"),
            revision=models.OuterRef("revision"),
            reviews__origin=Review.Origin.SAMPLE_PASS,
        )
        sent_back = handed_in.filter(state=State.REWORK).exclude(models.Exists(closed))
        return [waiting, sent_back.exclude(approved_by=closing.by, approved_by__isnull=False)]
    if closing.action == Action.REJECT_ALL:
        one_by_one = (Assignment.Origin.REVIEWED, Assignment.Origin.RECHECKED)
        return [waiting, sample.filter(state=State.APPROVED, origin__in=one_by_one)]
    return [waiting]


def count_of(closing: Closing) -> int:
    return sum(rows.count() for rows in decided_by(closing))


def run(closing: Closing, *, heard: Heard | None = None) -> Outcome:
    """Decide all of it. `heard` is told after each slice, inside its transaction, what has become of how many so far.

    Raises IllegalMove when the task was stopped or deleted meanwhile; what was decided until then stays.
    """
    total: Outcome = Counter()
    for rows in decided_by(closing):
        while True:
            with transaction.atomic():
                ids = _locked(rows)
                if not ids:
                    break
                # Asked only where something is left: another auditor's closing may have finished the task.
                _require_still_running(closing.task)
                total += _return(closing, ids) if closing.action in RETURNING else _approve(closing, ids)
                if heard is not None:
                    heard(total)
    settle(closing.task, by=closing.by)
    return total


def _locked(rows: AssignmentQuerySet) -> list[UUID]:
    """The next slice, locked until the transaction ends. What somebody else is just deciding is left to them."""
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows.values_list("pk", flat=True)[:SLICE])


def _require_still_running(task: LabelingTask) -> None:
    task.refresh_from_db(fields=["state", "deleted_at"])
    if not task.is_running:
        raise IllegalMove(_("The labeling task was stopped meanwhile. What was decided until then stays."))


def _approve(closing: Closing, ids: list[UUID]) -> Outcome:
    moved = Assignment.objects.filter(pk__in=ids).move_many(
        [State.PENDING_REVIEW, State.REWORK],
        State.APPROVED,
        by=closing.by,
        verb="approve",
        workspace_id=closing.task.workspace_id,
        data={"origin": closing.origin},
        origin=closing.origin,
        reviewer=closing.by,
        lease_until=None,
        decided_at=timezone.now(),
    )
    _note(closing, moved, verdict=Review.Verdict.APPROVED)
    return Counter(approved=len(moved))


def _return(closing: Closing, ids: list[UUID]) -> Outcome:
    """Back to whoever labeled it, and to a manager what came back often enough."""
    task, here = closing.task, Assignment.objects.filter(pk__in=ids)
    often = Q(rework_count__gte=task.max_rework)
    escalated = _send_back(closing, here.filter(often), target=State.ESCALATED)
    returned = _send_back(closing, here.exclude(pk__in=escalated), target=State.REWORK)
    _note(closing, escalated + returned, verdict=Review.Verdict.REJECTED)
    notices.escalated_many(task, len(escalated), by=closing.by)
    people = User.objects.in_bulk(Assignment.objects.filter(pk__in=returned).values_list("annotator_id", flat=True))
    counts = Counter(Assignment.objects.filter(pk__in=returned).values_list("annotator_id", flat=True))
    notices.returned_many(task, {people[pk]: n for pk, n in counts.items() if pk}, by=closing.by)
    return Counter(returned=len(returned), escalated=len(escalated))


def _send_back(closing: Closing, rows: AssignmentQuerySet, *, target: str) -> list[UUID]:
    changes: dict[str, Any] = {
        "origin": "",
        "rework_count": F("rework_count") + 1,
        "rejections": F("rejections") + 1,
        "is_dealt": True,
        "lease_until": None,
        "decided_at": timezone.now(),
    }
    workspace_id = closing.task.workspace_id
    # What nobody looked at belongs to no auditor; what was looked at comes back to whoever did.
    waiting = rows.move_many(
        [State.PENDING_REVIEW],
        target,
        by=closing.by,
        verb="reject",
        workspace_id=workspace_id,
        reviewer=None,
        **changes,
    )
    return waiting + rows.move_many(
        [State.APPROVED], target, by=closing.by, verb="reject", workspace_id=workspace_id, **changes
    )


def _note(closing: Closing, turns: list[UUID], *, verdict: str) -> None:
    submissions = Submission.objects.filter(assignment__in=turns, revision=F("assignment__revision")).order_by()
    is_rejection = verdict == Review.Verdict.REJECTED
    Review.objects.bulk_create(
        (
            Review(
                submission_id=pk,
                reviewer=closing.by,
                verdict=verdict,
                origin=closing.origin,
                reason_code=closing.reason_code if is_rejection else "",
                comment=closing.comment if is_rejection else "",
            )
            for pk in submissions.values_list("pk", flat=True)
        ),
        batch_size=SLICE,
    )
