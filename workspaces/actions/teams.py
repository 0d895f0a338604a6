"""Teams: groups of members, with what an hour of theirs costs."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, Team, User

# What keeps a team is named, but not more of it than one reads.
MOST_NAMED = 3


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
    """The people stay members of the workspace. Raises IllegalMove while a labeling task is for this team."""
    AuditEvent.record(by=by, workspace_id=team.workspace_id, verb="delete", target=team, data={"name": team.name})
    try:
        team.delete()
    except ProtectedError as error:
        sentence = _("“%(team)s” labels in %(tasks)s: it can be deleted once that is gone for good.")
        tasks = ", ".join(sorted({str(getattr(row, "task", row)) for row in error.protected_objects})[:MOST_NAMED])
        raise IllegalMove(sentence % {"team": team.name, "tasks": tasks}) from error
