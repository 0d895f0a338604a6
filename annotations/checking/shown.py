"""What checks found, as the workbench shows it: why a turn came back, and what its auditor may want to know."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.checking.findings import what_is_found
from annotations.models import Assignment, CheckResult, Review

Outcome = CheckResult.Outcome
# As what a check's deed stands among the verdicts of people.
VERDICTS = {Outcome.RETURNED: Review.Verdict.REJECTED, Outcome.REJECTED: Review.Verdict.DROPPED}


def verdicts_on(assignment: Assignment) -> list[dict[str, Any]]:
    """What checks returned or left out, as rows of a turn's history. No query for tasks without checks."""
    if not assignment.task.shown.is_checked:
        return []
    rows = CheckResult.objects.filter(submission__assignment=assignment, outcome__in=VERDICTS)
    rows = rows.select_related("submission__author").defer("submission__answers", "submission__listened", "said")
    return [
        {
            "revision": row.submission.revision,
            "verdict": str(VERDICTS[Outcome(row.outcome)]),
            "origin": "",
            "origin_label": "",
            "correction": "",
            "correction_label": "",
            "author": str(row.submission.author),
            "reason_code": "",
            "reason": "",
            "comment": " ".join(finding["sentence"] for finding in row.findings),
            "reviewer": _("Automatic check"),
            "at": (row.done_at or row.created_at).isoformat(),
        }
        for row in rows.order_by("submission__revision", "done_at")
        if row.submission is not None
    ]


def notes_on(assignment: Assignment, *, revision: int) -> list[dict[str, Any]]:
    """What was found in one revision, and what the model made of all answers to the item, the newest alone."""
    if not assignment.task.shown.is_checked:
        return []
    mine = Q(submission__assignment=assignment, submission__revision=revision)
    rows = CheckResult.objects.filter(mine | Q(item=assignment.item_id, submission=None), state=CheckResult.State.DONE)
    found = list(rows.exclude(findings=[]).order_by("id").defer("said"))
    together = [row for row in found if row.submission_id is None][-1:]
    return [
        {
            **finding,
            "by": str(row.get_kind_display()),
            "outcome": row.outcome,
            "outcome_label": str(row.get_outcome_display()) if row.outcome != Outcome.NONE else "",
        }
        for row in [one for one in found if one.submission_id is not None] + together
        for finding in what_is_found(row)
    ]
