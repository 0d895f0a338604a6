"""What is looked at before an item is handed out, and after its answers are in, where a task asks for it.

A task without rules, requirements, checks, keys and dynamic overlap passes all of this without a query.
"""

from annotations.behaviour.standing import after_skip, after_submission, require_good_standing
from annotations.checking.submitting import check
from annotations.models import Assignment, LabelingTask, Submission
from annotations.overlapping.asking_more import ask_more_if_unsure
from annotations.qualifying.grading import grade
from annotations.qualifying.requirements import require_skills
from workspaces.models import User

Purpose = LabelingTask.Purpose


def require_fit(task: LabelingTask, *, by: User) -> None:
    """Raise where this person may not get another item: a skill is missing (403), or they are kept out (409)."""
    if task.has_requirements:
        require_skills(task, by=by)
    if task.is_ruled:
        require_good_standing(task, by=by)


def submitted(assignment: Assignment, submission: Submission, *, by: User) -> None:
    """Everything that one answer sets off, in its transaction and in this order."""
    task = assignment.task
    if not task.is_followed:
        return
    if task.purpose != Purpose.LABELING:
        grade(assignment, submission, by=by)
    if task.shown.is_checked:
        check(assignment, submission)
    if task.dynamic_overlap is not None:
        ask_more_if_unsure(assignment)
    if task.shown.is_ruled:
        after_submission(assignment, submission, by=by)


def skipped(assignment: Assignment, *, by: User) -> None:
    if assignment.task.dynamic_overlap is not None:
        # The last of those who were asked gives no answer: what the others say has to be sure enough without it.
        ask_more_if_unsure(assignment)
    if assignment.task.shown.is_ruled:
        after_skip(assignment, by=by)
