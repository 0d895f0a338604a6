"""Handing an evaluation's rows to people: once all its files are read, and in a worker where there are many rows."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.filling import AT_ONCE, fill, open_filled
from annotations.jobs import FILL
from annotations.models import Assignment, LabelingTask
from annotations.settling import settle
from datasets.models import AudioFile
from evaluations.models import Evaluation, EvaluationFile, EvaluationItem, EvaluationQueue
from evaluations.work_rows import QueueRows
from workspaces.jobs import enqueue
from workspaces.models import Job, User

BEGIN = "evaluations.begin"
UNREAD = (AudioFile.Status.PENDING, AudioFile.Status.NORMALIZING, AudioFile.Status.EMBEDDING)
UNREADABLE = "file_unreadable"
# How many files that are still to be read are looked at before all files of an evaluation are.
A_FEW = 100


def waiting() -> QuerySet[Evaluation]:
    """Evaluations whose rows nobody has got yet, and that are not archived."""
    return Evaluation.objects.filter(begun_at=None, archived_at=None)


def waiting_for(audio: AudioFile) -> QuerySet[Evaluation]:
    items = EvaluationFile.objects.filter(audio=audio).values("item__evaluation")
    return waiting().filter(pk__in=items)


def has_unread_files(evaluation: Evaluation, *, beside: AudioFile | None = None) -> bool:
    """Whether a file of it is still to be read. `beside` was read just now: its neighbours are likely to be next."""
    files = EvaluationFile.objects.filter(item__evaluation=evaluation)
    if beside is not None:
        # Most often the answer is yes, and asking all files of a large evaluation after each of them takes too long.
        next_ones = AudioFile.objects.filter(dataset=beside.dataset_id, status__in=UNREAD).order_by("id")
        if files.filter(audio__in=list(next_ones.values_list("pk", flat=True)[:A_FEW])).exists():
            return True
    return files.filter(audio__status__in=UNREAD).exists()


@transaction.atomic
def begin(evaluation_id: UUID, *, beside: AudioFile | None = None) -> bool:
    """Note which rows cannot be done and hand out the others, if every file is read. Harmless where it is done.

    True when it has begun now. Few rows are handed out at once, many by a job for each queue.
    """
    evaluation = waiting().select_for_update().filter(pk=evaluation_id).first()
    if evaluation is None or has_unread_files(evaluation, beside=beside):
        return False
    note_unreadable(evaluation)
    evaluation.begun_at = timezone.now()
    evaluation.save(update_fields=["begun_at", "n_failed"])
    for queue in evaluation.queues.order_by("id"):
        hand_out(queue, by=evaluation.created_by)
    return True


def note_unreadable(evaluation: Evaluation) -> None:
    """Give the rows with a file that failed their errors, one for each task, and count them. Does not save the row."""
    aliases = list(evaluation.tasks.values_list("alias", flat=True))
    if not aliases:
        return
    files = EvaluationFile.objects.filter(item__evaluation=evaluation, audio__status=AudioFile.Status.FAILED)
    failed = files.order_by("item__position", "key").values_list(
        "item_id", "audio_id", "audio__filename", "audio__error"
    )
    reasons: dict[UUID, str] = {}
    for item, audio, filename, error in failed.iterator():
        sentence = _("The file “%(name)s” (%(id)s) cannot be read: %(why)s")
        sentence %= {"name": filename, "id": audio, "why": error}
        reasons.setdefault(item, sentence)
    store_errors(evaluation, reasons, aliases=aliases)
    evaluation.n_failed = len(reasons)


def store_errors(evaluation: Evaluation, reasons: dict[UUID, str], *, aliases: Iterable[str]) -> None:
    aliases = list(aliases)
    items = [
        EvaluationItem(pk=pk, errors={alias: {"message": sentence, "type": UNREADABLE} for alias in aliases})
        for pk, sentence in reasons.items()
    ]
    EvaluationItem.objects.bulk_update(items, ["errors"], batch_size=500)


def hand_out(queue: EvaluationQueue, *, by: User | None) -> None:
    """Fill and open a queue's labeling task, here or by a job. Call it in a transaction, once the files are read."""
    if queue.evaluation.n_items <= AT_ONCE:
        hand_out_now(queue, by=by)
        return
    # The page of a labeling task finds the job that fills it by this key.
    enqueue(
        BEGIN,
        workspace=queue.evaluation.workspace,
        by=by,
        args={"queue_id": str(queue.pk), "task_id": str(queue.labeling_task_id)},
        idempotency_key=f"{FILL}:{queue.labeling_task_id}",
    )


def hand_out_now(queue: EvaluationQueue, *, by: User | None, job: Job | None = None) -> None:
    """Store what is missing of the queue's items and open its labeling task. May be cut off and begun again."""
    assert queue.labeling_task_id is not None
    task = LabelingTask.objects.select_related("workspace", "dataset").get(pk=queue.labeling_task_id)
    if task.state == LabelingTask.State.DRAFT:
        rows = QueueRows(queue)
        fill(task, rows=rows, report=lambda done: job.report(done=done, total=rows.n_items) if job else None)
    with transaction.atomic():
        if task.state == LabelingTask.State.DRAFT:
            open_filled(task, by=by)
            _rest(queue, task, by=by)
        if job:
            job.complete()


def _rest(queue: EvaluationQueue, task: LabelingTask, *, by: User | None) -> None:
    """Where nothing is left to answer the work is done, and what was archived meanwhile is not handed out."""
    if not Assignment.objects.filter(task=task).exists():
        settle(task, by=by, closely=True)
    elif by is not None and Evaluation.objects.filter(pk=queue.evaluation_id, archived_at__isnull=False).exists():
        task.stop(by=by)
        EvaluationQueue.objects.filter(pk=queue.pk).update(is_paused=True)
