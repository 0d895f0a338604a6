"""The People tab as a form: who is named for each kind of work, with which number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from annotations.actions.creating import Problem, Seat
from annotations.actions.staffing import SIDES, to_review
from annotations.dealing import split_evenly
from annotations.models import LabelingTask
from annotations.staff import Kind, Load, ReviewLoad, Staff
from workspaces.models import User
from workspaces.permissions import people_with

MOST_DIGITS = 9


@dataclass
class StaffRow:
    """A person, whether they are named, what stands in the field for their number, and what they have."""

    user: User
    is_chosen: bool
    number: str
    was: int | None
    is_seated: bool
    load: Load
    review_load: ReviewLoad
    has_role: bool
    error: str = ""

    @property
    def quota(self) -> int | None:
        return int(self.number) if is_number(self.number) else None

    @property
    def base(self) -> int:
        """What their number counts from: what they have, but not what they took beyond an earlier number."""
        return self.load.held if self.was is None else min(self.load.held, self.was)

    @property
    def is_there(self) -> bool:
        """Named, or at work without being named."""
        return self.is_seated or bool(self.load.held or self.review_load.held)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


class StaffTable:
    """One side of it. Its fields are kind=<id> for whoever is named, and kind-<id>=<number>."""

    def __init__(
        self, task: LabelingTask, staff: Staff, kind: str, data: "MultiValueDict[str, Any] | None" = None
    ) -> None:
        self.task, self.staff, self.kind = task, staff, kind
        self.error = ""
        members = {user.pk: user for user in people_with(SIDES[Kind(kind)][1], task.workspace)}
        seats = staff.of(kind)
        loads: Mapping[Any, Any] = staff.loads if kind == Kind.LABELING else staff.review_loads
        chosen = set(data.getlist(kind)) if data is not None else {str(pk) for pk in seats}
        self.rows = []
        for pk in members.keys() | seats.keys() | loads.keys():
            was = seats.get(pk)
            typed = "" if was is None else str(was)
            self.rows.append(
                StaffRow(
                    user=members.get(pk) or staff.users[pk],
                    is_chosen=str(pk) in chosen,
                    number=typed if data is None else data.get(f"{kind}-{pk}", "").strip()[:12],
                    was=was,
                    is_seated=pk in seats,
                    load=staff.load(pk) if kind == Kind.LABELING else Load(),
                    review_load=staff.review_load(pk) if kind == Kind.REVIEW else ReviewLoad(),
                    has_role=pk in members,
                )
            )
        self.rows.sort(key=lambda row: (not row.is_there, row.user.name, row.user.email))

    @property
    def chosen(self) -> list[StaffRow]:
        return [row for row in self.rows if row.is_chosen]

    @property
    def is_numbered(self) -> bool:
        return bool(self.chosen) and all(row.quota is not None for row in self.chosen)

    def is_valid(self) -> bool:
        for row in self.chosen:
            if row.number and not is_number(row.number):
                row.error = _("Give a whole number, or none.")
        return not any(row.error for row in self.rows)

    def seats(self) -> list[Seat]:
        return [Seat(row.user, row.quota) for row in self.chosen]

    def split(self) -> None:
        """What nobody has, evenly on top of what those chosen have."""
        chosen = self.chosen
        if not chosen:
            return
        numbers = [self._at_least(row) if row.quota is None else row.quota for row in chosen]
        shares = split_evenly(self._left(numbers), len(chosen))
        for row, number, share in zip(chosen, numbers, shares, strict=True):
            row.number = str(number + share)

    def _at_least(self, row: StaffRow) -> int:
        return row.base if self.kind == Kind.LABELING else row.review_load.held

    def _left(self, numbers: list[int]) -> int:
        if self.kind == Kind.REVIEW:
            return max(0, to_review(self.task, [row.user.pk for row in self.chosen]) - sum(numbers))
        gone = sum(row.load.not_begun for row in self.rows if not row.is_chosen)
        more = sum(number - row.base for row, number in zip(self.chosen, numbers, strict=True))
        return max(0, self.staff.in_pool + gone - more)

    def attach(self, problem: Problem) -> None:
        """Say it at the person it is about, else above the table."""
        where, said, _kind = problem
        if len(where) > 2 and isinstance(where[2], int):
            self.chosen[where[2]].error = said
        else:
            self.error = f"{self.error} {said}".strip()
