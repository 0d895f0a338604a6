"""The teams of a task that is there."""

from uuid import UUID

from django.db.models import QuerySet

from annotations.models import LabelingTask, TaskTeam
from workspaces.models import User


def teams_of(task: LabelingTask) -> list[TaskTeam]:
    """In their order; none where the task is for no teams."""
    return list(task.teams.select_related("team")) if task.by_team else []


def leading_team(task: LabelingTask) -> TaskTeam | None:
    """The team that decides, else the first: what one person is enough for is theirs, and so is one more answer."""
    rows = list(task.teams.all())
    return next((row for row in rows if row.decides), rows[0] if rows else None)


def team_ids_of(user: User, task: LabelingTask) -> QuerySet[TaskTeam, UUID]:
    """The teams of the task that this person is in, to be asked for as part of another question."""
    return task.teams.filter(team__members=user).order_by().values_list("team_id", flat=True)
