"""Letting a model listen to files: to what programs upload for it, and to recordings of datasets."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.actions import analysis_files, confirm_upload, offer_upload
from datasets.actions.uploads import Offer
from datasets.models import AudioFile
from detectors.jobs import hand_over
from detectors.learning.settings import DetectionConfig
from detectors.models import Detector, InferenceFile, InferenceJob
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, User


def start_inference(
    detector: Detector, *, by: User | None, config: DetectionConfig, audio_files: Sequence[AudioFile] = ()
) -> InferenceJob:
    """Make a job that files can be handed to, and hand it these. `detector` comes with its workspace.

    Raises IllegalMove as `analyse_files` does; then nothing is made.
    """
    with transaction.atomic():
        inference = InferenceJob.objects.create(
            workspace=detector.workspace,
            detector=detector,
            model_uuid=detector.pk,
            model_name=detector.name,
            config=config.as_dict(),
            created_by=by,
        )
        _note(inference, by=by, verb="start")
        analyse_files(inference, audio_files, by=by)
    return inference


def analyse_files(inference: InferenceJob, audio_files: Sequence[AudioFile], *, by: User | None) -> list[InferenceFile]:
    """Have these recordings of the same workspace analysed; one that is still being read, once it is.

    One that could not be read fails with its sentence. Raises IllegalMove for one whose upload was never confirmed, and
    when the model is gone; then nothing is handed over.
    """
    for audio in audio_files:
        if audio.awaits_upload:
            sentence = _("“%(name)s” waits for its upload: send the file and confirm it first.")
            raise IllegalMove(sentence % {"name": audio.filename})
    if not audio_files:
        return []
    with transaction.atomic():
        _require_model(inference)
        files = InferenceFile.objects.bulk_create(
            InferenceFile(
                inference_job=inference,
                audio_file=audio,
                original_filename=audio.filename,
                duration_ms=audio.duration_ms or None,
                state=InferenceFile.State.QUEUED,
            )
            for audio in audio_files
        )
        for file in files:
            hand_over(file, by=by)
    return files


def offer_inference_upload(
    inference: InferenceJob, *, by: User | None, filename: str, content_type: str, size: int
) -> tuple[InferenceFile, Offer]:
    """A file that waits for its bytes, and the form that brings them: see `datasets.actions.offer_upload`.

    Raises Invalid for what cannot be taken, and IllegalMove when the model is gone.
    """
    with transaction.atomic():
        _require_model(inference)
        dataset = analysis_files(inference.workspace, by)
        offer = offer_upload(dataset, by=by, filename=filename, content_type=content_type, size=size)
        file = InferenceFile.objects.create(
            inference_job=inference, audio_file=offer.audio, original_filename=filename, upload_key=offer.key
        )
    return file, offer


def confirm_inference_upload(file: InferenceFile, *, by: User | None) -> InferenceFile:
    """Take it that the bytes were sent: they are read and then analysed. Confirmed again, nothing happens.

    `file` comes with its recording and its job. Returns it as it is now. Raises IllegalMove when nothing was sent, or
    the model is gone.
    """
    if file.state == InferenceFile.State.PENDING:
        if file.audio_file is None:
            raise IllegalMove(_("The upload was never confirmed and was cleared away. Ask for a new address."))
        confirm_upload(file.audio_file, by=by)
        with transaction.atomic():
            _require_model(file.inference_job)
            if file.queue():
                hand_over(file, by=by)
    file.refresh_from_db()
    return file


def cancel_inference(inference: InferenceJob, *, by: User | None) -> int:
    """Give up on the files that have not ended; returns how many. What was found in others stays."""
    sentence = _("The analysis was cancelled.")
    with transaction.atomic():
        waiting = list(inference.files.unfinished().select_related("job").select_for_update(of=("self",)))
        for file in waiting:
            if file.job is not None:
                file.job.cancel()
            file.fail(sentence)
        if waiting:
            _note(inference, by=by, verb="cancel")
    return len(waiting)


def delete_inference(inference: InferenceJob, *, by: User | None) -> None:
    """Delete a job with what was found. The recordings stay. Raises IllegalMove while files are being analysed."""
    with transaction.atomic():
        InferenceJob.objects.select_for_update().get(pk=inference.pk)
        if inference.files.unfinished().exists():
            raise IllegalMove(_("Files of this analysis are still waiting. Cancel it first."))
        _note(inference, by=by, verb="delete")
        inference.delete()


def _require_model(inference: InferenceJob) -> None:
    """Lock the model, so that it is not deleted under what is being handed to it; IllegalMove when it is gone."""
    rows = Detector.objects.select_for_update(of=("self",)).filter(inference_jobs=inference)
    if not rows:
        raise IllegalMove(_("The model “%(name)s” was deleted.") % {"name": inference.model_name})


def _note(inference: InferenceJob, *, by: User | None, verb: str) -> None:
    AuditEvent.record(
        by=by,
        workspace_id=inference.workspace_id,
        verb=verb,
        target=inference,
        data={"name": inference.model_name},
    )
