"""Making trainings and exams from the form of a task and items with known answers."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import LabelingTask, Skill, TaskItem
from annotations.qualifying.copying import beside, copy_form
from annotations.qualifying.keys import Keyed, store
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require

Purpose = LabelingTask.Purpose
CHANGEABLE = ("name", "instructions", "pass_percent", "retry_after_hours", "attempt_size", "skill")


@dataclass(frozen=True)
class LessonPlan:
    """A training or an exam to be. `skill`: what it shows; `retry_after_hours` None: there is one try."""

    kind: str
    name: str
    source: LabelingTask
    items: Sequence[Keyed]
    skill: Skill | None = None
    pass_percent: int = 80
    retry_after_hours: int | None = 0
    attempt_size: int | None = None
    instructions: str | None = None


@transaction.atomic
def create_lesson(plan: LessonPlan, *, by: User) -> LabelingTask:
    """An open training or exam. Raises Invalid and stores nothing."""
    source = plan.source
    require(by, Right.CREATE_TASKS, source.workspace_id)
    if plan.kind not in LabelingTask.LESSONS:
        raise Invalid([(("body", "kind"), _("Choose training or exam."), "value_error")])
    if not plan.items:
        raise Invalid([(("body", "items"), _("It needs at least one item with known answers."), "value_error")])
    lesson = beside(
        source,
        purpose=plan.kind,
        name=plan.name.strip(),
        state=LabelingTask.State.OPEN,
        review_mode=LabelingTask.ReviewMode.NONE,
        skill=plan.skill,
        pass_percent=plan.pass_percent,
        retry_after_hours=plan.retry_after_hours,
        attempt_size=plan.attempt_size,
        created_by=by,
    )
    lesson.seed = secrets.randbits(31)
    # Nobody is to learn from a model what is asked of them.
    lesson.ai_assisted, lesson.detector_id = False, None
    if plan.instructions is not None:
        lesson.instructions = plan.instructions
    _check(lesson, ["name", "pass_percent", "retry_after_hours", "attempt_size"])
    lesson.save(force_insert=True)
    copy_form(source, lesson)
    store(lesson, plan.items)
    data = {"name": lesson.name, "items": len(plan.items), "purpose": plan.kind}
    AuditEvent.record(by=by, workspace_id=lesson.workspace_id, verb="create", target=lesson, data=data)
    return lesson


@transaction.atomic
def change_lesson(lesson: LabelingTask, *, by: User, changes: dict[str, Any]) -> None:
    """Change what it is called and when it is passed. Tries that are over stay as they are. Raises Invalid."""
    require(by, Right.MANAGE_TASKS, lesson.workspace_id)
    before = {name: str(getattr(lesson, name)) for name in changes}
    for name, value in changes.items():
        setattr(lesson, name, value)
    _check(lesson, [name for name in changes if name != "skill"])
    lesson.save(update_fields=list(changes))
    said = {name: {"before": before[name], "after": str(getattr(lesson, name))} for name in changes}
    AuditEvent.record(by=by, workspace_id=lesson.workspace_id, verb="edit", target=lesson, data={"changes": said})


@transaction.atomic
def add_items(lesson: LabelingTask, keyed: Sequence[Keyed], *, by: User) -> None:
    """Tries that are under way keep the number of items they began with."""
    require(by, Right.MANAGE_TASKS, lesson.workspace_id)
    store(lesson, keyed)
    data = {"items": len(keyed)}
    AuditEvent.record(by=by, workspace_id=lesson.workspace_id, verb="set_key", target=lesson, data=data)


@transaction.atomic
def remove_item(item: TaskItem, *, by: User) -> None:
    """Ask it no more. Raises IllegalMove for the last one."""
    require(by, Right.MANAGE_TASKS, item.task.workspace_id)
    if TaskItem.objects.filter(task=item.task_id, key__isnull=False).count() <= 1:
        raise IllegalMove(_("It needs at least one item with known answers."))
    if item.assignments.exists():
        item.key.delete()
    else:
        item.delete()
    AuditEvent.record(by=by, workspace_id=item.task.workspace_id, verb="set_key", target=item.task, data={"removed": 1})


def _check(lesson: LabelingTask, names: Sequence[str]) -> None:
    others = [field.name for field in lesson._meta.fields if field.name not in names]
    problems: list[tuple[tuple[str | int, ...], str, str]] = []
    try:
        lesson.clean_fields(exclude=others)
    except ValidationError as error:
        problems += [
            (("body", field), text, "value_error") for field, texts in error.message_dict.items() for text in texts
        ]
    if "attempt_size" in names and lesson.attempt_size == 0:
        problems.append((("body", "attempt_size"), _("A try has at least one item."), "value_error"))
    if problems:
        raise Invalid(problems)
