"""Who may do what, as one table of data. Roles are compared here and nowhere else."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.models import Role, User, Workspace

SUPER_ADMIN = "super_admin"


class Right(StrEnum):
    CREATE_TASKS = "create_tasks"
    LABEL = "label"
    REVIEW = "review"
    MANAGE_TASKS = "manage_tasks"
    TRANSFER_OWN_LABELING = "transfer_own_labeling"
    TRANSFER_OWN_REVIEWS = "transfer_own_reviews"
    TRANSFER_FOR_OTHERS = "transfer_for_others"
    READ_DATASETS = "read_datasets"
    EDIT_DATASETS = "edit_datasets"
    MANAGE_WORKSPACE = "manage_workspace"


RIGHT_LABELS = {
    Right.CREATE_TASKS: gettext_lazy("create labeling tasks"),
    Right.LABEL: gettext_lazy("label"),
    Right.REVIEW: gettext_lazy("review, never own work"),
    Right.MANAGE_TASKS: gettext_lazy("manage tasks (generate, stop, edit, delete), see everyone's figures, export"),
    Right.TRANSFER_OWN_LABELING: gettext_lazy("transfer own labeling items"),
    Right.TRANSFER_OWN_REVIEWS: gettext_lazy("transfer own review items"),
    Right.TRANSFER_FOR_OTHERS: gettext_lazy("transfer for others"),
    Right.READ_DATASETS: gettext_lazy("read datasets"),
    Right.EDIT_DATASETS: gettext_lazy("edit datasets and models"),
    Right.MANAGE_WORKSPACE: gettext_lazy("members, teams, API keys, storage, audit log"),
}

_managers = frozenset({SUPER_ADMIN, Role.ADMINISTRATOR, Role.ANNOTATION_ADMINISTRATOR})
_administrators = frozenset({SUPER_ADMIN, Role.ADMINISTRATOR})

# Even a super admin has no right to review, and an auditor none to label: who marks does not judge.
MATRIX: dict[Right, frozenset[str]] = {
    Right.CREATE_TASKS: _managers,
    Right.LABEL: _managers | {Role.OPERATOR},
    Right.REVIEW: frozenset({Role.AUDITOR}),
    Right.MANAGE_TASKS: _managers,
    Right.TRANSFER_OWN_LABELING: _managers | {Role.OPERATOR},
    Right.TRANSFER_OWN_REVIEWS: frozenset({Role.AUDITOR}),
    Right.TRANSFER_FOR_OTHERS: _managers,
    Right.READ_DATASETS: _managers,
    Right.EDIT_DATASETS: _administrators,
    Right.MANAGE_WORKSPACE: _administrators,
}

ROLE_LABELS = {SUPER_ADMIN: gettext_lazy("Super admin"), **{str(role): role.label for role in Role}}


def matrix_rows() -> list[tuple[str, list[bool]]]:
    """The table as people read it: what may be done, and for each of ROLE_LABELS whether it may."""
    return [(str(RIGHT_LABELS[right]), [role in allowed for role in ROLE_LABELS]) for right, allowed in MATRIX.items()]


def roles_of(user: User, workspace_id: UUID) -> frozenset[str]:
    """The roles this person has in this workspace now, super admin among them."""
    roles = user.roles_by_workspace.get(workspace_id, frozenset())
    restricted = user.api_key is not None and user.api_key.workspace_id != workspace_id
    return roles | {SUPER_ADMIN} if user.is_superuser and not restricted else roles


def can(user: User, right: Right, workspace_id: UUID) -> bool:
    return bool(MATRIX[right] & roles_of(user, workspace_id))


def rights_in(user: User, workspace_id: UUID) -> frozenset[Right]:
    """Everything this person may do in this workspace: what pages and menus ask."""
    roles = roles_of(user, workspace_id)
    return frozenset(right for right, allowed in MATRIX.items() if allowed & roles)


def require(user: User, right: Right, workspace_id: UUID) -> None:
    """Raise PermissionDenied (403) with a sentence that names what is missing."""
    if not can(user, right, workspace_id):
        raise PermissionDenied(
            _("Your role in this workspace does not include: %(right)s. Ask an administrator.")
            % {"right": RIGHT_LABELS[right]}
        )


def workspace_ids_with(user: User, right: Right) -> Iterable[UUID] | None:
    """The workspaces in which this person has a right; None means all of them."""
    if user.is_superuser and SUPER_ADMIN in MATRIX[right]:
        return user.visible_workspace_ids
    return [pk for pk in user.roles_by_workspace if can(user, right, pk)]


def members_with(right: Right, workspace: Workspace) -> "QuerySet[User]":
    """Active members who have a right through a role of theirs, programs among them, in no order."""
    roles = MATRIX[right] - {SUPER_ADMIN}
    members = User.objects.filter(memberships__workspace=workspace, memberships__role__in=roles, is_active=True)
    return members.distinct()


def people_with(right: Right, workspace: Workspace) -> "Iterable[User]":
    """The people among them, for lists to choose from."""
    return members_with(right, workspace).filter(is_service=False).order_by("name", "email")
