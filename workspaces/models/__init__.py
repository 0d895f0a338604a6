from workspaces.models.audit import AuditEvent
from workspaces.models.jobs import Job
from workspaces.models.keys import ApiKey
from workspaces.models.people import Invitation, Membership, Role, Team, User, Workspace
from workspaces.models.scoping import ScopedQuerySet
from workspaces.models.transitions import Stateful

__all__ = [
    "ApiKey",
    "AuditEvent",
    "Invitation",
    "Job",
    "Membership",
    "Role",
    "ScopedQuerySet",
    "Stateful",
    "Team",
    "User",
    "Workspace",
]
