"""All figures of a task put together, for the Progress tab, the API and the tables one downloads."""

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from annotations import forecast, task_figures
from annotations.days import DAYS, Day, days_of, last_days, start_of, today
from annotations.models import Assignment, LabelingTask
from annotations.quality.bounds import upper_bound
from annotations.suggestion_figures import SuggestionFigures, suggestion_figures
from annotations.task_figures import Figures, PersonRow, Reason, ReviewerRow, Tally
from workspaces.models import Team, Workspace

PERIODS = (7, 30)


@dataclass(frozen=True)
class Narrowing:
    """What somebody looks at: some people's work only, or that of the last days only. Empty means all of it."""

    people: frozenset[UUID] | None = None
    days: int | None = None

    @property
    def since(self) -> datetime | None:
        return start_of(last_days(self.days)[0]) if self.days else None

    def has(self, person: UUID | None) -> bool:
        return self.people is None or person in self.people


@dataclass(frozen=True)
class Report:
    """A task's figures. `whole` and `forecast` are of all of it, the rest of what one looks at."""

    task: LabelingTask
    whole: Figures
    shown: Tally
    people: list[PersonRow]
    reviewers: list[ReviewerRow]
    days: list[Day]
    # Whoever labels or reviews, shown or not.
    names: dict[UUID, str]
    # Turns handed in before the first of the days, where the running total begins, and how many there are to be.
    labeled_before: int
    need: int
    reasons: list[Reason]
    # Left out because an auditor dropped it; a manager left out the others.
    dropped: int
    # Once a sample went back, what was found before says nothing about the new work.
    was_sent_back: bool
    forecast: forecast.Forecast
    # What people made of a model's suggestions; None where no model makes any.
    suggestions: SuggestionFigures | None

    @property
    def excluded(self) -> int:
        return self.whole.left_out - self.dropped

    @property
    def by_origin(self) -> Counter[str]:
        """How what is approved came to be so."""
        return sum((row.by_origin for row in self.reviewers), Counter())

    @property
    def bound(self) -> float | None:
        """The share of first revisions that is wrong at most, with 95 % confidence, by the first verdicts on them.

        None while there are none, and once a sample went back.
        """
        judged, good = self.whole.everybody.judged, self.whole.everybody.first_time
        if not judged or self.was_sent_back:
            return None
        return upper_bound(judged - good, judged)

    def how_far(self, person: UUID) -> dict[str, int]:
        """How far this annotator is, as the workbench says it: of their number, else of the whole task."""
        row = next((row for row in self.whole.people if row.id == person), None)
        if row is not None and row.quota is not None:
            return {"done": row.handed_in, "total": row.quota}
        segments = self.whole.segments
        return {"done": segments.handed_in, "total": segments.total - segments.skipped}

    @property
    def reason_counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for reason in self.reasons:
            counts[reason.code] += reason.count
        return counts


def report_of(task: LabelingTask, *, only: Narrowing | None = None) -> Report:
    """Everything at one moment."""
    only = only or Narrowing()
    whole = figures = task_figures.figures_of(task)
    reviewers = task_figures.reviewer_rows(task) if task.is_reviewed else []
    reasons = all_reasons = task_figures.reasons_of(task) if task.is_reviewed else []
    has_unseen = any(row.unseen for row in reviewers)
    days = days_of(task, has_unseen=has_unseen)
    names = {row.id: row.name or row.email for row in whole.people}
    names |= {row.id: row.name or row.email for row in reviewers}
    expected = forecast_of(task, whole, reviewers, days)
    if only.since:
        figures = task_figures.figures_of(task, since=only.since)
        if task.is_reviewed:
            reviewers = task_figures.reviewer_rows(task, since=only.since)
            reasons = task_figures.reasons_of(task, since=only.since)
    if only.people is not None:
        days = days_of(task, people=only.people, has_unseen=has_unseen)
    theirs = _sum_of(whole, only)
    shown_days = days[-(only.days or DAYS) :]
    return Report(
        task=task,
        whole=whole,
        shown=_sum_of(figures, only),
        people=[row for row in figures.people if only.has(row.id)],
        reviewers=[row for row in reviewers if only.has(row.id)],
        days=shown_days,
        names=dict(sorted(names.items(), key=lambda pair: pair[1])),
        labeled_before=theirs.handed_in_ever - sum(day.labeled for day in shown_days),
        need=theirs.held - theirs.by_state[Assignment.State.CANCELLED],
        reasons=[reason for reason in reasons if only.has(reason.annotator)],
        dropped=min(sum(reason.count for reason in all_reasons if reason.dropped), whole.left_out),
        was_sent_back=any(reason.by_sample for reason in all_reasons),
        forecast=expected,
        suggestions=suggestion_figures(task, names=names, since=only.since, people=only.people),
    )


def _sum_of(figures: Figures, only: Narrowing) -> Tally:
    if only.people is None:
        return figures.everybody
    total = Tally()
    for row in figures.people:
        if only.has(row.id):
            total.add(row)
    return total


def forecast_of(
    task: LabelingTask, figures: Figures, reviewers: list[ReviewerRow], days: list[Day]
) -> forecast.Forecast:
    """When the task is ready at the pace of the last days with work."""
    tally, segments = figures.everybody, figures.segments
    labeling = forecast.Work(
        left=segments.left_to_label,
        done=tally.handed_in_ever,
        per_day={day.day: day.labeled for day in days},
        ms_each=tally.ms_each,
    )
    review = None
    if task.is_reviewed:
        review = forecast.Work(
            left=_left_to_review(task, figures),
            done=sum(row.decided for row in reviewers),
            per_day={day.day: day.looked_at for day in days},
            ms_each=_mean_ms(reviewers),
        )
    deadline = task.deadline.astimezone(UTC).date() if task.deadline else None
    return forecast.forecast(labeling, review=review, today=today(), deadline=deadline)


def _left_to_review(task: LabelingTask, figures: Figures) -> int:
    """What waits for a verdict, and what will: in a sampled review the part that is drawn of either."""
    segments = figures.segments
    if not task.is_sampled:
        return segments.in_review + segments.left_to_label
    waiting = Assignment.objects.asked_of_reviewers(task).order_by().count()
    share = min(1.0, task.sample_size / segments.total) if segments.total else 0.0
    return waiting + math.ceil(share * segments.left_to_label)


def _mean_ms(reviewers: list[ReviewerRow]) -> float | None:
    """Time per verdict over all reviewers, by how many each has given."""
    timed = [(row.ms_each, row.decided) for row in reviewers if row.ms_each is not None and row.decided]
    count = sum(decided for _ms, decided in timed)
    return sum(ms * decided for ms, decided in timed) / count if count else None


def teams_in(workspace: Workspace, people: Collection[UUID]) -> list[tuple[UUID, str]]:
    """The workspace's teams with somebody of these people in them: id and name, by name."""
    found = Team.objects.filter(workspace=workspace, members__in=people).distinct()
    return list(found.order_by("name", "pk").values_list("pk", "name"))
