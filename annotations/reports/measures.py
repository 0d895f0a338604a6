"""How each question is looked at: what its answers are compared as, and on which scale."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.answers import FormQuestion
from annotations.models import QuestionType
from annotations.quality.events import Event

# More values than these make no table that anybody reads.
MOST_VALUES = 24


class Kind:
    """What a question's answers are compared as."""

    NAMES = "names"
    SCALE = "scale"
    NUMBERS = "numbers"
    SETS = "sets"
    WORDS = "words"
    MARKS = "marks"


@dataclass(frozen=True)
class Measure:
    """One question of the form, as the report looks at it. `values` are those it can have, in order, where few."""

    question: FormQuestion
    kind: str
    values: tuple[Hashable, ...] = ()
    # Of a scale: the values on it from low to high, and those that stand beside it.
    order: tuple[Hashable, ...] = ()
    escape: frozenset[Hashable] = frozenset()

    @property
    def alias(self) -> str:
        return self.question.alias

    @property
    def has_table(self) -> bool:
        """Whether what people said is set beside what holds, value by value."""
        return self.kind in (Kind.NAMES, Kind.SCALE, Kind.MARKS) and 0 < len(self.values) <= MOST_VALUES

    def value(self, answers: dict[str, Any]) -> Any:
        """An answer as a value that can be compared; None where there is none. Marks are a tuple, maybe an empty one.

        Nothing marked in what was handed in says that there is nothing: it is an answer.
        """
        return _READ[self.kind](self.question, answers.get(self.alias))


def measures_of(form: Sequence[FormQuestion]) -> list[Measure]:
    """The questions whose answers can be compared. Texts and forms cannot."""
    found = (_measure(question) for question in form)
    return [measure for measure in found if measure is not None]


def _measure(question: FormQuestion) -> Measure | None:
    settings = question.configuration
    if question.type == QuestionType.CATEGORICAL:
        choices = tuple(settings["choices"])
        if settings.get("multi"):
            return Measure(question, Kind.SETS, choices)
        escape = frozenset(settings.get("escape") or ())
        if not settings.get("ordered"):
            return Measure(question, Kind.NAMES, choices)
        order = tuple(choice for choice in choices if choice not in escape)
        return Measure(question, Kind.SCALE, choices, order, escape)
    if question.type == QuestionType.RATING:
        steps = tuple(range(1, settings["steps"] + 1))
        return Measure(question, Kind.SCALE, steps, steps)
    if question.type == QuestionType.NUMBER:
        return Measure(question, Kind.NUMBERS)
    if question.type == QuestionType.WORDS:
        return Measure(question, Kind.WORDS)
    if question.type == QuestionType.REGIONS:
        return Measure(question, Kind.MARKS, tuple(label["name"] for label in settings["labels"]))
    if question.type == QuestionType.TIMESTAMP:
        return Measure(question, Kind.MARKS)
    return None


def _plain(_question: FormQuestion, value: Any) -> Any:
    return value


def _as_set(_question: FormQuestion, value: Any) -> frozenset[str] | None:
    return None if value is None else frozenset(value)


def _words(_question: FormQuestion, value: Any) -> frozenset[str] | None:
    """Codes, and free words as they are. Who could not judge said nothing."""
    if not isinstance(value, dict) or value.get("cannot_judge"):
        return None
    return frozenset((*value.get("terms", ()), *value.get("words", ())))


def _marks(question: FormQuestion, value: Any) -> tuple[Event, ...]:
    if question.type == QuestionType.REGIONS:
        return tuple(Event(one["start_ms"], one["end_ms"], one["label"]) for one in value or ())
    moments = [] if value is None else value if isinstance(value, list) else [value]
    return tuple(Event(moment, moment, "") for moment in moments)


_READ = {
    Kind.NAMES: _plain,
    Kind.SCALE: _plain,
    Kind.NUMBERS: _plain,
    Kind.SETS: _as_set,
    Kind.WORDS: _words,
    Kind.MARKS: _marks,
}
