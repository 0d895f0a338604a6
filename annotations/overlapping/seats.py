"""Whose turns an item gets, slot by slot, where teams label or several people answer on a share of the items alone."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from annotations.models import LabelingTask
from annotations.overlapping.share import full_items, turns_of
from annotations.overlapping.teams import leading_team


class ItemSeats:
    """Follows from the task's teams, share and seed, so that filling a task can go on where it was cut off.

    `is_plain`: everybody may have every turn and all items get the same number, so there is nothing to be known here.
    """

    def __init__(self, task: LabelingTask, *, n_items: int) -> None:
        self.is_plain = not task.by_team and task.overlap_percent == 100
        self.n_turns = turns_of(n_items, people=task.overlap, percent=task.overlap_percent)
        if self.is_plain:
            return
        lead = leading_team(task) if task.by_team else None
        self._one: Sequence[UUID | None] = (lead.team_id if lead else None,)
        self._all: Sequence[UUID | None] = [row.team_id for row in task.teams.all() for _ in range(row.overlap)]
        self._all = self._all or (None,) * task.overlap
        self._is_full = full_items(n_items, percent=task.overlap_percent, seed=task.seed)

    def from_item(self, number: int) -> Iterator[Sequence[UUID | None]]:
        """For each item from this number on the teams of its turns, in the order of the slots; None is anybody's."""
        return (self._all if is_full else self._one for is_full in self._is_full[number:])

    def n_before(self, number: int) -> int:
        """Turns of the items before this number."""
        return number + sum(self._is_full[:number]) * (len(self._all) - 1)
