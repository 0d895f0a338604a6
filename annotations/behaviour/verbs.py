"""Warning, pausing and stopping a person in a task, by a rule or by a manager, and undoing it: with a trace each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations import notices
from annotations.behaviour.relieving import relieve
from annotations.behaviour.rules import require_campaign
from annotations.models import LabelingTask, QualityRule, Standing, StandingEvent
from annotations.permissions import require_there
from annotations.quality.behaviour import ACTIONS, PAUSE, STOP, WARN
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, can, require

State = Standing.State
LEADS_TO = {WARN: State.WARNED, PAUSE: State.PAUSED, STOP: State.STOPPED}
UNDO = "undo"
MOVES = (*ACTIONS, UNDO)
MOST_REASON = 1000
MOST_HOURS = 24 * 365


@dataclass(frozen=True)
class Cause:
    """Why something is done: the sentence for the person, and for managers the rule and what it saw."""

    reason: str
    rule_id: Any = None
    kind: str = ""
    figures: Any = None


def state_now(standing: Standing | None, now: datetime | None = None) -> str:
    """The state as it is: a pause ends by itself."""
    if standing is None:
        return State.GOOD.value
    is_over = standing.state == State.PAUSED and not standing.keeps_out(now)
    return State.GOOD.value if is_over else standing.state


def moves_from(state: str) -> list[str]:
    """What a manager can do with somebody in this state."""
    moves = {
        State.GOOD: [WARN, PAUSE, STOP],
        State.WARNED: [WARN, PAUSE, STOP, UNDO],
        State.PAUSED: [PAUSE, STOP, UNDO],
        State.STOPPED: [UNDO],
    }
    return moves[State(state)]


@transaction.atomic
def act(task: LabelingTask, person: User, move: str, *, by: User, reason: str, hours: float | None = None) -> Standing:
    """A manager warns, pauses or stops somebody, or takes back what holds. A pause is of 24 `hours` if none are said.

    PermissionDenied without the right, IllegalMove where the person does not stand so, Invalid for a reason or length
    that is none.
    """
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    require_campaign(task)
    cleaned = _clean_reason(reason, is_needed=move != UNDO)
    standing = _locked(task, person)
    if move not in moves_from(state_now(standing)):
        raise IllegalMove(_("This cannot be done now: the standing is “%(state)s”.") % {"state": _label(standing)})
    if move == UNDO:
        return _undo(task, standing, by=by, reason=cleaned)
    if can(person, Right.MANAGE_TASKS, task.workspace_id):
        raise IllegalMove(_("Managers of tasks are never warned, paused or stopped."))
    until = timezone.now() + timedelta(hours=_clean_hours(hours)) if move == PAUSE else None
    _enter(task, standing, move, Cause(reason=cleaned), until=until, by=by)
    return standing


def fire(task: LabelingTask, person: User, rule: QualityRule, cause: Cause) -> StandingEvent | None:
    """What a rule of the task asks for, unless as much or more holds already. In the transaction of the answer."""
    standing = _locked(task, person)
    now = state_now(standing)
    if rule.action not in moves_from(now) or (now == State.PAUSED and rule.action == PAUSE):
        return None
    until = timezone.now() + timedelta(hours=rule.pause_hours) if rule.action == PAUSE else None
    return _enter(task, standing, rule.action, cause, until=until, by=None)


def _locked(task: LabelingTask, person: User) -> Standing:
    """The person's row, which nobody else changes until the transaction ends."""
    Standing.objects.get_or_create(task=task, user=person)
    standing = Standing.objects.select_for_update(of=("self",)).select_related("user").get(task=task, user=person)
    standing.task = task
    return standing


def _enter(
    task: LabelingTask, standing: Standing, action: str, cause: Cause, *, until: datetime | None, by: User | None
) -> StandingEvent:
    person = standing.user
    event = StandingEvent.objects.create(
        task=task,
        user=person,
        rule_id=cause.rule_id,
        kind=cause.kind,
        action=action,
        figures=cause.figures or {},
        reason=cause.reason,
        until=until,
        by=by,
    )
    standing.state, standing.until, standing.reason = LEADS_TO[action], until, cause.reason
    standing.save(update_fields=["state", "until", "reason", "changed_at"])
    if not task.is_ruled:
        # From now on somebody's standing has to be looked at.
        LabelingTask.objects.filter(pk=task.pk).update(is_ruled=True)
        task.is_ruled = True
    data = {"name": person.name, "task": task.name, "reason": cause.reason, "rule": cause.kind}
    AuditEvent.record(by=by, workspace_id=task.workspace_id, verb=f"{action}_person", target=person, data=data)
    notices.standing_changed(task, person, action, reason=cause.reason, until=until, by=by)
    if action == STOP:
        relieve(task, person, by=by)
    return event


def _undo(task: LabelingTask, standing: Standing, *, by: User, reason: str) -> Standing:
    """Back in good standing. What led to what holds now is not counted again."""
    now = timezone.now()
    holding = Q(action__in=[WARN, STOP]) | Q(action=PAUSE, until__gt=now)
    events = StandingEvent.objects.filter(holding, task=task, user=standing.user, undone_at=None)
    events.update(undone_at=now, undone_by=by)
    standing.state, standing.until, standing.reason = State.GOOD, None, ""
    standing.save(update_fields=["state", "until", "reason", "changed_at"])
    data = {"name": standing.user.name, "task": task.name, "reason": reason}
    AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="undo_person", target=standing.user, data=data)
    notices.standing_changed(task, standing.user, UNDO, reason=reason, until=None, by=by)
    return standing


def _clean_reason(reason: object, *, is_needed: bool) -> str:
    text = reason.strip() if isinstance(reason, str) else ""
    if (is_needed and len(text) < 3) or len(text) > MOST_REASON or "\0" in text:
        sentence = _("Say in a few words why, with 3 to %(most)d characters.") % {"most": MOST_REASON}
        raise Invalid([(("body", "reason"), sentence, "value_error")])
    return text


def _clean_hours(hours: float | None) -> float:
    found = 24.0 if hours is None else hours
    if not 0 < found <= MOST_HOURS:
        raise Invalid([(("body", "hours"), _("Give the hours of a pause, up to a year."), "value_error")])
    return found


def _label(standing: Standing) -> str:
    return str(State(state_now(standing)).label)
