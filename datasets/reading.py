"""Who wants to know that a file has been read. Rooms above this one register here what they do then."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from datasets.models import AudioFile

logger = logging.getLogger(__name__)
Listener = Callable[[AudioFile], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Have `listener(audio)` called whenever a file ended being read, ready or failed.

    It is called in the worker, once that is committed. A worker that is killed in between calls nobody, so a listener
    hastens what a chore would do anyway. What it raises is logged and changes nothing.
    """
    _listeners.append(listener)


def tell_when_committed(audio_id: UUID) -> None:
    """Call the listeners once the transaction that ends the reading of this file is committed."""
    transaction.on_commit(lambda: _tell(audio_id))


def _tell(audio_id: UUID) -> None:
    if not _listeners:
        return
    audio = AudioFile.objects.filter(pk=audio_id).first()
    if audio is None:
        return
    for listener in _listeners:
        try:
            listener(audio)
        except Exception:
            logger.exception("Nothing came of telling that the file %s was read.", audio_id)
