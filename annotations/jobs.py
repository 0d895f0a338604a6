"""The annotations app's jobs."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations import closing, notices, proposing
from annotations.aggregating import jobs as aggregating_jobs  # noqa: F401 - registers the job of results
from annotations.checking import jobs as checking_jobs  # noqa: F401 - registers the jobs of checks
from annotations.filling import CannotFill, Recordings, fill, open_filled
from annotations.generating import NotReady, generate
from annotations.models import Assignment, LabelingTask
from annotations.permissions import require_seat
from annotations.proposing import SUGGEST
from annotations.removing import remove
from annotations.reports import jobs as report_jobs  # noqa: F401 - registers the jobs of reports
from datasets.stores import Forbidden, Missing
from workspaces.errors import IllegalMove
from workspaces.jobs import JobFailed, enqueue, every, handles
from workspaces.models import Job, User
from workspaces.permissions import Right

GENERATE = "annotations.generate"
FILL = "annotations.fill"
REMOVE = "annotations.remove"
CLOSE = "annotations.close"


def say_it_failed(job: Job, sentence: str) -> None:
    """Tell whoever asked. A task that was removed meanwhile is nobody's concern any more."""
    if task := LabelingTask.objects.filter(pk=job.args["task_id"]).first():
        notices.not_generated(task, job, error=sentence)


def say_it_was_not_filled(job: Job, sentence: str) -> None:
    """As above; that a deleted task was not filled any further is what was wanted."""
    if task := LabelingTask.objects.present().filter(pk=job.args["task_id"]).first():
        notices.not_filled(task, job, error=sentence)


@handles(GENERATE, gave_up=say_it_failed)
def generate_dataset(job: Job) -> None:
    """Make a processed dataset of a finished task. Safe twice: the output is named by its bytes."""
    task = LabelingTask.objects.select_related("dataset", "workspace").get(pk=job.args["task_id"])
    try:
        generate(task, job=job, options=job.args["options"])
    except (NotReady, IllegalMove, Missing, Forbidden) as error:
        raise JobFailed(str(error)) from error


@handles(FILL, gave_up=say_it_was_not_filled)
def fill_task(job: Job) -> None:
    """Store the items of a large task and open it. Cut off and begun again, it goes on where it was."""
    task = LabelingTask.objects.select_related("dataset", "workspace").get(pk=job.args["task_id"])
    total = job.args["items"]
    numbers = [(UUID(person), number) for person, number in job.args["numbers"]]
    try:
        rows = Recordings(task, n_items=total)
        fill(task, rows=rows, numbers=numbers, report=lambda done: job.report(done=done, total=total))
        with transaction.atomic():
            open_filled(task, by=job.created_by)
            job.complete()
    except (CannotFill, IllegalMove) as error:
        raise JobFailed(str(error)) from error
    except IntegrityError as error:
        raise JobFailed(_("A recording was removed while the items were stored. Try again.")) from error


@handles(CLOSE)
def close_review(job: Job) -> None:
    """Let many items follow what was decided about a few. What became of them is kept with the job, slice by slice."""
    args = job.args
    task = LabelingTask.objects.select_related("workspace").get(pk=args["task_id"])
    asked = closing.Closing(
        task=task,
        action=args["action"],
        by=User.objects.get(pk=args["by"]),
        until=datetime.fromisoformat(args["until"]),
        reason_code=args["reason_code"],
        comment=args["comment"],
    )
    before = Counter(args.get("outcome", {}))
    total = before.total() + closing.count_of(asked)

    def heard(outcome: closing.Outcome) -> None:
        so_far = before + outcome
        job.report(done=so_far.total(), total=total)
        Job.objects.filter(pk=job.pk).update(args={**args, "outcome": dict(so_far)})

    try:
        require_seat(asked.by, task, right=Right.REVIEW)
        closing.run(asked, heard=heard)
    except (IllegalMove, PermissionDenied) as error:
        raise JobFailed(str(error)) from error
    job.complete()


@handles(SUGGEST, is_long=True)
def suggest(job: Job) -> None:
    """Have a task's model listen to its items. Cut off and begun again, it goes on where it was."""
    tasks = LabelingTask.objects.present().exclude(state=LabelingTask.State.DRAFT)
    task = tasks.select_related("workspace", "detector").filter(pk=job.args["task_id"]).first()
    if task is not None:
        proposing.propose(task, job=job)
    job.complete()


@every(600)
def suggest_for_what_came_later() -> None:
    """Items that no model has listened to, such as those whose recording was read after it had passed by."""
    for task in proposing.assisted().select_related("workspace", "detector"):
        last = proposing.jobs_of(task).first()
        has_failed = last is not None and last.state == Job.State.FAILED
        if not has_failed and proposing.outdated(task).exists():
            proposing.ask_if_idle(task)


@every(3600)
def let_others_review() -> None:
    """Reviews that were opened and left go to whoever comes first."""
    Assignment.objects.give_back_left_reviews()


@every(60)
def give_back_what_was_left() -> None:
    """Items whose lease ran out go back to where they came from."""
    Assignment.objects.give_back_expired()


@every(3600)
def remove_what_was_deleted() -> None:
    """Tasks that were deleted so long ago that they cannot be restored go for good."""
    for task in LabelingTask.objects.past_restoring().select_related("workspace"):
        enqueue(
            REMOVE,
            workspace=task.workspace,
            by=None,
            args={"task_id": str(task.pk)},
            idempotency_key=f"{REMOVE}:{task.pk}",
        )


@handles(REMOVE)
def remove_task(job: Job) -> None:
    """Safe twice: what is gone is gone."""
    task = LabelingTask.objects.past_restoring().filter(pk=job.args["task_id"]).first()
    if task is None:
        job.complete()
    else:
        remove(task, job=job)
