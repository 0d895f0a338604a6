"""Moving 1,000 items of a large team's task, and dealing the items of somebody who goes to the others."""

import time
from collections.abc import Iterable
from statistics import median
from typing import Any

from bench.rows import Row

TIMES, QUANTITY = 6, 1000


def measure(team: Any) -> Iterable[Row]:
    """Back and forth between two annotators, by their manager. Leaves all numbers as they were."""
    from annotations.actions.transferring import Asked, transfer

    walls = []
    for time_number in range(TIMES):
        holder, to = team.annotators[:2] if time_number % 2 == 0 else team.annotators[1::-1]
        begun = time.monotonic()
        transfer(team.task, Asked(kind="labeling", holder=holder, to=to, quantity=QUANTITY), by=team.manager)
        walls.append(time.monotonic() - begun)
    how = f"{QUANTITY:,} of 100,000 items from one annotator to another, wall, the median of {TIMES}"
    yield Row("transfer_1000_s", round(median(walls), 3), "s", 1, how)
    yield _staffing(team)


def _staffing(team: Any) -> Row:
    """One of 30 annotators goes and the others get more for it, then comes back: the slower of the two."""
    from annotations.actions.creating import Seat
    from annotations.actions.staffing import Wanted, set_people
    from annotations.dealing import split_evenly

    before = [(seat.user, seat.quota) for seat in team.task.people.filter(kind="labeling").select_related("user")]
    (_gone, number), *others = before
    shares = split_evenly(number, len(others))
    after = [(user, quota + share) for (user, quota), share in zip(others, shares, strict=True)]
    worst = 0.0
    for people in (after, before):
        begun = time.monotonic()
        seats = [Seat(user, quota) for user, quota in people]
        set_people(team.task, Wanted(annotators=seats), by=team.manager)
        worst = max(worst, time.monotonic() - begun)
    how = (
        f"one of 30 annotators goes, and the {number:,} items are dealt to the others; back again; wall, the slower way"
    )
    return Row("restaff_s", round(worst, 2), "s", None, how)
