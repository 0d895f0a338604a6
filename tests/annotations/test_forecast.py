"""When a task will be ready, at the pace people work."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.forecast import DAYS_OF_PACE, FEWEST, HOUR_MS, Forecast, Work, forecast, pace

TODAY = date(2026, 11, 20)
counts = st.dictionaries(
    st.integers(-40, 3).map(lambda back: TODAY + timedelta(days=back)), st.integers(0, 500), max_size=30
)


def days(**per_day):
    """`d0` is today, `d3` three days ago."""
    return {TODAY - timedelta(days=int(name[1:])): count for name, count in per_day.items()}


def steady(per_day, left, done=100, ms_each=60_000.0):
    return Work(left=left, done=done, per_day={TODAY - timedelta(days=n): per_day for n in range(7)}, ms_each=ms_each)


def test_the_pace_is_that_of_calendar_days_since_the_first_of_the_last_days_with_work():
    # Seven days with work over ten calendar days; the day before them does not count.
    worked = days(d0=10, d1=10, d2=10, d5=10, d6=10, d8=10, d9=10, d20=1000)

    assert pace(worked, today=TODAY) == 7.0


def test_two_days_ago_a_month_apart_count_with_the_pause_between_them():
    assert pace(days(d0=30, d29=30), today=TODAY) == 2.0


@pytest.mark.parametrize(("per_day", "expected"), [(days(d7=50), None), (days(d6=70), 10.0), ({}, None)])
def test_a_pace_goes_stale_after_a_week(per_day, expected):
    assert pace(per_day, today=TODAY) == expected


def test_the_later_of_labeling_and_review_counts():
    found = forecast(steady(20, left=100), review=steady(10, left=100), today=TODAY)

    assert found.labeled_on == TODAY + timedelta(days=5)
    assert found.reviewed_on == TODAY + timedelta(days=10)
    assert found.ready_on == found.reviewed_on


def test_hours_are_those_of_both():
    found = forecast(steady(20, left=120, ms_each=60_000.0), review=steady(10, left=60, ms_each=30_000.0), today=TODAY)

    assert found.hours_left == pytest.approx(2.5)


def test_a_part_of_a_day_is_a_day():
    assert forecast(steady(20, left=1), review=None, today=TODAY).ready_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize(("deadline", "late"), [(3, 2), (5, 0), (9, -4)])
def test_the_deadline_is_compared_by_the_day(deadline, late):
    found = forecast(steady(20, left=100), review=None, today=TODAY, deadline=TODAY + timedelta(days=deadline))

    assert found.days_late == late


@pytest.mark.parametrize(
    ("labeling", "review", "reason"),
    [
        (steady(1, left=0), None, "nothing_left"),
        (steady(1, left=0), steady(1, left=0), "nothing_left"),
        (steady(1, left=10, done=FEWEST - 1), None, "too_little"),
        (Work(left=10, done=50, per_day=days(d9=50)), None, "no_work"),
        (steady(10, left=10), steady(10, left=10, done=FEWEST - 1), "too_few_verdicts"),
        (steady(10, left=10), Work(left=10, done=50, per_day=days(d9=50)), "no_verdicts"),
        (steady(1, left=3651), None, "too_far"),
    ],
)
def test_where_it_cannot_be_said_it_says_why(labeling, review, reason):
    found = forecast(labeling, review=review, today=TODAY)

    assert (found.ready_on, found.reason, found.days_late) == (None, reason, None)


def test_what_is_done_needs_no_pace():
    # Nothing is left to label and nobody labeled lately: the review alone decides.
    found = forecast(Work(left=0, done=50, per_day={}), review=steady(10, left=30), today=TODAY)

    assert (found.ready_on, found.labeled_on) == (TODAY + timedelta(days=3), None)


def test_hours_are_not_said_where_nothing_is_known_of_what_is_left():
    assert forecast(steady(20, left=10, ms_each=None), review=None, today=TODAY).hours_left is None


@given(counts, st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1e7))
def test_a_forecast_is_a_day_to_come_or_a_reason(per_day, left, done, ms_each):
    found: Forecast = forecast(Work(left, done, per_day, ms_each), review=None, today=TODAY)

    assert (found.ready_on is None) == bool(found.reason)
    assert found.ready_on is None or found.ready_on > TODAY
    assert found.hours_left == pytest.approx(left * ms_each / HOUR_MS)


@given(counts)
def test_the_pace_lies_between_the_worst_and_the_best_day(per_day):
    found = pace(per_day, today=TODAY)

    worked = [count for day, count in per_day.items() if count and day <= TODAY]
    assert found is None or 0 < found <= max(worked)
    if found is not None and len(worked) <= DAYS_OF_PACE:
        first = min(day for day, count in per_day.items() if count and day <= TODAY)
        assert found == pytest.approx(sum(worked) / ((TODAY - first).days + 1))


@given(counts, st.integers(1, 1000), st.integers(1, 1000))
def test_more_left_is_never_ready_sooner(per_day, left, more):
    sooner = forecast(Work(left, 100, per_day, 1.0), review=None, today=TODAY)
    later = forecast(Work(left + more, 100, per_day, 1.0), review=None, today=TODAY)

    if sooner.ready_on and later.ready_on:
        assert sooner.ready_on <= later.ready_on
