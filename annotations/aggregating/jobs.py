"""The job that computes results, and the chore that asks for it."""

from annotations.aggregating import asking
from annotations.models import LabelingTask
from workspaces.jobs import every, handles
from workspaces.models import Job


@handles(asking.AGGREGATE, is_long=True)
def aggregate(job: Job) -> None:
    """Compute results. Safe twice: each slice replaces what was there."""
    tasks = LabelingTask.objects.present().exclude(state=LabelingTask.State.DRAFT)
    task = tasks.select_related("workspace").filter(pk=job.args["task_id"]).first()
    if task is not None:
        asking.compute(task, job=job)
    job.complete()


@every(20)
def compute_what_came_later() -> None:
    """Results of items that were answered since they were computed last."""
    asking.ask_for_what_came_later()
