"""The answers of a task, item by item, beside what they come to: read in slices, so that memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Case, F, When

from annotations.models import Assignment, ItemResult, LabelingTask, Standing
from annotations.models.assignments import AssignmentQuerySet

# Rows that are read at once.
SLICE = 4000
COUNTED = (*Assignment.DONE, Assignment.State.PENDING_REVIEW)
_FIELDS = ("position", "submissions__author_id", "team_id", "active_ms", "submissions__answers")


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said about an item, as they said it themselves: an auditor's correction is not theirs."""

    person: UUID
    team: UUID | None
    active_ms: int
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """An item with the answers that count. `finals` are the parts of its result by alias: see ItemResult.values."""

    position: int
    said: list[Said]
    finals: dict[str, dict[str, Any]]


def counted_turns(task: LabelingTask) -> AssignmentQuerySet:
    """Turns whose answers count: handed in and not back, of people who are not stopped in the task."""
    stopped = Standing.objects.filter(task=task, state=Standing.State.STOPPED).values("user")
    return Assignment.objects.filter(task=task, state__in=COUNTED).exclude(annotator__in=stopped)


def with_own_answers(turns: AssignmentQuerySet) -> AssignmentQuerySet:
    """Each turn beside the last submission that its annotator made: `submissions__...` are of that one alone."""
    own = Case(When(correction="", then=F("revision")), default=F("revision") - 1)
    return turns.filter(submissions__revision=own)


def heard_items(task: LabelingTask) -> Iterator[Heard]:
    """All items somebody answered, in order. Two queries per slice."""
    turns, last = with_own_answers(counted_turns(task)).order_by("position", "slot"), 0
    while True:
        rows: list[Any] = list(turns.filter(position__gt=last).values_list(*_FIELDS)[:SLICE])
        if len(rows) == SLICE:
            # The last item may go on in the next slice.
            cut = rows[-1][0]
            rows = [row for row in rows if row[0] < cut] or list(turns.filter(position=cut).values_list(*_FIELDS))
        if not rows:
            return
        finals = _finals(task, first=rows[0][0], last=rows[-1][0])
        for position, group in groupby(rows, key=lambda row: row[0]):
            yield Heard(position, [Said(*row[1:]) for row in group], finals.get(position, {}))
        last = rows[-1][0]


def _finals(task: LabelingTask, *, first: int, last: int) -> dict[int, dict[str, Any]]:
    rows = ItemResult.objects.filter(task=task, position__gte=first, position__lte=last).order_by()
    return dict(rows.values_list("position", "values"))
