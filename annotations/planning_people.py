"""The people of a task in the making: who labels, how many of them each item, and until when."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from annotations.forms import PeopleForm, SeatTable, StepForm
from annotations.models import LabelingTask
from annotations.notes import Notes
from annotations.overlapping.forms import OverlapForm, TeamTable
from annotations.overlapping.planned import Named
from annotations.overlapping.share import turns_of
from workspaces.models import Workspace
from workspaces.permissions import Right, people_with

Location = tuple[str | int, ...]


def complain_in(table: SeatTable | TeamTable, loc: Location, message: str) -> None:
    """Say it at the row it is about, else above the table."""
    if len(loc) > 2:
        table.chosen[int(loc[2])].error = message
    else:
        table.error = table.error or message


class PlansPeople:
    """The part of a plan that the step People asks for. What else it needs to know, the rest of the plan knows."""

    notes: Notes
    workspace: Workspace
    # The step that may complain; the others keep quiet.
    shown: str

    @property
    def n_items(self) -> int:
        raise NotImplementedError

    @property
    def questions_named(self) -> list[Named]:
        raise NotImplementedError

    def _quiet(self, step: str) -> bool:
        return step != self.shown

    def _given(self, form: StepForm) -> dict[str, Any]:
        form.is_right()
        return form.cleaned_data

    @cached_property
    def people_form(self) -> PeopleForm:
        return PeopleForm(self.notes.of("people"), is_quiet=self._quiet("people"))

    @cached_property
    def annotators(self) -> SeatTable:
        return SeatTable("annotator", people_with(Right.LABEL, self.workspace), self.notes.of("people"))

    @cached_property
    def teams(self) -> TeamTable:
        return TeamTable(self.workspace, self.notes.of("people"))

    @cached_property
    def overlap_form(self) -> OverlapForm:
        data, quiet = self.notes.of("people"), self._quiet("people")
        return OverlapForm(data, questions=self.questions_named, is_quiet=quiet)

    @property
    def staffing(self) -> str:
        return str(self.notes.of("people").get("staffing"))

    @property
    def is_named(self) -> bool:
        return self.staffing == "named"

    @property
    def is_for_teams(self) -> bool:
        return self.staffing == "teams"

    @property
    def overlap(self) -> int:
        """People per item."""
        if self.is_for_teams:
            return max(1, self.teams.people)
        text = self.notes.of("people").get("overlap", "1").strip()
        return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 20 else 1

    @property
    def wanted(self) -> int:
        """How many turns there are to give."""
        percent = self.overlap_form.plan_fields()["overlap_percent"] or 100
        return turns_of(self.n_items, people=self.overlap, percent=percent)

    def people_fields(self) -> dict[str, Any]:
        """What a plan is given of this step."""
        people = self._given(self.people_form)
        return {
            "annotators": self.annotators.seats() if self.is_named else (),
            "teams": self.teams.seats() if self.is_for_teams else (),
            "rest_in_pool": self.is_named and people.get("rest_in_pool", False),
            # Each team says how many of it label an item.
            "overlap": 1 if self.is_for_teams else people.get("overlap") or 0,
            "lease_minutes": people.get("lease_minutes") or 0,
            "deadline": people.get("deadline"),
            "priority": people.get("priority") or LabelingTask.Priority.NORMAL,
            **self.overlap_form.plan_fields(),
        }

    def people_parts(self) -> list[Callable[[], bool]]:
        """What must be right before the step may be left."""
        tables = {"named": self._are_named, "teams": self.teams.is_valid}
        table = [tables[self.staffing]] if self.staffing in tables else []
        return [self._is_staffed, self.overlap_form.is_right, *table]

    def attach_to_people(self, loc: Location, message: str) -> None:
        """Put what an action refuses beside the field it speaks of."""
        part = str(loc[1])
        if part in ("annotators", "teams"):
            complain_in(self.annotators if part == "annotators" else self.teams, loc, message)
        elif part in self.overlap_form.fields:
            self.overlap_form.complain(message, about=part)
        else:
            self.people_form.complain(message, about=part)

    def _is_staffed(self) -> bool:
        """Where teams label, how many people do is said at each of them."""
        if self.is_for_teams:
            self.people_form.wrong.pop("overlap", None)
        return self.people_form.is_right()

    def _are_named(self) -> bool:
        if self.annotators.is_valid() and not self.annotators.chosen:
            self.annotators.error = str(_("Choose at least one person, or open the pool to all."))
        return not self.annotators.error and self.annotators.is_valid()
