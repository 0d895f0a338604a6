"""Rows of an evaluation as people read them: what the layouts show of a row, and answers in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.layouts import Place
from evaluations.models import EvaluationItem, EvaluationTask
from workspaces.templatetags.earmark import duration

CUT_AT = 60
MARKS_NAMED = 2


@dataclass(frozen=True)
class Shown:
    """A part of a layout: a container of `children` in a `direction`, or a `label` with a value of the row."""

    label: str = ""
    text: str = ""
    # The key of the recording that stands here, empty where none does.
    file: str = ""
    is_missing: bool = False
    direction: str = ""
    children: list["Shown"] = field(default_factory=list)


def layout_of(node: Mapping[str, Any], item: EvaluationItem, answers: Mapping[str, Any]) -> Shown:
    """The stored layout with the row's values in it. An earlier answer stands where its alias is named."""
    if "children" in node:
        children = [layout_of(child, item, answers) for child in node["children"]]
        return Shown(direction=node.get("direction", "row"), children=children)
    place = Place((), node.get("data", ""))
    if place.file_key is not None:
        return Shown(label=node["label"], file=place.file_key, is_missing=place.file_key not in item.files)
    is_there, value = _found({**item.data, **answers}, place.path)
    return Shown(label=node.get("label", ""), text=text_of(value), is_missing=not is_there)


def _found(values: Any, path: str) -> tuple[bool, Any]:
    """A key of this very name, else the keys within keys that the dots stand for."""
    if not isinstance(values, dict):
        return False, None
    if path in values:
        return True, values[path]
    head, dot, rest = path.partition(".")
    return _found(values.get(head), rest) if dot else (False, None)


def text_of(value: Any) -> str:
    """A value as text: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def moments_ms(value: Any) -> list[int]:
    """The marks of a timestamp answer in milliseconds; the answer is in seconds."""
    given = value if isinstance(value, list) else [] if value is None else [value]
    return [round(1000 * second) for second in given]


def in_short(task: EvaluationTask, value: Any) -> str:
    """An answer, in the units of the V5 door, in the room that a cell of a table has."""
    kind, configuration = task.question.type, task.configuration
    if value is None or value in ("", [], {}):
        return _("none")
    if kind == "timestamp":
        marks = moments_ms(value)
        named = ", ".join(duration(at) for at in marks[:MARKS_NAMED])
        more = len(marks) - MARKS_NAMED
        return named if more <= 0 else ngettext("%(n)s +%(m)d", "%(n)s +%(m)d", more) % {"n": named, "m": more}
    if kind == "rating":
        return _("%(n)s of %(steps)s") % {"n": value, "steps": configuration.get("steps", "?")}
    if kind == "number":
        return number_format(value, use_l10n=True, force_grouping=True)
    return cut(", ".join(map(text_of, value)) if isinstance(value, list) else text_of(value))


def cut(text: str) -> str:
    text = " ".join(text[: 4 * CUT_AT].split())
    return text if len(text) <= CUT_AT else f"{text[: CUT_AT - 1]}…"
