"""What the people who answered an item come to together, as rows of exchange formats: see ItemResult."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from annotations.answers import FormQuestion
from annotations.exchange.sides import Names, Side
from annotations.models import Adjudication, ItemResult, LabelingTask

COLUMNS = (
    "position", "item_id", "filename", "state", "question", "type", "value", "confidence", "method", "n", "votes",
    "by_team", "flags", "adjudicated_by",
)  # fmt: skip
_FIELDS = ("item_id", "position", "state", "n_answers", "confidence", "values")


def are_there(task: LabelingTask) -> bool:
    return ItemResult.objects.filter(task=task).exists()


def result_lines(
    task: LabelingTask, *, filenames: Mapping[UUID, str], names: Names, sides: tuple[Side, ...]
) -> Iterator[dict[str, Any]]:
    """A line per item: its state, and for each question the value with how sure it is and how it came about."""
    teams = {str(side.team_id): side.name for side in sides}
    settled = _settled(task, names)
    rows = ItemResult.objects.filter(task=task).order_by("position").values_list(*_FIELDS)
    for item, position, state, n, confidence, values in rows.iterator(chunk_size=2000):
        by, how = settled.get(item, ("", {}))
        yield {
            "item_id": str(item),
            "position": position,
            "filename": filenames.get(item, ""),
            "state": state,
            "n_answers": n,
            "confidence": confidence,
            "adjudicated_by": by,
            "adjudicated_how": how,
            "results": {alias: _by_name(part, teams) for alias, part in values.items()},
        }


def result_rows(lines: Iterator[dict[str, Any]], form: tuple[FormQuestion, ...]) -> Iterator[dict[str, Any]]:
    """A row per item and question, for spreadsheets."""
    for line in lines:
        for question in form:
            part = line["results"].get(question.alias)
            if part is None:
                continue
            yield {
                **{name: line[name] for name in ("position", "item_id", "filename", "state", "adjudicated_by")},
                **{name: part.get(name) for name in ("value", "confidence", "method", "n")},
                **{name: part.get(name) or None for name in ("votes", "by_team", "flags")},
                "question": question.alias,
                "type": question.type,
            }


def _settled(task: LabelingTask, names: Names) -> dict[UUID, tuple[str, dict[str, Any]]]:
    """Who settled an item last, and where each of the final answers was taken from."""
    rows = Adjudication.objects.filter(task=task).order_by("id").values_list("item_id", "by__name", "how")
    return {item: (names.auditor(by), how) for item, by, how in rows}


def _by_name(part: dict[str, Any], teams: Mapping[str, str]) -> dict[str, Any]:
    if not part.get("by_team"):
        return part
    return part | {"by_team": {teams.get(team, team): found for team, found in part["by_team"].items()}}
