"""Comparing answers with the key of their item."""

from annotations.models import Assignment, Submission
from workspaces.models import User


def grade(assignment: Assignment, submission: Submission, *, by: User) -> None:
    """Grade the first answer to an item of a training, an exam, or the controls. In the submission's transaction."""
