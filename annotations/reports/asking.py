"""Having a worker compute a report: at most one at a time for a task, and again once there is enough news."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from annotations.models import Adjudication, Assignment, LabelingTask, QualityReport
from workspaces.jobs import enqueue
from workspaces.models import Job, User

COMPUTE = "annotations.report"
# A report that somebody asked for once is kept up to date by itself, but no more often than this.
KEPT_FOR = timedelta(hours=1)
# Nor so often that computing it is a noticeable part of what a worker does.
REST_PER_SECOND = 60


def jobs_of(task: LabelingTask) -> QuerySet[Job]:
    """Newest first."""
    rows = Job.objects.filter(workspace=task.workspace_id, kind=COMPUTE, args__task_id=str(task.pk))
    return rows.order_by("-id")


def ask(task: LabelingTask, *, by: User | None) -> Job:
    """The job that computes the report: the one that is at it already, or a new one."""
    last = jobs_of(task).first()
    if last is not None and last.state in (Job.State.PENDING, Job.State.RUNNING):
        return last
    # Two who ask at once see the same last job, so they come to the same key.
    key = f"{COMPUTE}:{task.pk}:{last.pk if last else ''}"
    args = {"task_id": str(task.pk)}
    return enqueue(COMPUTE, workspace=task.workspace, by=by, args=args, idempotency_key=key)


def news_since(task: LabelingTask, moment: datetime | None) -> int:
    """Answers and settlements that came after this moment."""
    if moment is None:
        return 0
    handed_in = Assignment.objects.filter(task=task, submitted_at__gt=moment)
    settled = Adjudication.objects.filter(task=task, created_at__gt=moment)
    return handed_in.order_by().count() + settled.order_by().count()


def outdated() -> list[LabelingTask]:
    """Tasks whose report was computed a while ago, with news since."""
    now = timezone.now()
    rows = QualityReport.objects.filter(computed_at__lt=now - KEPT_FOR, task__deleted_at=None)
    rows = rows.defer("figures").select_related("task__workspace").order_by("computed_at")
    return [
        row.task
        for row in rows
        if row.computed_at is not None
        and row.computed_at < now - timedelta(seconds=REST_PER_SECOND * (row.seconds or 0))
        and news_since(row.task, row.computed_at)
    ]
