"""The answers of a task that count, item by item in order, read in slices: named columns, JSON only once per text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from annotations.models import Assignment, LabelingTask, Standing, Submission, TaskItem

State = Assignment.State
# Answers in these states count; an auditor may still send back what waits for them.
COUNTED = (*Assignment.DONE, State.PENDING_REVIEW)
# While a turn is in one of these, somebody's answer is still to come.
AWAITED = (*Assignment.LEFT_TO_LABEL, State.ESCALATED)
SLICE = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """What one person answered, in the last revision. Never change `answers`: those who said the same share it."""

    person: UUID
    team: UUID | None
    answers: dict[str, Any]
    # The team as it is stored: compared more often than anything else, and much faster than an id.
    team_key: str


@dataclass(slots=True)
class ItemAnswers:
    item_id: UUID
    position: int
    is_complete: bool = True
    answers: list[Counted] = field(default_factory=list)


@lru_cache(maxsize=8192)
def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def stopped_in(task: LabelingTask) -> list[UUID]:
    """People whose answers do not count, because they were stopped in this task."""
    return list(Standing.objects.filter(task=task, state=Standing.State.STOPPED).values_list("user_id", flat=True))


def slices(task: LabelingTask, *, size: int = SLICE) -> Iterator[list[ItemAnswers]]:
    """All items by position, those without answers too. Three queries a slice, made once it is asked for."""
    last, stopped = -1, stopped_in(task)
    while True:
        rows = TaskItem.objects.filter(task=task, position__gt=last).order_by("position")
        items = list(rows.values_list("id", "position")[:size])
        if not items:
            return
        here = Q(position__gt=last, position__lte=items[-1][1])
        yield answers_to(task, items, here=here, stopped=stopped)
        last = items[-1][1]


def of_items(task: LabelingTask, ids: Sequence[UUID]) -> list[ItemAnswers]:
    """As a slice of a few items, in order of position."""
    rows = TaskItem.objects.filter(task=task, pk__in=ids).order_by("position").values_list("id", "position")
    return answers_to(task, list(rows), here=Q(item__in=ids), stopped=stopped_in(task))


def answers_to(
    task: LabelingTask, items: Sequence[tuple[UUID, int]], *, here: Q, stopped: Sequence[UUID]
) -> list[ItemAnswers]:
    """The answers to these items; `here` is what finds their turns."""
    found = {position: ItemAnswers(pk, position) for pk, position in items}
    turns = Assignment.objects.filter(here, task=task)
    for position in turns.filter(state__in=AWAITED).order_by().values_list("position", flat=True).distinct():
        found[position].is_complete = False
    for position, author, annotator, correction, team, text in _answers(turns, stopped=stopped):
        person = _id(annotator if correction and annotator else author)
        found[position].answers.append(Counted(person, _id(team) if team else None, _read(text), team or ""))
    return list(found.values())


@lru_cache(maxsize=4096)
def _id(text: str) -> UUID:
    """The same few people and teams over and over: made once, not for each answer."""
    return UUID(text)


def _answers(turns: QuerySet[Assignment], *, stopped: Sequence[UUID]) -> Iterator[tuple[Any, ...]]:
    """Rows of the last revisions, in the order of slots. What an auditor mended counts as its annotator's."""
    counted = turns.filter(state__in=COUNTED, revision__gte=1).order_by("position", "slot")
    if stopped:
        counted = counted.exclude(annotator__in=stopped)
    rows = Submission.objects.filter(assignment__in=counted.order_by(), revision=F("assignment__revision"))
    told = rows.annotate(
        text=Cast("answers", TextField()),
        author_text=Cast("author_id", TextField()),
        annotator_text=Cast("assignment__annotator_id", TextField()),
        team_text=Cast("assignment__team_id", TextField()),
    )
    return (
        told.order_by("assignment__position", "assignment__slot")
        .values_list(
            "assignment__position", "author_text", "annotator_text", "assignment__correction", "team_text", "text"
        )
        .iterator(chunk_size=2000)
    )
