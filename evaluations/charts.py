"""An evaluation's answers as charts, question by question, each with its table. Words are translated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.charts import Chart, series
from annotations.models import QuestionType
from evaluations.answers_read import Latest
from evaluations.models import EvaluationTask
from evaluations.tallies import PARTS, Choices, Given, Lengths, Moments, Numbers, Properties, Steps, Tally, bars_of


@dataclass(frozen=True)
class Panel:
    """A chart in a box of one of the heights of figures.css, with the same figures as a table."""

    name: str
    # What of the question it shows: a property of a form, else empty.
    title: str
    chart: Chart
    heads: list[str]
    rows: list[list[Any]]

    @property
    def size(self) -> str:
        if not self.chart.get("is_horizontal"):
            return "columns"
        rows = len(self.chart["labels"])
        return next((f"rows-{step}" for step in (4, 8, 16, 32) if rows <= step), "rows-40")


@dataclass(frozen=True)
class Figures:
    """What is known of the answers to one question."""

    task: EvaluationTask
    tally: Tally
    panels: list[Panel]
    latest: list[Latest]

    @property
    def is_text(self) -> bool:
        return self.task.question.type == QuestionType.FREE_TEXT

    @property
    def words(self) -> list[str]:
        """The figures in a few words each: how many answers, and what they come to."""
        tally = self.tally
        said = [ngettext("%(n)s answer", "%(n)s answers", tally.given) % {"n": f"{tally.given:,}"}]
        if isinstance(tally, Moments):
            said = [
                ngettext("%(n)s mark", "%(n)s marks", tally.marks) % {"n": f"{tally.marks:,}"},
                ngettext("in %(n)s row", "in %(n)s rows", tally.given) % {"n": f"{tally.given:,}"},
            ]
        if tally.empty:
            said.append(ngettext("%(n)s empty", "%(n)s empty", tally.empty) % {"n": f"{tally.empty:,}"})
        return said + _centre(tally)


def _centre(tally: Tally) -> list[str]:
    if isinstance(tally, Steps) and tally.mean is not None:
        return [_("mean %(mean).2f of %(steps)d") % {"mean": tally.mean, "steps": tally.steps}]
    if isinstance(tally, Lengths) and tally.mean is not None:
        return [_("mean %(mean).0f characters") % {"mean": tally.mean}]
    if isinstance(tally, Numbers) and tally.mean is not None and tally.median is not None:
        return [
            _("mean %(n)s") % {"n": number(tally.mean)},
            _("median %(n)s") % {"n": number(tally.median)},
            _("%(low)s to %(high)s") % {"low": number(min(tally.values)), "high": number(max(tally.values))},
        ]
    return []


def figures_of(
    tasks: Sequence[EvaluationTask], tallies: Mapping[str, Tally], *, latest: Mapping[str, list[Latest]]
) -> list[Figures]:
    """One for each of `tasks`, in their order. Panels are named q1, q2, ..., those of a form q3-1, q3-2, ..."""
    return [
        Figures(
            task,
            tallies[task.alias],
            list(_panels(f"q{place}", task, tallies[task.alias])),
            latest.get(task.alias, []),
        )
        for place, task in enumerate(tasks, start=1)
    ]


def _panels(name: str, task: EvaluationTask, tally: Tally) -> Iterator[Panel]:
    if isinstance(tally, Properties):
        for place, (part, inside) in enumerate(tally.each.items(), start=1):
            yield _panel(f"{name}-{place}", part, inside, {})
    else:
        yield _panel(name, "", tally, task.configuration)


def _panel(name: str, title: str, tally: Tally, configuration: dict[str, Any]) -> Panel:
    if isinstance(tally, Moments):
        edges = [round(100 * part / PARTS) for part in range(PARTS + 1)]
        labels = [f"{low}–{high} %" for low, high in pairwise(edges)]
        bars, heads = series(_("marks"), "accent", tally.parts), [_("Part of the recording"), _("Marks")]
        return _made(name, title, labels, bars, heads, is_dense=True)
    if isinstance(tally, Steps):
        labels = [str(step) for step in tally.counts]
        for at, key in ((0, "min_label"), (-1, "max_label")):
            if labels and configuration.get(key):
                labels[at] = f"{labels[at]} {configuration[key]}"
        bars = series(_("answers"), "accent", list(tally.counts.values()))
        return _made(name, title, labels, bars, [_("Rating"), _("Answers")])
    if isinstance(tally, Choices):
        labels, counts = [str(choice) for choice in tally.counts], list(tally.counts.values())
        bars = series(_("answers"), "accent", counts)
        return _made(name, title, labels, bars, [_("Choice"), _("Answers")], is_horizontal=True)
    if isinstance(tally, Numbers):
        found = bars_of(tally.values)
        labels = [_between(bar.low, bar.high) for bar in found]
        bars = series(_("answers"), "accent", [bar.count for bar in found])
        first = _("Characters") if isinstance(tally, Lengths) else _("Number")
        return _made(name, title, labels, bars, [first, _("Answers")], is_dense=True)
    assert isinstance(tally, Given)
    bars = series(_("answers"), "accent", [tally.given, tally.empty])
    return _made(name, title, [_("given"), _("left out")], bars, [_("Field"), _("Answers")], is_horizontal=True)


def _made(name: str, title: str, labels: list[str], bars: Chart, heads: list[str], **look: bool) -> Panel:
    rows = [[label, count] for label, count in zip(labels, bars["data"], strict=True)]
    return Panel(name, title, {"labels": labels, "bars": [bars], **look}, heads, rows)


def _between(low: float, high: float) -> str:
    return number(low) if low == high else _("%(low)s to %(high)s") % {"low": number(low), "high": number(high)}


def number(value: float) -> str:
    """1,250 or 0.125: as many digits as say something."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.4g}"
