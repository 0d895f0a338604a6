"""Making workspaces."""

from django.db import transaction

from workspaces.models import AuditEvent, Membership, Role, User, Workspace


@transaction.atomic
def create_workspace(*, name: str, slug: str, by: User | None = None) -> Workspace:
    """Make a workspace. Who makes it administers it, unless they are super admin anyway.

    `by` is None on the server's own command line. Raises ValidationError when the short name is taken or malformed.
    """
    workspace = Workspace(name=name, slug=slug)
    workspace.full_clean()
    workspace.save()
    if by is not None and not by.is_superuser:
        Membership.objects.create(workspace=workspace, user=by, role=Role.ADMINISTRATOR)
    AuditEvent.record(by=by, workspace_id=workspace.pk, verb="create", target=workspace, data={"slug": slug})
    return workspace
