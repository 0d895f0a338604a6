"""The teams of a task that is there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from annotations.models import Assignment, LabelingTask, TaskTeam
from annotations.models.assignments import AssignmentQuerySet
from workspaces.models import Team, User


def teams_of(task: LabelingTask) -> list[TaskTeam]:
    """In their order; none where the task is for no teams."""
    return list(task.teams.select_related("team")) if task.by_team else []


def leading_team(task: LabelingTask) -> TaskTeam | None:
    """The team that decides, else the first: what one person is enough for is theirs, and so is one more answer."""
    rows = list(task.teams.all())
    return next((row for row in rows if row.decides), rows[0] if rows else None)


def within_teams(turns: AssignmentQuerySet, user: Any) -> AssignmentQuerySet:
    """Those that are anybody's, or of a team this person is in: work moves within a team alone."""
    mine = Team.objects.filter(members=user).order_by().values("pk")
    return turns.filter(Q(team=None) | Q(team__in=mine))


def foreign_to(user: User, turns: Sequence[Assignment]) -> set[UUID]:
    """Those of the turns that belong to a team this person is not in."""
    teams = {turn.team_id for turn in turns if turn.team_id}
    mine = set(Team.objects.filter(members=user, pk__in=teams).values_list("pk", flat=True)) if teams else set()
    return {turn.pk for turn in turns if turn.team_id and turn.team_id not in mine}


def team_ids_of(user: User, task: LabelingTask) -> QuerySet[TaskTeam, UUID]:
    """The teams of the task that this person is in, to be asked for as part of another question."""
    return task.teams.filter(team__members=user).order_by().values_list("team_id", flat=True)


def colleagues_of(user: User | None, task: LabelingTask) -> set[UUID]:
    """Everybody in a team of the task that this person is in, or has work of; with nobody, in any of its teams."""
    teams = Team.objects.filter(labeling_tasks__task=task)
    if user is not None:
        held = Assignment.objects.filter(task=task, annotator=user, state__in=Assignment.WITH_ANNOTATOR).order_by()
        teams = teams.filter(Q(members=user) | Q(pk__in=held.values("team")))
    return set(User.objects.filter(teams__in=teams.order_by().values("pk")).values_list("pk", flat=True))
