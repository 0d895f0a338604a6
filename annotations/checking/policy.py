"""Which checks a task has, with what numbers, and what follows where they find something.

What is stored is complete: settings that are not sent take the defaults, so that a default which changes later does
not change a task that runs.
"""

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.checking import endpoint
from annotations.checking.ready_made import CLASHES
from annotations.models import CheckResult, LabelingTask, TaskCheck
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User

Kind = TaskCheck.Kind
MOST_CLASHES = 200
MOST_IN_A_CLASH = 100
MOST_LETTERS = 100
Problem = tuple[tuple[str | int, ...], str, str]

RULES: dict[str, dict[str, Any]] = {
    "opposites": {"is_on": True},
    "scales": {"is_on": True, "table": CLASHES},
    "heard": {"is_on": True, "least_percent": 80},
    "worked": {"is_on": False, "least_percent": 50},
    "nothing": {"is_on": False},
}
JUDGE: dict[str, Any] = {"contradictions": True, "majority": True}


def defaults(kind: str) -> dict[str, Any]:
    return copy.deepcopy(RULES if kind == Kind.RULES else JUDGE)


def checks_of(task: LabelingTask) -> dict[str, TaskCheck]:
    """Both kinds; one that the task does not have stands there switched off, as it would begin."""
    found = {check.kind: check for check in TaskCheck.objects.filter(task=task)}
    return {
        kind: found.get(kind) or TaskCheck(task=task, kind=kind, settings=defaults(kind), is_active=False)
        for kind in Kind.values
    }


@transaction.atomic
def set_checks(task: LabelingTask, given: Mapping[str, Mapping[str, Any]], *, by: User) -> dict[str, TaskCheck]:
    """Change the kinds that are given, {"rules"|"judge": {"is_active", "action", "settings"}}; parts may be missing.

    Raises Invalid with the place of what is wrong, IllegalMove for tasks without answers of their own.
    """
    if task.purpose != LabelingTask.Purpose.LABELING or task.deleted_at is not None:
        raise IllegalMove(_("Only labeling tasks have checks: trainings and exams compare with their own key."))
    LabelingTask.objects.select_for_update().get(pk=task.pk)
    checks = checks_of(task)
    changes: dict[str, Any] = {}
    for kind, values in given.items():
        check = checks[kind]
        before = _state(check)
        check.is_active = values.get("is_active", check.is_active)
        check.action = values.get("action", check.action)
        check.settings = cleaned(kind, values["settings"]) if "settings" in values else check.settings
        if kind == Kind.JUDGE and check.is_active and not endpoint.is_set_up():
            sentence = _("No language model is set up on this server. Set EARMARK_LLM_BASE_URL and EARMARK_LLM_MODEL.")
            raise Invalid([(("body", "judge", "is_active"), sentence, "value_error")])
        check.save()
        if kind == Kind.JUDGE and not check.is_active:
            _end_waiting(task)
        if before != _state(check):
            changes[kind] = {"before": before, "after": _state(check)}
    if changes:
        task.is_checked = any(check.is_active for check in checks.values()) or task.check_results.exists()
        LabelingTask.objects.filter(pk=task.pk).update(is_checked=task.is_checked)
        words = {kind: {side: _words(state) for side, state in change.items()} for kind, change in changes.items()}
        AuditEvent.record(
            by=by, workspace_id=task.workspace_id, verb="set_checks", target=task, data={"changes": words}
        )
    return checks


def _state(check: TaskCheck) -> tuple[bool, str, dict[str, Any]]:
    return check.is_active, check.action, copy.deepcopy(check.settings)


def _words(state: tuple[bool, str, dict[str, Any]]) -> str:
    is_active, action, settings = state
    on = [name for name, value in settings.items() if (value["is_on"] if isinstance(value, dict) else value)]
    return f"{action}: {', '.join(on)}" if is_active else _("off")


def _end_waiting(task: LabelingTask) -> None:
    waiting = CheckResult.objects.filter(task=task, kind=Kind.JUDGE, state=CheckResult.State.WAITING)
    sentence = _("The language model was switched off before it was asked.")
    waiting.update(state=CheckResult.State.FAILED, error=sentence, ask_at=None)


def cleaned(kind: str, settings: object) -> dict[str, Any]:
    """Complete settings of a kind, or Invalid."""
    where: tuple[str | int, ...] = ("body", str(kind), "settings")
    if not isinstance(settings, dict):
        raise Invalid([(where, _("Send an object."), "type_error.dict")])
    known = defaults(kind)
    problems = [
        ((*where, str(name)[:MOST_LETTERS]), _("There is no such setting."), "value_error.unknown")
        for name in settings
        if name not in known
    ]
    for name in known:
        if name in settings:
            if kind == Kind.RULES:
                problems += _rule_problems(settings[name], known[name], (*where, name))
            elif type(settings[name]) is not bool:
                problems.append(((*where, name), _("Send true or false."), "type_error.boolean"))
    if problems:
        raise Invalid(problems)
    if kind == Kind.RULES:
        return {name: known[name] | settings.get(name, {}) for name in known}
    return known | settings


def _rule_problems(given: object, known: dict[str, Any], where: tuple[str | int, ...]) -> list[Problem]:
    if not isinstance(given, dict):
        return [(where, _("Send an object."), "type_error.dict")]
    problems = [
        ((*where, str(name)[:MOST_LETTERS]), _("There is no such setting."), "value_error.unknown")
        for name in given
        if name not in known
    ]
    if type(given.get("is_on", True)) is not bool:
        problems.append(((*where, "is_on"), _("Send true or false."), "type_error.boolean"))
    least = given.get("least_percent", 1)
    if isinstance(least, bool) or not isinstance(least, int) or not 1 <= least <= 1000:
        problems.append(((*where, "least_percent"), _("Give a whole number from 1 to 1000."), "value_error"))
    return problems + (_table_problems(given["table"], (*where, "table")) if "table" in given else [])


def _table_problems(table: object, where: tuple[str | int, ...]) -> list[Problem]:
    if not isinstance(table, list) or len(table) > MOST_CLASHES:
        return [(where, _("Send a list of at most %(most)d rows.") % {"most": MOST_CLASHES}, "type_error.list")]
    sentence = _("A row has a scale, the values, and words or families that do not go with them.")
    return [((*where, n), sentence, "value_error") for n, row in enumerate(table) if not _is_clash(row)]


def _is_clash(row: object) -> bool:
    if not isinstance(row, dict) or not set(row) <= {"scale", "values", "words", "families"}:
        return False
    lists = [row.get("values"), row.get("words", []), row.get("families", [])]
    are_lists = all(isinstance(one, list) and len(one) <= MOST_IN_A_CLASH for one in lists)
    texts = [row.get("scale"), *(text for one in lists if isinstance(one, list) for text in one)]
    are_texts = all(isinstance(text, str) and 0 < len(text) <= MOST_LETTERS and "\0" not in text for text in texts)
    return are_lists and are_texts and bool(row["values"]) and bool(row.get("words") or row.get("families"))
