"""Stored labels of a file as the regions that the workbench knows, and the way back."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from datasets.models import Annotation

ALIAS = "labels"
Mark = dict[str, Any]
Content = tuple[str, int, int, str]
# Whole numbers up to 2 ** 53 are the same in JavaScript.
_VERSION_DIGITS = 12


def regions_of(rows: Sequence[Annotation]) -> list[Mark]:
    return [
        {
            "id": str(row.pk),
            "label": row.artifact_type,
            "start_ms": row.start_ms,
            "end_ms": row.end_ms,
            "note": _note(row),
        }
        for row in rows
    ]


def _note(row: Annotation) -> str:
    return str(row.extra_data.get("note", "")) if isinstance(row.extra_data, dict) else ""


def _content(one: "Annotation | Mark") -> Content:
    if isinstance(one, Annotation):
        return one.artifact_type, one.start_ms, one.end_ms, _note(one)
    return one["label"], one["start_ms"], one["end_ms"], one["note"]


def content_of(labels: "Sequence[Annotation | Mark]") -> list[Content]:
    """What somebody sees of labels, in one order; ids and confidence are not part of it."""
    return sorted(_content(one) for one in labels)


def version_of(rows: Sequence[Annotation]) -> int:
    """A number that is another one whenever the labels of a file are others; 0 for none.

    It tells of a change whoever made it, through whichever door, and needs no counter that all of them keep.
    """
    if not rows:
        return 0
    text = json.dumps(content_of(rows), ensure_ascii=True)
    return int(hashlib.sha256(text.encode()).hexdigest()[:_VERSION_DIGITS], 16)


@dataclass
class Plan:
    """How stored rows become what was sent: rows that were changed, rows that go, fields of new ones."""

    changed: list[Annotation] = field(default_factory=list)
    gone: list[Annotation] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)


def matched(rows: Sequence[Annotation], marks: Sequence[Mark]) -> Plan:
    """A mark goes with the row of its id, else with one of the same content: a page does not learn the ids of new rows.

    A row whose type or edges a person changed is theirs: what a machine was unsure of, they were not.
    """
    plan = Plan()
    left = {str(row.pk): row for row in rows}
    unknown = []
    for mark in marks:
        row = left.pop(mark["id"], None)
        if row is None:
            unknown.append(mark)
        elif _content(row) != _content(mark):
            plan.changed.append(_with(row, mark))
    waiting: dict[Content, list[str]] = defaultdict(list)
    for pk, row in left.items():
        waiting[_content(row)].append(pk)
    for mark in unknown:
        same = waiting.get(_content(mark))
        if same:
            del left[same.pop()]
        else:
            plan.new.append(_fields(mark))
    plan.gone = list(left.values())
    return plan


def _with(row: Annotation, mark: Mark) -> Annotation:
    if _content(row)[:3] != _content(mark)[:3]:
        row.confidence = 1.0
    row.artifact_type, row.start_ms, row.end_ms = mark["label"], mark["start_ms"], mark["end_ms"]
    rest = {key: value for key, value in row.extra_data.items() if key != "note"} if _is_object(row) else {}
    row.extra_data = {**rest, **_noted(mark)}
    return row


def _is_object(row: Annotation) -> bool:
    return isinstance(row.extra_data, dict)


def _noted(mark: Mark) -> dict[str, str]:
    return {"note": mark["note"]} if mark["note"] else {}


def _fields(mark: Mark) -> dict[str, Any]:
    return {
        "artifact_type": mark["label"],
        "start_ms": mark["start_ms"],
        "end_ms": mark["end_ms"],
        "extra_data": _noted(mark),
    }
