"""Computing a task's quality report: one pass over all answers, in a worker. Cut off, it begins anew.

`QualityReport.figures` is {"page": ..., "clips": {key: [n, [positions]]}}: a page reads the first part alone, a click
on a figure one key of the second. What stands in them is put together here and read by `annotations.reports.showing`.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from annotations.aggregating.asking import is_stale
from annotations.aggregating.running import run
from annotations.form import form_of
from annotations.models import LabelingTask, QualityReport, TaskItem
from annotations.reports import effort
from annotations.reports.against import Against
from annotations.reports.agreeing import MOST_PAIRED, Agreement, Given, Pairs
from annotations.reports.between import Between
from annotations.reports.clips import Clips
from annotations.reports.marking import MarkAgreement
from annotations.reports.measures import Kind, Measure, measures_of
from annotations.reports.reading import Heard, counted_turns, heard_items
from annotations.reports.wording import Wording
from workspaces.models import Job, Team

VERSION = 1
REPORT_EVERY = 2000
Tell = Callable[[int, int], None]


def compute(task: LabelingTask, *, job: Job | None = None) -> QualityReport:
    """All figures of a task as it is now, stored in one transaction together with the end of `job`."""
    began, as_of = time.monotonic(), timezone.now()

    def tell(done: int, total: int) -> None:
        if job is not None:
            job.report(done=done, total=max(1, total))

    n_items = TaskItem.objects.filter(task=task).count()
    if is_stale(task):
        # Putting answers together is the larger part of the work.
        run(task, report=lambda done, _total: tell(done, 2 * n_items))
    counting = Counting(task, n_items=n_items)
    for n, heard in enumerate(heard_items(task), start=1):
        counting.add(heard)
        if n % REPORT_EVERY == 0:
            tell(n_items + n, 2 * n_items)
    figures = {"page": counting.page(), "clips": counting.clips_json()}
    with transaction.atomic():
        report, _created = QualityReport.objects.update_or_create(
            task=task,
            defaults={
                "figures": figures,
                "n_submissions": figures["page"]["answers"],
                "computed_at": as_of,
                "seconds": round(time.monotonic() - began, 2),
            },
        )
        if job is not None:
            job.complete()
    return report


class Counting:
    """Everything that is counted while the items of a task go by."""

    def __init__(self, task: LabelingTask, *, n_items: int) -> None:
        self.task, self.n_items = task, n_items
        self.measures = measures_of(form_of(task))
        self.teams = _teams_of(task)
        self.clips = Clips()
        self.answered = self.overlapping = self.n_answers = 0
        has_teams, paired = len(self.teams) > 1, _most_active(task)
        self.agreements: dict[str, Agreement | MarkAgreement] = {}
        self.pairs: dict[str, Pairs] = {}
        self.words: dict[str, Wording] = {}
        for measure in self.measures:
            common: Any = {"clips": self.clips, "seed": task.seed, "has_teams": has_teams}
            if measure.kind == Kind.MARKS:
                self.agreements[measure.alias] = MarkAgreement(measure, n_items=n_items, **common)
            else:
                self.agreements[measure.alias] = Agreement(measure, **common)
            if measure.kind in (Kind.NAMES, Kind.SCALE):
                self.pairs[measure.alias] = Pairs(measure, people=paired)
            if measure.kind == Kind.WORDS:
                self.words[measure.alias] = Wording(measure)
        self.against = Against(task, self.measures, clips=self.clips)
        self.between = Between(task, self.measures, clips=self.clips)
        self.effort = effort.Effort()

    def add(self, heard: Heard) -> None:
        self.answered += 1
        self.n_answers += len(heard.said)
        self.overlapping += len(heard.said) > 1
        for measure in self.measures:
            given: list[Given] = [(said, measure.value(said.answers)) for said in heard.said]
            given = [(said, value) for said, value in given if value is not None]
            self.agreements[measure.alias].add(heard.position, given)
            if measure.alias in self.pairs:
                self.pairs[measure.alias].add(heard.position, given)
            if measure.alias in self.words:
                self.words[measure.alias].add(heard.position, given)
        self.against.add(heard)
        self.between.add(heard)
        self.effort.add(heard)

    def page(self) -> dict[str, Any]:
        fates = effort.fates_of(self.task)
        controls = effort.controls_of(self.task)
        self._shown_pairs = {alias: pairs.figures() for alias, pairs in self.pairs.items()}
        return {
            "version": VERSION,
            "items": self.n_items,
            "answered": self.answered,
            "overlapping": self.overlapping,
            "answers": self.n_answers,
            "questions": [self._question(measure) for measure in self.measures],
            "people": self._people(fates, controls),
            "teams": [self._team(team, fates, controls) for team in self.teams],
            "returned": sum(row["returned"] for row in fates.values()),
            "left_out": sum(row["left_out"] for row in fates.values()),
            "controls": _summed(controls.values()),
            "checks": effort.checks_of(self.task),
        }

    def _question(self, measure: Measure) -> dict[str, Any]:
        alias = measure.alias
        bounds = self.against.bounds.get(alias)
        words = self.words.get(alias)
        return {
            "alias": alias,
            "name": measure.question.name,
            "type": measure.question.type,
            "kind": measure.kind,
            "has_escape": bool(measure.escape),
            "agreement": self.agreements[alias].figures(),
            "pairs": self._shown_pairs.get(alias, []),
            "accuracy": self._accuracy(alias, "all"),
            "table": self.against.table(measure),
            "bounds": bounds.figures() if bounds else None,
            "words": words.figures() if words else None,
            "between": self.between.figures(alias),
        }

    def _accuracy(self, alias: str, who: str) -> dict[str, Any]:
        tally = self.against.tallies.get((alias, who))
        if tally is None:
            return effort.with_interval(0, 0) | {"mean_share": None}
        return effort.with_interval(tally.right, tally.n) | {"mean_share": tally.share / tally.n}

    def _by_question(self, who: str) -> dict[str, dict[str, Any]]:
        found = {measure.alias: self._accuracy(measure.alias, who) for measure in self.measures}
        return {alias: one for alias, one in found.items() if one["n"]}

    def _people(self, fates: Any, controls: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Everybody whose answers count, and who has been stopped or measured by control items."""
        standings = effort.stopped_in(self.task)
        ids = sorted({who for who in self.effort.answers if who not in {str(team.pk) for team in self.teams}})
        ids += sorted((controls.keys() | standings.keys()) - set(ids))
        names = effort.names_of(UUID(pk) for pk in ids)
        rows = []
        for pk in ids:
            teams = self.effort.team_of.get(pk)
            rows.append(
                {
                    "id": pk,
                    "name": names.get(pk, ""),
                    "team": teams.most_common(1)[0][0] if teams else None,
                    "standing": standings.get(pk, ""),
                    "accuracy": self._accuracy("", pk),
                    "questions": self._by_question(pk),
                    "controls": controls.get(pk),
                    **self.effort.of(pk),
                    **effort.sums(fates, people=[pk], team=None),
                }
            )
        return sorted(rows, key=lambda row: (row["name"].casefold(), row["id"]))

    def _team(self, team: Team, fates: Any, controls: dict[str, dict[str, Any]]) -> dict[str, Any]:
        pk = str(team.pk)
        people = self.effort.people_of(pk)
        cost = None if team.cost_per_hour is None else float(team.cost_per_hour)
        return {
            "id": pk,
            "name": team.name,
            "accuracy": self._accuracy("", pk),
            "questions": self._by_question(pk),
            "controls": _summed(controls[person] for person in people if person in controls),
            **self.effort.team_figures(pk, cost_per_hour=cost),
            **effort.sums(fates, people={person for person, _team in fates}, team=pk),
        }

    def clips_json(self) -> dict[str, Any]:
        """Call it after `page`, which decides what is shown."""
        found = self.clips.as_json() | self.against.of_person.as_json()
        for bounds in self.against.bounds.values():
            found |= bounds.clips.as_json()
        for words in self.words.values():
            found |= words.clips_of()
        for alias, pairs in self.pairs.items():
            found |= pairs.clips_of(self._shown_pairs[alias])
        return found


def _summed(controls: Any) -> dict[str, Any]:
    rows = list(controls)
    return effort.with_interval(sum(row["right"] for row in rows), sum(row["n"] for row in rows))


def _teams_of(task: LabelingTask) -> Sequence[Team]:
    """The teams whose turns there are: those of the task, in its order, then others that answers came in for."""
    named = [row.team for row in task.teams.select_related("team")]
    known = {team.pk for team in named}
    others = counted_turns(task).exclude(team=None).order_by().values_list("team", flat=True).distinct()
    return [*named, *Team.objects.filter(pk__in=set(others) - known).order_by("name")]


def _most_active(task: LabelingTask) -> list[UUID]:
    rows = counted_turns(task).order_by().values_list("annotator").annotate(n=Count("pk"))
    return [pk for pk, _n in rows.order_by("-n", "annotator")[:MOST_PAIRED]]
