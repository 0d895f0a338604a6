"""What the worker does for datasets: read uploads, remove bytes nobody needs, tidy up."""

import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets import storage
from datasets.models import AudioBlob, AudioFile
from datasets.search import prune
from workspaces.jobs import JobFailed, every, handles
from workspaces.models import Job

if TYPE_CHECKING:
    from datasets.audio.importing import Analysis

IMPORT = "datasets.import"
REMOVE_BYTES = "datasets.remove_bytes"
# An upload of 4 GB over a slow line takes hours, so what is older than this is nobody's.
UPLOAD_LEFT_AFTER = timedelta(days=1)
# How long the bytes of a file that failed through our own fault are kept, to be tried again.
FAILED_KEPT_FOR = timedelta(days=14)
REPORT_EVERY_S = 0.5
STEPS = 1000


class Deleted(Exception):
    """The file was deleted while it was being read."""


def import_key(audio_id: UUID | str, *, attempt: int = 0) -> str:
    """The idempotency key of a file's import: asking twice makes one job."""
    return f"import:{audio_id}" + (f":{attempt}" if attempt else "")


def _import_gave_up(job: Job, sentence: str) -> None:
    audio = AudioFile.objects.filter(pk=job.args["audio_file_id"]).first()
    if audio is not None:
        audio.fail(sentence)


@handles(IMPORT, gave_up=_import_gave_up)
def import_audio(job: Job) -> None:
    """Read one upload and make its file ready. Safe to run twice: what is stored is named after the job."""
    audio = AudioFile.objects.select_related("workspace").filter(pk=job.args["audio_file_id"]).first()
    if audio is None or audio.status == AudioFile.Status.READY:
        job.complete()
        return
    audio.start_reading()
    sha256, upload = job.args["sha256"], audio.upload
    with storage.scratch() as folder:
        try:
            blob = _blob_of(audio.workspace_id, sha256)
            if blob is None:
                with storage.local(upload, folder=folder) as path:
                    _read(job, audio, path=path, sha256=sha256, folder=folder)
            else:
                _share(job, audio)
        except FileNotFoundError as error:
            raise JobFailed(_("The uploaded bytes are gone. Upload the file again.")) from error
        except Deleted:
            job.complete()
    storage.remove([upload])


def _blob_of(workspace_id: UUID, sha256: str) -> AudioBlob | None:
    """The stored bytes of this sum, locked against deletion until the transaction ends."""
    rows = AudioBlob.objects.filter(workspace_id=workspace_id, sha256=sha256)
    return (rows.select_for_update() if transaction.get_connection().in_atomic_block else rows).first()


def _share(job: Job, audio: AudioFile) -> None:
    """The bytes are known: nothing is decoded, and the upload is not needed."""
    with transaction.atomic():
        blob = _blob_of(audio.workspace_id, job.args["sha256"])
        if blob is None:  # deleted this instant; the next try reads the upload
            raise OSError("the shared bytes went away")
        _finish(job, audio, blob)


def _finish(job: Job, audio: AudioFile, blob: AudioBlob) -> None:
    if not audio.be_ready(blob):
        raise Deleted
    job.complete()


def _read(job: Job, audio: AudioFile, *, path: Path, sha256: str, folder: Path) -> None:
    """Decode once, store everything, then make it visible in one transaction."""
    # numpy and the decoders are for the worker alone: the web process imports this module too.
    from datasets.audio.importing import analyse  # noqa: PLC0415
    from datasets.audio.probing import NotAudio  # noqa: PLC0415

    peaks, playback = folder / "peaks", folder / "playback"
    try:
        found = analyse(
            path,
            peaks_to=peaks,
            playback_to=playback,
            quality="small" if audio.workspace.playback == "small" else "exact",
            on_progress=_reporter(job),
        )
    except NotAudio as error:
        # Trying again cannot help, so the bytes are not kept for it.
        with transaction.atomic():
            job.fail(str(error))
            audio.fail(str(error))
            AudioFile.objects.filter(pk=audio.pk).update(upload="")
        return
    blob = _blob_from(found, audio=audio, sha256=sha256, job=job)
    blob.size = path.stat().st_size
    storage.keep(path, name=blob.original, move=False)
    storage.keep(peaks, name=blob.peaks)
    if blob.playback:
        storage.keep(playback, name=blob.playback)
    _publish(job, audio, blob)


def _publish(job: Job, audio: AudioFile, blob: AudioBlob) -> None:
    """Make file and bytes visible at once. When another import of the same bytes was faster, its bytes are used."""
    kept = False
    try:
        with transaction.atomic():
            AudioBlob.objects.bulk_create([blob], ignore_conflicts=True)
            winner = _blob_of(audio.workspace_id, blob.sha256)
            if winner is None:
                raise OSError("the shared bytes went away")
            _finish(job, audio, winner)
            kept = winner.pk == blob.pk
    except Deleted:
        storage.remove(blob.files_in_storage)
        raise
    if not kept and not AudioBlob.objects.filter(original=blob.original).exists():
        storage.remove(blob.files_in_storage)


def _blob_from(found: "Analysis", *, audio: AudioFile, sha256: str, job: Job) -> AudioBlob:
    where: dict[str, Any] = {"sha256": sha256, "job_id": job.pk}
    workspace = audio.workspace_id
    played = found.playback_content_type or ""
    header: dict[str, Any] = dict(found.peaks)
    return AudioBlob(
        workspace_id=workspace,
        sha256=sha256,
        original=storage.original_name(workspace, **where),
        content_type=found.content_type,
        codec=found.codec,
        sample_rate=found.sample_rate,
        channels=found.channels,
        n_samples=found.n_samples,
        duration_ms=found.duration_ms,
        warnings=list(found.warnings),
        peaks=storage.peaks_name(workspace, **where),
        peaks_header=header,
        playback=storage.playback_name(workspace, **where, content_type=played) if found.playback_written else "",
        playback_type=played if found.playback_written else "",
    )


def _reporter(job: Job) -> Any:
    """Tells the job's row how far the decoding is, twice a second at most."""
    last = time.monotonic()

    def report(part: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= REPORT_EVERY_S:
            last = now
            job.report(done=int(part * STEPS), total=STEPS)

    return report


@handles(REMOVE_BYTES)
def remove_bytes(job: Job) -> None:
    """Delete stored files whose rows are gone. The names are in the job, so nothing is forgotten when a worker dies."""
    storage.remove(job.args["names"])
    job.complete()


@every(3600)
def tidy_up() -> None:
    """Remove uploads nobody waits for, and work folders of killed processes."""
    now = timezone.now()
    kept_failed = AudioFile.objects.filter(status=AudioFile.Status.FAILED, created_at__lt=now - FAILED_KEPT_FOR)
    kept_failed.exclude(upload="").update(upload="")
    storage.clear_scratch(before=now - UPLOAD_LEFT_AFTER)
    old = list(storage.old_uploads(before=now - UPLOAD_LEFT_AFTER))
    for start in range(0, len(old), 500):
        names = old[start : start + 500]
        wanted = set(AudioFile.objects.filter(upload__in=names).values_list("upload", flat=True))
        storage.remove(name for name in names if name not in wanted)


@every(24 * 3600)
def prune_search() -> None:
    """Forget the names of files that were deleted."""
    prune()
