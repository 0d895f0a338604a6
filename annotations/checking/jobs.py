"""The language model's jobs."""

from annotations.checking import judging
from annotations.models import LabelingTask
from workspaces.jobs import every, handles
from workspaces.models import Job


@handles(judging.JUDGE, is_long=True)
def judge(job: Job) -> None:
    """Ask the language model what waits in a task. Safe twice: each result is asked by whoever counts its try."""
    tasks = LabelingTask.objects.present().select_related("workspace")
    task = tasks.filter(pk=job.args["task_id"]).first()
    if task is not None:
        judging.ask_waiting(task, job=job)
    job.complete()


@every(15)
def ask_again_what_is_due() -> None:
    """What waits for another try, and what came while a worker was just done."""
    judging.ask_again_what_is_due()
