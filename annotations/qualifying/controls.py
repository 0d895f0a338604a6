"""Control items of a task: adding them, taking them out, and how often they come."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from annotations import proposing
from annotations.form import form_of
from annotations.models import Grade, ItemKey, LabelingTask, TaskItem
from annotations.qualifying.copying import beside, copy_form
from annotations.qualifying.handing_out import controls_in
from annotations.qualifying.keys import MAX_TEXT, Keyed, clean_expected, store
from workspaces.errors import IllegalMove, Invalid
from workspaces.ids import id_near
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require

MOST_PERCENT = 50


@transaction.atomic
def add_controls(task: LabelingTask, keyed: Sequence[Keyed], *, percent: int | None = None, by: User) -> LabelingTask:
    """Mix these items into the work of a task, from now on at `percent` of the items where that is given."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    if task.purpose != LabelingTask.Purpose.LABELING:
        raise IllegalMove(_("Control items are mixed into labeling tasks, not into trainings and exams."))
    controls = controls_in(task) or _companion(task, by=by)
    near = task.items.order_by("position").values_list("pk", flat=True).first() or task.pk
    store(controls, keyed, make_id=lambda: id_near(near))
    if controls.ai_assisted and controls.detector_id:
        proposing.ask(controls, by=by)
    if percent is None and not task.control_percent:
        percent = 10
    if percent is not None:
        set_percent(task, percent, by=by)
    _record(task, by=by, added=len(keyed))
    return controls


def _companion(task: LabelingTask, *, by: User) -> LabelingTask:
    controls = beside(
        task,
        name=task.name,
        purpose=LabelingTask.Purpose.CONTROL,
        controls_of=task,
        state=LabelingTask.State.OPEN,
        review_mode=task.review_mode,
        sample_rate=task.sample_rate,
        sample_count=task.sample_count,
        # Nobody reviews them.
        reviews_openly=False,
        created_by=by,
    )
    # The task's own seed is told to whoever asks for the task: this one decides when control items come.
    controls.seed = secrets.randbits(62)
    controls.save(force_insert=True)
    copy_form(task, controls)
    return controls


def set_percent(task: LabelingTask, percent: object, *, by: User) -> None:
    """How many of hundred items are control items; 0: none any more. Raises Invalid."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    if type(percent) is not int or not 0 <= percent <= MOST_PERCENT:
        sentence = _("Give a whole number from 0 to %(most)d.") % {"most": MOST_PERCENT}
        raise Invalid([(("body", "percent"), sentence, "value_error")])
    if percent == task.control_percent:
        return
    with transaction.atomic():
        LabelingTask.objects.filter(pk=task.pk).update(control_percent=percent)
        changes = {"control_percent": {"before": task.control_percent, "after": percent}}
        AuditEvent.record(
            by=by, workspace_id=task.workspace_id, verb="set_controls", target=task, data={"changes": changes}
        )
    task.control_percent = percent


@transaction.atomic
def remove_control(task: LabelingTask, item_id: UUID, *, by: User) -> bool:
    """Hand it out no more. What was answered stays as it is, and so do the grades. False: there is none of this id."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    item = TaskItem.objects.filter(task__controls_of=task, pk=item_id, key__isnull=False).first()
    if item is None:
        return False
    if item.assignments.exists():
        item.key.delete()
    else:
        item.delete()
    _record(task, by=by, removed=1)
    return True


def change_key(key: ItemKey, *, by: User, changes: dict[str, Any]) -> None:
    """Change what is expected, the hint or the explanation. Grades that were given stay. Raises Invalid."""
    task = key.item.task
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    for name in ("hint", "explanation"):
        value = changes.get(name, getattr(key, name))
        if not isinstance(value, str) or len(value) > MAX_TEXT or "\0" in value:
            sentence = _("Send text of at most %(most)d characters.") % {"most": MAX_TEXT}
            raise Invalid([(("body", name), sentence, "type_error.str")])
        setattr(key, name, value.strip())
    if "expected" in changes:
        longest = max((file.audio.duration_ms for file in key.item.files.select_related("audio")), default=0)
        key.expected = clean_expected(form_of(task), changes["expected"], duration_ms=longest)
    with transaction.atomic():
        key.save(update_fields=["expected", "hint", "explanation"])
        AuditEvent.record(
            by=by, workspace_id=task.workspace_id, verb="set_key", target=task.shown, data={"item": str(key.item_id)}
        )


def _record(task: LabelingTask, *, by: User, **data: int) -> None:
    AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="set_controls", target=task, data=data)


def control_rows(task: LabelingTask) -> QuerySet[TaskItem]:
    """Control items of a task with `n_answers` to them, `n_right` and `share` (0 to 1), in order."""
    rows = TaskItem.objects.filter(task__controls_of=task, key__isnull=False).select_related("key")
    return with_answers_to(rows).order_by("position")


def with_answers_to(rows: QuerySet[TaskItem]) -> QuerySet[TaskItem]:
    return rows.annotate(
        n_answers=Count("assignments__grade"),
        n_right=Count("assignments__grade", filter=Q(assignments__grade__is_right=True)),
        share=Avg("assignments__grade__share"),
    )


def right_of_people(task: LabelingTask) -> list[dict[str, Any]]:
    """Per person who answered control items of a task: how many, and how many right."""
    rows = Grade.objects.filter(task=task).order_by().values("user_id", "user__name")
    counted = rows.annotate(n=Count("pk"), right=Count("pk", filter=Q(is_right=True)), share=Avg("share"))
    return [dict(row) for row in counted.order_by("user__name")]
