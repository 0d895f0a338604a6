"""The card of a processed dataset: what is in it, who said it, how far they agree, and how it was made.

Markdown with the head that dataset hosts read. Written in English whatever the language of who asks for it, and without
a date of its own: the same answers make the same card.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from annotations.answers import FormQuestion
from annotations.exchange.licenses import LICENSES
from annotations.exchange.made import how_it_was_made
from annotations.exchange.sides import Side
from annotations.models import LabelingTask, QuestionType
from annotations.results import ResultItem

FILES = {
    "answers.jsonl": "one line per item and person: values of the item, files, answers, active time, stretches heard",
    "answers.csv": "one row per mark, and one per other answer, for spreadsheets",
    "results.jsonl": "one line per item: its state, and per question the value, confidence, method, votes and teams",
    "results.csv": "one row per item and question: the same for spreadsheets",
    "suggestions.csv": "one row per suggestion of a model and person who was shown it, with what became of it",
    "clesc/clesc.jsonl": "one line per clip, one JSON cell per person, in the shape of CLESC",
    "clesc/clesc.csv": "the same, with JSON in the cells",
    "clesc/clesc.parquet": "the same, with structs as cells",
    "audacity/": "the marks of a recording as an Audacity label track, one per person",
    "textgrid/": "the marks of a recording as a Praat TextGrid, one tier per question and person",
    "audio/": "the recordings as they were uploaded",
    "clips/": "every marked region, cut to the sample, named by its milliseconds",
    "manifest.json": "hashes of all files and recordings, and every answer with its revision and how it was accepted",
}


@dataclass
class Tally:
    """What went into the archive, counted while it is written."""

    n_items: int = 0
    n_answers: int = 0
    audio_ms: int = 0
    people: dict[UUID | None, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    answers: Counter[UUID | None] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    def count(self, item: ResultItem) -> None:
        if not item.answers:
            return
        self.n_items += 1
        self.n_answers += len(item.answers)
        self.audio_ms += sum(audio.duration_ms for audio in item.audio)
        for answer in item.answers:
            self.people[answer.team_id].add(answer.annotator_id)
            self.answers[answer.team_id] += 1


@dataclass(frozen=True)
class Agreed:
    """How far people agree in one question, from 0 (chance) to 1: see docs/agreement.md. None: it is not defined."""

    alias: str
    measure: str
    who: str
    n_items: int
    value: float | None
    low: float | None
    high: float | None
    note: str = ""


def card(
    task: LabelingTask,
    form: tuple[FormQuestion, ...],
    *,
    tally: Tally,
    sides: tuple[Side, ...],
    agreed: Iterable[Agreed],
    methods: Mapping[str, Mapping[str, int]],
    members: Iterable[str],
    options: Mapping[str, Any],
) -> str:
    """README.md. `methods` counts for each alias how its values came about; `members` are the files beside it."""
    license_id = options.get("license") or ""
    parts = [
        *_head(task, license_id),
        f"# {_text(task.name)}",
        "",
        f"Labels of the dataset “{_text(task.dataset.name)}”, made with Earmark.",
        "",
        "## What is in it",
        "",
        *_table(("", "Number"), _counts(tally)),
        "",
        *_people(tally, sides),
        "## Agreement",
        "",
        *_agreement(list(agreed)),
        "## How it was made",
        "",
        *(f"- {line}" for line in how_it_was_made(task, sides=sides, methods=methods)),
        "",
        "## Questions",
        "",
        *_questions(form),
        "## Files",
        "",
        *_table(("File", "Holds"), _files(members)),
        "",
        "Times are whole milliseconds on the decoded recording. People are called by "
        + ("numbers that say nothing of who they are." if options.get("annotators") == "numbers" else "their names."),
        "",
        "## License",
        "",
        f"{LICENSES[license_id]} (`{license_id}`)." if license_id else "Left open by whoever made this dataset.",
        "",
    ]
    return "\n".join(parts)


def _head(task: LabelingTask, license_id: str) -> Iterator[str]:
    yield "---"
    yield f"pretty_name: {_quoted(task.name)}"
    if license_id:
        yield f"license: {license_id.lower()}"
    yield from ("task_categories:", "- audio-classification", "tags:", "- audio", "---", "")


def _quoted(text: str) -> str:
    """A text in the head, whatever is in it."""
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(value: object) -> str:
    """Text that people wrote, on one line and without meaning in Markdown."""
    text = " ".join(str(value).split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#~$" else letter for letter in text)


def _table(headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def _counts(tally: Tally) -> Iterator[tuple[str, object]]:
    yield "Items with answers", tally.n_items
    yield "Answers", tally.n_answers
    yield "People who answered", len(set().union(*tally.people.values()))
    yield "Audio", f"{tally.audio_ms / 3_600_000:.2f} hours"
    for state, n in sorted(tally.states.items()):
        yield f"Items whose result is {state}", n


def _people(tally: Tally, sides: tuple[Side, ...]) -> Iterator[str]:
    if not sides:
        return
    rows = [
        (
            _text(side.name),
            side.overlap,
            len(tally.people[side.team_id]),
            tally.answers[side.team_id],
            "yes" if side.decides else "",
        )
        for side in sides
    ]
    yield from _table(("Team", "People per item", "People", "Answers", "Decides"), rows)
    yield ""


def _agreement(agreed: list[Agreed]) -> Iterator[str]:
    if not agreed:
        yield from ("One person answered each item, so there is no agreement to tell.", "")
        return
    yield "1 is full agreement, 0 what chance would give; the interval holds 95 of 100 draws of items."
    yield ""
    headings = ("Question", "Measure", "Among", "Items", "Agreement", "Interval", "")
    yield from _table(headings, ([*map(_text, _agreed_row(row)), _text(row.note)] for row in agreed))  # type: ignore[misc]
    yield ""


def _agreed_row(row: Agreed) -> tuple[str, ...]:
    value = "" if row.value is None else f"{row.value:.3f}"
    interval = "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"
    return row.alias, row.measure, row.who, str(row.n_items), value, interval


def _questions(form: tuple[FormQuestion, ...]) -> Iterator[str]:
    for question in form:
        yield f"### {_text(question.name)} (`{question.alias}`)"
        yield ""
        if question.prompt:
            yield from (_text(question.prompt), "")
        yield f"- Type: {question.type}{', required' if question.required else ''}"
        yield from (f"- {line}" for line in _choices(question))
        yield ""


def _choices(question: FormQuestion) -> Iterator[str]:
    settings = question.configuration
    if question.type == QuestionType.CATEGORICAL:
        yield ("Choices, in order: " if settings.get("ordered") else "Choices: ") + ", ".join(
            map(_text, settings["choices"])
        )
        if settings.get("escape"):
            yield "Beside the scale: " + ", ".join(map(_text, settings["escape"]))
    elif question.type == QuestionType.RATING:
        yield f"From 1 to {settings['steps']}"
    elif question.type == QuestionType.REGIONS:
        yield "Labels: " + ", ".join(_text(label["name"]) for label in settings["labels"])
    elif question.type == QuestionType.WORDS:
        yield f"Words of a pool, version {settings['version']}: {', '.join(settings['facets'])}"


def _files(members: Iterable[str]) -> Iterator[tuple[str, str]]:
    there = set(members)
    for name, holds in {"README.md": "this card", **FILES}.items():
        is_there = any(member.startswith(name) for member in there) if name.endswith("/") else name in there
        if is_there or name in ("README.md", "manifest.json"):
            yield f"`{name}`", holds
