"""Handing out items that everybody answers: those of trainings and exams, and control items among others."""

from annotations.models import Assignment, LabelingTask
from workspaces.models import User


def next_lesson(task: LabelingTask, *, by: User) -> Assignment | None:
    """This person's next item of a training or an exam, begun; None when their try is over."""
    return None


def next_control(task: LabelingTask, *, by: User) -> Assignment | None:
    """A control item, begun, where it is time for one and there is one this person has not had; else None."""
    return None
