"""What a task's figures are narrowed to and sorted by, and their tables as downloads."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from annotations.figure_tables import TABLES, download
from annotations.reporting import PERIODS, Narrowing, Report, teams_in
from annotations.task_figures import PersonRow
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.models import Team
from workspaces.permissions import Right


def _natural(text: str) -> list[tuple[int, str]]:
    """For sorting as people count: "Annotator 2" before "Annotator 10"."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", text.casefold())]


# What the people table can be sorted by: the heading, what is compared, and whether it is there without a review.
COLUMNS: dict[str, tuple[Any, Callable[[PersonRow], Any], bool]] = {
    "name": (gettext_lazy("Annotator"), lambda row: _natural(row.name or row.email), True),
    "number": (gettext_lazy("Number"), lambda row: row.quota, True),
    "done": (gettext_lazy("Done"), lambda row: row.handed_in, True),
    "progress": (gettext_lazy("Progress"), lambda row: row.handed_in / row.total if row.total else None, True),
    "returned": (gettext_lazy("Returned"), lambda row: row.rejected, False),
    "first": (gettext_lazy("First time"), lambda row: row.first_pass_rate, False),
    "active": (gettext_lazy("Active"), lambda row: row.worked_ms, True),
    "factor": (gettext_lazy("Real-time"), lambda row: row.real_time_factor, True),
    "last": (gettext_lazy("Last seen"), lambda row: row.last_at, True),
}


@dataclass(frozen=True)
class Heading:
    """A column's heading: the address that sorts by it, and how it is sorted now ("", "ascending", "descending")."""

    key: str
    label: str
    query: str
    order: str


@dataclass(frozen=True)
class Wanted:
    """What was asked for in the address: a person ("<id>") or a team ("team-<id>"), a period, an order."""

    who: str = ""
    days: int | None = None
    sort: str = "name"
    only: Narrowing = field(default_factory=Narrowing)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.who or self.days)


def wanted(request: WorkspaceRequest) -> Wanted:
    """Read from the address; what is not known there counts as not asked for."""
    days, sort = request.GET.get("days", ""), request.GET.get("sort", "")
    who = request.GET.get("who", "")
    people = _people(request, who)
    period = int(days) if days in map(str, PERIODS) else None
    return Wanted(
        who=who if people is not None else "",
        days=period,
        sort=sort if sort.removeprefix("-") in COLUMNS else "name",
        only=Narrowing(people=people, days=period),
    )


def _people(request: WorkspaceRequest, who: str) -> frozenset[UUID] | None:
    """The person or the members of the team; None when nobody is named or there is no such team."""
    try:
        pk = UUID(who.removeprefix("team-"))
    except ValueError:
        return None
    if not who.startswith("team-"):
        return frozenset({pk})
    team = Team.objects.filter(workspace=request.workspace, pk=pk).first()
    return frozenset(team.members.values_list("pk", flat=True)) if team else None


def choices(request: WorkspaceRequest, report: Report) -> dict[str, list[tuple[str, str]]]:
    """Whom and which period one can choose."""
    teams = teams_in(request.workspace, report.names)
    return {
        "teams": [(f"team-{pk}", name) for pk, name in teams],
        "persons": [(str(pk), name) for pk, name in report.names.items()],
        "periods": [(str(days), _("last %(days)d days") % {"days": days}) for days in PERIODS],
    }


def sorted_people(report: Report, sort: str) -> list[PersonRow]:
    """In the order asked for; those without a value come last either way."""
    value = COLUMNS[sort.removeprefix("-")][1]
    known = [row for row in report.people if value(row) is not None]
    unknown = [row for row in report.people if value(row) is None]
    return sorted(known, key=value, reverse=sort.startswith("-")) + unknown


def headings(request: WorkspaceRequest, asked: Wanted, *, is_reviewed: bool) -> list[Heading]:
    found = []
    for key, (label, _value, is_always) in COLUMNS.items():
        if not is_always and not is_reviewed:
            continue
        is_current, is_down = asked.sort.removeprefix("-") == key, asked.sort.startswith("-")
        query = request.GET.copy()
        # Numbers are looked at from the top first, names from A.
        turned = ("" if is_down else "-") if is_current else ("" if key == "name" else "-")
        query["sort"] = f"{turned}{key}"
        order = ("descending" if is_down else "ascending") if is_current else ""
        found.append(Heading(key, str(label), query.urlencode(), order))
    return found


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def download_table(request: WorkspaceRequest, task_id: UUID, table: str) -> HttpResponseBase:
    """People, days or turns as CSV, narrowed like the page."""
    task = task_or_404(request, task_id)
    if table not in TABLES:
        raise Http404
    return download(task, table, only=wanted(request).only)
