"""How much was done on each of the last days. Days are UTC days, the same for everybody who looks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Func, IntegerField, Q, QuerySet
from django.utils import timezone

from annotations.models import Assignment, LabelingTask

DAYS = 30
# Decided without anybody having opened the item.
UNSEEN = (Assignment.Origin.BULK, Assignment.Origin.SAMPLE_PASS)


@dataclass(frozen=True)
class Day:
    """`labeled` counts turns handed in for the last time on this day, `decided` those judged last on it.

    `looked_at` is `decided` without what was decided together with the rest or with its sample.
    """

    day: date
    labeled: int
    decided: int
    looked_at: int


def today() -> date:
    """The UTC day it is."""
    return timezone.now().astimezone(UTC).date()


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def last_days(count: int = DAYS) -> list[date]:
    last = today()
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def days_of(task: LabelingTask, *, people: Collection[UUID] | None = None, has_unseen: bool = True) -> list[Day]:
    """The last DAYS days, oldest first; only what these `people` labeled or judged, where some are named.

    `has_unseen` False spares a look for what was decided unopened.
    """
    turns = Assignment.objects.filter(task=task)
    labeled = turns.filter(submitted_at__isnull=False)
    decided = turns.filter(decided_at__isnull=False)
    if people is not None:
        labeled = labeled.filter(annotator__in=people)
        decided = decided.filter(Q(annotator__in=people) | Q(reviewer__in=people))
    days = last_days()
    n_labeled = per_day(labeled, "submitted_at", days)
    n_decided = per_day(decided, "decided_at", days)
    unseen = per_day(decided.filter(origin__in=UNSEEN), "decided_at", days) if has_unseen else dict.fromkeys(days, 0)
    return [Day(day, n_labeled[day], n_decided[day], n_decided[day] - unseen[day]) for day in days]


def per_day(rows: QuerySet[Any], moment: str, days: list[date]) -> dict[date, int]:
    """How many rows have their `moment` on each of these days, in one statement.

    One counted range of an index per day: grouping by the day would work out the day of every single row, which at
    100,000 rows takes ten times as long. The count of one day is put to a list of days, whose bounds stand in for its
    last two parameters.
    """
    midnights = [start_of(day) for day in (*days, days[-1] + timedelta(days=1))]
    within = {f"{moment}__gte": midnights[0], f"{moment}__lt": midnights[1]}
    counted = (
        rows.order_by().filter(**within).annotate(n=Func(template="COUNT(*)", output_field=IntegerField())).values("n")
    )
    one_day, params = counted.query.sql_with_params()
    begins, ends, end = one_day.rsplit("%s", 2)
    one_day = f"{begins}day.begins{ends}day.ends{end}"
    bounds = [connection.ops.adapt_datetimefield_value(moment) for moment in midnights]
    listed = [value for number, (begin, end) in enumerate(pairwise(bounds)) for value in (number, begin, end)]
    rows_of_days = ", ".join("(%s, %s, %s)" for _ in days)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH day(number, begins, ends) AS (VALUES {rows_of_days}) SELECT number, ({one_day}) FROM day",  # noqa: S608
            [*listed, *params[:-2]],
        )
        found = dict(cursor.fetchall())
    return {day: found[number] or 0 for number, day in enumerate(days)}
