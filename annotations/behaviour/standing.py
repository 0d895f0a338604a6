"""Where a person stands in a task, and what their last answer changes about it."""

from annotations.models import Assignment, LabelingTask, Submission
from workspaces.models import User


def require_good_standing(task: LabelingTask, *, by: User) -> None:
    """Raise IllegalMove (409) for somebody who is paused or stopped in this task, with the reason and until when."""


def after_submission(assignment: Assignment, submission: Submission, *, by: User) -> None:
    """Ask the rules that an answer can set off. In the submission's transaction."""


def after_skip(assignment: Assignment, *, by: User) -> None:
    """Ask the rules that a skipped item can set off. In its transaction."""
