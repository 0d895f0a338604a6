"""Audacity label text: `start<TAB>end<TAB>label` per line, seconds with six decimals, equal times for a point."""

import re
from collections.abc import Iterable, Iterator

from datasets.formats.regions import FormatError, Region, clean, milliseconds

# One label is one line of three fields, so nothing that ends a line or a field may stand inside it. Besides tab, CR
# and LF this covers what other line splitters honour (vertical tab, form feed, NEL, the Unicode separators).
_BREAKS = re.compile("[\t\r\n\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]+")


def write_labels(regions: Iterable[Region], *, duration_ms: int) -> bytes:
    """The label file of one track: UTF-8, LF, sorted. Regions are cleaned first; texts are not part of this format."""
    lines = [
        f"{_six_decimals(region.start_ms)}\t{_six_decimals(region.end_ms)}\t{_one_field(region.label)}\n"
        for region in clean(regions, duration_ms=duration_ms)
    ]
    return "".join(lines).encode("utf-8", "replace")


def read_labels(data: bytes) -> list[Region]:
    """The regions of a label file, in its order, to the nearest millisecond.

    Frequency lines of spectral labels (a backslash, low, high) are skipped. Raises FormatError with the line number
    for anything else that is not a label.
    """
    return [region for _line, region in numbered_labels(data)]


def numbered_labels(data: bytes) -> Iterator[tuple[int, Region]]:
    """What `read_labels` gives, each with the number of its line."""
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(line, "This is not UTF-8 text.") from None
    for number, line_text in enumerate(re.split("\r\n|\n|\r", content), start=1):
        if line_text.strip() and not line_text.startswith("\\\t"):
            yield number, _read_line(line_text, number)


def _read_line(line_text: str, number: int) -> Region:
    fields = line_text.split("\t", 2)
    if len(fields) < 2:
        raise FormatError(number, "Expected a start, a tab, an end, a tab and a label.")
    start_ms = milliseconds(fields[0], line=number)
    end_ms = milliseconds(fields[1], line=number)
    if start_ms < 0:
        raise FormatError(number, "The label starts before the audio does.")
    if end_ms < start_ms:
        raise FormatError(number, "The label ends before it starts.")
    return Region(start_ms, end_ms, fields[2] if len(fields) == 3 else "")


def _six_decimals(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}000"


def _one_field(label: str) -> str:
    return _BREAKS.sub(" ", label)
