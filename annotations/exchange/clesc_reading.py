"""Reads tables in the shape of CLESC, whose cells are texts that look like Python and are not quite: tolerant, and
never silent. What cannot be read is a problem with its line; what was left out is told. Pure: no Django.
"""

import ast
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from annotations.exchange import parquet
from annotations.exchange.clesc_shape import AUDIO, SCALES, SOURCE, WORDS, WORKER

EMPTY: Final = frozenset({"", "none", "nan", "null", "n/a", "na", "-", "{}", "[]"})
MAX_CELL = 20_000
MAX_WORKER = 40
# What people write for a value of a scale, beside the value itself.
MEANT: Final = {
    "pace": {
        "slowly": "slow", "normally": "normal", "moderate": "normal", "medium": "normal", "average": "normal",
        "quick": "fast", "quickly": "fast", "rapid": "fast", "varied": "variable", "varying": "variable",
    },
    "pitch": {
        "deep": "low", "normal": "medium", "moderate": "medium", "average": "medium", "mid": "medium",
        "varied": "variable", "varying": "variable",
    },
    "volume": {
        "low": "quiet", "soft": "quiet", "normal": "medium", "moderate": "medium", "average": "medium", "high": "loud",
        "varied": "variable", "varying": "variable",
    },
}  # fmt: skip
_COLUMN = re.compile(r"(crowd[ _-]?workers?|experts?)[ _-]?(\d{1,2})", re.IGNORECASE)
_NAMES = "pace|pitch|voice|volume|emotion|worker"
# A name and what parts it from its value, wherever it stands: quotes may be missing on one side or on both.
_KEY = re.compile(rf"(?:^|[{{,;\s'\"])({_NAMES})(?:s|[ _-]?ids?)?['\"]?\s*[:=]", re.IGNORECASE)
_EDGES = " \t\r\n,;'\"{}"
_QUOTES = re.compile(r"(?<!\w)['\"]|['\"](?!\w)")


@dataclass(frozen=True)
class Cell:
    """What one person said of a clip, as it was written: values of scales, words, and ids of words if there are."""

    column: str
    is_expert: bool
    worker: str
    scales: Mapping[str, str]
    words: Mapping[str, str]
    ids: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A clip: `line` is where it stands in the file, `audio` the address or name of its recording."""

    line: int
    audio: str
    source: str
    cells: list[Cell]


@dataclass(frozen=True)
class Problem:
    """Why a file cannot be taken: what is wrong (see PROBLEMS of the action), in which line, with what is there."""

    line: int
    what: str
    detail: str = ""


class NotRead(Exception):
    """Nothing in the file can be read: see `problem`."""

    def __init__(self, what: str, *, line: int = 0, detail: str = "") -> None:
        super().__init__(what)
        self.problem = Problem(line, what, detail)


def read(content: bytes, *, filename: str, most: int) -> tuple[list[Row], list[Problem]]:
    """The rows of a file, and what is wrong with some of them. CSV, JSON Lines or Parquet, told by the name.

    Raises NotRead where there is no table of clips and answers in it, or one of more than `most` rows.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    columns: dict[str, tuple[bool, int]] | None = None
    for line, raw in _raw_rows(content, filename):
        if columns is None:
            columns = _columns(raw)
        if len(rows) + len(problems) >= most:
            raise NotRead("too_many", line=line, detail=str(most))
        try:
            rows.append(_row(line, raw, columns))
        except NotRead as wrong:
            problems.append(wrong.problem)
    if columns is None:
        raise NotRead("empty")
    return rows, problems


def _raw_rows(content: bytes, filename: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    suffix = filename.rpartition(".")[2].lower()
    if suffix == "parquet" or content.startswith(b"PAR1"):
        if not parquet.is_at_hand():
            raise NotRead("no_parquet")
        try:
            yield from enumerate(parquet.read_rows(io.BytesIO(content)), start=1)
        except ValueError as error:
            raise NotRead("not_parquet", detail=str(error)[:100]) from None
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotRead("not_utf8", line=content[: error.start].count(b"\n") + 1) from None
    is_json = suffix in ("jsonl", "ndjson", "json") or text.lstrip().startswith("{")
    yield from (_json_rows if is_json else _csv_rows)(text)


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError):
            raise NotRead("not_json", line=line) from None
        if not isinstance(row, dict):
            raise NotRead("not_json", line=line)
        yield line, row


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    before = 0
    try:
        names = next(reader, None)
        before = reader.line_num
        for values in reader:
            if values:
                yield before + 1, dict(zip(names or (), values, strict=False))
            before = reader.line_num
    except csv.Error:
        raise NotRead("not_csv", line=before + 1) from None


def _columns(row: Mapping[str, Any]) -> dict[str, tuple[bool, int]]:
    """The columns that hold answers: whether an expert's, and their number, in order."""
    found = {}
    for name in row:
        match = _COLUMN.fullmatch(str(name).strip())
        if match:
            found[name] = (match[1].lower().startswith("expert"), int(match[2]))
    if not found:
        raise NotRead("no_answers")
    if AUDIO not in row:
        raise NotRead("no_audio")
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _row(line: int, raw: Mapping[str, Any], columns: Mapping[str, tuple[bool, int]]) -> Row:
    audio = raw.get(AUDIO)
    if isinstance(audio, dict):
        audio = audio.get("path") or audio.get("src")
    if not isinstance(audio, str) or audio.strip().lower() in EMPTY:
        raise NotRead("no_recording", line=line)
    cells: list[Cell] = []
    for column, (is_expert, _number) in columns.items():
        fields = _fields_in(raw.get(column), line=line, column=column)
        if fields is None:
            continue
        cell = _cell(fields, column=column, is_expert=is_expert)
        if not cell.worker:
            raise NotRead("no_worker", line=line, detail=column)
        if any(other.worker == cell.worker for other in cells):
            raise NotRead("twice", line=line, detail=cell.worker)
        cells.append(cell)
    return Row(line, storable(audio).strip(), _text(raw.get(SOURCE)), cells)


def _fields_in(value: Any, *, line: int, column: str) -> dict[str, Any] | None:
    try:
        return parse_cell(value)
    except ValueError:
        raise NotRead("cell", line=line, detail=storable(f"{column}: {str(value)[:60]}")) from None


def _cell(fields: Mapping[str, Any], *, column: str, is_expert: bool) -> Cell:
    ids = {alias: fields.get(f"{alias}_ids") for alias in WORDS}
    return Cell(
        column=column,
        is_expert=is_expert,
        worker=_text(fields.get(WORKER))[:MAX_WORKER],
        scales={alias: text for alias in SCALES if (text := _text(fields.get(alias)))},
        words={alias: text for alias in WORDS if (text := _text(fields.get(alias)))},
        ids={alias: [storable(str(code)) for code in codes] for alias, codes in ids.items() if isinstance(codes, list)},
    )


def parse_cell(value: Any) -> dict[str, Any] | None:
    """The fields of a cell by their names; None for an empty one. Raises ValueError where there is no field in it.

    JSON and Python are read as they are; what is neither is searched for the names that are known.
    """
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, dict):
        return _named(value) or None
    if not isinstance(value, str) or len(value) > MAX_CELL:
        raise ValueError("no cell")
    text = value.strip()
    if text.strip(_EDGES).lower() in EMPTY:
        return None
    for reads in _READERS:
        try:
            found = reads(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        if isinstance(found, dict):
            return _named(found)
    return _searched(text)


_READERS: tuple[Callable[[str], Any], ...] = (json.loads, ast.literal_eval)


def _named(fields: Mapping[Any, Any]) -> dict[str, Any]:
    named = {re.sub(r"[ -]", "_", str(name).strip().lower()): value for name, value in fields.items()}
    for other in ("worker", "workerid", "annotator", "annotator_id"):
        if other in named:
            named.setdefault(WORKER, named[other])
    for alias in (*SCALES, *WORDS):
        if f"{alias}s" in named:
            named.setdefault(alias, named[f"{alias}s"])
    return named


def _searched(text: str) -> dict[str, Any]:
    matches = list(_KEY.finditer(text))
    if not matches:
        raise ValueError("no field")
    found: dict[str, Any] = {}
    ends = [match.start() for match in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=True):
        name = match[1].lower()
        found.setdefault(WORKER if name == "worker" else name, _bare(text[match.end() : end]))
    return found


def _bare(value: str) -> str:
    """What was written between two names, without what parts them."""
    bare = value.strip(_EDGES)
    if bare[:1] in "[(" and bare[-1:] in "])":
        bare = bare[1:-1]
    return _QUOTES.sub("", bare.strip(_EDGES)).strip(_EDGES)


def storable(text: str) -> str:
    """Without what JSON can say and neither a database nor UTF-8 can hold: NUL, and halves of characters."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _text(value: Any) -> str:
    """A value as one text; what means nothing is empty."""
    if isinstance(value, list | tuple | set):
        return ", ".join(text for part in value if (text := _text(part)))
    if value is None or (isinstance(value, float) and value != value):
        return ""
    text = " ".join(storable(str(value)).split()).strip(_EDGES)
    return "" if text.lower() in EMPTY else text


def scale_value(alias: str, text: str) -> str | None:
    """The value of a scale that a text means; None where it means none of them, or more than one."""
    words = re.findall(r"[a-z]+", text.lower())
    found = {word for word in words if word in SCALES[alias]}
    found = found or {MEANT[alias][word] for word in words if word in MEANT[alias]}
    return found.pop() if len(found) == 1 else None
