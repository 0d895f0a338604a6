"""What is checked when an answer is handed in."""

from annotations.models import Assignment, Submission


def check(assignment: Assignment, submission: Submission) -> None:
    """Run the rules now, and note what a language model is to be asked. In the submission's transaction."""
