"""Praat TextGrid: writes the long text form, reads long and short.

Written by hand on both sides: Praat ends a read at the first stray quote, ignores everything in a file that is not a
free-standing number, string or flag, and drops intervals without length, so what we write is fully under our control
and what we read is tokenised the way Praat does it (a label may well contain `item [2]:` or `xmin = 3`).
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from datasets.formats.regions import (
    FormatError,
    Region,
    clean,
    milliseconds,
    seconds,
    split_overlaps,
)

_HEADER = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")
_TOKEN = re.compile(r'(?P<comment>![^\n]*)|(?P<string>"(?:[^"]|"")*")|(?P<word>[^\s]+)')
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Tier:
    """One named row of a TextGrid: stretches, or points when `has_points`. Read from a file, it knows their lines."""

    name: str
    regions: Sequence[Region]
    has_points: bool = False
    lines: Sequence[int] = field(default=(), compare=False)


def write_textgrid(tiers: Iterable[Tier], *, duration_ms: int) -> bytes:
    """The TextGrid of one audio file: UTF-8, LF, times with three decimals.

    Regions are cleaned; overlapping ones go to further tiers named `name#2`, `name#3`. Gaps become intervals with
    empty text, so a region without a label takes its tier's name, else it would look like a gap. Praat knows no empty
    time line: a file shorter than a millisecond is written as one millisecond long.

    Raises ValueError when a tier of stretches holds a point or the other way round, or two tiers share a name.
    """
    duration_ms = max(duration_ms, 1)
    laid_out = list(_lay_out(list(tiers), duration_ms))
    span = f"xmin = 0.000 \n{{0}}xmax = {seconds(duration_ms)} \n"
    parts = [
        _HEADER,
        span.format(""),
        f"tiers? <exists> \nsize = {len(laid_out)} \nitem []: \n",
    ]
    for number, tier in enumerate(laid_out, start=1):
        kind = "TextTier" if tier.has_points else "IntervalTier"
        parts.append(
            f'    item [{number}]:\n        class = "{kind}" \n        name = "{_quoted(tier.name)}" \n'
            f"        {span.format('        ')}"
        )
        parts.extend(_points(tier) if tier.has_points else _intervals(tier, duration_ms))
    return "".join(parts).encode("utf-8", "replace")


def read_textgrid(data: bytes) -> list[Tier]:
    """The tiers of a TextGrid in UTF-8 or UTF-16, without the intervals that are only gaps.

    Raises FormatError with the line number where the file stops making sense.
    """
    reader = _Reader(_decode(data))
    if not reader.string().startswith("ooTextFile") or reader.string() != "TextGrid":
        raise FormatError(1, "This is not a TextGrid in text form.")
    reader.number()
    reader.number()
    reader.flag()
    return [_read_tier(reader) for _ in range(reader.count())]


def _lay_out(tiers: list[Tier], duration_ms: int) -> Iterator[Tier]:
    names = {tier.name for tier in tiers}
    if len(names) < len(tiers):
        raise ValueError("two tiers share a name")
    for tier in tiers:
        cleaned = clean(tier.regions, duration_ms=duration_ms)
        if any(region.is_point != tier.has_points for region in cleaned):
            raise ValueError(f"tier {tier.name!r} mixes points and stretches")
        lanes = split_overlaps(cleaned) or [[]]
        yield Tier(tier.name, lanes[0], tier.has_points)
        numbers = itertools.count(2)
        for lane in lanes[1:]:
            name = next(name for n in numbers if (name := f"{tier.name}#{n}") not in names)
            yield Tier(name, lane, tier.has_points)


def _intervals(tier: Tier, duration_ms: int) -> Iterator[str]:
    tiles: list[tuple[int, int, str]] = []
    reached = 0
    for region in tier.regions:
        if region.start_ms > reached:
            tiles.append((reached, region.start_ms, ""))
        tiles.append((region.start_ms, region.end_ms, _shown(region, tier)))
        reached = region.end_ms
    if reached < duration_ms:
        tiles.append((reached, duration_ms, ""))
    yield f"        intervals: size = {len(tiles)} \n"
    for number, (start_ms, end_ms, text) in enumerate(tiles, start=1):
        yield (
            f"        intervals [{number}]:\n            xmin = {seconds(start_ms)} \n"
            f'            xmax = {seconds(end_ms)} \n            text = "{text}" \n'
        )


def _points(tier: Tier) -> Iterator[str]:
    yield f"        points: size = {len(tier.regions)} \n"
    for number, region in enumerate(tier.regions, start=1):
        yield (
            f"        points [{number}]:\n            number = {seconds(region.start_ms)} \n"
            f'            mark = "{_shown(region, tier)}" \n'
        )


def _shown(region: Region, tier: Tier) -> str:
    return _quoted(region.label if region.label.strip() else tier.name)


def _quoted(text: str) -> str:
    """Text as it stands between quotes. Line breaks stay (as LF); other control characters become spaces."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).replace('"', '""')


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(line, "This text is neither UTF-8 nor UTF-16.") from None


def _read_tier(reader: "_Reader") -> Tier:
    kind, name = reader.string(), reader.string()
    if kind not in ("IntervalTier", "TextTier"):
        raise FormatError(reader.line, f"{kind[:40]!r} is not a kind of tier.")
    reader.number()
    reader.number()
    regions, lines = [], []
    for _ in range(reader.count()):
        start_ms = reader.number()
        end_ms = start_ms if kind == "TextTier" else reader.number()
        if end_ms < start_ms:
            raise FormatError(reader.line, "The interval ends before it starts.")
        label = reader.string()
        if kind == "TextTier" or (label.strip() and start_ms < end_ms):
            regions.append(Region(start_ms, end_ms, label))
            lines.append(reader.line)
    return Tier(name, regions, has_points=kind == "TextTier", lines=lines)


class _Reader:
    """Hands out the meaningful tokens of a file in order: numbers, strings and flags that stand free."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._position = 0
        self._counted = 0
        self._line = 1

    @property
    def line(self) -> int:
        """The line of the last token, counted from 1."""
        self._line += self._content.count("\n", self._counted, self._position)
        self._counted = self._position
        return self._line

    def string(self) -> str:
        return self._next("string", "a text in quotes")[1:-1].replace('""', '"')

    def number(self) -> int:
        """The next number, read as seconds, in milliseconds."""
        text = self._next("number", "a number")
        return milliseconds(text, line=self.line)

    def count(self) -> int:
        """The next number, read as how many entries follow."""
        text = self._next("number", "a number of entries")
        if not text.isdecimal():
            raise FormatError(self.line, f"{text[:40]!r} is not a number of entries.")
        return int(text)

    def flag(self) -> None:
        self._next("flag", "<exists>")

    def _next(self, wanted: str, name: str) -> str:
        for match in _TOKEN.finditer(self._content, self._position):
            self._position = match.start()
            token = match.group()
            kind = _kind(match)
            if kind == wanted:
                self._position = match.end()
                return token
            if kind:
                raise FormatError(self.line, f"Expected {name}, found {token[:40]!r}.")
        self._position = len(self._content)
        raise FormatError(self.line, f"Expected {name}, but the file ends here.")


def _kind(match: re.Match[str]) -> str:
    """What a token is; empty for the words and comments Praat passes over."""
    token = match.group()
    if match.lastgroup == "string":
        return "string"
    if match.lastgroup == "word" and token[0] == '"':
        return "broken string"
    if match.lastgroup == "word" and _NUMBER.fullmatch(token):
        return "number"
    return "flag" if match.lastgroup == "word" and token[0] == "<" and token[-1] == ">" else ""
