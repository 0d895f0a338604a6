"""Changing a task while it runs: what is allowed, what needs a reason, and what is written down."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations import proposing
from annotations.actions.managing import require_task_move
from annotations.assisting import asked_in, assistance_problems
from annotations.form import form_of
from annotations.models import Assignment, LabelingTask
from annotations.settling import settle
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, people_with

Mode = LabelingTask.ReviewMode
State = LabelingTask.State

# What can be changed in every state, while people work, and of the latter what the review asks for.
ALWAYS = ("name", "deadline", "priority")
REVIEW = ("review_mode", "sample_rate", "sample_count", "recheck_percent", "max_rejects", "max_rework")
ASSISTANCE = ("ai_assisted", "detector_id", "suggestion_threshold")
WHILE_RUNNING = ("instructions", "lease_minutes", *ASSISTANCE, *REVIEW)
EDITABLE = (*ALWAYS, *WHILE_RUNNING)
RUNNING = (State.OPEN, State.REVIEWING, State.STOPPED)
MAX_REASON = 1000
# How closely each mode looks; going to another that looks no closer needs a reason.
CLOSENESS = {Mode.NONE: 0, Mode.SAMPLED: 1, Mode.PARTIAL: 1, Mode.FULL: 2}
Problem = tuple[tuple[str | int, ...], str, str]


@transaction.atomic
def edit(task: LabelingTask, *, by: User, changes: dict[str, Any], reason: str = "", seen: str = "") -> None:
    """Change these fields of EDITABLE; those that are as they were do not count.

    With `seen`, what `version_of` said when they were looked at, nothing is changed that somebody else changed since.

    Raises Invalid with the field, or IllegalMove where the moment is wrong, and changes nothing then. A review that
    gets weaker needs a reason, which goes into the audit event with all values before and after.
    """
    require_task_move(by, "edit", task)
    now = LabelingTask.objects.select_for_update().select_related("workspace").get(pk=task.pk)
    if seen and seen != version_of(now):
        raise IllegalMove(
            _("These settings were changed meanwhile. What you typed is still here; saving again overwrites that.")
        )
    before = _differing(now, _completed(changes))
    for name in before:
        setattr(now, name, changes.get(name))
    if problems := [*_problems(now, before), *_reason_problems(now, before, reason)]:
        raise Invalid(problems)
    _require_moment(now, before)
    if not before:
        return
    if before.keys() & set(REVIEW):
        turns = Assignment.objects.filter(task=now).exclude(state=Assignment.State.CANCELLED)
        now.sample_size = now.sample_of(turns.count())
    now.save(update_fields=[*before, "sample_size"])
    AuditEvent.record(by=by, workspace_id=now.workspace_id, verb="edit", target=now, data=_said(now, before, reason))
    if before.keys() & set(ASSISTANCE):
        proposing.ask(now, by=by)
    settle(now, by=by)
    for field in (*EDITABLE, "sample_size", "state"):
        setattr(task, field, getattr(now, field))


@transaction.atomic
def suggest_again(task: LabelingTask, *, by: User) -> None:
    """Have the task's model listen to what it has not listened to. Raises IllegalMove where no model proposes."""
    require_task_move(by, "edit", task)
    if not proposing.is_assisted(task) or task.state not in RUNNING:
        raise IllegalMove(_("No model proposes labels in this task now."))
    proposing.ask(task, by=by)


def version_of(task: LabelingTask) -> str:
    """Changes with every change of what can be edited."""
    text = repr([getattr(task, name) for name in EDITABLE])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _completed(changes: dict[str, Any]) -> dict[str, Any]:
    """A sample has a rate or a number: whoever gives one takes the other away."""
    for name in changes:
        if name not in EDITABLE:
            raise settled(name)
    for given, other in (("sample_rate", "sample_count"), ("sample_count", "sample_rate")):
        if changes.get(given) is not None and changes.get(other) is None:
            changes[other] = None
    return changes


def settled(name: str) -> Invalid:
    """The refusal of what is none of EDITABLE."""
    sentence = _("This cannot be changed once the task exists: answers refer to it. Make a new task instead.")
    return Invalid([(("body", name), sentence, "value_error")])


def _differing(task: LabelingTask, changes: dict[str, Any]) -> dict[str, Any]:
    """Of the changes, those that change something, with the value before."""
    if isinstance(changes.get("name"), str):
        changes["name"] = changes["name"].strip()
    return {name: getattr(task, name) for name, value in changes.items() if getattr(task, name) != value}


def _problems(task: LabelingTask, before: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with the task as it would be."""
    others = [field.name for field in task._meta.fields if field.name not in before]
    try:
        task.clean_fields(exclude=others)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            yield ("body", name), sentences[0], "value_error"
        return
    if before.keys() & set(ASSISTANCE):
        yield from assistance_problems(task, asked_in(form_of(task)))
    if "deadline" in before and task.deadline is not None and task.deadline <= timezone.now():
        sentence = _("The deadline has passed already. Give a time to come, or none.")
        yield ("body", "deadline"), sentence, "value_error"
    if before.keys() & set(REVIEW):
        yield from _review_problems(task, before)


def _review_problems(task: LabelingTask, before: dict[str, Any]) -> Iterator[Problem]:
    rate, number = task.sample_rate, task.sample_count
    if rate is not None and not 0 < rate <= 1:
        yield ("body", "sample_rate"), _("Give a share above 0 and up to 1."), "value_error"
    if number is not None and number < 1:
        yield ("body", "sample_count"), _("Give a number of at least 1."), "value_error"
    if task.is_sampled and (rate is None) == (number is None):
        sentence = _("A sampled review needs either a share or a number of items.")
        yield ("body", "sample_rate"), sentence, "value_error"
    asks = task.is_reviewed and before.keys() & {"review_mode", "recheck_percent"}
    n_auditors = len(list(people_with(Right.REVIEW, task.workspace))) if asks else 0
    if asks and n_auditors == 0:
        sentence = _(
            "Nobody in this space is an annotation auditor, so nobody could review. Give somebody the role first."
        )
        yield ("body", "review_mode"), sentence, "value_error"
    elif asks and task.recheck_percent and n_auditors < 2:
        sentence = _("A second auditor judges these items, and this space has only one. Give somebody the role first.")
        yield ("body", "recheck_percent"), sentence, "value_error"


def _reason_problems(task: LabelingTask, before: dict[str, Any], reason: str) -> Iterator[Problem]:
    if len(reason) > MAX_REASON:
        yield ("body", "reason"), _("Say it in at most %(most)d characters.") % {"most": MAX_REASON}, "value_error"
    elif len(reason.strip()) < 3 and is_weaker(task, before):
        sentence = _("The review gets weaker by this. Say why, in a few words: it goes into the audit log.")
        yield ("body", "reason"), sentence, "value_error.missing"


def is_weaker(task: LabelingTask, before: dict[str, Any]) -> bool:
    """Whether less is looked at than with the values of `before`, by fewer, or with more rejections let pass."""
    was = Mode(before.get("review_mode", task.review_mode))
    if was == Mode.NONE:
        return False
    if task.recheck_percent < before.get("recheck_percent", task.recheck_percent):
        return True
    if was != task.review_mode:
        return CLOSENESS[was] >= CLOSENESS[Mode(task.review_mode)]
    if was == Mode.PARTIAL and "max_rejects" in before:
        limit = before["max_rejects"]
        return limit is not None and (task.max_rejects is None or task.max_rejects > limit)
    return was == Mode.SAMPLED and _asks_for_less(task, before)


def _asks_for_less(task: LabelingTask, before: dict[str, Any]) -> bool:
    """Whether the sample gets smaller, or could: a number instead of a share, and the other way round."""
    rate, number = (before.get(name, getattr(task, name)) for name in ("sample_rate", "sample_count"))
    if rate is not None and task.sample_rate is not None:
        return bool(task.sample_rate < rate)
    if number is not None and task.sample_count is not None:
        return bool(task.sample_count < number)
    return True


def _require_moment(task: LabelingTask, before: dict[str, Any]) -> None:
    late = [name for name in before if name not in ALWAYS]
    if late and task.state == State.DRAFT:
        raise IllegalMove(_("The task is still being filled with its items. Wait until it is open."))
    if late and task.state not in RUNNING:
        raise IllegalMove(
            _("The work in this task is done: only its name, deadline and priority can be changed. To change how it is "
              "done, put an item back to work first.")
        )  # fmt: skip
    if "review_mode" in before and not task.is_reviewed:
        waiting = Assignment.objects.filter(task=task, state=Assignment.State.PENDING_REVIEW).count()
        if waiting:
            sentence = ngettext(
                "%(n)d item waits in review. Have it decided first, or approve the rest in a partial review.",
                "%(n)d items wait in review. Have them decided first, or approve the rest in a partial review.",
                waiting,
            )
            raise IllegalMove(sentence % {"n": waiting})


def _said(task: LabelingTask, before: dict[str, Any], reason: str) -> dict[str, Any]:
    changes = {name: {"before": _plain(value), "after": _plain(getattr(task, name))} for name, value in before.items()}
    return {"changes": changes, **({"reason": reason.strip()} if reason.strip() else {})}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value
