"""Which labels came from a model and what people did with them, for what is made of the results of a task."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from annotations import fates
from annotations.results import ResultAnswer, ResultItem

# Columns of a mark beside its place, and of a table with a row for each suggestion.
MARK = ("origin", "fate", "model", "confidence")
SUGGESTION = (
    "position", "item_id", "filename", "annotator", "corrected_by", "revision", "question", "model", "id", "label",
    "start_ms", "end_ms", "confidence", "fate",
)  # fmt: skip


def origin_of(region: dict[str, Any], item: ResultItem, answer: ResultAnswer) -> dict[str, Any]:
    """Whether a region was suggested, and if so by which model, how sure it was, and whether it was taken as it is.

    Nothing where no model made suggestions for the item.
    """
    if item.model is None:
        return {}
    made_from = region.get("suggestion")
    row = next((row for row in answer.suggested if row["id"] == made_from), None) if made_from else None
    if row is None:
        return {"origin": "person"}
    values = ("suggestion", row["fate"], item.model.name, row["confidence"])
    return dict(zip(MARK, values, strict=True))


def fates_of(item: ResultItem, answer: ResultAnswer) -> dict[str, int] | None:
    """How many suggestions there were of each fate, and how many regions people added; None without a model."""
    if item.model is None:
        return None
    counts = fates.counted(answer.suggested, answer.answers.get(item.model.alias, ()))
    total = sum(counts.values(), Counter[str]())
    return {name: total[name] for name in fates.COUNTED}


def suggestion_rows(item: ResultItem) -> Iterator[dict[str, Any]]:
    """A row for each suggestion and each person who was shown it."""
    if item.model is None:
        return
    for answer in item.answers:
        for row in answer.suggested:
            yield {
                **row,
                "position": item.position,
                "item_id": str(item.id),
                "filename": item.audio[0].filename if item.audio else "",
                "annotator": answer.annotator,
                "corrected_by": answer.corrected_by,
                "revision": answer.revision,
                "question": item.model.alias,
                "model": item.model.name,
            }
