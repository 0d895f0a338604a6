"""What a manager does with a task and with items that were set aside."""

from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q, Sum
from django.utils.translation import gettext as _

from annotations.models import Assignment, LabelingTask, Review, Submission
from annotations.permissions import allowed_task_moves
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, can, require

State = Assignment.State


def require_task_move(user: User, move: str, task: LabelingTask) -> None:
    """PermissionDenied without the right, IllegalMove at the wrong moment."""
    require(user, Right.MANAGE_TASKS, task.workspace_id)
    if move in allowed_task_moves(user, task):
        return
    if move == "generate":
        left = Assignment.objects.filter(task=task, state__in=(*Assignment.LEFT_TO_LABEL, *Assignment.LEFT_TO_REVIEW))
        raise IllegalMove(
            _("%(left)d items are not finished yet. A dataset can be generated when none is left.")
            % {"left": left.count()}
        )
    raise IllegalMove(task.refusal(move))


def stop(task: LabelingTask, *, by: User) -> None:
    require_task_move(by, "stop", task)
    task.stop(by=by)


@transaction.atomic
def resume(task: LabelingTask, *, by: User) -> None:
    require_task_move(by, "resume", task)
    task.resume(by=by)
    task.settle(by=by)


def delete(task: LabelingTask, *, by: User) -> None:
    require_task_move(by, "delete", task)
    task.delete_softly(by=by)


def sees_everyone(user: User, task: LabelingTask) -> bool:
    return can(user, Right.MANAGE_TASKS, task.workspace_id)


EDITABLE = ("name", "instructions", "lease_minutes")


@transaction.atomic
def edit(task: LabelingTask, *, by: User, changes: dict[str, Any]) -> None:
    """Name, instructions and lease. The form, the items and the review stay as people began with them."""
    require_task_move(by, "edit", task)
    for name in changes:
        if name not in EDITABLE:
            sentence = _("This cannot be changed once the task exists. Make a new task instead.")
            raise Invalid([(("body", name), sentence, "value_error")])
    for name, value in changes.items():
        setattr(task, name, value)
    task.full_clean(
        exclude=[field.name for field in task._meta.fields if field.name not in changes], validate_constraints=False
    )
    task.save(update_fields=list(changes))
    AuditEvent.record(
        by=by, workspace_id=task.workspace_id, verb="edit", target=task, data={"changed": sorted(changes)}
    )


@transaction.atomic
def reopen(assignment: Assignment, *, by: User) -> None:
    assignment.reopen(by=by)
    assignment.task.settle(by=by)


@transaction.atomic
def exclude(assignment: Assignment, *, by: User) -> None:
    assignment.exclude(by=by)
    assignment.task.settle(by=by)


def counts_by_state(task: LabelingTask) -> dict[str, int]:
    """Turns per state, all states present."""
    rows = Assignment.objects.filter(task=task).order_by().values("state").annotate(n=Count("pk"))
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state, 0) for state in State.values}


def people_figures(task: LabelingTask) -> list[dict[str, Any]]:
    """One row per annotator: turns by state, times returned, ms worked and when they last handed something in."""
    rows = (
        Assignment.objects.filter(task=task)
        .exclude(annotator=None)
        .order_by()
        .values("annotator_id", name=F("annotator__name"), email=F("annotator__email"))
        .annotate(
            held=Count("pk"),
            done=Count("pk", filter=Q(state__in=Assignment.DONE)),
            in_review=Count("pk", filter=Q(state=State.PENDING_REVIEW)),
            rework=Count("pk", filter=Q(state=State.REWORK)),
            last_at=Max("submitted_at"),
        )
    )
    effort = dict(
        Submission.objects.filter(assignment__task=task).order_by().values_list("author").annotate(Sum("active_ms"))
    )
    rejected = dict(
        Review.objects.filter(submission__assignment__task=task, verdict=Review.Verdict.REJECTED)
        .order_by()
        .values_list("submission__author")
        .annotate(Count("pk"))
    )
    quotas = dict(task.people.filter(kind="labeling").values_list("user", "quota"))
    figures = [
        {
            **row,
            "quota": quotas.get(row["annotator_id"]),
            "active_ms": effort.get(row["annotator_id"], 0),
            "rejected": rejected.get(row["annotator_id"], 0),
        }
        for row in rows
    ]
    return sorted(figures, key=lambda row: (row["name"], row["email"]))
