"""Who labels an item together, as the wizard asks for it: a table of teams, a share of the items, one more person."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from annotations.forms import StepForm
from annotations.models.collaboration import MOST_OVERLAP
from annotations.overlapping.planned import Named, TeamSeat
from workspaces.models import Team, Workspace
from workspaces.permissions import Right, members_with


class OverlapForm(StepForm):
    """What is asked whoever labels. What belongs to dynamic overlap is read only where it is wanted."""

    overlap_percent = forms.IntegerField(
        label=_("On so many per cent of the items"),
        min_value=1,
        max_value=100,
        error_messages={"required": _("Give a number from 1 to 100.")},
        help_text=_("Drawn at random. One person labels each of the others."),
    )
    dynamic = forms.BooleanField(label=_("Ask one more person where answers are not sure enough"), required=False)
    dynamic_question = forms.CharField(label=_("Decided by"), required=False)
    dynamic_confidence = forms.FloatField(
        label=_("Sure enough, per cent"),
        required=False,
        widget=forms.NumberInput(attrs={"min": 51, "max": 99, "step": "any"}),
        help_text=_("70 to 95 make sense, 80 is usual."),
    )
    dynamic_overlap = forms.IntegerField(
        label=_("Most people per item"), required=False, min_value=2, max_value=MOST_OVERLAP
    )
    DYNAMIC = ("dynamic_question", "dynamic_confidence", "dynamic_overlap")

    def __init__(self, *args: Any, questions: Iterable[Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [(row.alias, row.name) for row in questions if row.options is not None]
        self.fields["dynamic_question"].widget = forms.Select(choices=self.questions)

    @property
    def is_dynamic(self) -> bool:
        return bool(self["dynamic"].value())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if not given.get("dynamic"):
            for name in self.DYNAMIC:
                given.pop(name, None)
                # What was typed wrong for something that is not wanted is nobody's concern.
                self.wrong.pop(name, None)
            return given
        for name, said in (
            ("dynamic_confidence", _("Give more than 50 and less than 100 per cent.")),
            ("dynamic_overlap", _("Say how many people are asked at most.")),
        ):
            if name in given and given[name] is None:
                self.add_error(name, said)
        if given.get("dynamic_confidence") is not None:
            # Typed in per cent, kept as a share.
            given["dynamic_confidence"] = round(given["dynamic_confidence"] / 100, 8)
        return given

    def plan_fields(self) -> dict[str, Any]:
        """What a plan is given; what is wrong is left to be complained of."""
        self.is_right()
        given = self.cleaned_data
        fields = {"overlap_percent": given.get("overlap_percent") or 0}
        if given.get("dynamic"):
            fields["dynamic_overlap"] = given.get("dynamic_overlap") or 0
            fields["dynamic_question"] = given.get("dynamic_question", "")
            fields["dynamic_confidence"] = given.get("dynamic_confidence") or 0
        return fields


class TeamRow:
    """A team to choose, how many in it may label, and what was typed for it."""

    def __init__(self, team: Team, n_people: int, data: "MultiValueDict[str, Any]") -> None:
        self.team, self.n_people = team, n_people
        self.is_chosen = str(team.pk) in data.getlist("team")
        self.number = str(data.get(f"team-{team.pk}", "1")).strip()[:6]
        self.decides = data.get("decides", "") == str(team.pk)
        self.error = ""

    @property
    def overlap(self) -> int:
        """People per item; 0 where no number was typed."""
        is_number = self.number.isascii() and self.number.isdigit()
        return int(self.number) if is_number and 1 <= int(self.number) <= MOST_OVERLAP else 0


class TeamTable:
    """The workspace's teams. Its fields are team=<id> for those that label, team-<id>=<number> and decides=<id>."""

    def __init__(self, workspace: Workspace, data: "MultiValueDict[str, Any]") -> None:
        self.error = ""
        counts = _people_by_team(workspace)
        rows = [TeamRow(team, counts[team.pk], data) for team in Team.objects.filter(workspace=workspace)]
        self.rows = rows
        # A team that was chosen and deleted meanwhile must not vanish without a word.
        self.n_gone = len(set(data.getlist("team")) - {str(row.team.pk) for row in rows})

    @property
    def chosen(self) -> list[TeamRow]:
        return [row for row in self.rows if row.is_chosen]

    @property
    def people(self) -> int:
        """How many label each item, of all teams together."""
        return sum(row.overlap for row in self.chosen)

    @property
    def none_decides(self) -> bool:
        """All answers count together."""
        return not any(row.decides for row in self.rows)

    def is_valid(self) -> bool:
        """Reads the numbers; what is none is said in its row."""
        for row in self.chosen:
            if not row.overlap:
                row.error = str(_("Give a whole number from 1 to 20."))
        if self.n_gone:
            self.error = str(_("A team that was chosen is not there any more. Check the list."))
        elif not self.chosen:
            self.error = str(_("Choose at least one team, or have people label without teams."))
        return not self.error and not any(row.error for row in self.rows)

    def seats(self) -> list[TeamSeat]:
        return [TeamSeat(row.team, overlap=row.overlap or 1, decides=row.decides) for row in self.chosen]


def _people_by_team(workspace: Workspace) -> "Counter[UUID]":
    """How many in each team may label."""
    pairs = members_with(Right.LABEL, workspace).filter(teams__workspace=workspace).values_list("teams__pk", "pk")
    return Counter(team for team, _person in set(pairs))
