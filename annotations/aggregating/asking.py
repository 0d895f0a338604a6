"""When results are computed: by a worker, once somebody asks, and by itself soon after new answers came in.

Nothing is added to handing in: a chore looks for tasks in which several people answer and that have newer answers.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.aggregating import running, settings
from annotations.aggregating.settings import setting_of
from annotations.form import form_of
from annotations.models import Assignment, LabelingTask, Standing
from workspaces.jobs import enqueue
from workspaces.models import Job, User

AGGREGATE = "annotations.aggregate"
# What a transaction dates is seen by others only once it is committed.
MARGIN = timedelta(seconds=15)
# Tasks in which nobody answered for so long are looked at when somebody asks.
RECENT = timedelta(days=2)
# Methods that look at all answers are not asked again sooner than that.
GLOBAL_EVERY = timedelta(minutes=10)
# More items than that are computed together with all others.
MOST_SOME = 5000


def jobs_of(task: LabelingTask) -> Any:
    return Job.objects.filter(workspace=task.workspace_id, kind=AGGREGATE, args__task_id=str(task.pk))


def ask(task: LabelingTask, *, by: User | None) -> Job:
    """Have a worker compute all results of the task. What is under way for all of them already is returned."""
    for job in jobs_of(task).live():
        if not job.args.get("since"):
            return job  # type: ignore[no-any-return]
    return enqueue(AGGREGATE, workspace=task.workspace, by=by, args={"task_id": str(task.pk)})


def computed_until(task: LabelingTask) -> datetime | None:
    """Answers from before this moment are in the results. None: they were never computed."""
    rows = jobs_of(task).filter(state=Job.State.COMPLETED)
    found: datetime | None = rows.order_by("-id").values_list("created_at", flat=True).first()
    return found


def newer_in(task: LabelingTask, since: datetime) -> QuerySet[Assignment]:
    """Turns whose answers came, or were mended, after this moment."""
    moment = since - MARGIN
    return Assignment.objects.filter(Q(submitted_at__gt=moment) | Q(decided_at__gt=moment), task=task)


def is_stale(task: LabelingTask) -> bool:
    """Whether there are answers that are not in the results yet."""
    since = computed_until(task)
    rows = Assignment.objects.filter(task=task)
    if since is None:
        return rows.filter(submitted_at__isnull=False).exists()
    newer = Q(submitted_at__gt=since) | Q(decided_at__gt=since)
    return rows.filter(newer).exists() or _were_people_stopped(task, since)


def _were_people_stopped(task: LabelingTask, since: datetime) -> bool:
    """Or brought back: then all they answered counts differently."""
    return Standing.objects.filter(task=task, changed_at__gt=since).exists()


def compute(task: LabelingTask, *, job: Job) -> None:
    """What the job asks for: all results, or those of items with newer answers."""
    since = job.args.get("since")
    if since is None:
        running.run(task, report=lambda done, total: job.report(done=done, total=total))
        return
    moment = datetime.fromisoformat(since)
    ids = list(newer_in(task, moment).order_by("position").values_list("item_id", flat=True).distinct())
    if len(ids) > MOST_SOME or _were_people_stopped(task, moment):
        running.run(task, report=lambda done, total: job.report(done=done, total=total))
    else:
        running.run_some(task, ids)


def shared() -> QuerySet[LabelingTask]:
    """Tasks in which several people answer an item, and somebody did of late."""
    lately = Assignment.objects.filter(task=OuterRef("pk"), submitted_at__gt=timezone.now() - RECENT)
    rows = LabelingTask.objects.present().campaigns().exclude(state=LabelingTask.State.DRAFT)
    several = Q(overlap__gt=1) | Q(by_team=True) | Q(dynamic_overlap__isnull=False)
    return rows.filter(several).filter(Exists(lately))


def ask_for_what_came_later() -> int:
    """Have a worker compute what is newer than the results, in each task in which somebody answered. Returns in how
    many that is."""
    asked = 0
    for task in shared().select_related("workspace"):
        last = jobs_of(task).order_by("-id").first()
        if last is not None and (last.state in (Job.State.PENDING, Job.State.RUNNING) or _is_too_soon(task, last)):
            continue
        since = computed_until(task)
        if not is_stale(task):
            continue
        args = {"task_id": str(task.pk)} | ({"since": since.isoformat()} if since else {})
        key = f"{AGGREGATE}:{task.pk}:{last.pk if last else ''}"
        enqueue(AGGREGATE, workspace=task.workspace, by=None, args=args, idempotency_key=key)
        asked += 1
    return asked


def _is_too_soon(task: LabelingTask, last: Job) -> bool:
    """It failed, which nobody mends by asking again; or all answers would be read once more."""
    if last.state == Job.State.FAILED:
        return last.created_at > timezone.now() - timedelta(hours=1)
    is_global = any(setting_of(one, task.aggregation).method in settings.GLOBAL for one in form_of(task))
    return is_global and last.created_at > timezone.now() - GLOBAL_EVERY
