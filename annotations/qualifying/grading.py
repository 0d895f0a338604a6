"""Comparing answers with the key of their item."""

from dataclasses import dataclass
from typing import Any

from annotations.form import form_of
from annotations.models import Assignment, Attempt, Grade, ItemKey, LabelingTask, Submission
from annotations.qualifying.attempts import count_answer
from annotations.quality import grading
from workspaces.models import User

Purpose = LabelingTask.Purpose


@dataclass(frozen=True)
class Feedback:
    """What somebody in a training or an exam is told after an answer."""

    purpose: str
    key: ItemKey
    found: grading.Grading | None
    # It came back, to be answered once more.
    again: bool
    attempt: Attempt | None


def grade(assignment: Assignment, submission: Submission, *, by: User) -> None:
    """Grade the first answer to an item of a training, an exam, or the controls. In the submission's transaction.

    A wrong first answer of a training comes back at once. What there is to say of it is left on the assignment as
    `feedback`, for whoever answers the request; of control items nothing is ever said.
    """
    key = ItemKey.objects.filter(item=assignment.item_id).first()
    if key is None:
        return
    task = assignment.task
    found = grading.grade(form_of(task), key.expected, submission.answers, settings=task.shown.aggregation)
    is_first = submission.revision == 1
    if is_first and found is not None:
        Grade.objects.create(
            assignment=assignment,
            submission=submission,
            task=task.shown,
            user=by,
            is_right=found.is_right,
            share=found.share,
            detail=found.detail(),
        )
    if not task.is_lesson:
        return
    is_right = found is None or found.is_right
    again = task.purpose == Purpose.TRAINING and is_first and not is_right
    if again:
        assignment.hand_back()
    attempt = count_answer(task, user=by, number=assignment.attempt, first=is_first and is_right, done=not again)
    assignment.feedback = Feedback(task.purpose, key, found, again, attempt)


def feedback_block(feedback: Feedback | None) -> dict[str, Any] | None:
    """As it is sent. Nothing after an answer in an exam; the expected answers only once there is no second try."""
    if feedback is None or feedback.purpose != Purpose.TRAINING:
        return None
    return _block(feedback.key, feedback.found, again=feedback.again)


def feedback_on(assignment: Assignment) -> dict[str, Any] | None:
    """What a training has to say of the last answers to a turn, when it is opened again; None before there are any."""
    task = assignment.task
    if task.purpose != Purpose.TRAINING or not assignment.revision:
        return None
    key = ItemKey.objects.filter(item=assignment.item_id).first()
    last = Submission.objects.filter(assignment=assignment).order_by("-revision").first()
    if key is None or last is None:
        return None
    found = grading.grade(form_of(task), key.expected, last.answers, settings=task.aggregation)
    return _block(key, found, again=assignment.state in Assignment.LEFT_TO_LABEL)


def _block(key: ItemKey, found: grading.Grading | None, *, again: bool) -> dict[str, Any]:
    detail = found.detail() if found else {}
    questions = [
        {"alias": alias, **row, **({} if again else {"expected": key.expected.get(alias)})}
        for alias, row in detail.items()
    ]
    return {
        "is_right": found is None or found.is_right,
        "again": again,
        "questions": questions,
        "hint": key.hint if again else "",
        "explanation": "" if again else key.explanation,
    }
