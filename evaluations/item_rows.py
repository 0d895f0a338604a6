"""A row of an evaluation as `/v5/` gives it: its data with the answers in it, and how far each task is."""

from collections.abc import Iterator
from typing import Any

from evaluations.item_states import RowState, states_of
from evaluations.models import Evaluation, EvaluationItem

SLICE = 1000


def row_out(
    item: EvaluationItem, state: RowState, *, evaluation: Evaluation, created_by: dict[str, str]
) -> dict[str, Any]:
    """Values that JSON knows. A row is as old as its evaluation, and was made and archived with it."""
    archived_at = evaluation.archived_at
    return {
        "id": str(item.pk),
        "object": "evaluation.item",
        "evaluation_id": str(item.evaluation_id),
        "data": {**item.data, **state.answers},
        "files": item.files or None,
        "created_at": evaluation.created_at.isoformat(),
        "created_by": created_by,
        "archived_at": archived_at.isoformat() if archived_at else None,
        "dataset_item_id": str(item.dataset_item_id) if item.dataset_item_id else None,
        "dataset_item_version_num": item.dataset_item_version,
        "task_errors": item.errors or None,
        "task_result_statuses": state.statuses or None,
    }


def rows_of(evaluation: Evaluation, *, created_by: dict[str, str]) -> Iterator[dict[str, Any]]:
    """All rows in their order, as `row_out` gives them. Read in slices, so memory stays flat."""
    last = 0
    rows = EvaluationItem.objects.filter(evaluation=evaluation).order_by("position")
    while items := list(rows.filter(position__gt=last)[:SLICE]):
        states = states_of(evaluation, items)
        for item in items:
            yield row_out(item, states[item.pk], evaluation=evaluation, created_by=created_by)
        last = items[-1].position
