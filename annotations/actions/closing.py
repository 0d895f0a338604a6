"""An auditor closes a review: what must have been looked at before, and doing it at once or in a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations import closing
from annotations.actions.reviewing import clean_reason
from annotations.closing import BY_SAMPLE, RETURNING, Action, Closing
from annotations.jobs import CLOSE
from annotations.models import LabelingTask
from annotations.permissions import require_running, require_seat
from annotations.review_figures import ReviewFigures, review_figures
from workspaces.errors import IllegalMove, Invalid
from workspaces.jobs import enqueue
from workspaces.models import Job, User
from workspaces.permissions import Right

# Beyond so many items a worker does it, so that no request takes long.
AT_ONCE = 2_000
Mode = LabelingTask.ReviewMode


@dataclass(frozen=True)
class Closed:
    """What became of how many, or the job that is at it."""

    outcome: Mapping[str, int] = field(default_factory=dict)
    job: Job | None = None


def approve_rest(task: LabelingTask, *, by: User) -> Closed:
    """In a partial review, approve everything that waits, marked as not looked at."""
    return close(task, by=by, action=Action.APPROVE_REST, body={})


def close_sample(task: LabelingTask, *, by: User, body: Mapping[str, Any]) -> Closed:
    """In a sampled review, let everything follow the sample in one of four ways."""
    action = body.get("action")
    require_seat(by, task, right=Right.REVIEW)
    if action not in BY_SAMPLE:
        sentence = _("Choose one of: %(actions)s.") % {"actions": ", ".join(BY_SAMPLE)}
        raise Invalid([(("body", "action"), sentence, "value_error")])
    return close(task, by=by, action=str(action), body=body)


def close(task: LabelingTask, *, by: User, action: str, body: Mapping[str, Any]) -> Closed:
    require_seat(by, task, right=Right.REVIEW)
    reason_code, comment = clean_reason(dict(body)) if action in RETURNING else ("", "")
    require_running(task)
    blocked = what_blocks(task, review_figures(task), action=action)
    if blocked:
        raise IllegalMove(blocked)
    asked = Closing(task=task, action=action, by=by, until=timezone.now(), reason_code=reason_code, comment=comment)
    if live_closing(task):
        raise IllegalMove(_("This review is being closed already. Wait until that is done."))
    if closing.count_of(asked) > AT_ONCE:
        return Closed(job=_ask(asked))
    return Closed(outcome=closing.run(asked))


@transaction.atomic
def _ask(asked: Closing) -> Job:
    task = asked.task
    jobs = Job.objects.filter(workspace=task.workspace_id, kind=CLOSE, args__task_id=str(task.pk))
    job = enqueue(
        CLOSE,
        workspace=task.workspace,
        by=asked.by,
        args={
            "task_id": str(task.pk),
            "by": str(asked.by.pk),
            "action": asked.action,
            "until": asked.until.isoformat(),
            "reason_code": asked.reason_code,
            "comment": asked.comment,
        },
        # Two auditors at once count the same jobs, so they mean the same key, and one of them is first.
        idempotency_key=f"{CLOSE}:{task.pk}:{jobs.count()}",
    )
    if job.args["by"] != str(asked.by.pk) or job.args["action"] != asked.action:
        raise IllegalMove(_("This review is being closed already. Wait until that is done."))
    return job


def last_closing(task: LabelingTask) -> Job | None:
    return Job.objects.filter(workspace=task.workspace_id, kind=CLOSE, args__task_id=str(task.pk)).first()


def live_closing(task: LabelingTask) -> Job | None:
    jobs = Job.objects.filter(workspace=task.workspace_id, kind=CLOSE, args__task_id=str(task.pk))
    return jobs.live().first()


def what_blocks(task: LabelingTask, figures: ReviewFigures, *, action: str) -> str:
    """Why this cannot be done now, as a sentence; empty when it can."""
    if action == Action.APPROVE_REST:
        return _what_blocks_the_rest(task, figures)
    if task.review_mode != Mode.SAMPLED:
        return _("The review of this task is not sampled, so there is no sample to close.")
    if not task.is_running:
        return _("The review is over: nothing is left to close.")
    if figures.sample_left:
        return ngettext(
            "%(n)d item of the sample is not decided yet: it waits for a verdict, or was not handed in.",
            "%(n)d items of the sample are not decided yet: they wait for a verdict, or were not handed in.",
            figures.sample_left,
        ) % {"n": figures.sample_left}
    return ""


def _what_blocks_the_rest(task: LabelingTask, figures: ReviewFigures) -> str:
    if task.review_mode == Mode.FULL:
        return _("This task asks for a full review: every item is decided one by one.")
    if task.review_mode != Mode.PARTIAL:
        return _("The rest can be approved at once in a partial review alone.")
    if figures.to_floor:
        return ngettext(
            "Decide %(n)d more item one by one first: of %(floor)d that must be looked at, %(decided)d were.",
            "Decide %(n)d more items one by one first: of %(floor)d that must be looked at, %(decided)d were.",
            figures.to_floor,
        ) % {"n": figures.to_floor, "floor": figures.floor, "decided": figures.decided}
    if task.max_rejects is not None and figures.refused > task.max_rejects:
        return _(
            "%(refused)d of %(decided)d items were returned or dropped; with more than %(most)d the rest is decided "
            "one by one."
        ) % {"refused": figures.refused, "decided": figures.decided, "most": task.max_rejects}
    return ""
