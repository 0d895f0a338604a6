"""Turns at the rows of evaluations in the words of `/v5/`: annotation tasks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max, OuterRef, Subquery

from annotations.models import Assignment, LabelingTask, Review
from annotations.models.assignments import AssignmentQuerySet
from evaluations.models import EvaluationItem
from workspaces.models import AuditEvent, User, Workspace

State = Assignment.State
NOT_READY, PENDING, PENDING_REDO, COMPLETED, FIXED = "NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED"
STATUSES = (NOT_READY, PENDING, PENDING_REDO, COMPLETED, FIXED)
LABELING, AUDIT = "CONTRIBUTOR_ANNOTATION", "CONTRIBUTOR_AUDIT"
# Nothing is left to do, whether it was answered or left out.
COMPLETE = (*Assignment.DONE, State.SKIPPED, State.CANCELLED)


def turns_in(workspace: Workspace, user: User) -> AssignmentQuerySet:
    """The turns of this workspace's evaluations, with all that describing and moving them takes."""
    turns = Assignment.objects.visible_to(user).filter(task__workspace=workspace, task__evaluation_queue__isnull=False)
    return turns.select_related("task__workspace", "task__evaluation_queue__evaluation")


def status_of(turn: Assignment) -> str:
    """One of STATUSES. While the labeling task is not open yet or is stopped nobody can go on with what is left."""
    if turn.state in COMPLETE:
        return FIXED if turn.correction and turn.state in Assignment.DONE else COMPLETED
    if not turn.task.is_running and turn.task.state in (LabelingTask.State.DRAFT, LabelingTask.State.STOPPED):
        return NOT_READY
    return PENDING_REDO if turn.revision and turn.state in Assignment.LEFT_TO_LABEL else PENDING


def described(turns: Sequence[Assignment]) -> list[dict[str, Any]]:
    """The turns, of `turns_in`, as annotation tasks. Four queries however many they are."""
    rows, moments, comments = _rows(turns), _moments(turns), _comments(turns)
    return [
        {
            "id": str(turn.pk),
            "object": "annotation_task",
            "evaluation_id": str(_queue(turn).evaluation_id),
            "evaluation_item_id": str(rows[(_queue(turn).evaluation_id, turn.position)]),
            "queue_id": _queue(turn).queue_id,
            "priority": turn.task.priority,
            "status": status_of(turn),
            "task_type": AUDIT if turn.state == State.PENDING_REVIEW else LABELING,
            "assigned_to": _holder(turn),
            "assignment_expires_at": turn.lease_until,
            "duration_seconds": round(turn.active_ms / 1000),
            "flagged_for_review": turn.state in Assignment.AT_A_STOP,
            "review_comment": turn.skip_reason or comments.get(turn.pk),
            "updated_at": moments.get(turn.pk, turn.created_at),
        }
        for turn in turns
    ]


def _queue(turn: Assignment) -> Any:
    return turn.task.evaluation_queue


def _holder(turn: Assignment) -> str | None:
    """Whoever is to go on with it: its auditor while it waits for a verdict, else its annotator."""
    holder = turn.reviewer_id if turn.state == State.PENDING_REVIEW else turn.annotator_id
    return str(holder) if holder else None


def _rows(turns: Sequence[Assignment]) -> Mapping[tuple[UUID, int], UUID]:
    positions = {turn.position for turn in turns}
    evaluations = {_queue(turn).evaluation_id for turn in turns}
    rows = EvaluationItem.objects.filter(evaluation__in=evaluations, position__in=positions).order_by()
    return {(evaluation, position): pk for pk, evaluation, position in rows.values_list("pk", "evaluation", "position")}


def _moments(turns: Sequence[Assignment]) -> Mapping[UUID, datetime]:
    """When something was last done to each of them."""
    events = AuditEvent.objects.filter(target_id__in=[turn.pk for turn in turns]).order_by().values("target_id")
    return {event["target_id"]: event["last"] for event in events.annotate(last=Max("at")) if event["target_id"]}


def _comments(turns: Sequence[Assignment]) -> Mapping[UUID, str]:
    """What the auditor who judged each of them last said about it."""
    last = Review.objects.filter(submission__assignment=OuterRef("pk")).order_by("-id")
    judged = Assignment.objects.filter(pk__in=[turn.pk for turn in turns], decided_at__isnull=False)
    said = judged.order_by().annotate(said=Subquery(last.values("comment")[:1])).exclude(said="").exclude(said=None)
    return dict(said.values_list("pk", F("said")))
