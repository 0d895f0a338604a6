"""Giving a new task its items: the rows in order, whose turn each is, and the order of the reviews.

All of it follows from the rows, the numbers and the seed. It may be cut off after any slice and goes on from there, so
nothing is there twice and nothing is missing. The rows are a dataset's recordings, or what a room above makes items of.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, repeat
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations import notices, proposing
from annotations.dealing import deal, shuffled
from annotations.models import Assignment, ItemFile, LabelingTask, TaskItem, TaskPerson
from annotations.overlapping.seats import ItemSeats
from datasets.models import AudioFile, Dataset
from workspaces.bulk import BulkRows
from workspaces.ids import new_id, scattered_id
from workspaces.models import User

# Up to so many items a task is there as soon as it is asked for; more are stored by a worker.
AT_ONCE = 2000
# Items in one transaction: on SQLite nobody else writes for about a quarter of a second.
SLICE = 5000
# As they are stored: the members themselves are no plain strings.
OPEN, ASSIGNED = Assignment.State.OPEN.value, Assignment.State.ASSIGNED.value


class Row(NamedTuple):
    """An item to be: `files` are names and recordings, `duration_ms` is the length of the one that is listened to."""

    position: int
    data: dict[str, Any]
    files: Sequence[tuple[str, UUID]]
    duration_ms: int
    prefilled: dict[str, Any]


class Rows(Protocol):
    """Where a task's items come from. Asked again, it has the same rows in the same order, whatever happened since."""

    n_items: int
    # Whether any of them comes with answers: most have none, and storing nothing is quicker.
    are_prefilled: bool

    def beyond(self, position: int, *, most: int) -> list[Row]:
        """The next rows behind this position, at most so many. Fewer than there should be end the filling."""
        ...


class CannotFill(Exception):
    """The task cannot get the items it was made for; the message says why."""


def ready_audio(dataset: Dataset) -> QuerySet[AudioFile]:
    return AudioFile.objects.filter(dataset=dataset, status=AudioFile.Status.READY)


class Recordings:
    """A dataset's ready recordings, each an item of its own, in the order in which they were added."""

    are_prefilled = False

    def __init__(self, task: LabelingTask, *, n_items: int) -> None:
        self.n_items = n_items
        self._task = task
        self._last: tuple[int, UUID | None] = (0, None)

    def beyond(self, position: int, *, most: int) -> list[Row]:
        ready = ready_audio(self._task.dataset).order_by("id")
        last = self._at(position)
        ready = ready.filter(id__gt=last) if last else ready
        audio = list(ready.values_list("id", "duration_ms", "metadata")[:most])
        if not audio:
            return []
        # By column: a large task has a hundred thousand of them.
        ids, durations, data = zip(*audio, strict=True)
        files = zip(zip(repeat("audio"), ids, strict=False), strict=True)
        rows = list(map(Row._make, zip(count(position + 1), data, files, durations, repeat({}), strict=False)))
        self._last = (rows[-1].position, ids[-1])
        return rows

    def _at(self, position: int) -> UUID | None:
        """The recording at this position: the last one of the slice before, or of the try before."""
        if position != self._last[0]:
            stored = ItemFile.objects.filter(item__task=self._task, item__position=position)
            self._last = (position, stored.values_list("audio", flat=True).first())
        return self._last[1]


def fill(
    task: LabelingTask,
    *,
    rows: Rows,
    numbers: Sequence[tuple[UUID, int]] = (),
    report: Callable[[int], None] = lambda done: None,
) -> None:
    """Store what is missing of the items, their files and turns; `numbers` are the annotators who have one.

    `report(done)` is called in the transaction of each slice: what it raises undoes the slice. Raises CannotFill.
    """
    stored = TaskItem.objects.filter(task=task)
    done = stored.count()
    position = stored.order_by("-position").values_list("position", flat=True).first() or 0
    turns = _Turns(task, rows=rows, numbers=numbers)
    while done < rows.n_items:
        wanted = min(SLICE, rows.n_items - done)
        found = rows.beyond(position, most=wanted)
        if len(found) < wanted:
            raise CannotFill(
                _("Recordings were removed from the dataset: %(n)d fewer are ready than there were. Make a new task.")
                % {"n": rows.n_items - done - len(found)}
            )
        prepared = list(turns.prepared(found, done=done))
        with transaction.atomic():
            if not LabelingTask.objects.present().filter(pk=task.pk).exists():
                raise CannotFill(_("The labeling task was deleted before it had all its items."))
            report(done + len(found))
            for kind, values in prepared:
                kind.write(values)
        done, position = done + len(found), found[-1].position


class _Turns:
    """The rows of a task, slice by slice."""

    def __init__(self, task: LabelingTask, *, rows: Rows, numbers: Sequence[tuple[UUID, int]]) -> None:
        self.overlap = task.overlap
        self.seats = ItemSeats(task, n_items=rows.n_items)
        # Who has a turn, by their place in the deal, and what state it is in then.
        self.holders: dict[int | None, tuple[UUID | None, str, bool]] = {None: (None, OPEN, False)}
        self.holders |= {n: (person, ASSIGNED, True) for n, (person, _number) in enumerate(numbers)}
        # Whether a rest may stay in the pool was decided when the task was made.
        self.dealt = deal(
            n_items=rows.n_items if self.seats.is_plain else 0,
            overlap=task.overlap,
            quotas=[number for _person, number in numbers],
            seed=task.seed,
            rest_in_pool=True,
        )
        self.draws = shuffled(self.seats.n_turns, seed=task.seed)
        self.are_prefilled = rows.are_prefilled
        each = ["id", "position", "data", *(["prefilled"] if rows.are_prefilled else [])]
        self.items = BulkRows(TaskItem, each=each, task_id=task.pk)
        self.files = BulkRows(ItemFile, each=["id", "item_id", "name", "audio_id"])
        each = ["id", "item_id", "position", "slot", "draw", "duration_ms", "annotator_id", "state", "is_dealt"]
        each += [] if self.seats.is_plain else ["team_id"]
        self.turns = BulkRows(Assignment, each=each, task_id=task.pk, created_at=timezone.now())

    def prepared(self, rows: Sequence[Row], *, done: int) -> Iterable[tuple[BulkRows, list[tuple[Any, ...]]]]:
        """What is stored for these rows, before which there are `done`. Positions may have gaps, the deal has none."""
        # Control items are mixed in among these: see annotations.qualifying.disguise.
        items = [scattered_id() for _row in rows]
        positions, data, files, durations, prefilled = zip(*rows, strict=True)
        columns = (items, positions, data, prefilled) if self.are_prefilled else (items, positions, data)
        yield self.items, self.items.prepared(zip(*columns, strict=True))
        named = ((new_id(), pk, *file) for pk, some in zip(items, files, strict=True) for file in some)
        yield self.files, self.files.prepared(named)
        of_items = zip(items, positions, durations, strict=True)
        yield self.turns, self.turns.prepared((self._dealt if self.seats.is_plain else self._pooled)(of_items, done))

    def _dealt(self, items: Iterable[tuple[UUID, int, int]], done: int) -> Iterator[tuple[Any, ...]]:
        """The turns of these items, with those who were dealt them."""
        draws, overlap, holders = self.draws, self.overlap, self.holders
        return (
            (scattered_id(), item, position, slot, draws[n * overlap + slot], ms, *holders[person])
            for n, (item, position, ms) in enumerate(items, start=done)
            for slot, person in enumerate(self.dealt[n])
        )

    def _pooled(self, items: Iterable[tuple[UUID, int, int]], done: int) -> Iterator[tuple[Any, ...]]:
        """The turns of these items, each for the team it belongs to."""
        draws = iter(self.draws[self.seats.n_before(done) :])
        return (
            (scattered_id(), item, position, slot, next(draws), ms, *self.holders[None], team)
            for (item, position, ms), teams in zip(items, self.seats.from_item(done), strict=False)
            for slot, team in enumerate(teams)
        )


def open_filled(task: LabelingTask, *, by: User | None) -> None:
    """Open a task that has all its items, and tell the people who are named. Call it in a transaction."""
    task.sample_size = task.sample_of(Assignment.objects.filter(task=task).count())
    task.save(update_fields=["sample_size"])
    task.open(by=by)
    if proposing.is_assisted(task):
        proposing.ask(task, by=by)
    if by is None:
        return
    seats = list(TaskPerson.objects.filter(task=task).select_related("user"))
    for kind in TaskPerson.Kind.values:
        notices.assigned(task, {seat.user: seat.quota for seat in seats if seat.kind == kind}, kind=kind, by=by)
