"""What is in the rows of an evaluation: every field with its type, as programs ask for it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from evaluations.item_states import states_of
from evaluations.models import Evaluation, EvaluationItem

# Rows that are looked at; beyond, the others are taken to be like these.
SAMPLE = 2000
SLICE = 500
MOST_FIELDS = 2000
DATA, ANSWERS = "data", "task_result_cache"
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "array"}


def schema_of(evaluation: Evaluation) -> dict[str, Any]:
    """The fields of the first SAMPLE rows' data and answers, sorted by name; keys within keys with dots between."""
    seen: dict[tuple[str, str], Counter[str]] = {}
    rows = EvaluationItem.objects.filter(evaluation=evaluation).order_by("position")
    for start in range(0, min(SAMPLE, evaluation.n_items), SLICE):
        items = list(rows[start : start + SLICE])
        states = states_of(evaluation, items)
        for item in items:
            for source, values in ((DATA, item.data), (ANSWERS, states[item.pk].answers)):
                for name, kind in _fields(values):
                    if (name, source) in seen or len(seen) < MOST_FIELDS:
                        seen.setdefault((name, source), Counter())[kind] += 1
    is_sampled = evaluation.n_items > SAMPLE
    return {
        "evaluation_id": str(evaluation.pk),
        "object": "evaluation_schema",
        "fields": [
            {
                "field_name": name,
                "data_type": _usual(kinds),
                "item_count": kinds.total(),
                "source": source,
                "object": "field_schema",
            }
            for (name, source), kinds in sorted(seen.items())
        ],
        "total_items": evaluation.n_items,
        "is_sampled": is_sampled,
        "sample_size": SAMPLE if is_sampled else None,
    }


def _fields(values: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _fields(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", _TYPES.get(type(value), "null")


def _usual(kinds: Counter[str]) -> str:
    """The type that most rows have; nothing counts only where there is nothing else."""
    return next((kind for kind, _n in kinds.most_common() if kind != "null"), "null")
