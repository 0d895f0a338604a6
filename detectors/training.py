"""Training one model from beginning to end, on behalf of a job."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from datasets import storage
from datasets.models import AnnotationSet, Dataset
from detectors.learned_from import Lesson, data_hash, lessons_of
from detectors.learning.settings import TrainingConfig
from detectors.models import Detector, TrainingJob
from detectors.recordings import CannotListen
from detectors.reporting import Reporter
from workspaces.ids import new_id
from workspaces.jobs import JobFailed
from workspaces.models import Job

if TYPE_CHECKING:
    from detectors.learning.features import Features
    from detectors.learning.training import Recording, Training

# Listening to the recordings is so much of the whole; where they were measured before, it takes no time.
MEASURING = 0.3


def train_model(training: TrainingJob, *, job: Job) -> None:
    """Learn, store the model, and make it visible with the end of the job.

    Raises JobFailed with a sentence where nothing comes of it, LeaseLost when the job was cancelled, and OSError for
    what time may heal.
    """
    # numpy is for the worker alone: the web process imports this module too.
    from detectors.learning.training import NothingLearned, train  # noqa: PLC0415

    if training.annotation_set is None:
        raise JobFailed(_("The dataset was deleted before anything was learned from it."))
    config = config_of(training)
    lessons = lessons_of(training.annotation_set, config.artifact_types)
    reporter = Reporter(job)
    try:
        _measure_all(lessons, job=job, reporter=reporter)
        learned = train(
            [_recording(lesson, job=job) for lesson in lessons],
            config,
            seed=training.seed,
            on_epoch=_listener(training, epochs=config.epochs, reporter=reporter),
        )
    except (NothingLearned, CannotListen, JobFailed) as error:
        raise JobFailed(_gone(training) or str(error)) from error
    _publish(learned, training, job=job, lessons=lessons)


def _gone(training: TrainingJob) -> str:
    """The sentence when its labels were deleted in the meantime, which leaves recordings without their bytes."""
    if AnnotationSet.objects.filter(pk=training.annotation_set_uuid).exists():
        return ""
    return _("The dataset was deleted while a model was learning from it.")


def config_of(training: TrainingJob) -> TrainingConfig:
    return TrainingConfig(**{**training.config, "artifact_types": tuple(training.config["artifact_types"])})


def _measure_all(lessons: list[Lesson], *, job: Job, reporter: Reporter) -> None:
    """Listen to what nobody listened to before; what is kept then serves this training and the next."""
    from detectors.hearing import features_of  # noqa: PLC0415 - numpy

    total = sum(lesson.audio.duration_ms for lesson in lessons) or 1
    before = 0
    for lesson in lessons:
        length, start = lesson.audio.duration_ms, before

        def tell(part: float, *, start: int = start, length: int = length) -> None:
            reporter.part(MEASURING * (start + part * length) / total)

        try:
            features_of(lesson.audio, job_id=job.pk, on_progress=tell)
        except CannotListen as error:
            sentence = _("“%(name)s” cannot be listened to. %(why)s")
            raise JobFailed(sentence % {"name": lesson.audio.filename, "why": error}) from error
        before += length


def _recording(lesson: Lesson, *, job: Job) -> "Recording":
    from detectors.hearing import features_of  # noqa: PLC0415 - numpy
    from detectors.learning.training import Recording  # noqa: PLC0415

    def features() -> "Features":
        return features_of(lesson.audio, job_id=job.pk, on_progress=lambda part: None)

    return Recording(str(lesson.audio.pk), features, list(lesson.events), lesson.searched)


def _listener(training: TrainingJob, *, epochs: int, reporter: Reporter) -> Any:
    """Writes each epoch down. On a second try the rows of the first one stay: they come out the same."""

    def heard(row: dict[str, Any]) -> None:
        number = int(row["epoch"])
        rows = training.epochs
        training.epochs = [*rows[: number - 1], row, *rows[number:]]
        reporter.part(MEASURING + (1 - MEASURING) * number / epochs)
        with transaction.atomic():
            reporter.tell()
            TrainingJob.objects.filter(pk=training.pk).update(epochs=training.epochs)

    return heard


def _publish(learned: "Training", training: TrainingJob, *, job: Job, lessons: list[Lesson]) -> None:
    from detectors.stored_models import keep_model  # noqa: PLC0415 - numpy

    summary = data_hash(lessons)
    # Nothing of this moment or this job: the same labels, config and seed give the same bytes.
    learned.model.card.update(
        annotation_set_id=str(training.annotation_set_uuid),
        annotation_set_version=training.annotation_set_version,
        data_hash=summary,
    )
    pk = new_id()
    kept = keep_model(learned.model, detector_id=pk)
    try:
        with transaction.atomic():
            job.complete()
            Detector.objects.create(
                pk=pk,
                workspace=training.workspace,
                kind=Detector.Kind.TRAINED,
                name=training.name,
                training_job=training,
                dataset=Dataset.objects.filter(pk=training.dataset_uuid).first(),
                dataset_uuid=training.dataset_uuid,
                dataset_name=training.dataset_name,
                annotation_set_uuid=training.annotation_set_uuid,
                annotation_set_version=training.annotation_set_version,
                data_hash=summary,
                artifact_types=training.config["artifact_types"],
                config=training.config,
                metrics=learned.metrics,
                mistakes=learned.mistakes,
                card=learned.model.card,
                file=kept.name,
                size=kept.size,
                sha256=kept.sha256,
                created_by=training.created_by,
            )
            warnings = [*training.warnings, *(w for w in learned.warnings if w not in training.warnings)]
            TrainingJob.objects.filter(pk=training.pk).update(warnings=warnings)
    except BaseException:
        storage.remove([kept.name])
        raise
