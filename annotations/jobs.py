"""The annotations app's jobs."""

from annotations.generating import NotReady, generate
from annotations.models import Assignment, LabelingTask
from workspaces.errors import IllegalMove
from workspaces.jobs import JobFailed, every, handles
from workspaces.models import Job

GENERATE = "annotations.generate"


@handles(GENERATE)
def generate_dataset(job: Job) -> None:
    """Make a processed dataset of a finished task. Safe twice: the output is named by its bytes."""
    task = LabelingTask.objects.select_related("dataset", "workspace").get(pk=job.args["task_id"])
    try:
        generate(task, job=job, options=job.args["options"])
    except (NotReady, IllegalMove) as error:
        raise JobFailed(str(error)) from error


@every(60)
def give_back_what_was_left() -> None:
    """Items whose lease ran out go back to where they came from."""
    Assignment.objects.give_back_expired()
