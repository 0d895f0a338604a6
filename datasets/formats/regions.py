"""A marked stretch of audio, and the cleaning every written format shares."""

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_WITH_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")


class FormatError(ValueError):
    """A file that cannot be read. Carries the line (from 1) and a sentence for the person who brought it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Region:
    """From `start_ms` up to `end_ms`, in milliseconds from the first sample. Equal times make a point.

    `text` is what a person wrote about the region (a note, a transcript); `id` names the region inside its answer.
    """

    start_ms: int
    end_ms: int
    label: str
    text: str = ""
    id: str = ""

    @property
    def is_point(self) -> bool:
        """Whether this marks a moment instead of a stretch."""
        return self.start_ms == self.end_ms


def clean(regions: Iterable[Region], *, duration_ms: int) -> list[Region]:
    """The regions that lie in a file of `duration_ms`, clipped to it and sorted by (start, end, id).

    What is reversed, or nothing after clipping, is dropped. A point is kept when it lies inside the file (its very
    end counts) and never moved: a moment that was not in the file has no nearest truth.
    """
    kept = []
    for region in regions:
        start, end = max(region.start_ms, 0), min(region.end_ms, duration_ms)
        if start < end:
            unchanged = start == region.start_ms and end == region.end_ms
            kept.append(region if unchanged else replace(region, start_ms=start, end_ms=end))
        elif region.is_point and start == end:
            kept.append(region)
    kept.sort(key=lambda region: (region.start_ms, region.end_ms, region.id))
    return kept


def split_overlaps(regions: Iterable[Region]) -> list[list[Region]]:
    """Deal regions sorted by start into lanes without overlap, always to the lowest lane that is free.

    Touching regions share a lane. Two points at the same moment do not: no tier can hold both.
    """
    lanes: list[list[Region]] = []
    busy: list[tuple[int, int]] = []  # (first free millisecond, lane)
    free: list[int] = []
    for region in regions:
        while busy and busy[0][0] <= region.start_ms:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else len(lanes)
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(region)
        heapq.heappush(busy, (region.end_ms + region.is_point, lane))
    return lanes


def texts_as_labels(regions: Sequence[Region]) -> list[Region]:
    """The regions that carry a text, with it as their label: a tier of notes beside the tier of labels."""
    return [replace(region, label=region.text, text="") for region in regions if region.text.strip()]


def seconds(ms: int) -> str:
    """Milliseconds as seconds with exactly three decimals; exact, because no float is involved."""
    return f"{ms // 1000}.{ms % 1000:03d}"


def milliseconds(text: str, *, line: int) -> int:
    """Seconds written as a decimal number, as the nearest millisecond; a refusal names `line`."""
    if _WITH_COMMA.fullmatch(text.strip()):
        raise FormatError(line, f"{text[:40]!r} has a decimal comma. Write it with a point, as in 1.5.")
    try:
        if _NUMBER.fullmatch(text.strip()):
            return round(float(text) * 1000)
    except OverflowError:
        pass
    raise FormatError(line, f"{text[:40]!r} is not a time in seconds.")
