"""Teams for tests, and tasks that are for them."""

from typing import Any

from annotations.actions.creating import TeamSeat
from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import PACE, make_task
from tests.factories import MembershipFactory, TeamFactory
from workspaces.models import Team, Workspace


def make_team(workspace: Workspace, name: str, *, people: int) -> Team:
    """A team of new operators, named after it: Crowd 1, Crowd 2 and so on."""
    team = TeamFactory(workspace=workspace, name=name)
    for number in range(1, people + 1):
        email = f"{name.lower()}{number}@example.org"
        user = MembershipFactory(workspace=workspace, user__name=f"{name} {number}", user__email=email).user
        team.members.add(user)
    return team


def members(team: Team) -> list[Any]:
    return list(team.members.order_by("email"))


def team_task(dataset: Any, *seats: tuple[Team, int, bool], by: Any, **plan: Any) -> LabelingTask:
    """A task of one choice without review, for these teams: each with its people per item and whether it decides."""
    teams = [TeamSeat(team, overlap=overlap, decides=decides) for team, overlap, decides in seats]
    return make_task(dataset, by=by, teams=teams, **{"questions": (PACE,), "review_mode": "none", **plan})


def turns_at(task: LabelingTask, position: int) -> list[tuple[int, str | None]]:
    """Slots of an item with the names of their teams."""
    rows = Assignment.objects.filter(task=task, position=position).order_by("slot")
    return list(rows.values_list("slot", "team__name"))
