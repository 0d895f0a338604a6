"""Asking for a processed dataset."""

from typing import Any

from django.db import transaction

from annotations.jobs import GENERATE
from annotations.models import LabelingTask
from workspaces.jobs import enqueue
from workspaces.models import Job, User


@transaction.atomic
def ask_to_generate(task: LabelingTask, *, by: User | None, options: dict[str, Any]) -> Job:
    """A job for this task; while one is under way, that one."""
    jobs = Job.objects.filter(workspace=task.workspace_id, kind=GENERATE, args__task_id=str(task.pk))
    live = jobs.live().first()
    if live is not None:
        return live
    # Two requests at once count the same jobs, so they mean the same key and the same job.
    return enqueue(
        GENERATE,
        workspace=task.workspace,
        by=by,
        args={"task_id": str(task.pk), "dataset_id": str(task.dataset_id), "options": {"audio": "none", **options}},
        idempotency_key=f"{GENERATE}:{task.pk}:{jobs.count()}",
    )
