"""People at work on an evaluation, by the product's own verbs."""

from typing import Any

from annotations.actions import working
from annotations.models import Assignment
from evaluations.models import Evaluation
from workspaces.models import User


def turn_at(evaluation: Evaluation, position: int, *, queue: str = "default") -> Assignment:
    """The turn at this row in this queue."""
    turns = Assignment.objects.select_related("task__workspace", "item")
    return turns.get(
        task__evaluation_queue__evaluation=evaluation, task__evaluation_queue__queue_id=queue, position=position
    )


def begin(evaluation: Evaluation, position: int, *, by: User, queue: str = "default") -> Assignment:
    turn = turn_at(evaluation, position, queue=queue)
    working.open_one(turn, by=by)
    return turn


def answer(
    evaluation: Evaluation, position: int, answers: dict[str, Any], *, by: User, queue: str = "default"
) -> Assignment:
    """Take a row and hand in these answers, in our own units."""
    turn = begin(evaluation, position, by=by, queue=queue)
    working.submit(turn, by=by, body={"answers": answers, "active_ms": 1500, "listened": []})
    return turn


def skip(evaluation: Evaluation, position: int, *, by: User) -> Assignment:
    turn = begin(evaluation, position, by=by)
    working.skip(turn, by=by, reason="too noisy")
    return turn
