"""Removing for good what was deleted long ago: in slices, so that people who work elsewhere never wait for it."""

from django.db import transaction

from annotations.models import Assignment, LabelingTask, TaskItem
from workspaces.models import AuditEvent, Job

# Turns, with all that hangs on them, in one transaction. A slice takes a fraction of a second.
SLICE = 200


def remove(task: LabelingTask, *, job: Job) -> None:
    """Delete the rows of a task past restoring. Audio, questions, processed datasets and the audit log stay.

    Each slice is a transaction of its own, and the task goes last: interrupted, it is gone on with where it was.
    """
    turns = Assignment.objects.filter(task=task)
    left = total = turns.count()
    while ids := list(turns.order_by("position", "slot").values_list("pk", flat=True)[:SLICE]):
        Assignment.objects.filter(pk__in=ids).delete()
        left -= len(ids)
        job.report(done=total - left, total=total)
    items = TaskItem.objects.filter(task=task)
    while ids := list(items.order_by("position").values_list("pk", flat=True)[:SLICE]):
        TaskItem.objects.filter(pk__in=ids).delete()
        job.report(done=total, total=total)
    with transaction.atomic():
        AuditEvent.record(
            by=None,
            workspace_id=task.workspace_id,
            verb="remove",
            target=task,
            data={"name": task.name, "turns": total},
        )
        task.delete()
        job.complete()
