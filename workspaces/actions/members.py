"""Who is what in a workspace."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workspaces.errors import IllegalMove
from workspaces.models import ApiKey, AuditEvent, Membership, Role, Team, User, Workspace


@transaction.atomic
def set_roles(workspace: Workspace, *, person: User, roles: Collection[str], by: User) -> None:
    """Give this member exactly these roles. Taking all of them is `remove_member`."""
    _lock(workspace)
    held = Membership.objects.filter(workspace=workspace, user=person)
    before, after = set(held.values_list("role", flat=True)), {str(role) for role in roles}
    if not before:
        raise IllegalMove(_("%(name)s is no member any more.") % {"name": person})
    if before == after:
        return
    held.exclude(role__in=after).delete()
    Membership.objects.bulk_create(
        Membership(workspace=workspace, user=person, role=role) for role in sorted(after - before)
    )
    if Role.ADMINISTRATOR in before - after:
        _keep_an_administrator(workspace)
    data = {"name": str(person), "added": sorted(after - before), "removed": sorted(before - after)}
    AuditEvent.record(by=by, workspace_id=workspace.pk, verb="change_roles", target=person, data=data)


@transaction.atomic
def remove_member(workspace: Workspace, *, person: User, by: User) -> None:
    """Take all roles, the seats in teams and the keys that act as this person here. What they did stays theirs."""
    _lock(workspace)
    held = Membership.objects.filter(workspace=workspace, user=person)
    before = sorted(held.values_list("role", flat=True))
    if not before:
        raise IllegalMove(_("%(name)s is no member any more.") % {"name": person})
    held.delete()
    if Role.ADMINISTRATOR in before:
        _keep_an_administrator(workspace)
    Team.members.through.objects.filter(team__workspace=workspace, user=person).delete()
    keys = ApiKey.objects.filter(workspace=workspace, user=person, revoked_at=None)
    revoked = keys.update(revoked_at=timezone.now())
    data = {"name": str(person), "roles": before, "keys_revoked": revoked}
    AuditEvent.record(by=by, workspace_id=workspace.pk, verb="remove", target=person, data=data)


def _lock(workspace: Workspace) -> None:
    """Two administrators who remove each other must not both succeed. SQLite has one writer anyway."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def _keep_an_administrator(workspace: Workspace) -> None:
    """Asked after the change and inside its transaction: refusing undoes it."""
    left = Membership.objects.filter(
        workspace=workspace, role=Role.ADMINISTRATOR, user__is_active=True, user__is_service=False
    )
    if not left.exists():
        raise IllegalMove(_("This is the last administrator. Make somebody else administrator first."))
