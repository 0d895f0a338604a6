"""What the worker does for models: train one, let one listen to a file."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets import storage
from datasets.models import AudioFile
from detectors.learning.settings import DetectionConfig
from detectors.listening import CannotListen, detections_in
from detectors.models import Detector, InferenceFile, TrainingJob
from detectors.reporting import Reporter
from detectors.training import train_model
from workspaces.jobs import JobFailed, enqueue, every, handles
from workspaces.models import Job, User

TRAIN = "detectors.train"
INFER = "detectors.infer"
AT_ONCE = 500
MODELS = "models/"
LOST_AFTER = timedelta(days=1)


@handles(TRAIN, is_long=True)
def train(job: Job) -> None:
    """Train one model. Safe twice: a second try learns the same, and the model is made with the job's end.

    Epochs that a first try has told stay told while they are done again.
    """
    training = TrainingJob.objects.select_related("annotation_set", "workspace").get(pk=job.args["training_id"])
    train_model(training, job=job)


def _analysis_gave_up(job: Job, sentence: str) -> None:
    InferenceFile(pk=job.args["file_id"]).fail(sentence)


@handles(INFER, gave_up=_analysis_gave_up, is_long=True)
def infer(job: Job) -> None:
    """Let a model listen to one file. Safe twice: what it finds becomes visible with the job's end."""
    rows = InferenceFile.objects.select_related("inference_job__detector", "audio_file__blob", "audio_file__workspace")
    file = rows.filter(pk=job.args["file_id"]).first()
    if file is None or not file.begin():
        job.complete()
        return
    if file.audio_file is None:
        raise JobFailed(_("The recording was deleted before it was analysed."))
    detector = file.inference_job.detector
    if detector is None:
        raise JobFailed(_("The model was deleted before the file was analysed."))
    try:
        found = detections_in(
            detector,
            file.audio_file,
            config=DetectionConfig(**file.inference_job.config),
            job_id=job.pk,
            on_progress=Reporter(job).part,
        )
    except CannotListen as error:
        raise JobFailed(str(error)) from error
    rows_found = [
        {"artifact_type": d.artifact_type, "start_ms": d.start_ms, "end_ms": d.end_ms, "confidence": d.confidence}
        for d in found
    ]
    with transaction.atomic():
        job.complete()
        file.complete(rows_found, duration_ms=file.audio_file.duration_ms)


def hand_over(file: InferenceFile, *, by: User | None) -> None:
    """Have a queued file analysed, now or once it has been read. Call it in the transaction that queues it.

    `file` comes with its recording and its inference job.
    """
    if file.audio_file is not None and file.audio_file.status == AudioFile.Status.READY:
        _ask_to_analyse(file, by=by)
    else:
        # Only after the commit: what is read at this moment is seen then, and what is read later finds it queued.
        transaction.on_commit(lambda: advance(file.pk))


def advance(file_id: UUID) -> None:
    """Move a queued file on, where its recording has been read, could not be, or is gone. Safe at any time."""
    with transaction.atomic():
        rows = InferenceFile.objects.select_related(
            "audio_file", "inference_job__workspace", "inference_job__created_by"
        )
        file = rows.filter(pk=file_id, state=InferenceFile.State.QUEUED, job=None).first()
        if file is None:
            return
        audio = file.audio_file
        if audio is None:
            file.fail(_("The recording was deleted before it was analysed."))
        elif audio.status == AudioFile.Status.FAILED:
            file.fail(audio.error)
        elif audio.status == AudioFile.Status.READY:
            _ask_to_analyse(file, by=file.inference_job.created_by)


def _ask_to_analyse(file: InferenceFile, *, by: User | None) -> None:
    job = enqueue(
        INFER,
        workspace=file.inference_job.workspace,
        by=by,
        args={"file_id": str(file.pk)},
        idempotency_key=f"{INFER}:{file.pk}",
    )
    InferenceFile.objects.filter(pk=file.pk).update(job=job)


def when_read(audio: AudioFile) -> None:
    """A recording ended being read: whoever waits for it goes on."""
    waiting = InferenceFile.objects.filter(audio_file=audio, state=InferenceFile.State.QUEUED, job=None)
    for pk in waiting.values_list("pk", flat=True):
        advance(pk)


@every(30)
def move_on() -> None:
    """What a killed worker told nobody: recordings that were read, jobs that ended otherwise than by themselves."""
    read = Q(audio_file=None) | Q(audio_file__status__in=[AudioFile.Status.READY, AudioFile.Status.FAILED])
    queued = InferenceFile.objects.filter(read, state=InferenceFile.State.QUEUED, job=None)
    for pk in list(queued.values_list("pk", flat=True)[:AT_ONCE]):
        advance(pk)
    ended = [Job.State.FAILED, Job.State.CANCELLED]
    for file in InferenceFile.objects.unfinished().filter(job__state__in=ended).select_related("job")[:AT_ONCE]:
        assert file.job is not None
        file.fail(file.job.error or _("The analysis was cancelled."))


@every(3600)
def remove_lost_models() -> None:
    """Delete stored models that no row names: a worker was killed between storing one and saying so."""
    before = timezone.now() - LOST_AFTER
    old = list(storage.old_uploads(before=before, folder=MODELS))
    for start in range(0, len(old), AT_ONCE):
        names = old[start : start + AT_ONCE]
        wanted = set(Detector.objects.filter(file__in=names).values_list("file", flat=True))
        storage.remove(name for name in names if name not in wanted)
