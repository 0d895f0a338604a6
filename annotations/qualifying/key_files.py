"""Keys from a file: JSON Lines, or CSV with a header line. Pure.

A JSON line is an object with `filename`, `expected` (answers by alias), and if wanted `hint` and `explanation`. In CSV
each question has a column of its alias (or `expected.alias`); a value that reads as JSON is taken as that, any other as
text, and an empty cell is a question that is not graded.
"""

import csv
import io
import json
from typing import Any

from django.utils.translation import gettext as _

MAX_BYTES = 20_000_000
TEXTS = ("filename", "audio_file_id", "hint", "explanation")


class BadFile(Exception):
    """The file cannot be read; the message names it and the line."""


def read_keys(name: str, content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    """The rows of the file as `keys.listed` takes them, and the line each stands in. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile(_("%(name)s is larger than 20 MB.") % {"name": name})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile(_("%(name)s, line %(line)d: this is not UTF-8.") % {"name": name, "line": line}) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise BadFile(_("%(name)s, line %(line)d: this is not text.") % {"name": name, "line": line})
    rows = _csv(name, text) if name.lower().endswith(".csv") else _lines(name, text)
    if not rows:
        raise BadFile(_("%(name)s is empty.") % {"name": name})
    return [row for row, _line in rows], [line for _row, line in rows]


def _lines(name: str, text: str) -> list[tuple[dict[str, Any], int]]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise BadFile(_("%(name)s, line %(line)d: this is no JSON.") % {"name": name, "line": number}) from None
        if not isinstance(row, dict):
            sentence = _("%(name)s, line %(line)d: a line is an object with filename and expected.")
            raise BadFile(sentence % {"name": name, "line": number})
        rows.append((row, number))
    return rows


def _csv(name: str, text: str) -> list[tuple[dict[str, Any], int]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        if "filename" not in (reader.fieldnames or ()) and "audio_file_id" not in (reader.fieldnames or ()):
            raise BadFile(_("%(name)s, line 1: there is no column filename.") % {"name": name})
        for cells in reader:
            if None in cells:
                sentence = _("%(name)s, line %(line)d: there are more cells than columns.")
                raise BadFile(sentence % {"name": name, "line": reader.line_num})
            rows.append((_row(cells), reader.line_num))
    except csv.Error as error:
        words = {"name": name, "line": reader.line_num, "error": error}
        raise BadFile(_("%(name)s, line %(line)d: %(error)s.") % words) from None
    return rows


def _row(cells: dict[str, str | None]) -> dict[str, Any]:
    row: dict[str, Any] = {key: cells[key] or "" for key in TEXTS if cells.get(key) is not None}
    answers = {key.removeprefix("expected."): cell for key, cell in cells.items() if key not in TEXTS and cell}
    return {**row, "expected": {alias: _value(cell) for alias, cell in answers.items()}}


def _value(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell.strip()
