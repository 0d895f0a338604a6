"""Skills as a filter of who may label."""

from annotations.models import LabelingTask
from workspaces.models import User


def require_skills(task: LabelingTask, *, by: User) -> None:
    """Raise PermissionDenied (403) with what is missing and where to earn it."""
