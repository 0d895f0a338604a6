"""What the answers to one question come to, added up one by one in little memory. Answers are in our own units."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any  # an answer may be any JSON value; its question says which

# A recording is looked at in so many equal parts.
PARTS = 20
MOST_BARS = 20


class Tally:
    """`n` turns were handed in, of which `empty` say nothing here: no mark, no choice, no words."""

    def __init__(self) -> None:
        self.n = self.empty = 0

    def add(self, value: Any, duration_ms: int) -> None:
        """One turn's answer, None where it was left out. `duration_ms` is the length of the row's main recording."""
        self.n += 1
        if value is None or value in ("", [], {}):
            self.empty += 1
        else:
            self._take(value, duration_ms)

    def _take(self, value: Any, duration_ms: int) -> None:
        raise NotImplementedError

    @property
    def given(self) -> int:
        return self.n - self.empty


class Moments(Tally):
    """Where in the recordings people set marks: `parts` counts them by twentieths of the recording's length."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [0] * PARTS
        self.marks = 0

    def _take(self, value: Any, duration_ms: int) -> None:
        for at_ms in value if isinstance(value, list) else (value,):
            self.marks += 1
            if duration_ms > 0:
                self.parts[max(0, min(PARTS - 1, at_ms * PARTS // duration_ms))] += 1


class Choices(Tally):
    """How often each was chosen; several at once count once each."""

    def __init__(self, known: Iterable[Any] = ()) -> None:
        super().__init__()
        self.counts: Counter[Any] = Counter(dict.fromkeys(known, 0))

    def _take(self, value: Any, duration_ms: int) -> None:
        if isinstance(value, list):
            self.counts.update(_name(one) for one in value)
        else:
            self.counts[_name(value)] += 1


class Steps(Choices):
    """A rating from 1 to `steps`."""

    def __init__(self, steps: int) -> None:
        super().__init__(range(1, steps + 1))
        self.steps = steps

    @property
    def mean(self) -> float | None:
        return sum(step * n for step, n in self.counts.items()) / self.given if self.given else None


class Numbers(Tally):
    """Eight bytes for each number given."""

    def __init__(self) -> None:
        super().__init__()
        self.values = array("d")

    def _take(self, value: Any, duration_ms: int) -> None:
        self.values.append(float(value))

    @property
    def mean(self) -> float | None:
        return math.fsum(self.values) / len(self.values) if self.values else None

    @property
    def median(self) -> float | None:
        ranked, middle = sorted(self.values), len(self.values) // 2
        if not ranked:
            return None
        return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


class Lengths(Numbers):
    """How many characters people wrote."""

    def _take(self, value: Any, duration_ms: int) -> None:
        self.values.append(len(str(value)))


class Properties(Tally):
    """A form: each property of its schema is added up by itself."""

    def __init__(self, schema: dict[str, Any]) -> None:
        super().__init__()
        properties = schema.get("properties")
        found = properties.items() if isinstance(properties, dict) else ()
        self.each: dict[str, Tally] = {name: _of_property(part) for name, part in found}

    def add(self, value: Any, duration_ms: int) -> None:
        super().add(value, duration_ms)
        given = value if isinstance(value, dict) else {}
        for name, tally in self.each.items():
            tally.add(given.get(name), duration_ms)

    def _take(self, value: Any, duration_ms: int) -> None:
        """Its properties are counted one by one."""


class Given(Tally):
    """What cannot be put into bars: whether there is something."""

    def _take(self, value: Any, duration_ms: int) -> None:
        """Counting it is all."""


def _of_property(schema: Any) -> Tally:
    """The tally that fits a property of a JSON schema."""
    part = schema if isinstance(schema, dict) else {}
    kind, inside = part.get("type"), part.get("items")
    if kind == "array" and isinstance(inside, dict):
        part, kind = inside, "array"
    if isinstance(part.get("enum"), list):
        return Choices(_name(one) for one in part["enum"])
    if kind == "boolean":
        return Choices((_name(True), _name(False)))
    if kind in ("integer", "number"):
        return Numbers()
    return Lengths() if kind == "string" else Given()


def _name(value: Any) -> Any:
    """Something to count under: words for true and false, which would be counted with 1 and 0, and for lists."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | int | float) else str(value)


def tally_for(kind: str, configuration: dict[str, Any]) -> Tally:
    """An empty tally for a question of this type."""
    if kind == "timestamp":
        return Moments()
    if kind == "categorical":
        return Choices(configuration.get("choices", ()))
    if kind == "rating":
        return Steps(int(configuration.get("steps", 5)))
    if kind == "number":
        return Numbers()
    if kind == "form":
        return Properties(configuration.get("form_schema") or {})
    return Lengths() if kind == "free_text" else Given()


@dataclass(frozen=True)
class Bar:
    """How many values are in [low, high); in the last bar `high` itself too. One value alone has low == high."""

    low: float
    high: float
    count: int


def bars_of(values: Sequence[float]) -> list[Bar]:
    """At most MOST_BARS + 1 bars of one width that is easily read, from the smallest value to the largest."""
    if not values:
        return []
    low, high = min(values), max(values)
    width = _width(high - low)
    if low == high or not math.isfinite(width):
        return [Bar(low, high, len(values))]
    whole = all(value.is_integer() for value in map(float, values))
    if whole and high - low < MOST_BARS:
        counts = Counter(values)
        return [Bar(float(at), float(at), counts[at]) for at in range(int(low), int(high) + 1)]
    if whole:
        width = max(1.0, width)
    start = math.floor(low / width)
    counts_by_bar = Counter(min(math.floor(value / width) - start, MOST_BARS) for value in values)
    return [
        Bar((start + at) * width, (start + at + 1) * width, counts_by_bar[at]) for at in range(max(counts_by_bar) + 1)
    ]


def _width(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that `span` has at most MOST_BARS of it."""
    if span <= 0 or not math.isfinite(span):
        return math.inf
    rough = span / MOST_BARS
    power = 10.0 ** math.floor(math.log10(rough))
    return next((step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9)), math.inf)
