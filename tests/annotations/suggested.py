"""Suggestions of a model for tests, put beside items as its job does."""

from typing import Any

from annotations.models import ItemSuggestions, LabelingTask, TaskItem

ROWS = [
    {"id": "s1", "label": "glitch", "start_ms": 1200, "end_ms": 1350, "confidence": 0.93},
    {"id": "s2", "label": "long_pause", "start_ms": 4000, "end_ms": 5200, "confidence": 0.61},
    {"id": "s3", "label": "glitch", "start_ms": 7000, "end_ms": 7100, "confidence": 0.55},
]


def suggest(task: LabelingTask, rows: list[dict[str, Any]] | None = None, **values: Any) -> None:
    """Every item of the task gets these suggestions."""
    LabelingTask.objects.filter(pk=task.pk).update(ai_assisted=True)
    task.ai_assisted = True
    values = {"model_name": "Glitches 1", "alias": "marks", "threshold": 0.5, **values}
    ItemSuggestions.objects.bulk_create(
        ItemSuggestions(item=item, rows=ROWS if rows is None else rows, **values)
        for item in TaskItem.objects.filter(task=task)
    )


def region(suggestion: str | None = None, /, **changes: Any) -> dict[str, Any]:
    """A region made from one of ROWS, as it is or changed; or one of the person's own."""
    row = next((row for row in ROWS if row["id"] == suggestion), ROWS[0])
    made = {name: row[name] for name in ("label", "start_ms", "end_ms")} | {"id": f"r-{suggestion}", "note": ""}
    return made | ({"suggestion": suggestion} if suggestion else {}) | changes


def answers(*regions: dict[str, Any]) -> dict[str, Any]:
    return {"marks": list(regions), "pace": "normal"}
