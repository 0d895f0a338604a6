"""What counts as an answer to each type of question. One place for the browser, programs and drafts alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.form_schemas import MAX_NUMBER, answer_problems
from annotations.models import QuestionType
from annotations.words.answering import WrongWords, clean_words
from workspaces.errors import Invalid

MAX_MARKS = 20_000
MAX_TEXT = 20_000
MAX_NOTE = 2_000
MAX_SUGGESTION_ID = 40
MAX_ACTIVE_MS = 7 * 24 * 3_600_000

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class FormQuestion:
    """A question as it stands in a task's form."""

    alias: str
    type: str
    name: str
    prompt: str
    required: bool
    configuration: dict[str, Any] = field(hash=False)
    question_id: UUID | None = None
    layout: dict[str, Any] = field(default_factory=dict, hash=False)


class _Refused(Exception):
    """What is wrong with one answer: one problem, or with `more` several, each at its place inside the answer."""

    def __init__(
        self,
        message: str = "",
        *,
        kind: str = "value_error",
        at: Location = (),
        more: Sequence[tuple[Location, str]] = (),
    ) -> None:
        self.problems = [(place, sentence, kind) for place, sentence in more or [(at, message)]]


def clean(form: "tuple[FormQuestion, ...]", answers: object, *, duration_ms: int, complete: bool) -> dict[str, Any]:
    """The answers as they are stored, or Invalid with one problem per place.

    `complete` is asked of a submission; a draft may lack answers and hold texts that are still too short. Empty answers
    are left out. Times must lie in [0, duration_ms].
    """
    problems: list[tuple[Location, str, str]] = []
    if not isinstance(answers, dict):
        raise Invalid([(("body", "answers"), _("Send an object of answers by alias."), "type_error.dict")])
    known = {question.alias for question in form}
    for alias in answers:
        if alias not in known:
            sentence = _("There is no question “%(alias)s” in this task.") % {"alias": str(alias)[:100]}
            problems.append((("body", "answers", str(alias)), sentence, "value_error.unknown"))
    cleaned: dict[str, Any] = {}
    for question in form:
        value = answers.get(question.alias)
        try:
            kept = _CLEANERS[question.type](question, value, duration_ms, complete) if value is not None else None
        except _Refused as refusal:
            where = ("body", "answers", question.alias)
            problems += [((*where, *at), message, kind) for at, message, kind in refusal.problems]
            continue
        if kept is not None:
            cleaned[question.alias] = kept
        elif complete and question.required:
            problems.append((("body", "answers", question.alias), _needed(question), "value_error.missing"))
    if problems:
        raise Invalid(problems)
    return cleaned


def _needed(question: FormQuestion) -> str:
    return {
        QuestionType.REGIONS: _("Mark at least one region. This question needs an answer."),
        QuestionType.TIMESTAMP: _("Mark at least one moment. This question needs an answer."),
        QuestionType.CATEGORICAL: _("Choose one. This question needs an answer."),
        QuestionType.RATING: _("Choose a step. This question needs an answer."),
        QuestionType.NUMBER: _("Give a number. This question needs an answer."),
        QuestionType.FREE_TEXT: _("Write something. This question needs an answer."),
        QuestionType.FORM: _("Fill in the form. This question needs an answer."),
        QuestionType.WORDS: _("Choose at least one word. This question needs an answer."),
    }[QuestionType(question.type)]


def _time(value: object, duration_ms: int, at: Location) -> int:
    if type(value) is not int:
        raise _Refused(_("Give the time as whole milliseconds."), kind="type_error.integer", at=at)
    if not 0 <= value <= duration_ms:
        raise _Refused(
            _("The time must lie between 0 and %(end)d ms, the length of the recording.") % {"end": duration_ms}, at=at
        )
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _Refused(_("Send a list."), kind="type_error.list")
    if len(value) > MAX_MARKS:
        raise _Refused(_("At most %(most)d marks fit into one answer.") % {"most": MAX_MARKS})
    return value


def _text(value: object, limit: int, at: Location = ()) -> str:
    if not isinstance(value, str):
        raise _Refused(_("Send text."), kind="type_error.str", at=at)
    if len(value) > limit:
        raise _Refused(_("Write at most %(most)d characters.") % {"most": limit}, at=at)
    # Neither can be stored by every database, and nobody types them.
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _Refused(_("The text holds a character that cannot be stored."), at=at)
    return value


def _regions(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> list[dict[str, Any]] | None:
    labels = {label["name"] for label in question.configuration["labels"]}
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    linked: set[str] = set()
    for index, region in enumerate(_list(value)):
        if not isinstance(region, dict):
            raise _Refused(
                _("A region is an object with label, start_ms and end_ms."), kind="type_error.dict", at=(index,)
            )
        label = region.get("label")
        if not isinstance(label, str) or label not in labels:
            raise _Refused(
                _("“%(label)s” is not one of the labels: %(labels)s.")
                % {"label": str(label)[:100], "labels": ", ".join(sorted(labels))},
                at=(index, "label"),
            )
        start = _time(region.get("start_ms"), duration_ms, (index, "start_ms"))
        end = _time(region.get("end_ms"), duration_ms, (index, "end_ms"))
        if end <= start:
            raise _Refused(_("A region must end after it starts."), at=(index, "end_ms"))
        mark_id = _text(region.get("id") or f"r{index + 1}", 40, (index, "id"))
        if mark_id in seen:
            raise _Refused(_("Two regions have the same id."), at=(index, "id"))
        seen.add(mark_id)
        note = _text(region.get("note", ""), MAX_NOTE, (index, "note"))
        row = {"id": mark_id, "label": label, "start_ms": start, "end_ms": end, "note": note}
        rows.append(row | _link(region, linked, index))
    rows.sort(key=lambda row: (row["start_ms"], row["end_ms"], row["id"]))
    return rows or None


def _link(region: dict[str, Any], linked: set[str], index: int) -> dict[str, str]:
    """Which suggestion of a model the region was made from, where it was made from one. `linked` grows by it."""
    pk = _text(region.get("suggestion") or "", MAX_SUGGESTION_ID, (index, "suggestion"))
    if not pk:
        return {}
    if pk in linked:
        raise _Refused(_("Two regions were made from the same suggestion."), at=(index, "suggestion"))
    linked.add(pk)
    return {"suggestion": pk}


def _timestamps(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> list[int] | int | None:
    if not question.configuration.get("multi"):
        return _time(value, duration_ms, ())
    times = [_time(moment, duration_ms, (index,)) for index, moment in enumerate(_list(value))]
    return sorted(set(times)) or None


def _choice(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> list[str] | str | None:
    choices = question.configuration["choices"]
    multi = question.configuration.get("multi", False)
    given = _list(value) if multi else [value]
    for choice in given:
        if choice not in choices:
            raise _Refused(
                _("“%(choice)s” is not one of the choices: %(choices)s.")
                % {"choice": str(choice)[:100], "choices": ", ".join(choices)}
            )
    if multi:
        return [choice for choice in choices if choice in given] or None
    return str(value)


def _free_text(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> str | None:
    text = _text(value, question.configuration.get("max_length") or MAX_TEXT)
    shortest = question.configuration.get("min_length") or 0
    if complete and text.strip() and len(text.strip()) < shortest:
        raise _Refused(_("Write at least %(least)d characters.") % {"least": shortest})
    return text if text.strip() or not complete else None


def _rating(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> int:
    steps = question.configuration["steps"]
    if type(value) is not int:
        raise _Refused(_("Give the step as a whole number."), kind="type_error.integer")
    if not 1 <= value <= steps:
        raise _Refused(_("Choose a step from 1 to %(steps)d.") % {"steps": steps})
    return value


def _number(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> int | float:
    # A bool is an int to Python, and to nobody else.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused(_("Give a number."), kind="type_error.number")
    if not abs(value) <= MAX_NUMBER:
        raise _Refused(_("Give a number between -%(most)d and %(most)d.") % {"most": MAX_NUMBER})
    least, most = question.configuration.get("min"), question.configuration.get("max")
    if least is not None and value < least:
        raise _Refused(_("Give a number of at least %(least)s.") % {"least": least})
    if most is not None and value > most:
        raise _Refused(_("Give a number of at most %(most)s.") % {"most": most})
    return value


def _form(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        raise _Refused(_("Send an object with the fields of the form."), kind="type_error.dict")
    # A form nobody began is no answer; whether one was needed is asked of every question alike.
    if not value:
        return None
    problems = answer_problems(question.configuration["form_schema"], value, complete=complete)
    if problems:
        raise _Refused(more=problems)
    return value


def _words(question: FormQuestion, value: object, duration_ms: int, complete: bool) -> dict[str, Any] | None:
    try:
        return clean_words(question.configuration, value, complete=complete)
    except WrongWords as wrong:
        raise _Refused(wrong.sentence, at=wrong.at) from None


_CLEANERS: dict[str, Callable[[FormQuestion, object, int, bool], Any]] = {
    QuestionType.REGIONS: _regions,
    QuestionType.TIMESTAMP: _timestamps,
    QuestionType.CATEGORICAL: _choice,
    QuestionType.RATING: _rating,
    QuestionType.NUMBER: _number,
    QuestionType.FREE_TEXT: _free_text,
    QuestionType.FORM: _form,
    QuestionType.WORDS: _words,
}


def clean_effort(body: dict[str, Any], *, duration_ms: int) -> tuple[int, list[list[int]]]:
    """`active_ms` and the played stretches of a request, merged and in order; nothing sent counts as nothing."""
    active = body.get("active_ms", 0)
    if type(active) is not int or not 0 <= active <= MAX_ACTIVE_MS:
        raise Invalid([(("body", "active_ms"), _("Give the active time as whole milliseconds."), "type_error.integer")])
    stretches = body.get("listened", [])
    wrong = Invalid(
        [(("body", "listened"), _("Send a list of [start_ms, end_ms] within the recording."), "value_error")]
    )
    if not isinstance(stretches, list) or len(stretches) > MAX_MARKS:
        raise wrong
    rows: list[tuple[int, int]] = []
    for row in stretches:
        if not (isinstance(row, list) and len(row) == 2 and type(row[0]) is int and type(row[1]) is int):
            raise wrong
        if not 0 <= row[0] <= row[1]:
            raise wrong
        rows.append((min(row[0], duration_ms), min(row[1], duration_ms)))
    return active, merge(rows)


def merge(stretches: list[tuple[int, int]]) -> list[list[int]]:
    """Overlapping and touching stretches as one; empty ones dropped; in order."""
    merged: list[list[int]] = []
    for start, end in sorted(stretches):
        if start == end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
