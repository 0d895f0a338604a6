"""Uploads in three steps: a form is given out, the bytes are sent by it, and somebody says that they were."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from datasets import storage
from datasets.actions.audio import ask_to_read, check_name, hold_dataset, too_large
from datasets.models import AudioFile, Dataset
from datasets.uploads import VALID_FOR, Grant, NotGranted, signed_fields
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User

# Where forms are sent that go to us, and not to a bucket.
FORM_ADDRESS = "/api/v1/uploads"


@dataclass(frozen=True)
class Offer:
    """A file that waits for its bytes, and the form that brings them.

    `url` is where to send it: an address of a bucket, or a path of ours that is yet to be made absolute. `key` names
    the place, `expires_in` is in seconds.
    """

    audio: AudioFile
    url: str
    fields: dict[str, str]
    key: str
    expires_in: int


@transaction.atomic
def offer_upload(dataset: Dataset, *, by: User | None, filename: str, content_type: str, size: int) -> Offer:
    """Make a file whose bytes are yet to be sent, and the form to send them by: `size` bytes at most, for an hour.

    Raises Invalid for a bad name or a size that is not taken, and IllegalMove when the dataset was deleted meanwhile.
    Nothing is read before `confirm_upload`.
    """
    check_name(filename)
    sentence = _("Say how many bytes there are.") if size < 1 else too_large(size)
    if sentence:
        raise Invalid([(("body", "file_size"), sentence, "value_error")])
    name, seconds = storage.upload_name(), int(VALID_FOR.total_seconds())
    in_bucket = storage.form_of_bucket(name, most_bytes=size, seconds=seconds)
    url, fields = in_bucket or (FORM_ADDRESS, signed_fields(Grant(name, size), content_type=content_type))
    hold_dataset(dataset)
    audio = AudioFile.objects.create(
        workspace_id=dataset.workspace_id,
        dataset=dataset,
        filename=filename,
        content_type=content_type,
        size=size,
        upload=name,
        awaits_upload=True,
        created_by=by,
    )
    return Offer(audio, url, fields, fields["key"], seconds)


@transaction.atomic
def keep_sent(path: Path, grant: Grant) -> None:
    """Put what was sent by a form of ours (a file of `scratch()`) where it is waited for.

    Sent twice, the last counts, until it is confirmed. Raises NotGranted when nobody waits for it any more.
    """
    # Locked: what is confirmed at this moment must not change under whoever reads it.
    if not AudioFile.objects.select_for_update().filter(upload=grant.key, awaits_upload=True).exists():
        raise NotGranted(_("Nobody waits for this file any more: it was confirmed, or deleted."))
    storage.keep(path, name=grant.key)


def confirm_upload(audio: AudioFile, *, by: User | None) -> AudioFile:
    """Take it that the bytes were sent, and ask the worker to read them. Confirmed again, nothing happens.

    Returns the file as it is now. Raises IllegalMove when nothing was sent, or more than was announced.
    """
    if audio.awaits_upload:
        try:
            _confirm(audio, by=by)
        except FileNotFoundError:
            # Not there either when somebody else has just confirmed it, out of a bucket.
            if AudioFile.objects.filter(pk=audio.pk, awaits_upload=True).exists():
                sentence = _("Nothing was uploaded for “%(name)s” yet: send the form first.")
                raise IllegalMove(sentence % {"name": audio.filename}) from None
    found = AudioFile.objects.filter(pk=audio.pk).first()
    if found is None:
        raise IllegalMove(_("“%(name)s” was deleted.") % {"name": audio.filename})
    return found


def _confirm(audio: AudioFile, *, by: User | None) -> None:
    """Raises FileNotFoundError when nothing is there."""
    place = storage.out_of_reach(audio.upload)
    is_taken = False
    try:
        with transaction.atomic():
            is_taken = _take(audio, place=place, by=by)
    finally:
        if place != audio.upload:
            storage.remove([audio.upload if is_taken else place])


def _take(audio: AudioFile, *, place: str, by: User | None) -> bool:
    """Have the bytes at `place` read; False when somebody else has said so before."""
    if not AudioFile.objects.filter(pk=audio.pk, awaits_upload=True).update(awaits_upload=False, upload=place):
        return False
    # Only now does nobody write there any more.
    size = storage.size_of(place)
    if size > audio.size:
        raise IllegalMove(_("“%(name)s” has more bytes than were announced.") % {"name": audio.filename})
    AudioFile.objects.filter(pk=audio.pk).update(size=size)
    ask_to_read(audio, workspace=audio.workspace, by=by, sha256="")
    return True
