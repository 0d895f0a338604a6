"""API keys: made, shown once, and taken back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workspaces.errors import IllegalMove, Invalid
from workspaces.models import ApiKey, AuditEvent, Membership, Role, User, Workspace


@transaction.atomic
def create_api_key(
    *,
    workspace: Workspace,
    name: str,
    by: User | None,
    user: User | None = None,
    scopes: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is known now and never again.

    With `user` the key acts as that member. Without, it acts as the workspace: a service account of its own,
    which is an administrator there. Raises Invalid when `user` has no role in the workspace.
    """
    key = ApiKey(workspace=workspace, name=name, created_by=by, scopes=list(scopes), expires_at=expires_at)
    key.user = _service_account(key) if user is None else user
    if user is not None and not user.is_superuser and not workspace.memberships.filter(user=user).exists():
        message = _("%(email)s has no role in this workspace. Invite them first.") % {"email": user.email}
        raise Invalid([(("body", "user"), message, "not_a_member")])
    secret = key.set_secret()
    key.full_clean(exclude=["created_by"])
    key.save()
    AuditEvent.record(
        by=by, workspace_id=workspace.pk, verb="create", target=key, data={"name": name, "acts_as": str(key.user_id)}
    )
    return key, secret


def _service_account(key: ApiKey) -> User:
    """The account in whose name a workspace's key acts. Nobody can log in with it: it has no usable password."""
    account = User.objects.create_user(email=f"key-{key.pk}@keys.earmark.invalid", name=key.name[:150], is_service=True)
    Membership.objects.create(workspace=key.workspace, user=account, role=Role.ADMINISTRATOR)
    return account


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: User) -> None:
    """Take a key back: from now on it answers 401. The row stays, since the audit log names it."""
    rows = ApiKey.objects.filter(pk=key.pk, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise IllegalMove(_("This key was revoked already."))
    if key.user.is_service:
        Membership.objects.filter(user=key.user_id).delete()
        User.objects.filter(pk=key.user_id).update(is_active=False)
    AuditEvent.record(by=by, workspace_id=key.workspace_id, verb="revoke", target=key, data={"name": key.name})
