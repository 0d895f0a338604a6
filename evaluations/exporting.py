"""The rows of an evaluation with their answers as one file: JSON, JSON Lines, or a table."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from datasets import storage
from datasets.formats.tables import csv_table, json_lines
from evaluations.flattening import Columns, TooManyColumns
from evaluations.item_rows import rows_of
from evaluations.models import Evaluation
from workspaces.errors import Invalid

FORMATS = {"json": "application/json", "jsonl": "application/x-ndjson", "csv": "text/csv"}
# Beyond, spreadsheets cannot open it, and the rows have nothing in common anyway.
MOST_COLUMNS = 2000


@contextmanager
def exported(evaluation: Evaluation, *, kind: str, created_by: dict[str, str]) -> Iterator[Path]:
    """A finished file of one of FORMATS, gone afterwards. Raises Invalid where the rows do not make a table."""
    with storage.scratch() as folder:
        lines = folder / "rows.jsonl"
        columns = Columns(most=MOST_COLUMNS) if kind == "csv" else None
        _write(lines, json_lines(_met(rows_of(evaluation, created_by=created_by), columns)))
        if kind == "jsonl":
            yield lines
            return
        path = folder / f"rows.{kind}"
        if columns is not None:
            cells = (columns.cells(row) for row in _read(lines))
            _write(path, csv_table(cells, columns=columns.names))
        else:
            _write(path, _as_array(lines))
        yield path


def _met(rows: Iterable[dict[str, Any]], columns: Columns | None) -> Iterator[dict[str, Any]]:
    for row in rows:
        if columns is not None:
            try:
                columns.meet(row)
            except TooManyColumns:
                sentence = _("The rows have more than %(most)d different keys, too many for a table. Choose jsonl.")
                where = ("body", "export_format")
                raise Invalid([(where, sentence % {"most": MOST_COLUMNS}, "value_error")]) from None
        yield row


def _read(lines: Path) -> Iterator[dict[str, Any]]:
    with lines.open("rb") as file:
        yield from map(json.loads, file)


def _as_array(lines: Path) -> Iterator[bytes]:
    """The lines as the members of one array."""
    opening = b"["
    with lines.open("rb") as file:
        for line in file:
            yield opening + b"\n" + line.rstrip(b"\n")
            opening = b","
    yield b"[]\n" if opening == b"[" else b"\n]\n"


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)
