"""The evaluations app's jobs."""

from django.db import transaction
from django.utils.translation import gettext as _

from annotations import notices
from annotations.filling import CannotFill
from annotations.models import LabelingTask
from datasets.models import AudioFile
from evaluations import beginning, downloads
from evaluations.models import EvaluationQueue
from workspaces.errors import IllegalMove
from workspaces.jobs import JobFailed, every, handles
from workspaces.models import Job


def say_it_failed(job: Job, sentence: str) -> None:
    if task := LabelingTask.objects.present().filter(pk=job.args["task_id"]).first():
        notices.not_filled(task, job, error=sentence)


@handles(beginning.BEGIN, gave_up=say_it_failed)
def hand_out(job: Job) -> None:
    """Give a queue's labeling task its items and open it. Cut off and begun again, it goes on where it was."""
    queues = EvaluationQueue.objects.select_related("evaluation__workspace")
    queue = queues.filter(pk=job.args["queue_id"], labeling_task=job.args["task_id"]).first()
    if queue is None:
        # What it asks was changed meanwhile, and another labeling task took its place.
        with transaction.atomic():
            job.complete()
        return
    try:
        beginning.hand_out_now(queue, by=job.created_by, job=job)
    except (CannotFill, IllegalMove) as error:
        raise JobFailed(_("The rows could not be handed out: %(why)s") % {"why": error}) from error


def when_read(audio: AudioFile) -> None:
    """A file was read: evaluations that waited for it alone can begin."""
    for pk in beginning.waiting_for(audio).values_list("pk", flat=True):
        beginning.begin(pk, beside=audio)


@every(30)
def begin_what_can() -> None:
    """For what was read when nobody could be told."""
    for pk in beginning.waiting().order_by("id").values_list("pk", flat=True):
        beginning.begin(pk)


@every(3600)
def remove_old_exports() -> None:
    """What was exported for an address that is not valid any more goes."""
    downloads.remove_old()
