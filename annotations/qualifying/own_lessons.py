"""The trainings and exams of a workspace as one person has them before them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from annotations.models import Attempt, LabelingTask
from annotations.qualifying.attempts import next_try_at
from workspaces.models import User, Workspace

MOST = 50


@dataclass(frozen=True)
class LessonRow:
    """A training or an exam; `last` is their last try, `opens` when another one is possible."""

    task: LabelingTask
    last: Attempt | None
    opens: datetime | None

    @property
    def can_go_on(self) -> bool:
        is_running = self.last is not None and self.last.state == Attempt.State.RUNNING
        return is_running or (self.opens is not None and self.opens <= timezone.now())


def lesson_rows(user: User, workspace: Workspace) -> list[LessonRow]:
    """Open ones, those with something to do first. Two queries."""
    tasks = LabelingTask.objects.visible_to(user).present().filter(workspace=workspace)
    tasks = tasks.filter(purpose__in=LabelingTask.LESSONS, state=LabelingTask.State.OPEN)
    lessons = list(tasks.select_related("skill").order_by("-id")[:MOST])
    if not lessons:
        return []
    last: dict[object, Attempt] = {}
    for attempt in Attempt.objects.filter(task__in=[task.pk for task in lessons], user=user).order_by("number"):
        last[attempt.task_id] = attempt
    rows = [LessonRow(task, last.get(task.pk), next_try_at(task, last.get(task.pk))) for task in lessons]
    return sorted(rows, key=lambda row: not row.can_go_on)
