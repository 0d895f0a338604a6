"""The clips behind a figure of the report: what the figure is in words, and who said what about each clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KeyTransform

from annotations.form import form_of
from annotations.models import Grade, ItemFile, ItemKey, ItemResult, LabelingTask, QualityReport
from annotations.quality.grading import grade
from annotations.recordings import file_keys, main_first
from annotations.reports.measures import Kind, Measure, measures_of
from annotations.reports.reading import counted_turns, with_own_answers
from annotations.words.pool import pool_for
from datasets.models import AudioFile

PAGE = 10
MOST_MARKS = 12
MOST_CONTROLS = 200


@dataclass(frozen=True)
class Behind:
    """Which items: `n` in all, of which `positions` are kept, and the task they belong to."""

    n: int
    positions: list[int]
    source: LabelingTask


@dataclass(frozen=True)
class Part:
    """An answer to one question in words, with the marks that can be played. `differs`: it is not what holds."""

    question: str
    text: str
    marks: list[tuple[str, int, int]] = field(default_factory=list)
    n_more: int = 0
    differs: bool = False


@dataclass(frozen=True)
class Voice:
    """What one person said."""

    assignment_id: UUID
    name: str
    team: str
    is_meant: bool
    parts: list[Part]


@dataclass
class Clip:
    position: int
    audio: AudioFile | None
    holds: list[Part] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)


def behind(task: LabelingTask, key: str) -> Behind | None:
    """The items of a figure; None where the report knows none of that key."""
    kind, _slash, person = key.partition("/")
    if kind == "control":
        return _wrong_controls(task, person)
    value = KeyTransform(key, KeyTransform("clips", "figures"))
    found = QualityReport.objects.filter(task=task).values_list(value, flat=True).first()
    return Behind(found[0], found[1], task) if found else None


def _wrong_controls(task: LabelingTask, person: str) -> Behind | None:
    """Control items that somebody answered wrongly, the last ones first: they are in a task of their own."""
    try:
        who = UUID(person)
    except ValueError:
        return None
    source = LabelingTask.objects.filter(controls_of=task).first()
    if source is None:
        return None
    rows = Grade.objects.filter(user=who, is_right=False, assignment__task=source).order_by("-id")
    positions = list(rows.values_list("assignment__position", flat=True)[:MOST_CONTROLS])
    return Behind(len(positions), positions, source) if positions else None


def clips_at(task: LabelingTask, positions: Sequence[int], *, key: str) -> list[Clip]:
    """These items in the order given, with everything people said about them. Three queries."""
    about, people = _about(key)
    measures = [one for one in measures_of(form_of(task)) if about in ("", one.alias)]
    clips = {position: Clip(position, None) for position in positions}
    _add_audio(task, clips)
    finals = _finals(task, positions)
    for position, clip in clips.items():
        clip.holds = _parts(measures, finals.get(position, {}), {}, settings={})
    turns = with_own_answers(counted_turns(task)).filter(position__in=positions).order_by("position", "slot")
    fields = ("position", "pk", "submissions__author_id", "submissions__author__name", "team__name")
    for position, pk, author, name, team, answers in turns.values_list(*fields, "submissions__answers"):
        holds = finals.get(position, {})
        parts = _parts(measures, answers, holds, settings=task.aggregation)
        clips[position].voices.append(Voice(pk, name, team or "", str(author) in people, parts))
    return list(clips.values())


def _about(key: str) -> tuple[str, set[str]]:
    """The alias of the question a figure is about, "" for all of them, and the people it is about."""
    kind, *rest = key.split("/")
    if kind in ("wrong", "control"):
        person, alias = rest[0] if rest else "", rest[1] if len(rest) > 1 else ""
        return alias, {person}
    alias, *who = rest or [""]
    return alias, set(who) if kind in ("pair", "off") else set()


def _add_audio(task: LabelingTask, clips: Mapping[int, Clip]) -> None:
    keys = list(file_keys(question.layout for question in form_of(task)))
    rows = ItemFile.objects.filter(item__task=task, item__position__in=list(clips)).order_by("name")
    files: dict[int, list[ItemFile]] = {}
    for row in rows.select_related("audio__blob", "item"):
        files.setdefault(row.item.position, []).append(row)
    for position, own in files.items():
        clips[position].audio = main_first(own, keys, names=[row.name for row in own])[0].audio


def _finals(task: LabelingTask, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What holds, by position and alias: the key of a control item, else the item's result."""
    if task.purpose == LabelingTask.Purpose.CONTROL:
        keys = ItemKey.objects.filter(item__task=task, item__position__in=positions)
        return dict(keys.values_list("item__position", "expected"))
    rows = ItemResult.objects.filter(task=task, position__in=positions).values_list("position", "values")
    return {
        position: {alias: part["value"] for alias, part in values.items() if part.get("value") is not None}
        for position, values in rows
    }


def _parts(
    measures: Sequence[Measure], answers: Mapping[str, Any], holds: Mapping[str, Any], *, settings: Mapping[str, Any]
) -> list[Part]:
    grading = grade([measure.question for measure in measures], holds, answers, settings=settings) if holds else None
    graded = grading.questions if grading else {}
    return [
        _part(measure, answers, differs=measure.alias in graded and not graded[measure.alias].right)
        for measure in measures
        if measure.alias in answers or measure.alias in graded
    ]


def _part(measure: Measure, answers: Mapping[str, Any], *, differs: bool) -> Part:
    name, value = measure.question.name, measure.value(dict(answers))
    if measure.kind == Kind.MARKS:
        marks = [(event.label, event.start_ms, event.end_ms) for event in value[:MOST_MARKS]]
        return Part(name, "", marks, n_more=max(0, len(value) - MOST_MARKS), differs=differs)
    return Part(name, value_words(measure, value), differs=differs)


def value_words(measure: Measure, value: Any) -> str:
    """A value as people know it: words of a pool by their names."""
    if value is None:
        return "–"
    if isinstance(value, frozenset):
        return ", ".join(sorted(word_names(measure, value).values())) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def word_names(measure: Measure, codes: Sequence[str] | frozenset[str]) -> dict[str, str]:
    """The words of these codes; what is no code of the pool stands for itself."""
    pool = pool_for(measure.question.configuration) if measure.kind == Kind.WORDS else None
    return {code: pool.label(code) if pool else str(code) for code in codes}
