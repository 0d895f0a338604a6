"""How people get into a workspace: a link, kept for one person, good once."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, Invitation, Membership, User, Workspace

GOOD_FOR = timedelta(days=14)


@transaction.atomic
def invite(workspace: Workspace, *, by: User, roles: Sequence[str], email: str = "") -> Invitation:
    """Keep a place with these roles. Without an e-mail, whoever has the link may take it."""
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=email.strip().lower(),
        roles=[str(role) for role in roles],
        invited_by=by,
        expires_at=timezone.now() + GOOD_FOR,
    )
    data = {"email": invitation.email, "roles": invitation.roles}
    AuditEvent.record(by=by, workspace_id=workspace.pk, verb="invite", target=invitation, data=data)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    data = {"email": invitation.email, "roles": invitation.roles}
    AuditEvent.record(by=by, workspace_id=invitation.workspace_id, verb="withdraw", target=invitation, data=data)
    gone, _rows = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
    if not gone:
        raise IllegalMove(_("Somebody has joined with this link already. Remove the person instead."))


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> None:
    """Join with an account that exists. Raises PermissionDenied for the wrong one, IllegalMove for a used link."""
    if invitation.email and invitation.email != by.email:
        raise PermissionDenied(
            _("This invitation is for %(email)s, and you are signed in as %(mine)s. Sign out and open the link again.")
            % {"email": invitation.email, "mine": by.email}
        )
    if not invitation.take(by=by):
        raise IllegalMove(_("This link has been used, withdrawn or is too old. Ask for a new one."))
    for role in invitation.roles:
        Membership.objects.get_or_create(workspace_id=invitation.workspace_id, user=by, role=role)
    data = {"name": str(by), "roles": invitation.roles}
    AuditEvent.record(by=by, workspace_id=invitation.workspace_id, verb="join", target=by, data=data)


@transaction.atomic
def join_as_new(invitation: Invitation, *, name: str, email: str, password: str) -> User:
    """Make an account and join with it. When the link was used meanwhile, there is no account either."""
    user = User.objects.create_user(invitation.email or email, password, name=name)
    accept(invitation, by=user)
    return user
