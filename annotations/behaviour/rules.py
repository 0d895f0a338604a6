"""The rules of a task, as its managers set them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.behaviour.sentences import PROBLEMS
from annotations.models import LabelingTask, QualityRule, Standing
from annotations.permissions import require_there
from annotations.quality import behaviour
from annotations.quality.behaviour import Rule
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require

MOST_RULES = 20


def as_rule(row: QualityRule) -> Rule:
    return Rule(
        kind=row.kind,
        action=row.action,
        threshold=row.threshold,
        least=row.least,
        window=row.window,
        pause_hours=row.pause_hours,
    )


def rules_of(task: LabelingTask) -> list[Rule]:
    """What holds now, in one order."""
    return [as_rule(row) for row in QualityRule.objects.filter(task=task, is_active=True)]


def recommended_for(task: LabelingTask) -> list[Rule]:
    """The recommended rules, without those of a majority where there can be none."""
    return [rule for rule in behaviour.recommended() if rule.kind != behaviour.MAJORITY or has_majority(task)]


def has_majority(task: LabelingTask) -> bool:
    """Whether three people or more may answer an item."""
    return max(task.overlap, task.dynamic_overlap or 0) >= 3


@transaction.atomic
def set_rules(
    task: LabelingTask, rules: Sequence[Rule], *, by: User, replaces_answers: bool | None = None, loc: Any = ("rules",)
) -> None:
    """Make these the rules of the task. A rule of the same kind and consequence stays the same rule, with its history.

    Raises Invalid with a sentence per field at ("body", *loc, number, field).
    """
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    require_campaign(task)
    _refuse_wrong(task, rules, loc=loc)
    LabelingTask.objects.select_for_update(no_key=True).filter(pk=task.pk).values_list("pk").get()
    known = {(row.kind, row.action): row for row in QualityRule.objects.filter(task=task)}
    for rule in rules:
        row = known.pop((rule.kind, rule.action), None) or QualityRule(task=task, kind=rule.kind, action=rule.action)
        row.threshold, row.least, row.window = rule.threshold, rule.least, rule.window
        row.pause_hours, row.is_active = rule.pause_hours, True
        row.save()
    # Kept, so that what was fired and undone is known if the rule comes back.
    QualityRule.objects.filter(pk__in=[row.pk for row in known.values()]).update(is_active=False)
    task.is_ruled = bool(rules) or Standing.objects.filter(task=task).exists()
    if replaces_answers is not None:
        task.replaces_answers = replaces_answers
    task.save(update_fields=["is_ruled", "replaces_answers"])
    AuditEvent.record(
        by=by,
        workspace_id=task.workspace_id,
        verb="set_rules",
        target=task,
        data={"name": task.name, "rules": len(rules)},
    )


def require_campaign(task: LabelingTask) -> None:
    if task.purpose != LabelingTask.Purpose.LABELING:
        raise IllegalMove(_("Rules and standings are of tasks whose answers are wanted, not of trainings and exams."))


def _refuse_wrong(task: LabelingTask, rules: Sequence[Rule], *, loc: Iterable[str | int]) -> None:
    if len(rules) > MOST_RULES:
        raise Invalid([(("body", *loc), _("These are too many rules."), "value_error")])
    wrong: list[tuple[tuple[str | int, ...], str, str]] = []
    seen: set[tuple[str, str]] = set()
    for number, rule in enumerate(rules):
        problems = behaviour.problems(rule)
        if (rule.kind, rule.action) in seen:
            problems.append(("action", "twice"))
        if rule.kind == behaviour.MAJORITY and not has_majority(task):
            problems.append(("kind", "no_majority"))
        seen.add((rule.kind, rule.action))
        wrong += [(("body", *loc, number, field), str(PROBLEMS[name]), "value_error") for field, name in problems]
    if wrong:
        raise Invalid(wrong)
