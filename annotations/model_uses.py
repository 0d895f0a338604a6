"""What the rooms below cannot know: which labeling tasks need a model, or a recording that has just been read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from annotations import proposing
from datasets.models import AudioFile
from detectors.models import Detector

SHOWN = 3


def tasks_with(detector: Detector) -> Iterator[str]:
    """Tasks in which people label with its suggestions. Others keep what it suggested."""
    tasks = proposing.assisted().filter(detector=detector).order_by("-id")
    for name in tasks.values_list("name", flat=True)[:SHOWN]:
        yield _("labeling task “%(name)s”") % {"name": name}


def suggest_in(audio: AudioFile) -> None:
    """Have the models of the tasks that it is part of listen to a recording."""
    tasks = proposing.assisted().filter(items__files__audio=audio).distinct()
    for task in tasks.select_related("workspace", "detector"):
        proposing.ask_if_idle(task)
