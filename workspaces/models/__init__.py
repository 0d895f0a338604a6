from workspaces.models.audit import AuditEvent
from workspaces.models.jobs import Job
from workspaces.models.keys import ApiKey
from workspaces.models.notices import Notice
from workspaces.models.people import Invitation, Membership, Role, Team, User, Workspace
from workspaces.models.scoping import ScopedQuerySet
from workspaces.models.transitions import Stateful, StatefulQuerySet

__all__ = [
    "ApiKey",
    "AuditEvent",
    "Invitation",
    "Job",
    "Membership",
    "Notice",
    "Role",
    "ScopedQuerySet",
    "Stateful",
    "StatefulQuerySet",
    "Team",
    "User",
    "Workspace",
]
