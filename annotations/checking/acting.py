"""What follows where a check found something: no more than the task's policy, and only while nobody has decided."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from annotations import notices
from annotations.models import Assignment, CheckResult, LabelingTask, Submission, TaskCheck, TaskItem
from annotations.overlapping import asking_more
from annotations.settling import settle
from workspaces.errors import IllegalMove

Action = TaskCheck.Action
Outcome = CheckResult.Outcome
Findings = Sequence[dict[str, Any]]


def act(
    assignment: Assignment, submission: Submission, *, check: TaskCheck, findings: Findings, tells: bool = False
) -> str:
    """Do what the policy says and return what was done; what cannot be done any more is flagged.

    Call it in the transaction that stores the result. `tells` sends a notice, for what comes back later on its own.
    """
    if check.action == Action.FLAG or _was_said_again(assignment, submission, check=check, findings=findings):
        return Outcome.FLAGGED
    reasons = [finding["sentence"] for finding in findings]
    try:
        with transaction.atomic():
            if check.action == Action.RETURN:
                assignment.return_by_check(reasons, submission=submission)
            else:
                assignment.reject_by_check(reasons, submission=submission)
            _require_not_frozen(assignment)
            # Everybody gets control items: there is nobody else to ask.
            if check.action == Action.REJECT and assignment.task.shown is assignment.task:
                asking_more.replace(assignment, by=None)
    except IllegalMove:
        assignment.refresh_from_db(fields=["state", "rework_count", "is_dealt", "origin"])
        return Outcome.FLAGGED
    if check.action == Action.RETURN and tells:
        notices.returned(assignment, by=None)
    # It may have been the last one: then the task was ready, and is open again.
    settle(assignment.task, by=None, closely=True)
    return Outcome.RETURNED if check.action == Action.RETURN else Outcome.REJECTED


def _require_not_frozen(assignment: Assignment) -> None:
    """A result that was generated says what it says. Locked in one order everywhere: the turn, its item, the task."""
    TaskItem.objects.select_for_update().get(pk=assignment.item_id)
    rows = LabelingTask.objects.select_for_update().filter(pk=assignment.task_id)
    state, deleted_at = rows.values_list("state", "deleted_at").get()
    if state == LabelingTask.State.GENERATED or deleted_at is not None:
        raise IllegalMove


def _was_said_again(assignment: Assignment, submission: Submission, *, check: TaskCheck, findings: Findings) -> bool:
    """It came back for this already, and the person left these answers as they were: they mean it, so people decide."""
    if check.action != Action.RETURN or submission.revision < 2:
        return False
    returned = CheckResult.objects.filter(
        submission__assignment=assignment, kind=check.kind, outcome=Outcome.RETURNED
    ).select_related("submission")
    last = returned.order_by("-submission__revision").first()
    if last is None or last.submission is None:
        return False
    before = {(finding["code"], *sorted(finding["aliases"])) for finding in last.findings}
    then, now = last.submission.answers, submission.answers
    return all(
        finding["aliases"]
        and (finding["code"], *sorted(finding["aliases"])) in before
        and all(then.get(alias) == now.get(alias) for alias in finding["aliases"])
        for finding in findings
    )
