"""Many turns that go from one person to another, or to the pool and out of it, while others work on them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from annotations.models import Assignment
from annotations.models.assignments import AssignmentQuerySet

# Ids in one statement: SQLite takes no more than 32,766 parameters.
SLICE = 1000


class TakenMeanwhile(Exception):
    """Some of the chosen turns were begun, handed in or moved between choosing and changing them."""


class Held(NamedTuple):
    """A turn as it stood when it was locked."""

    pk: UUID
    item_id: UUID
    state: str
    revision: int
    has_drafts: bool


def sliced(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]


def locked(rows: AssignmentQuerySet, ids: Iterable[UUID]) -> list[Held]:
    """Those of `rows` with these ids, locked until the transaction ends: in one order, so that nobody deadlocks.

    What changed since the ids were read, so that it is none of `rows` any more, is left out.
    """
    found: list[Held] = []
    for part in sliced(sorted(ids)):
        kept = rows.filter(pk__in=part).order_by("pk").select_for_update(of=("self",))
        found += [Held(*row) for row in kept.values_list(*Held._fields)]
    return found


def swap(ids: Sequence[UUID], states: Sequence[str], **changes: object) -> None:
    """Set `changes` where all turns are still in these states; a pair is what a field must be, and what it becomes."""
    pairs = {name: value for name, value in changes.items() if isinstance(value, tuple)}
    values = {**changes, **{name: new for name, (_old, new) in pairs.items()}}
    for part in sliced(ids):
        rows = Assignment.objects.filter(pk__in=part, state__in=states)
        if rows.filter(**{name: old for name, (old, _new) in pairs.items()}).update(**values) != len(part):
            raise TakenMeanwhile
