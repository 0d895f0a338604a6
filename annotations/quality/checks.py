"""Contradictions and carelessness in one person's answers to one recording, found by rules that always say the same.

Every rule is a function of values: what was asked, what was answered, what was heard. It returns findings, each with
a code, the questions it is about, and what a sentence about it needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any


@dataclass(frozen=True)
class Word:
    """A term of a word pool, as far as the rules look at it."""

    code: str
    label: str
    family: str = ""
    opposites: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """A question of a form; `words` are the terms by code where it is answered with words of a pool."""

    alias: str
    name: str
    type: str
    words: Mapping[str, Word] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Finding:
    code: str
    aliases: tuple[str, ...]
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Clash:
    """Words that do not go with some answers on a scale: any of `words`, or any word of `families`."""

    scale: str
    values: frozenset[str]
    words: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


def clashes(rows: Iterable[Mapping[str, Any]]) -> tuple[Clash, ...]:
    """The table as it is stored: [{"scale", "values": [...], "words": [...], "families": [...]}]."""
    return tuple(
        Clash(
            scale=str(row["scale"]).casefold(),
            values=frozenset(str(value).casefold() for value in row["values"]),
            words=frozenset(row.get("words", ())),
            families=frozenset(str(family).casefold() for family in row.get("families", ())),
        )
        for row in rows
    )


def terms_in(answer: object) -> list[str]:
    """The codes in the answer to a question about words."""
    return list(answer.get("terms", ())) if isinstance(answer, Mapping) else []


def opposites(form: Sequence[Asked], answers: Mapping[str, Any]) -> list[Finding]:
    """Two words in one answer of which the pool says, at either of them, that they contradict each other."""
    found = []
    for question in form:
        given = [question.words[code] for code in terms_in(answers.get(question.alias)) if code in question.words]
        for one, other in combinations(given, 2):
            if other.code in one.opposites or one.code in other.opposites:
                about = (("first", one.label), ("second", other.label))
                found.append(Finding("opposites", (question.alias,), about))
    return found


def against_scales(form: Sequence[Asked], answers: Mapping[str, Any], table: Sequence[Clash]) -> list[Finding]:
    """Words that a scale of the same form contradicts, such as “whispering” with a loud volume."""
    found: list[Finding] = []
    scales = [question for question in form if not question.words and _plain(answers.get(question.alias))]
    for question in form:
        for code in terms_in(answers.get(question.alias)):
            word = question.words.get(code)
            if word is None:
                continue
            for scale in scales:
                value = _plain(answers[scale.alias])
                if any(_clashes(row, word, scale, value) for row in table):
                    about = (("word", word.label), ("scale", scale.name or scale.alias), ("value", value))
                    found.append(Finding("scale", (question.alias, scale.alias), about))
    return found


def _clashes(row: Clash, word: Word, scale: Asked, value: str) -> bool:
    is_word = word.code in row.words or (bool(word.family) and word.family.casefold() in row.families)
    return is_word and row.scale in (scale.alias.casefold(), scale.name.casefold()) and value.casefold() in row.values


def _plain(answer: object) -> str:
    """A choice or a number as text; nothing for all other answers, which are no scales."""
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        return ""
    return str(answer)


def heard_ms(listened: Iterable[Sequence[int]], *, duration_ms: int) -> int:
    """How much of the recording was played at least once. The stretches may overlap and lie in any order."""
    total = until = 0
    for start, end in sorted((max(0, row[0]), min(row[1], duration_ms)) for row in listened):
        total += max(0, end - max(start, until))
        until = max(until, end)
    return total


def too_little(code: str, *, spent_ms: int, duration_ms: int, least_percent: float) -> list[Finding]:
    """Less was heard, or less time was spent, than so many per cent of the recording's length."""
    if duration_ms <= 0 or spent_ms * 100 >= least_percent * duration_ms:
        return []
    about = (("percent", str(spent_ms * 100 // duration_ms)), ("least", f"{least_percent:g}"))
    return [Finding(code, (), about)]


def nothing_said(form: Sequence[Asked], answers: Mapping[str, Any]) -> list[Finding]:
    """No question has an answer. “Cannot judge” is one: somebody listened and said so."""
    if any(_says_something(answers.get(question.alias)) for question in form):
        return []
    return [Finding("nothing", tuple(question.alias for question in form))]


def _says_something(answer: object) -> bool:
    if isinstance(answer, Mapping):
        return any(_says_something(part) for part in answer.values())
    if isinstance(answer, str):
        return bool(answer.strip())
    return bool(answer) if isinstance(answer, list) else answer is not None and answer is not False


def check(
    settings: Mapping[str, Any],
    *,
    form: Sequence[Asked],
    answers: Mapping[str, Any],
    listened: Iterable[Sequence[int]],
    active_ms: int,
    duration_ms: int,
) -> list[Finding]:
    """What the rules that are switched on in `settings` find, in a fixed order: see `annotations.checking.policy`."""
    found: list[Finding] = []
    if settings["opposites"]["is_on"]:
        found += opposites(form, answers)
    if settings["scales"]["is_on"]:
        found += against_scales(form, answers, clashes(settings["scales"]["table"]))
    if settings["heard"]["is_on"]:
        heard = heard_ms(listened, duration_ms=duration_ms)
        least = settings["heard"]["least_percent"]
        found += too_little("heard", spent_ms=heard, duration_ms=duration_ms, least_percent=least)
    if settings["worked"]["is_on"]:
        least = settings["worked"]["least_percent"]
        found += too_little("worked", spent_ms=active_ms, duration_ms=duration_ms, least_percent=least)
    if settings["nothing"]["is_on"]:
        found += nothing_said(form, answers)
    return found
