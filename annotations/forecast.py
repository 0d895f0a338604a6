"""When a task will be ready at the pace people work, and how many hours of work are left. No Django here.

Labeling and review are looked at apart, as if they went on side by side, and the later of the two counts. The pace is
taken from the last seven days with work: what was done on them over the calendar days from the first of them to today,
so that weekends and pauses slow it down as they do in life. Days are whole UTC days.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_OF_PACE = 7
# Fewer than this say nothing about those to come; a pace older than a week nothing about this one.
FEWEST = 5
STALE_AFTER_DAYS = 7
FARTHEST_DAYS = 3650
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Work:
    """One kind of work: how many are left and done, done per day, and how long one takes, in milliseconds, if known."""

    left: int
    done: int
    per_day: Mapping[date, int]
    ms_each: float | None = None


@dataclass(frozen=True)
class Forecast:
    """`ready_on` is None when it cannot be said; `reason` then says why, in one of the words below.

    nothing_left, too_little (fewer than FEWEST labeled), no_work (none for a week), too_few_verdicts, no_verdicts,
    too_far (beyond ten years).
    """

    ready_on: date | None
    reason: str = ""
    labeled_on: date | None = None
    reviewed_on: date | None = None
    # Items per calendar day.
    labeled_per_day: float | None = None
    reviewed_per_day: float | None = None
    hours_left: float | None = None
    # Days from the deadline to `ready_on`: more than 0 is late.
    days_late: int | None = None


def pace(per_day: Mapping[date, int], *, today: date) -> float | None:
    """Items per calendar day over the last DAYS_OF_PACE days with work; None when the last of them is a week ago."""
    worked = sorted(day for day, count in per_day.items() if count > 0 and day <= today)[-DAYS_OF_PACE:]
    if not worked or (today - worked[-1]).days >= STALE_AFTER_DAYS:
        return None
    return sum(per_day[day] for day in worked) / ((today - worked[0]).days + 1)


def forecast(labeling: Work, *, review: Work | None, today: date, deadline: date | None = None) -> Forecast:
    """What comes of it when everybody goes on like this."""
    stages = [(labeling, "too_little", "no_work")]
    if review is not None:
        stages.append((review, "too_few_verdicts", "no_verdicts"))
    paces = [pace(work.per_day, today=today) for work, _few, _stale in stages]
    hours = hours_left([work for work, _few, _stale in stages])
    if not any(work.left for work, _few, _stale in stages):
        return Forecast(None, "nothing_left", hours_left=hours)
    days: list[date | None] = []
    reason = ""
    for (work, few, stale), speed in zip(stages, paces, strict=True):
        reason = reason or _why_not(work, speed, few=few, stale=stale)
        days.append(None if reason or not work.left or not speed else _after(today, work.left / speed))
    ready = None if reason else max(day for day in days if day is not None)
    return Forecast(
        ready,
        reason,
        labeled_on=days[0],
        reviewed_on=days[1] if review is not None else None,
        labeled_per_day=paces[0],
        reviewed_per_day=paces[1] if review is not None else None,
        hours_left=hours,
        days_late=(ready - deadline).days if ready and deadline else None,
    )


def hours_left(stages: list[Work]) -> float | None:
    """Hours of people's work; None when for something that is left it is not known how long one takes."""
    needed = [work for work in stages if work.left]
    if any(work.ms_each is None for work in needed):
        return None
    return sum(work.left * (work.ms_each or 0) for work in needed) / HOUR_MS


def _why_not(work: Work, speed: float | None, *, few: str, stale: str) -> str:
    if not work.left:
        return ""
    if work.done < FEWEST:
        return few
    if speed is None:
        return stale
    return "too_far" if work.left / speed > FARTHEST_DAYS else ""


def _after(today: date, days: float) -> date:
    return today + timedelta(days=math.ceil(days))
