"""Files of labels that other programs or we ourselves wrote, read as one thing: who marked what, where.

Audacity's label text, Praat's TextGrid, JSON Lines and CSV. What is unclear is refused, with the line and with what
to do about it: a label that was read wrongly would teach something wrong.
"""

import csv
import io
import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any  # rows of JSON are of any kind until they are looked at

from datasets.formats.audacity import numbered_labels
from datasets.formats.regions import FormatError, milliseconds
from datasets.formats.tables import unguard
from datasets.formats.textgrid import read_textgrid

TYPE_LENGTH = 100
_DEEPEST = 50
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_LANE = re.compile(r"(.+)#[0-9]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Label:
    """One mark as a file tells it, with its line. The recording is named by an id, by a name, or by neither."""

    line: int
    artifact_type: str
    start_ms: int
    end_ms: int
    audio_file_id: str = ""
    filename: str = ""
    confidence: float = 1.0
    extra_data: dict[str, Any] = field(default_factory=dict)


def read_label_file(name: str, data: bytes, *, types_from: str = "labels", at_most: int | None = None) -> list[Label]:
    """The first `at_most` labels of a file (None: all of them), whose kind is told by the end of its name.

    `types_from` says what names the artifact type in a TextGrid: its "labels" or its "tiers". A moment becomes a
    stretch of one millisecond. Raises FormatError with the line.
    """
    for suffix, reader in _READERS.items():
        if name.lower().endswith(suffix):
            return [_checked(label) for label in itertools.islice(reader(data, types_from), at_most)]
    raise FormatError(1, f"Labels are read from files that end in {', '.join(_READERS)}.")


def is_table(name: str) -> bool:
    """Whether a file of this name names the recording on each line, and is not itself named after one."""
    return name.lower().endswith((".jsonl", ".csv"))


def _from_audacity(data: bytes, _types_from: str) -> Iterator[Label]:
    for line, region in numbered_labels(data):
        yield Label(line, region.label.strip(), region.start_ms, max(region.end_ms, region.start_ms + 1))


def _from_textgrid(data: bytes, types_from: str) -> Iterator[Label]:
    tiers = read_textgrid(data)
    names = {tier.name for tier in tiers}
    for tier in tiers:
        lane = _LANE.fullmatch(tier.name)
        # Where marks overlap, a tier goes on in another of its name with a number.
        kind = lane[1] if lane and lane[1] in names else tier.name
        for line, region in zip(tier.lines, tier.regions, strict=True):
            if region.start_ms < 0:
                raise FormatError(line, "The label starts before the audio does.")
            name = kind if types_from == "tiers" else region.label.strip()
            yield Label(line, name, region.start_ms, max(region.end_ms, region.start_ms + 1))


def _from_json_lines(data: bytes, _types_from: str) -> Iterator[Label]:
    for number, line in enumerate(_text(data).split("\n"), start=1):
        if line.strip():
            try:
                row = _parsed(line)
            except (ValueError, RecursionError):
                raise FormatError(number, "This is not JSON. Each line is one object in curly brackets.") from None
            if not isinstance(row, dict):
                raise FormatError(number, "Each line is one object in curly brackets.")
            yield _from_row(row, line=number)


def _from_csv(data: bytes, _types_from: str) -> Iterator[Label]:
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    line, columns = 1, None
    try:
        for cells in reader:
            if columns is None:
                columns = _columns([unguard(cell).strip() for cell in cells])
            elif cells:
                if len(cells) != len(columns):
                    raise FormatError(line, f"There are {len(cells)} cells for {len(columns)} columns.")
                yield _from_row(_cells(dict(zip(columns, cells, strict=True)), line=line), line=line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise FormatError(line, f"This is not CSV with commas and double quotes: {error}.") from None
    if columns is None:
        raise FormatError(1, "The first line has to name the columns, artifact_type, start_ms and end_ms among them.")


def _columns(names: list[str]) -> list[str]:
    if len(names) == 1 and ";" in names[0]:
        raise FormatError(1, "The columns are separated by semicolons. Save the table with commas between them.")
    if len(set(names)) < len(names):
        raise FormatError(1, "Two columns have the same name.")
    if "artifact_type" not in names or not ({"start_ms", "end_ms"} <= set(names) or {"start", "end"} <= set(names)):
        raise FormatError(1, "The columns artifact_type, and start_ms and end_ms (or start and end), are needed.")
    return names


def _cells(texts: Mapping[str, str], *, line: int) -> dict[str, Any]:
    """A row of a table as the same row in JSON would be."""
    row: dict[str, Any] = {}
    for name, text in texts.items():
        if name in ("artifact_type", "filename", "audio_file_id"):
            row[name] = unguard(text)
        elif name in ("start", "end") and "start_ms" not in texts:
            row[f"{name}_ms"] = milliseconds(text, line=line)
        elif name in ("start_ms", "end_ms", "confidence", "extra_data") and text.strip():
            try:
                row[name] = _parsed(unguard(text) if name == "extra_data" else text)
            except (ValueError, RecursionError):
                raise FormatError(line, f"{text[:40]!r} is nothing that can stand in the column {name}.") from None
    return row


def _from_row(row: Mapping[str, Any], *, line: int) -> Label:
    if "start_ms" not in row and "end_ms" not in row:
        row = {**row, "start_ms": _from_seconds(row, "start", line), "end_ms": _from_seconds(row, "end", line)}
    start_ms, end_ms = (_whole(row.get(name), name, line) for name in ("start_ms", "end_ms"))
    names = {name: _name(row.get(name), name, line) for name in ("artifact_type", "audio_file_id", "filename")}
    confidence, extra_data = row.get("confidence"), row.get("extra_data")
    confidence = 1.0 if confidence is None else confidence
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise FormatError(line, "The confidence is a number from 0 to 1.")
    if extra_data is not None and not isinstance(extra_data, dict):
        raise FormatError(line, "The extra_data is an object in curly brackets.")
    return Label(
        line, start_ms=start_ms, end_ms=end_ms, confidence=float(confidence), extra_data=extra_data or {}, **names
    )


def _from_seconds(row: Mapping[str, Any], name: str, line: int) -> int:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FormatError(line, f"There is no {name}_ms in whole milliseconds, nor a {name} in seconds.")
    return round(value * 1000)


def _whole(value: Any, name: str, line: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FormatError(line, f"The {name} is a whole number of milliseconds.")
    return value


def _name(value: Any, name: str, line: int) -> str:
    if value is not None and not isinstance(value, str):
        raise FormatError(line, f"The {name} is a text.")
    return value or ""


def _checked(label: Label) -> Label:
    if not label.artifact_type.strip():
        raise FormatError(label.line, "The label does not say of which artifact type it is. Name it, or take it out.")
    if len(label.artifact_type) > TYPE_LENGTH:
        raise FormatError(label.line, f"The name of the artifact type is longer than {TYPE_LENGTH} characters.")
    if not _is_storable([label.artifact_type, label.extra_data]):
        raise FormatError(
            label.line,
            "There is something in it that cannot be stored: characters that are not text, or too large a number.",
        )
    if label.start_ms < 0:
        raise FormatError(label.line, "The label starts before the audio does.")
    if label.end_ms <= label.start_ms:
        raise FormatError(label.line, "The label has to end after it starts.")
    return label


def _parsed(text: str) -> Any:
    """JSON, without the numbers that only JavaScript knows. Raises ValueError or RecursionError."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def _is_storable(value: Any) -> bool:
    """Whether every database can keep the texts and numbers in it, and every reader follow how deep it is."""
    rest = [(value, 0)]
    while rest:
        inner, depth = rest.pop()
        is_wrong_text = isinstance(inner, str) and _NOT_TEXT.search(inner)
        if is_wrong_text or (isinstance(inner, float) and not math.isfinite(inner)):
            return False
        below = [*inner, *inner.values()] if isinstance(inner, dict) else inner if isinstance(inner, list) else []
        if below and depth > _DEEPEST:
            return False
        rest += [(one, depth + 1) for one in below]
    return True


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(line, "This is not UTF-8 text.") from None


_READERS: dict[str, Callable[[bytes, str], Iterator[Label]]] = {
    ".txt": _from_audacity,
    ".textgrid": _from_textgrid,
    ".jsonl": _from_json_lines,
    ".csv": _from_csv,
}
SUFFIXES = tuple(_READERS)
