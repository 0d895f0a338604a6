"""What checks found in a task: to be listed, looked at, cleared, and asked about again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.checking import endpoint
from annotations.checking.judging import ask_if_idle
from annotations.checking.sentences import CODES
from annotations.models import Assignment, CheckResult, LabelingTask, TaskCheck
from annotations.turns import with_name
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, User

State = CheckResult.State
Outcome = CheckResult.Outcome
PAGE = 30
ANSWERED = (*Assignment.UNDECIDED, Assignment.State.APPROVED)
# What one looks for, in the order of work: first what waits for a person.
SHOWN: dict[str, tuple[Any, Q]] = {
    "flagged": (gettext_lazy("to look at"), Q(outcome=Outcome.FLAGGED)),
    "returned": (gettext_lazy("returned"), Q(outcome=Outcome.RETURNED)),
    "rejected": (gettext_lazy("left out"), Q(outcome=Outcome.REJECTED)),
    "cleared": (gettext_lazy("no problem"), Q(outcome=Outcome.CLEARED)),
    "agreed": (gettext_lazy("descriptions that agree"), Q(outcome=Outcome.NONE, submission=None, state=State.DONE)),
    "waiting": (gettext_lazy("waiting for the model"), Q(state=State.WAITING)),
    "failed": (gettext_lazy("could not be asked"), Q(state=State.FAILED)),
}


def with_people(rows: QuerySet[CheckResult]) -> QuerySet[CheckResult]:
    """All that a row says, with `item_name`; nothing is looked up for single rows then."""
    related = ("item", "submission__assignment__annotator", "cleared_by", "task")
    rows = rows.annotate(position=F("item__position"))
    return with_name(rows.select_related(*related)).defer("submission__answers", "submission__listened")


def results_of(task: LabelingTask, *, shown: str = "") -> QuerySet[CheckResult]:
    """The newest first; with `shown` what one looks for, else everything that was found or asked."""
    rows = CheckResult.objects.filter(task=task)
    if shown in SHOWN:
        rows = rows.filter(SHOWN[shown][1])
    return with_people(rows).order_by("-id")


def counts(task: LabelingTask) -> dict[str, int]:
    """How many there are of each kind that is shown, and how many answers were checked at all."""
    each = {name: Count("pk", filter=where) for name, (_label, where) in SHOWN.items()}
    checked = Count("submission", distinct=True)
    return CheckResult.objects.filter(task=task).aggregate(**each, checked=checked)


def what_is_found(result: CheckResult) -> list[dict[str, Any]]:
    """The findings with a word for what each is."""
    return [{**one, "what": str(CODES.get(one.get("code"), one.get("code", "")))} for one in result.findings]


@dataclass(frozen=True)
class LastAnswer:
    """What became of the question that was asked last, in any task of the workspace."""

    at: datetime
    error: str


def last_answer(task: LabelingTask) -> LastAnswer | None:
    asked = CheckResult.objects.filter(task__workspace=task.workspace_id, kind=TaskCheck.Kind.JUDGE)
    last = asked.filter(done_at__isnull=False, tries__gt=0).order_by("-done_at").values_list("done_at", "error").first()
    return LastAnswer(last[0], last[1]) if last and last[0] else None


@transaction.atomic
def clear(result: CheckResult, *, by: User) -> None:
    """Somebody looked, and there is no problem. What was returned or left out is past that."""
    rows = CheckResult.objects.filter(pk=result.pk, outcome=Outcome.FLAGGED)
    if not rows.update(outcome=Outcome.CLEARED, cleared_by=by):
        raise IllegalMove(_("This does not wait for anybody to look at it any more. Reload to see what became of it."))
    _record(result, "clear_check", by=by)
    result.outcome, result.cleared_by = Outcome.CLEARED, by


@transaction.atomic
def ask_again(result: CheckResult, *, by: User) -> None:
    """Have the model asked now, with all of its tries, where it could not be asked before."""
    if not _wait_anew(CheckResult.objects.filter(pk=result.pk)):
        raise IllegalMove(_("The language model has answered already, or waits for nothing."))
    _record(result, "ask_again", by=by)
    ask_if_idle(result.task)
    result.refresh_from_db(fields=["state", "tries", "error", "ask_at"])


@transaction.atomic
def ask_all_again(task: LabelingTask, *, by: User) -> int:
    """The same for all that failed or wait for their next try. Returns how many."""
    count = _wait_anew(CheckResult.objects.filter(task=task))
    if count:
        AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="ask_again", target=task, data={"count": count})
        ask_if_idle(task)
    return count


def _wait_anew(rows: QuerySet[CheckResult]) -> int:
    if not endpoint.is_set_up():
        raise IllegalMove(_("No language model is set up on this server."))
    judged = TaskCheck.objects.filter(kind=TaskCheck.Kind.JUDGE, is_active=True)
    rows = rows.filter(task__in=judged.values("task"))
    left = rows.filter(Q(state=State.FAILED) | Q(state=State.WAITING, tries__gt=0))
    return left.update(state=State.WAITING, tries=0, error="", ask_at=timezone.now())


def _record(result: CheckResult, verb: str, *, by: User) -> None:
    data = {"item": result.item.position}
    AuditEvent.record(by=by, workspace_id=result.task.workspace_id, verb=verb, target=result, data=data)


def turns_behind(results: Iterable[CheckResult]) -> dict[UUID, list[tuple[str, UUID]]]:
    """The turns whose answers each is about, as (who, id): one, or all of the item. Two queries for a page at most."""
    rows = list(results)
    found: dict[UUID, list[tuple[str, UUID]]] = {row.pk: [] for row in rows}
    together: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.submission is None:
            together[row.item_id].append(row.pk)
        else:
            turn = row.submission.assignment
            found[row.pk].append((str(turn.annotator or _("nobody")), turn.pk))
    turns = Assignment.objects.filter(item__in=together, state__in=ANSWERED).select_related("annotator")
    for turn in turns.order_by("slot"):
        for pk in together[turn.item_id]:
            found[pk].append((str(turn.annotator), turn.pk))
    return found
