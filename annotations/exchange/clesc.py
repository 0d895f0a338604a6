"""The results of a task in the shape of CLESC: a row per clip, a cell per person, real JSON in each.

Made where a task asks for pace, pitch, volume, emotion and voice, or some of them, under these aliases.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Count

from annotations.answers import FormQuestion
from annotations.exchange import parquet
from annotations.exchange.clesc_shape import (
    ALIASES,
    AUDIO,
    CROWD,
    EXPERT,
    LEAST,
    SCALES,
    SOURCE,
    WORDS,
    WORKER,
    columns,
)
from annotations.exchange.sides import Side
from annotations.models import Assignment, LabelingTask, QuestionType
from annotations.results import ResultAnswer, ResultItem
from annotations.words.resolving import Resolver, resolver_for
from datasets.formats.archive import Archive
from datasets.formats.tables import csv_table, json_lines

Items = Callable[[], Iterator[ResultItem]]


def is_asked(form: tuple[FormQuestion, ...]) -> bool:
    """Whether a form asks for what CLESC holds."""
    return len({question.alias for question in form} & set(ALIASES)) >= LEAST


@dataclass(frozen=True)
class Shape:
    """How a task's answers become rows. `audio` names the recordings of items that lie in the archive."""

    form: Mapping[str, FormQuestion]
    resolvers: Mapping[str, Resolver]
    experts: frozenset[UUID]
    columns: tuple[str, ...]
    source: str
    audio: Mapping[UUID, str]

    def row(self, item: ResultItem) -> dict[str, Any]:
        """The row of an item: who did not answer has no cell."""
        row: dict[str, Any] = dict.fromkeys(self.columns)
        given: Counter[str] = Counter()
        for answer in item.answers:
            side = EXPERT if answer.team_id in self.experts else CROWD
            given[side] += 1
            row[f"{side}_{given[side]}"] = self.cell(answer)
        said = {name: item.data.get(name) for name in (AUDIO, SOURCE)}
        filename = item.audio[0].filename if item.audio else ""
        row[AUDIO] = said[AUDIO] if isinstance(said[AUDIO], str) else self.audio.get(item.id, filename)
        row[SOURCE] = said[SOURCE] if isinstance(said[SOURCE], str) else self.source
        return row

    def cell(self, answer: ResultAnswer) -> dict[str, Any]:
        """What one person said: values of the scales, words as they are called and their ids in the pool."""
        cell: dict[str, Any] = {alias: _scale(answer.answers.get(alias)) for alias in SCALES}
        for alias in WORDS:
            words, ids = self._words(alias, answer.answers.get(alias))
            cell |= {alias: words, f"{alias}_ids": ids}
        return cell | {WORKER: answer.annotator}

    def _words(self, alias: str, value: Any) -> tuple[list[str], list[str]]:
        resolver = self.resolvers.get(alias)
        if resolver is not None:
            found = resolver.resolve(value)
            return [*map(resolver.label, found.codes), *found.unknown], list(found.codes)
        if isinstance(value, list):
            return [str(word) for word in value], []
        return ([str(value)] if value is not None else []), []


def _scale(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def shape_of(
    task: LabelingTask, form: tuple[FormQuestion, ...], *, sides: tuple[Side, ...], audio: Mapping[UUID, str]
) -> Shape:
    """Asks the database once for the words and for how many people answered an item at most."""
    asked = {question.alias: question for question in form if question.alias in ALIASES}
    experts = frozenset(side.team_id for side in sides if side.is_expert)
    counted = Assignment.objects.filter(task=task, state__in=Assignment.DONE).order_by()
    most: Counter[bool] = Counter()
    by_item: Counter[tuple[UUID, bool]] = Counter()
    for item, team, n in counted.values_list("item", "team").annotate(n=Count("pk")).iterator(chunk_size=2000):
        is_expert = team in experts
        by_item[item, is_expert] += n
        most[is_expert] = max(most[is_expert], by_item[item, is_expert])
    return Shape(
        form=asked,
        resolvers={
            alias: resolver_for(question.configuration)
            for alias, question in asked.items()
            if question.type == QuestionType.WORDS
        },
        experts=experts,
        columns=columns(n_crowd=most[False], n_experts=most[True]),
        source=task.dataset.name,
        audio=audio,
    )


def add_clesc(archive: Archive, shape: Shape, items: Items, *, folder: Path) -> None:
    """Add `clesc/` to the archive: JSON Lines, and Parquet where it can be written, else CSV with JSON in its cells."""

    def rows() -> Iterator[dict[str, Any]]:
        return (shape.row(item) for item in items() if item.answers)

    archive.add_stream("clesc/clesc.jsonl", json_lines(rows()))
    if parquet.is_at_hand():
        path = folder / "clesc.parquet"
        parquet.write_rows(path, rows(), columns=shape.columns)
        archive.add_file("clesc/clesc.parquet", path)
    else:
        archive.add_stream("clesc/clesc.csv", csv_table(rows(), columns=shape.columns))
