"""A row of the table: a figure, its budget, and how it was measured."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """`budget` is the most the value may be, None without one; with `is_floor` the least. `how` says what was done, so
    that it can be repeated.
    """

    name: str
    value: float
    unit: str
    budget: float | None
    how: str
    is_floor: bool = False

    @property
    def within(self) -> bool | None:
        if self.budget is None:
            return None
        return self.value >= self.budget if self.is_floor else self.value <= self.budget


Section = Callable[[], Iterable[Row]]


def written(rows: list[Row], *, to: Path) -> None:
    """Write the rows as JSON: name, value, unit, budget, is_floor, within, how."""
    to.write_text(
        json.dumps([{**asdict(row), "within": row.within} for row in rows], indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


def as_table(rows: list[Row]) -> str:
    cells = [("name", "value", "unit", "budget", "within")]
    for row in rows:
        budget = "" if row.budget is None else f"{'>= ' if row.is_floor else ''}{row.budget:g}"
        within = {True: "yes", False: "NO", None: ""}[row.within]
        cells.append(
            (row.name, f"{row.value:.4g}" if isinstance(row.value, float) else str(row.value), row.unit, budget, within)
        )
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    lines = []
    for row in cells:
        text, value, unit, budget, within = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append(
            f"{text}  {value.rstrip():>{widths[1]}}  {unit}  {budget.rstrip():>{widths[3]}}  {within}".rstrip()
        )
    return "\n".join(lines)
