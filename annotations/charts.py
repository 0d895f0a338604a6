"""What the charts draw, as data for the browser: labels, bars and lines with the look of each. Words are translated.

A chart's `looks` are names of the theme's colours with a pattern each, so that nobody needs to tell colours apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import accumulate
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations import fates
from annotations.days import Day
from annotations.models import Assignment, ReasonCode
from annotations.reporting import Report
from annotations.suggestion_figures import Taken
from annotations.task_figures import PersonRow

Chart = dict[str, Any]
State = Assignment.State
# A chart of more people would be taller than anybody scrolls; the table has all of them.
MOST_PEOPLE = 40
# The chart of a young task is as wide as a week.
DAYS_DRAWN = 7
REASONS = dict(ReasonCode.choices)
TITLES = {
    "days": (gettext_lazy("Per day"), gettext_lazy("Day (UTC)")),
    "people": (gettext_lazy("By person"), gettext_lazy("Annotator")),
    "reasons": (gettext_lazy("Why work came back"), gettext_lazy("Reason")),
    "suggestions": (gettext_lazy("Suggestions of the model, by label"), gettext_lazy("Label")),
    "taken": (gettext_lazy("Suggestions of the model, by person"), gettext_lazy("Annotator")),
    "labeled": (gettext_lazy("Labeled per day"), gettext_lazy("Day (UTC)")),
    "decided": (gettext_lazy("Decided per day"), gettext_lazy("Day (UTC)")),
}


def series(label: object, look: str, data: list[int]) -> Chart:
    return {"label": str(label), "look": look, "data": data}


def charts_of(report: Report) -> dict[str, Chart]:
    """By name; a chart without anything to draw is there with empty bars."""
    found = {"days": _days(report), "people": people_chart(report.people, is_reviewed=report.task.is_reviewed)}
    if report.task.is_reviewed:
        found["reasons"] = reasons_chart(report.reason_counts)
    if report.suggestions is not None:
        found["suggestions"] = suggestions_chart(report.suggestions.labels)
        found["taken"] = suggestions_chart(report.suggestions.people[:MOST_PEOPLE])
    return found


def _days(report: Report) -> Chart:
    days = _since_it_began(report)
    labeled = [day.labeled for day in days]
    bars = [series(_("labeled"), "accent", labeled)]
    if report.task.is_reviewed:
        bars.append(series(_("decided"), "ok", [day.decided for day in days]))
    so_far = list(accumulate(labeled, initial=report.labeled_before))[1:]
    lines = [
        series(_("labeled in all"), "ink", so_far),
        {**series(_("needed"), "busy", [report.need] * len(so_far)), "is_dashed": True},
    ]
    return {"labels": [short(day.day) for day in days], "bars": bars, "lines": lines}


def _since_it_began(report: Report) -> list[Day]:
    """The days from the task's first one on, a week at least: before it there was nothing to do."""
    first = report.task.created_at.astimezone(UTC).date()
    began = next((at for at, day in enumerate(report.days) if day.day >= first or day.labeled or day.decided), 0)
    return report.days[max(0, min(began, len(report.days) - DAYS_DRAWN)) :]


def own_days_chart(counts: Mapping[date, int], *, label: object) -> Chart:
    return {"labels": [short(day) for day in counts], "bars": [series(label, "accent", list(counts.values()))]}


def short(day: date) -> str:
    """20 Nov"""
    return date_format(day, "j M")


def people_chart(people: list[PersonRow], *, is_reviewed: bool) -> Chart:
    shown = sorted(people, key=lambda row: -row.held)[:MOST_PEOPLE]
    parts: list[tuple[object, str, list[str]]] = [
        (_("approved") if is_reviewed else _("done"), "ok", [State.APPROVED, State.SUBMITTED]),
        (_("in review"), "accent", [State.PENDING_REVIEW]),
        (_("returned"), "warn", [State.REWORK]),
        (_("in progress"), "busy", [State.IN_PROGRESS]),
        (_("not begun"), "rest", [State.ASSIGNED]),
        (_("with a manager"), "aside", [State.SKIPPED, State.ESCALATED]),
    ]
    bars = [
        series(label, look, [sum(row.by_state[state] for state in states) for row in shown])
        for label, look, states in parts
    ]
    return {
        "labels": [row.name or row.email for row in shown],
        "bars": [bar for bar in bars if any(bar["data"])],
        "is_stacked": True,
        "is_horizontal": True,
    }


def reasons_chart(counts: Mapping[str, int]) -> Chart:
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "labels": [str(REASONS.get(code, code)) for code, _count in found],
        "bars": [series(_("times"), "warn", [count for _code, count in found])] if found else [],
        "is_horizontal": True,
    }


def suggestions_chart(rows: Sequence[Taken]) -> Chart:
    """What became of a model's suggestions, and what people added to them, for each label or person."""
    parts = (
        (_("accepted"), "ok", fates.ACCEPTED),
        (_("adjusted"), "accent", fates.ADJUSTED),
        (_("dismissed"), "warn", fates.DISMISSED),
        (_("left"), "rest", fates.LEFT),
        (_("added by people"), "aside", fates.ADDED),
    )
    bars = [series(label, look, [row.counts[fate] for row in rows]) for label, look, fate in parts]
    return {
        "labels": [row.name for row in rows],
        "bars": bars if any(any(bar["data"]) for bar in bars) else [],
        "is_stacked": True,
        "is_horizontal": True,
    }


@dataclass(frozen=True)
class Panel:
    """A chart on a page: the size of its box, and the same figures as a table."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[Any]]
    size: str


def panels(charts: Mapping[str, Chart]) -> list[Panel]:
    """The charts in the order they stand in, each with its table."""
    return [_panel(name, chart) for name, chart in charts.items()]


def _panel(name: str, chart: Chart) -> Panel:
    columns = [*chart["bars"], *chart.get("lines", [])]
    rows = [[label, *(column["data"][at] for column in columns)] for at, label in enumerate(chart["labels"])]
    if not chart.get("is_horizontal"):
        rows.reverse()  # the newest day is what one looks for
    title, first = TITLES[name]
    return Panel(name, str(title), [str(first), *(column["label"] for column in columns)], rows, _size(chart))


def _size(chart: Chart) -> str:
    """The class of the box: as high as its rows need, in steps, so that the page does not move when it is drawn."""
    if not chart.get("is_horizontal"):
        return "columns"
    rows = len(chart["labels"])
    return next((f"rows-{step}" for step in (4, 8, 16, 32) if rows <= step), "rows-40")
