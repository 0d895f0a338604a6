"""Rows as JSON Lines and as CSV, streamed in chunks of bytes.

JSON Lines is the exact copy. CSV is what people open in a spreadsheet, which runs a cell that begins like a formula;
so every *text* cell that would gets a leading apostrophe (`guard`, undone by `unguard`). Which columns hold free text
need not be declared: ids, times and file hashes never begin that way, and numbers are written as numbers, unquoted.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any  # a cell may be any JSON value; what it means is the caller's

_CHUNK_BYTES = 1 << 16
# A spreadsheet may trim blanks, knows the full-width signs, and treats a leading tab or line break as a new cell.
# Apostrophes in front are counted in, so that a text which itself begins "'=" comes back as it was.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def json_line(row: Mapping[str, Any]) -> bytes:
    """One object as one line of UTF-8 with sorted keys and LF at the end.

    NEL and the Unicode line separators are escaped: some readers would end the line there. Raises ValueError for a
    number that JSON does not know (NaN, infinity).
    """
    text = _to_json(row)
    if not text.isascii():
        text = text.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode("utf-8", "replace") + b"\n"


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The rows as JSON Lines, in chunks of about 64 KiB."""
    chunk = bytearray()
    for row in rows:
        chunk += json_line(row)
        if len(chunk) >= _CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)


def csv_table(rows: Iterable[Mapping[str, Any]], *, columns: Sequence[str]) -> Iterator[bytes]:
    """The rows as CSV (RFC 4180: header, CRLF, doubled quotes) in UTF-8 without BOM, in chunks of about 64 KiB.

    All text is quoted, since a spreadsheet set to another separator would cut bare text apart. A missing value or
    None is an empty cell, true and false are words, lists and objects are JSON. Raises ValueError for a row with a
    key that is not a column.
    """
    known = set(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([guard(column) for column in columns])
    for row in rows:
        if not row.keys() <= known:
            raise ValueError(f"no such column: {sorted(row.keys() - known)}")
        writer.writerow([_cell(row.get(column)) for column in columns])
        if buffer.tell() >= _CHUNK_BYTES:
            yield _emptied(buffer)
    yield _emptied(buffer)


def guard(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet could take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """What `guard` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _cell(value: Any) -> str | int | float:
    if isinstance(value, str):
        return guard(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    return _to_json(value)


def _emptied(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return data
