"""Finding evaluations by their metadata, the same on both databases."""

import math
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.utils.translation import gettext as _

from evaluations.layouts import Location, Problem
from workspaces.errors import Invalid

# What stands in SQL for each operator of the door.
OPERATORS = {"==": "=", "!=": "<>", ">=": ">=", "<=": "<=", "IN": "IN", "NOT_IN": "NOT IN"}
MOST_FILTERS = 10
LONGEST_KEY = 200
LONGEST_VALUE = 1000


@dataclass(frozen=True)
class MetadataFilter:
    key: str
    operator: str
    value: str

    @property
    def texts(self) -> list[str]:
        """What texts and booleans are compared with: the value, or the words of a list with commas."""
        return [word.strip() for word in self.value.split(",")] if self.operator.endswith("IN") else [self.value]

    @property
    def numbers(self) -> list[float]:
        """What numbers are compared with: those of the texts that are numbers."""
        return [number for text in self.texts if (number := _number(text)) is not None]


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_filters(given: object) -> list[MetadataFilter]:
    """The filters of a body. Raises Invalid naming each that cannot be read."""
    if not isinstance(given, list) or len(given) > MOST_FILTERS:
        sentence = _("Send a list of at most %(most)d filters.") % {"most": MOST_FILTERS}
        raise Invalid([(("body", "filters"), sentence, "type_error.list")])
    problems: list[Problem] = []
    filters = [_read(one, at=("body", "filters", number), problems=problems) for number, one in enumerate(given)]
    if problems:
        raise Invalid(problems)
    return [one for one in filters if one is not None]


def _read(given: object, *, at: Location, problems: list[Problem]) -> MetadataFilter | None:
    if not isinstance(given, dict):
        problems.append((at, _("Send an object with key, operator and value."), "type_error.dict"))
        return None
    before = len(problems)
    key, operator, value = given.get("key"), given.get("operator"), given.get("value")
    if not _is_text(key, LONGEST_KEY) or not key:
        sentence = _("Give a key of 1 to %(most)d characters.") % {"most": LONGEST_KEY}
        problems.append(((*at, "key"), sentence, "value_error"))
    if not isinstance(operator, str) or operator not in OPERATORS:
        sentence = _("“%(is)s” is no operator. Give one of: %(known)s.")
        sentence %= {"is": str(operator)[:100], "known": ", ".join(OPERATORS)}
        problems.append(((*at, "operator"), sentence, "value_error"))
    if not _is_text(value, LONGEST_VALUE):
        sentence = _("Give the value as a text of at most %(most)d characters.") % {"most": LONGEST_VALUE}
        problems.append(((*at, "value"), sentence, "value_error"))
    return None if len(problems) > before else MetadataFilter(str(key), str(operator), str(value))


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and "\0" not in value


class Matches(Func):
    """Whether a column of JSON objects fits a filter. What lacks the key, or holds no plain value there, does not.

    Numbers are compared as numbers, texts and booleans by their letters.
    """

    output_field = BooleanField()

    def __init__(self, column: str, one: MetadataFilter) -> None:
        super().__init__(F(column), Value(one.key))
        self.filter = one

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        (column, some), (key, more) = (compiler.compile(part) for part in self.get_source_expressions())
        text = "CASE m.type WHEN 'text' THEN m.value ELSE m.type END"
        by_number, numbers = self._compared("m.value", self.filter.numbers)
        by_text, texts = self._compared(text, self.filter.texts)
        sql = (
            f"EXISTS(SELECT 1 FROM json_each({column}) AS m WHERE m.key = {key} AND CASE "  # noqa: S608 - only our words
            f"WHEN m.type IN ('integer', 'real') THEN {by_number} "
            f"WHEN m.type IN ('text', 'true', 'false') THEN {by_text} ELSE 0 END)"
        )
        return sql, [*some, *more, *numbers, *texts]

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        (column, some), (key, more) = (compiler.compile(part) for part in self.get_source_expressions())
        at = [*some, *more]
        kind, text = f"jsonb_typeof({column} -> {key}::text)", f"({column} ->> {key}::text)"
        by_number, numbers = self._compared(f"{text}::numeric", self.filter.numbers)
        by_text, texts = self._compared(f'{text} COLLATE "C"', self.filter.texts)
        sql = (
            f"COALESCE(CASE WHEN {kind} = 'number' THEN {by_number} "
            f"WHEN {kind} IN ('string', 'boolean') THEN {by_text} ELSE FALSE END, FALSE)"
        )
        uses_number, uses_text = (at if column in part else [] for part in (by_number, by_text))
        return sql, [*at, *uses_number, *numbers, *at, *uses_text, *texts]

    def _compared(self, left: str, values: "list[float] | list[str]") -> tuple[str, list[Any]]:
        """SQL that compares `left` with the values, and them. With nothing of its kind, only "not" holds."""
        operator = OPERATORS[self.filter.operator]
        if not values:
            return ("1 = 1" if self.filter.operator in ("!=", "NOT_IN") else "1 = 0"), []
        right = f"({', '.join(['%s'] * len(values))})" if operator.endswith("IN") else "%s"
        return f"{left} {operator} {right}", list(values)
