"""Who may hear a recording, and what keeps it from being deleted.

Rooms above this one give people reasons to hear a file, and use files; they register here what they know of it.
"""

from collections.abc import Callable, Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from datasets.models import AudioFile, Dataset
from workspaces.models import User
from workspaces.permissions import Right, can

Reason = Callable[[User, AudioFile], bool]
AudioUses = Callable[[QuerySet[AudioFile]], Iterable[str]]
DatasetUses = Callable[[Dataset], Iterable[str]]
_reasons: list[Reason] = []
_audio_uses: list[AudioUses] = []
_dataset_uses: list[DatasetUses] = []


def register(reason: Reason) -> None:
    """Let people hear a file for whom `reason(user, audio)` is true, such as that they label it."""
    _reasons.append(reason)


def register_uses(*, of_audio: AudioUses, of_dataset: DatasetUses) -> None:
    """Have what uses files, or a dataset, named when somebody wants to delete them.

    Both return names in words, such as "labeling task “Calls, week 46”"; any name refuses the deletion. They may stop
    after a few.
    """
    _audio_uses.append(of_audio)
    _dataset_uses.append(of_dataset)


def may_hear(user: User, audio: AudioFile) -> bool:
    """Whoever reads datasets in the file's workspace, and whoever a room above has a reason for."""
    if can(user, Right.READ_DATASETS, audio.workspace_id):
        return True
    return any(reason(user, audio) for reason in _reasons)


def require_hearing(user: User, audio: AudioFile) -> None:
    """Raise PermissionDenied (403) unless this person may hear the file."""
    if not may_hear(user, audio):
        raise PermissionDenied(_("You can hear this recording only while it is yours to label or to review."))


def uses_of_audio(files: QuerySet[AudioFile]) -> list[str]:
    return [name for uses in _audio_uses for name in uses(files)]


def uses_of_dataset(dataset: Dataset) -> list[str]:
    return [name for uses in _dataset_uses for name in uses(dataset)]
