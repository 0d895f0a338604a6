"""The bytes of a recording, to be listened to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from datasets import storage, stores
from datasets.models import AudioFile


class CannotListen(Exception):
    """A model cannot listen to a recording, however often it is tried. The message is a sentence for people."""


@contextmanager
def bytes_of(audio: AudioFile) -> Iterator[Path]:
    """The bytes of a recording (which comes with its blob) as a path to read, gone afterwards.

    What is wrong with them comes out of the block as CannotListen, also where decoding tells it.
    """
    from datasets.audio.probing import NotAudio  # noqa: PLC0415 - loads the decoders

    if audio.blob is None:
        raise CannotListen(_("“%(name)s” has not been read.") % {"name": audio.filename})
    try:
        with storage.scratch() as folder, storage.local(audio.blob.original, folder=folder) as path:
            yield path
    except (NotAudio, stores.Missing, stores.Forbidden) as error:
        raise CannotListen(str(error)) from error
    except FileNotFoundError as error:
        sentence = _("The bytes of “%(name)s” are not in storage any more.")
        raise CannotListen(sentence % {"name": audio.filename}) from error
