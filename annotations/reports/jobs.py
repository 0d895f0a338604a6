"""The jobs of quality reports."""

from annotations.models import LabelingTask
from annotations.reports import asking
from annotations.reports.asking import COMPUTE
from workspaces.jobs import every, handles
from workspaces.models import Job


@handles(COMPUTE, is_long=True)
def compute_report(job: Job) -> None:
    """Safe twice: the figures are those of the answers there are, and are stored with the job's end."""
    from annotations.reports.computing import compute  # noqa: PLC0415 - needs numpy, which web processes do not load

    task = LabelingTask.objects.present().select_related("workspace").filter(pk=job.args["task_id"]).first()
    if task is None:
        job.complete()
    else:
        compute(task, job=job)


@every(600)
def keep_reports_up_to_date() -> None:
    """Reports that somebody asked for once are computed again when there are new answers, hourly at most."""
    for task in asking.outdated():
        asking.ask(task, by=None)
