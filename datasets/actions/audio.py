"""Taking files in, trying them again, and letting them go."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, ProtectedError, Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets import storage
from datasets.access import uses_of_audio
from datasets.audio.headers import why_broken
from datasets.audio.kinds import content_type_of
from datasets.audio.probing import sniff
from datasets.intake import keep_for_good
from datasets.jobs import IMPORT, REMOVE_BYTES, import_key
from datasets.models import Annotation, AnnotationSet, AudioBlob, AudioFile, Dataset, ListenedFile
from datasets.stores import is_reference
from workspaces.errors import IllegalMove, Invalid
from workspaces.ids import new_id
from workspaces.jobs import enqueue
from workspaces.models import AuditEvent, Job, User, Workspace

SNIFFED_BYTES = 4096
NAME_LENGTH = 500
NAMES_PER_JOB = 1000


@dataclass(frozen=True)
class Received:
    """Bytes that were written aside: how many, their sums in hexadecimal, and what kind of file they begin as."""

    size: int
    sha256: str
    md5: str
    content_type: str


def accept_upload(
    dataset: Dataset,
    *,
    by: User | None,
    filename: str,
    content: Iterable[bytes],
    metadata: dict[str, Any] | None = None,
    tags: dict[str, Any] | None = None,
    refuse_broken: bool = False,
) -> AudioFile:
    """Take in one file: store its bytes, make its row, and ask the worker to read it.

    `content` yields the bytes in pieces, which are never held together in memory. Where the workspace has the same
    bytes already, nothing is stored and the file is ready at once. Raises Invalid, with the sentence for the person and
    nothing stored, for a bad name, an empty or too large file, and what is surely not sound; with `refuse_broken` also
    for a file whose header tells that nothing of it can be played, which else fails when it is read.
    """
    check_name(filename)
    row = {"filename": filename, "metadata": metadata or {}, "tags": tags or {}, "created_by": by}
    with storage.scratch() as folder:
        path = folder / "upload"
        received = _receive(content, to=path)
        if refuse_broken and (sentence := why_broken(path)):
            raise _refusal("file", _(sentence))
        return _take_in(dataset, row, by=by, path=path, received=received)


def check_name(filename: str) -> None:
    """Raise Invalid for what cannot be the name of a file."""
    if not filename:
        raise _refusal("filename", _("Say what the file is called."))
    if len(filename) > NAME_LENGTH:
        raise _refusal("filename", _("The file name is longer than %(top)d characters.") % {"top": NAME_LENGTH})
    if "\0" in filename or any(0xD800 <= ord(letter) < 0xE000 for letter in filename):
        raise _refusal("filename", _("The file name has characters that are not text."))


def _refusal(field: str, sentence: str) -> Invalid:
    return Invalid([(("body", field), sentence, "value_error")])


def too_large(size: int) -> str | None:
    """The sentence for a file of this many bytes, or None when it may come."""
    if size <= settings.MAX_AUDIO_BYTES:
        return None
    return _("The file is larger than %(top)s, the most this server takes.") % {
        "top": filesizeformat(settings.MAX_AUDIO_BYTES)
    }


def _receive(content: Iterable[bytes], *, to: Path) -> Received:
    """Write the bytes aside. Returns what came; raises Invalid as soon as it is clear that it cannot be taken."""
    size, start = 0, b""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with to.open("wb") as file:
        for piece in content:
            if len(start) < SNIFFED_BYTES:
                start = (start + piece)[:SNIFFED_BYTES]
                if len(start) == SNIFFED_BYTES:
                    _check_start(start)
            size += len(piece)
            if sentence := too_large(size):
                raise _refusal("file", sentence)
            sha256.update(piece)
            md5.update(piece)
            file.write(piece)
    if size < SNIFFED_BYTES:
        _check_start(start)
    return Received(size, sha256.hexdigest(), md5.hexdigest(), content_type_of(start))


def _check_start(start: bytes) -> None:
    if sentence := sniff(start):
        raise _refusal("file", _(sentence))


def _take_in(dataset: Dataset, row: dict[str, Any], *, by: User | None, path: Path, received: Received) -> AudioFile:
    row |= {
        "workspace_id": dataset.workspace_id,
        "dataset": dataset,
        "size": received.size,
        "md5": received.md5,
        "content_type": received.content_type,
    }
    known = AudioBlob.objects.filter(workspace_id=dataset.workspace_id, sha256=received.sha256)
    if (referred_to := known.filter(original__contains="://").first()) is not None:
        keep_for_good(referred_to, path, job_id=new_id())
    with transaction.atomic():
        hold_dataset(dataset)
        blob = known.select_for_update().first()
        if blob is not None:
            audio = AudioFile.objects.create(**row)
            audio.be_ready(blob)
            audio.refresh_from_db()
            audio.is_duplicate = True
            return audio
    name = storage.upload_name()
    storage.keep(path, name=name)
    try:
        with transaction.atomic():
            hold_dataset(dataset)
            audio = AudioFile.objects.create(**row, upload=name)
            ask_to_read(audio, workspace=dataset.workspace, by=by, sha256=received.sha256)
    except BaseException:
        storage.remove([name])
        raise
    if settings.CELERY_TASK_ALWAYS_EAGER:
        audio.refresh_from_db()
    return audio


def ask_to_read(audio: AudioFile, *, workspace: Workspace, by: User | None, sha256: str, attempt: int = 0) -> Job:
    return enqueue(
        IMPORT,
        workspace=workspace,
        by=by,
        args={"audio_file_id": str(audio.pk), "dataset_id": str(audio.dataset_id), "sha256": sha256},
        idempotency_key=import_key(audio.pk, attempt=attempt),
    )


def retry_import(audio: AudioFile, *, by: User) -> Job:
    """Read a failed file again, where its bytes are still there. Raises IllegalMove when they are not."""
    jobs = Job.objects.filter(workspace_id=audio.workspace_id, idempotency_key__startswith=import_key(audio.pk))
    with transaction.atomic():
        changed = AudioFile.objects.filter(pk=audio.pk, status=AudioFile.Status.FAILED).exclude(upload="")
        last = jobs.order_by("-id").first()
        # What lies in a store may have been read by a job of many files; its sum is taken when it is read.
        sha256 = last.args["sha256"] if last else "" if is_reference(audio.upload) else None
        if sha256 is None or not changed.update(status=AudioFile.Status.PENDING, error=""):
            raise IllegalMove(_("“%(name)s” cannot be read again. Upload it again.") % {"name": audio.filename})
        return ask_to_read(audio, workspace=audio.workspace, by=by, sha256=sha256, attempt=jobs.count())


@transaction.atomic
def describe_audio(audio: AudioFile, *, by: User, tags: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Replace what people say of a file. What was read from it stays as it is."""
    AudioFile.objects.filter(pk=audio.pk).update(tags=tags, metadata=metadata)
    AuditEvent.record(by=by, workspace_id=audio.workspace_id, verb="describe", target=audio)


def delete_audio(files: QuerySet[AudioFile], *, by: User) -> int:
    """Delete files, and the bytes no other file shares. All of them or none; returns how many.

    Raises IllegalMove, naming what uses them, when a labeling task or a published annotation set needs one.
    """
    with transaction.atomic():
        rows = list(files.select_related(None).values_list("pk", "workspace_id", "blob_id", "upload"))
        if not rows:
            return 0
        chosen = AudioFile.objects.filter(pk__in=[row[0] for row in rows])
        hold_labels(Dataset.objects.filter(pk__in=chosen.order_by().values("dataset")))
        refuse_if_used(_uses(chosen))
        for audio in chosen.only("pk", "filename", "dataset_id", "workspace_id"):
            _note_deletion(audio, by=by)
        try:
            chosen.delete()
        except ProtectedError:
            refuse_if_used([_("a labeling task")])
        forget_bytes(
            Workspace(pk=rows[0][1]),
            by=by,
            blob_ids={row[2] for row in rows if row[2]},
            uploads=[row[3] for row in rows if row[3]],
        )
    return len(rows)


def hold_dataset(dataset: Dataset) -> None:
    """Keep a dataset until the transaction ends. Raises IllegalMove when somebody has just deleted it."""
    if not Dataset.objects.filter(pk=dataset.pk).select_for_update(no_key=True).exists():
        raise IllegalMove(_("The dataset is not there any more."))


def hold_labels(datasets: QuerySet[Dataset]) -> None:
    """Until the transaction ends nobody starts, adds to or publishes labels of these datasets.

    Whoever annotates a file that is being deleted finds it gone, instead of leaving a label without its file. The rows
    are locked in one order everywhere: datasets, then their sets, then the rest.
    """
    # No key is locked: who publishes holds a set already when PostgreSQL looks whether its dataset is still there.
    held = list(datasets.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    sets = AnnotationSet.objects.filter(dataset__in=held).order_by("pk")
    list(sets.select_for_update(no_key=True).values_list("pk", flat=True))


def _note_deletion(audio: AudioFile, *, by: User) -> None:
    AuditEvent.record(
        by=by,
        workspace_id=audio.workspace_id,
        verb="delete",
        target=audio,
        data={"filename": audio.filename, "dataset": str(audio.dataset_id)},
    )


def _uses(chosen: QuerySet[AudioFile]) -> list[str]:
    labeled = Annotation.objects.filter(audio_file__in=chosen).values("annotation_set")
    heard = ListenedFile.objects.filter(audio_file__in=chosen).values("annotation_set")
    published = AnnotationSet.objects.filter(Q(pk__in=labeled) | Q(pk__in=heard), state=AnnotationSet.State.PUBLISHED)
    sets = published.values_list("version", flat=True).distinct().order_by("version")[:3]
    return [_("the published annotation set version %(version)d") % {"version": v} for v in sets] + uses_of_audio(
        chosen
    )


def refuse_if_used(uses: Sequence[str]) -> None:
    """Raise IllegalMove with a sentence that names what uses it, if anything does."""
    if not uses:
        return
    named = ", ".join(uses[:3])
    if more := len(uses) - 3 if len(uses) > 3 else 0:
        named += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    raise IllegalMove(_("This cannot be deleted, because it is used by %(uses)s.") % {"uses": named})


def forget_bytes(workspace: Workspace, *, by: User | None, blob_ids: set[UUID], uploads: Sequence[str]) -> None:
    """Delete those of the blobs that no file shares any more; a job then removes the stored bytes."""
    names = list(uploads)
    for chunk in _chunks(sorted(blob_ids), size=500):
        # Locked, so that an import which has just found the same bytes waits and then stores them anew.
        unlocked = AudioBlob.objects.filter(pk__in=chunk)
        list(unlocked.select_for_update().values_list("pk", flat=True))
        unused = unlocked.annotate(n_files=Count("audio_files")).filter(n_files=0)
        for blob in list(unused):
            names += blob.files_in_storage
            blob.delete()
    for part in _chunks(names, size=NAMES_PER_JOB):
        enqueue(REMOVE_BYTES, workspace=workspace, by=by, args={"names": part})


def _chunks(values: Sequence[Any], *, size: int) -> "Iterable[list[Any]]":
    return (list(values[start : start + size]) for start in range(0, len(values), size))
