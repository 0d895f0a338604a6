"""Reading one file: from bytes that wait to a file that can be heard, visible all at once or not at all."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from datasets import reading, storage, stores
from datasets.models import AudioBlob, AudioFile

if TYPE_CHECKING:
    from datasets.audio.importing import Analysis

PIECE_BYTES = 1 << 20


class Deleted(Exception):
    """The file was deleted while it was being read."""


@dataclass(frozen=True)
class Ticket:
    """On behalf of which job a file is read.

    What is stored is named after the job, so a second try replaces what a first one left. `settle(error)` is called in
    the transaction that makes the end visible, with "" for a good one; what it raises undoes that. `report(part)` is
    told how far the reading is, from 0 to 1.
    """

    job_id: UUID
    settle: Callable[[str], None]
    report: Callable[[float], None]


def read_file(audio: AudioFile, *, sha256: str, ticket: Ticket) -> None:
    """Make a file ready, or let it fail with a sentence. Safe to do twice. `audio` comes with its workspace.

    `sha256` is the sum of the bytes, empty where nobody knows it yet: those of a store, or sent by a form. Raises
    OSError for what time may heal.
    """
    audio.start_reading()
    upload = audio.upload
    with storage.scratch() as folder:
        try:
            _take_in(audio, sha256=sha256, folder=folder, ticket=ticket)
        except (stores.Missing, stores.Forbidden) as error:
            _fail(audio, str(error), ticket=ticket)
            return
        except FileNotFoundError:
            _fail(audio, _("The uploaded bytes are gone. Upload the file again."), ticket=ticket)
            return
        except Deleted:
            ticket.settle("")
    storage.remove([upload])


def _take_in(audio: AudioFile, *, sha256: str, folder: Path, ticket: Ticket) -> None:
    blob = _blob_of(audio.workspace_id, sha256) if sha256 else None
    if blob is not None:
        if stores.is_reference(blob.original):
            with suppress(FileNotFoundError), storage.local(audio.upload, folder=folder) as path:
                keep_for_good(blob, path, job_id=ticket.job_id)
        _share(audio, sha256=sha256, ticket=ticket)
        return
    with storage.local(audio.upload, folder=folder) as path:
        if not sha256:
            sha256 = _summed(audio, path)
        blob = _blob_of(audio.workspace_id, sha256)
        if blob is None:
            _read(audio, path=path, sha256=sha256, folder=folder, ticket=ticket)
            return
        if not stores.is_reference(audio.upload):
            keep_for_good(blob, path, job_id=ticket.job_id)
        _share(audio, sha256=sha256, ticket=ticket)


def _summed(audio: AudioFile, path: Path) -> str:
    """The SHA-256 of bytes nobody has summed yet. Raises Missing when they are not those that were announced."""
    if path.stat().st_size != audio.size:
        raise stores.Missing(_("The file was changed in its store since it was imported. Import it again."))
    sha256, audio.md5 = _sums(path)
    AudioFile.objects.filter(pk=audio.pk).update(md5=audio.md5)
    return sha256


def _sums(path: Path) -> tuple[str, str]:
    """SHA-256 and MD5 of a file, in hexadecimal."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            sha256.update(piece)
            md5.update(piece)
    return sha256.hexdigest(), md5.hexdigest()


def keep_for_good(blob: AudioBlob, path: Path, *, job_id: UUID) -> None:
    """Store the same bytes as ours where so far they were only referred to: what lies in a store may go away."""
    if not stores.is_reference(blob.original):
        return
    name = storage.original_name(blob.workspace_id, sha256=blob.sha256, job_id=job_id)
    storage.keep(path, name=name, move=False)
    if not AudioBlob.objects.filter(pk=blob.pk, original=blob.original).update(original=name):
        storage.remove([name])


def _blob_of(workspace_id: UUID, sha256: str) -> AudioBlob | None:
    """The stored bytes of this sum, locked against deletion until the transaction ends."""
    rows = AudioBlob.objects.filter(workspace_id=workspace_id, sha256=sha256)
    return (rows.select_for_update() if transaction.get_connection().in_atomic_block else rows).first()


def _share(audio: AudioFile, *, sha256: str, ticket: Ticket) -> None:
    """The bytes are known: nothing is decoded, and the upload is not needed."""
    with transaction.atomic():
        blob = _blob_of(audio.workspace_id, sha256)
        if blob is None:  # deleted this instant; the next try reads the upload
            raise OSError("the shared bytes went away")
        _finish(audio, blob, ticket=ticket)


def _finish(audio: AudioFile, blob: AudioBlob, *, ticket: Ticket) -> None:
    if not audio.be_ready(blob):
        raise Deleted
    ticket.settle("")
    reading.tell_when_committed(audio.pk)


def _fail(audio: AudioFile, sentence: str, *, ticket: Ticket, is_final: bool = False) -> None:
    """Let the file fail. Where trying again cannot help (`is_final`), the bytes are not kept for it."""
    with transaction.atomic():
        ticket.settle(sentence)
        audio.fail(sentence)
        if is_final:
            AudioFile.objects.filter(pk=audio.pk).update(upload="")
        reading.tell_when_committed(audio.pk)


def _read(audio: AudioFile, *, path: Path, sha256: str, folder: Path, ticket: Ticket) -> None:
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
            on_progress=ticket.report,
        )
    except NotAudio as error:
        _fail(audio, str(error), ticket=ticket, is_final=True)
        return
    blob = _blob_from(found, audio=audio, sha256=sha256, job_id=ticket.job_id)
    blob.size = path.stat().st_size
    if not stores.is_reference(blob.original):
        storage.keep(path, name=blob.original, move=False)
    storage.keep(peaks, name=blob.peaks)
    if blob.playback:
        storage.keep(playback, name=blob.playback)
    _publish(audio, blob, ticket=ticket)


def _publish(audio: AudioFile, blob: AudioBlob, *, ticket: Ticket) -> None:
    """Make file and bytes visible at once. When another import of the same bytes was faster, its bytes are used."""
    try:
        with transaction.atomic():
            AudioBlob.objects.bulk_create([blob], ignore_conflicts=True)
            winner = _blob_of(audio.workspace_id, blob.sha256)
            if winner is None:
                raise OSError("the shared bytes went away")
            _finish(audio, winner, ticket=ticket)
    except Deleted:
        storage.remove(blob.files_in_storage)
        raise
    if winner.pk != blob.pk:
        _give_up_to(winner, blob)


def _give_up_to(winner: AudioBlob, blob: AudioBlob) -> None:
    """Remove what was stored in vain, but for an original that the winner only referred to."""
    if stores.is_reference(winner.original) and not stores.is_reference(blob.original):
        AudioBlob.objects.filter(pk=winner.pk, original=winner.original).update(original=blob.original)
        winner.refresh_from_db()
    # The same job, done by two workers at once, stores under the same names.
    used = winner.files_in_storage
    storage.remove(name for name in blob.files_in_storage if name not in used)


def _blob_from(found: "Analysis", *, audio: AudioFile, sha256: str, job_id: UUID) -> AudioBlob:
    where: dict[str, Any] = {"sha256": sha256, "job_id": job_id}
    workspace = audio.workspace_id
    played = found.playback_content_type or ""
    header: dict[str, Any] = dict(found.peaks)
    is_referred_to = stores.is_reference(audio.upload)
    return AudioBlob(
        workspace_id=workspace,
        sha256=sha256,
        original=audio.upload if is_referred_to else storage.original_name(workspace, **where),
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
