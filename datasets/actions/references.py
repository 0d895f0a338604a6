"""Files that stay where they are: rows that point at what lies in a store."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from datasets import stores
from datasets.actions.audio import ask_to_read, check_name, too_large
from datasets.audio.kinds import content_type_of
from datasets.audio.probing import sniff
from datasets.jobs import READ_MANY
from datasets.models import AudioFile, Dataset
from workspaces.jobs import enqueue
from workspaces.models import User

LOOKED_AT_AT_ONCE = 16
# Whoever asks waits for the answer, a minute at most.
PATIENCE_S = 40
# Up to here each file is read by a job of its own, as uploads are, so that several workers share them.
READ_APART = 30


@dataclass(frozen=True)
class Wanted:
    """Something in a store, and what it is to be called."""

    store: str
    path: str
    filename: str


@dataclass(frozen=True)
class Outcome:
    """What became of something that was wanted: its row, or the trouble, whose message is a sentence."""

    audio: AudioFile | None = None
    trouble: stores.StoreTrouble | None = None


def refer_to(dataset: Dataset, wanted: Sequence[Wanted], *, by: User | None) -> list[Outcome]:
    """Make rows for what lies in stores, and ask the worker to read it. No bytes are kept; one outcome for each wanted.

    Raises Invalid for a bad file name, and then nothing is made.
    """
    for want in wanted:
        check_name(want.filename)
    looked = _look_at_all(wanted, workspace=dataset.workspace.slug)
    outcomes = [_outcome(dataset, want, found, by=by) for want, found in zip(wanted, looked, strict=True)]
    new = [outcome.audio for outcome in outcomes if outcome.audio is not None]
    with transaction.atomic():
        AudioFile.objects.bulk_create(new)
        _ask_to_read_all(dataset, new, by=by)
    if settings.CELERY_TASK_ALWAYS_EAGER:
        for audio in new:
            audio.refresh_from_db()
    return outcomes


def _ask_to_read_all(dataset: Dataset, files: Sequence[AudioFile], *, by: User | None) -> None:
    if len(files) <= READ_APART:
        for audio in files:
            ask_to_read(audio, workspace=dataset.workspace, by=by, sha256="")
        return
    ids = [str(audio.pk) for audio in files]
    enqueue(READ_MANY, workspace=dataset.workspace, by=by, args={"audio_file_ids": ids, "dataset_id": str(dataset.pk)})


def _outcome(
    dataset: Dataset, want: Wanted, found: "tuple[str, stores.Found] | stores.StoreTrouble", *, by: User | None
) -> Outcome:
    if isinstance(found, stores.StoreTrouble):
        return Outcome(trouble=found)
    name, about = found
    if sentence := sniff(about.start) or too_large(about.size):
        return Outcome(trouble=stores.StoreTrouble(_(sentence)))
    return Outcome(
        AudioFile(
            workspace_id=dataset.workspace_id,
            dataset=dataset,
            filename=want.filename,
            upload=name,
            size=about.size,
            md5=about.md5,
            content_type=content_type_of(about.start),
            metadata={"store": want.store, "path": want.path},
            created_by=by,
        )
    )


def _look_at_all(wanted: Sequence[Wanted], *, workspace: str) -> "list[tuple[str, stores.Found] | stores.StoreTrouble]":
    """Look at everything side by side. What has not answered when patience ends is in trouble."""
    pool = ThreadPoolExecutor(LOOKED_AT_AT_ONCE, thread_name_prefix="earmark-store")
    looks = [pool.submit(_look, want, workspace) for want in wanted]
    done, _late = wait(looks, timeout=PATIENCE_S)
    pool.shutdown(wait=False, cancel_futures=True)
    late = stores.StoreTrouble(_("The store did not answer in time. Ask for fewer files at once, or try again."))
    return [look.result() if look in done else late for look in looks]


def _look(want: Wanted, workspace: str) -> "tuple[str, stores.Found] | stores.StoreTrouble":
    try:
        root = stores.root_for(want.store, workspace=workspace)
        return stores.reference(root.key, want.path), stores.opened(root).look(want.path)
    except stores.StoreTrouble as trouble:
        return trouble
