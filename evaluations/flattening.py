"""Rows with values inside values as the cells of a table. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]
ROW_ID = "evaluation_item_id"


class TooManyColumns(ValueError):
    """The rows have more different keys than a table can have columns."""


class Columns:
    """The columns of a table whose rows are seen one by one: first all are met, then each is laid out.

    A value inside objects stands in the column named by its keys with dots between them. Where keys hold dots
    themselves two values may ask for one name; the later one gets a number behind it, so that nothing is lost.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        # By group, so that what was met late stands with its like.
        self._names: dict[str, dict[Path, str]] = {"": {(ROW_ID,): ROW_ID}}
        self._taken = {ROW_ID}

    def meet(self, row: Mapping[str, Any]) -> None:
        """Note the columns that this row needs. Raises TooManyColumns."""
        for group, path, _value in cells_of(row):
            names = self._names.setdefault(group, {})
            if path not in names:
                names[path] = self._free_name(".".join(path))
                self._taken.add(names[path])
                if len(self._taken) > self._most:
                    raise TooManyColumns

    def _free_name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted} ({number})", number + 1
        return name

    @property
    def names(self) -> list[str]:
        """In order: the row's id, its data with the answers, its files, and how far its tasks are."""
        return [name for group in GROUPS for name in self._names.get(group, {}).values()]

    def cells(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row that was met, by the names of its columns."""
        return {self._names[group][path]: value for group, path, value in cells_of(row)}


GROUPS = ("", "data", "files", "task_result_statuses", "task_errors")


def cells_of(row: Mapping[str, Any]) -> Iterator[tuple[str, Path, Any]]:
    """Group, path and value of everything that a row of `/v5/` says about itself alone."""
    yield "", (ROW_ID,), row["id"]
    for group in GROUPS[1:]:
        # Data needs no word in front: its keys are the columns that people know.
        start: Path = () if group == "data" else (group,)
        for path, value in _leaves(row[group] or {}, start):
            yield group, path, value


def _leaves(values: Mapping[str, Any], start: Path) -> Iterator[tuple[Path, Any]]:
    for key, value in values.items():
        path = (*start, key)
        if isinstance(value, dict) and value:
            yield from _leaves(value, path)
        else:
            yield path, value
