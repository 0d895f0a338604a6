"""Teams: groups of members, with what an hour of theirs costs."""

from collections.abc import Iterable

from django.db import transaction

from workspaces.models import AuditEvent, Team, User


@transaction.atomic
def save_team(team: Team, *, members: Iterable[User], by: User) -> None:
    """Store a new or changed team with its members."""
    is_new = team._state.adding
    team.save()
    team.members.set(members)
    data = {"name": team.name, "members": team.members.count()}
    verb = "create" if is_new else "change"
    AuditEvent.record(by=by, workspace_id=team.workspace_id, verb=verb, target=team, data=data)


@transaction.atomic
def delete_team(team: Team, *, by: User) -> None:
    """The people stay members of the workspace."""
    AuditEvent.record(by=by, workspace_id=team.workspace_id, verb="delete", target=team, data={"name": team.name})
    team.delete()
