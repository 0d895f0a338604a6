"""What managers change of how answers become one."""

from typing import Any

from django.db import transaction

from annotations.aggregating import asking
from annotations.aggregating.settings import clean_settings
from annotations.form import form_of
from annotations.models import LabelingTask
from annotations.permissions import require_there
from workspaces.models import AuditEvent, Job, User
from workspaces.permissions import Right, require


@transaction.atomic
def set_aggregation(task: LabelingTask, given: object, *, by: User) -> Job | None:
    """Keep how each question is put together, and have it computed anew. None: it was so already."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    wanted = clean_settings(form_of(task), given)
    found = LabelingTask.objects.select_for_update().get(pk=task.pk)
    if found.aggregation == wanted:
        return None
    found.aggregation = task.aggregation = wanted
    found.save(update_fields=["aggregation"])
    data: dict[str, Any] = {"aggregation": wanted}
    AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="set_aggregation", target=task, data=data)
    for job in asking.jobs_of(task).live():
        job.cancel()
    return asking.ask(task, by=by)


@transaction.atomic
def compute_again(task: LabelingTask, *, by: User) -> Job:
    """Have a worker compute all results; what is under way already is returned."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    return asking.ask(task, by=by)
