"""What the rooms below cannot know: who hears a recording because they work on it, and which tasks use it."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from annotations.models import Assignment, ItemFile, LabelingTask, TaskPerson
from annotations.models.tasks import has_seat
from datasets.models import AudioFile, Dataset
from workspaces.models import User
from workspaces.permissions import Right, can

SHOWN = 3


def has_work_on(user: User, audio: AudioFile) -> bool:
    """The recording is of an item this person labels, labeled or reviews. What waits in the pool is nobody's.

    What was handed in and waits for any auditor of its task is open to each of them, as its answers are.
    """
    turns = Assignment.objects.filter(item__files__audio=audio, task__deleted_at=None)
    if turns.filter(Q(annotator=user) | Q(reviewer=user) | Q(approved_by=user)).exists():
        return True
    if not can(user, Right.REVIEW, audio.workspace_id):
        return False
    theirs = LabelingTask.objects.filter(has_seat(user, kind=TaskPerson.Kind.REVIEW))
    return turns.filter(state=Assignment.State.PENDING_REVIEW, reviewer=None, task__in=theirs).exists()


def tasks_using(files: QuerySet[AudioFile]) -> Iterator[str]:
    tasks = LabelingTask.objects.filter(items__files__in=ItemFile.objects.filter(audio__in=files.order_by())).distinct()
    return _named(tasks)


def tasks_on(dataset: Dataset) -> Iterator[str]:
    return _named(LabelingTask.objects.filter(dataset=dataset))


def _named(tasks: QuerySet[LabelingTask]) -> Iterator[str]:
    for name in tasks.order_by("-id").values_list("name", flat=True)[:SHOWN]:
        yield _("labeling task “%(name)s”") % {"name": name}
