"""What the worker does for datasets: read uploads, remove bytes nobody needs, tidy up."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Case, ProtectedError, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets import reading, storage
from datasets.intake import Ticket, read_file
from datasets.models import AudioFile
from datasets.search import prune
from workspaces.jobs import every, handles
from workspaces.models import Job
from workspaces.models.jobs import LeaseLost

IMPORT = "datasets.import"
READ_MANY = "datasets.read_many"
REMOVE_BYTES = "datasets.remove_bytes"
# An upload of 4 GB over a slow line takes hours, so what is older than this is nobody's.
UPLOAD_LEFT_AFTER = timedelta(days=1)
# A form is valid for an hour; whoever sent it late in that hour may confirm late.
OFFER_LEFT_AFTER = timedelta(days=1)
# How long the bytes of a file that failed through our own fault are kept, to be tried again.
FAILED_KEPT_FOR = timedelta(days=14)
REPORT_EVERY_S = 0.5
STEPS = 1000
# As many files that cannot be fetched, one after the other, are taken for a store that is down.
TROUBLES_IN_A_ROW = 5

logger = logging.getLogger(__name__)


def import_key(audio_id: UUID | str, *, attempt: int = 0) -> str:
    """The idempotency key of a file's import: asking twice makes one job."""
    return f"import:{audio_id}" + (f":{attempt}" if attempt else "")


def _import_gave_up(job: Job, sentence: str) -> None:
    audio = AudioFile.objects.filter(pk=job.args["audio_file_id"]).first()
    if audio is not None:
        audio.fail(sentence)
        reading.tell_when_committed(audio.pk)


@handles(IMPORT, gave_up=_import_gave_up)
def import_audio(job: Job) -> None:
    """Read one upload and make its file ready. Safe to run twice: what is stored is named after the job."""
    audio = AudioFile.objects.select_related("workspace").filter(pk=job.args["audio_file_id"]).first()
    if audio is None or audio.status == AudioFile.Status.READY:
        job.complete()
        return

    def settle(error: str) -> None:
        if error:
            job.fail(error)
        else:
            job.complete()

    ticket = Ticket(job_id=job.pk, settle=settle, report=_reporter(job))
    read_file(audio, sha256=job.args["sha256"], ticket=ticket)


def _rest_gave_up(job: Job, sentence: str) -> None:
    for pk in _waiting(job):
        AudioFile(pk=pk).fail(sentence)
        reading.tell_when_committed(pk)


@handles(READ_MANY, gave_up=_rest_gave_up)
def read_many(job: Job) -> None:
    """Read many files, one after the other; each ends by itself, and a broken one keeps no other from being read.

    Killed and done again, it goes on with those that have not ended. What may have killed it comes last.
    """
    waiting = _waiting(job)
    total = len(job.args["audio_file_ids"])
    done, in_a_row, trouble = total - len(waiting), 0, None
    for pk in waiting:
        try:
            _read_one_of_many(job, pk, done=done + 1, total=total)
            done, in_a_row = done + 1, 0
        except (OSError, OperationalError) as error:
            logger.exception("The file %s will be read again.", pk)
            trouble, in_a_row = error, in_a_row + 1
            if in_a_row == TROUBLES_IN_A_ROW:
                break
    if trouble is not None:
        raise trouble
    job.complete()


def _waiting(job: Job) -> list[UUID]:
    """Ids of the job's files that have not ended, in the order to read them in."""
    ended = [AudioFile.Status.READY, AudioFile.Status.FAILED]
    rows = AudioFile.objects.filter(pk__in=job.args["audio_file_ids"]).exclude(status__in=ended)
    begun = Q(status=AudioFile.Status.NORMALIZING)
    return list(rows.order_by(Case(When(begun, then=1), default=0), "id").values_list("pk", flat=True))


def _read_one_of_many(job: Job, pk: UUID, *, done: int, total: int) -> None:
    audio = AudioFile.objects.select_related("workspace").filter(pk=pk).first()
    # Deleted, or read by a job of its own, since this job began.
    if audio is None or not audio.is_being_read:
        return

    def settle(_error: str) -> None:
        job.report(done=done, total=total)

    try:
        read_file(audio, sha256="", ticket=Ticket(job_id=job.pk, settle=settle, report=lambda part: None))
    except (OSError, OperationalError, LeaseLost):
        raise
    # Whatever is wrong with our reading of one file, the others are to be read.
    except Exception:
        logger.exception("The file %s could not be read.", pk)
        with transaction.atomic():
            settle("")
            audio.fail(_("Something went wrong inside Earmark. The log of the worker has the details."))
            reading.tell_when_committed(pk)


def _reporter(job: Job) -> Callable[[float], None]:
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
    # What lies in a store takes no room here.
    kept_failed.exclude(upload="").exclude(upload__contains="://").update(upload="")
    storage.clear_scratch(before=now - UPLOAD_LEFT_AFTER)
    old = list(storage.old_uploads(before=now - UPLOAD_LEFT_AFTER))
    for start in range(0, len(old), 500):
        names = old[start : start + 500]
        wanted = set(AudioFile.objects.filter(upload__in=names).values_list("upload", flat=True))
        storage.remove(name for name in names if name not in wanted)


@every(3600)
def forget_offers() -> None:
    """Delete files whose bytes nobody said were sent, and what was sent of them."""
    old = AudioFile.objects.filter(awaits_upload=True, created_at__lt=timezone.now() - OFFER_LEFT_AFTER)
    for pk in list(old.values_list("pk", flat=True)):
        # What somebody has put into a task or an evaluation stays.
        with suppress(ProtectedError), transaction.atomic():
            # Locked, since it may be confirmed this instant.
            audio = old.select_for_update().filter(pk=pk).first()
            if audio is not None:
                audio.delete()
                transaction.on_commit(partial(storage.remove, [audio.upload]))


@every(24 * 3600)
def prune_search() -> None:
    """Forget the names of files that were deleted."""
    prune()
