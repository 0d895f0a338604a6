"""Work done for tests as people do it: next, submit, review."""

from typing import Any

from annotations.actions import reviewing, working
from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import ANSWERS
from workspaces.models import User


def _as_it_is(task: LabelingTask) -> LabelingTask:
    """The row of now: each verb may have moved it on."""
    return LabelingTask.objects.get(pk=task.pk)


def begin(task: LabelingTask, user: User) -> Assignment:
    turn = working.next_for(_as_it_is(task), by=user)
    assert turn is not None
    return turn


def hand_in(task: LabelingTask, user: User, *, times: int = 1, **body: Any) -> Assignment:
    """The person's next items, submitted; the last of them."""
    for _ in range(times):
        turn = begin(task, user)
        working.submit(turn, by=user, body={"answers": ANSWERS, "active_ms": 60_000, **body})
    return turn


def skip(task: LabelingTask, user: User) -> Assignment:
    turn = begin(task, user)
    working.skip(turn, by=user, reason="Nothing to hear")
    return turn


def judge(task: LabelingTask, user: User, *, times: int = 1, reject: bool = False) -> Assignment:
    for _ in range(times):
        turn = reviewing.next_review_for(_as_it_is(task), by=user)
        assert turn is not None
        if reject:
            reviewing.reject(turn, by=user, body={"reason_code": "boundary_late", "comment": "starts before the word"})
        else:
            reviewing.approve(turn, by=user)
    return turn


def turn_url(turn: Assignment, verb: str) -> str:
    """The call that does this with a turn."""
    return f"/api/v1/assignments/{turn.pk}/{verb}"
