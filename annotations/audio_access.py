"""What the rooms below cannot know: who hears a recording because they work on it, and which tasks use it."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from annotations.models import Assignment, ItemFile, LabelingTask
from datasets.models import AudioFile, Dataset
from workspaces.models import User

SHOWN = 3


def has_work_on(user: User, audio: AudioFile) -> bool:
    """The recording is of an item this person labels, labeled or reviews. What waits in the pool is nobody's."""
    turns = Assignment.objects.filter(item__files__audio=audio, task__deleted_at=None)
    return turns.filter(Q(annotator=user) | Q(reviewer=user)).exists()


def tasks_using(files: QuerySet[AudioFile]) -> Iterator[str]:
    tasks = LabelingTask.objects.filter(items__files__in=ItemFile.objects.filter(audio__in=files.order_by())).distinct()
    return _named(tasks)


def tasks_on(dataset: Dataset) -> Iterator[str]:
    return _named(LabelingTask.objects.filter(dataset=dataset))


def _named(tasks: QuerySet[LabelingTask]) -> Iterator[str]:
    for name in tasks.order_by("-id").values_list("name", flat=True)[:SHOWN]:
        yield _("labeling task “%(name)s”") % {"name": name}
