"""Rules about how people work: the examples of the sources, and what holds for all of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality import behaviour
from annotations.quality.behaviour import (
    CONTROLS,
    DAILY_CAP,
    MAJORITY,
    PAUSE,
    SKIPS,
    STOP,
    TOO_FAST,
    WARN,
    Mark,
    Rule,
    agreeing,
    at_most,
    can_fire,
    capped_until,
    heard,
    is_too_fast,
    judge_shares,
    judge_skips,
    problems,
    recommended,
    shown_share,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
marks = st.lists(st.integers(1, 4).flatmap(lambda n: st.builds(Mark, st.integers(0, n), st.just(n))), max_size=60)
rules = st.builds(
    Rule,
    kind=st.sampled_from([CONTROLS, MAJORITY]),
    action=st.sampled_from([WARN, STOP]),
    threshold=st.floats(1, 100),
    least=st.integers(1, 20),
    window=st.sampled_from([0, 20, 30]),
)


def wrong_and_right(text):
    """ "wrr": the newest first."""
    return [Mark(int(letter == "r")) for letter in text]


# Shares


def test_warned_below_the_threshold_once_enough_is_there():
    rule = Rule(CONTROLS, WARN, threshold=60, least=3, window=10)
    assert judge_shares(rule, wrong_and_right("ww")).fires is False
    assert judge_shares(rule, wrong_and_right("wwr")).fires is True
    assert judge_shares(rule, wrong_and_right("wrr")).fires is False
    assert judge_shares(rule, wrong_and_right("wwrrr")).fires is False  # 60 % is enough


def test_a_stop_waits_until_chance_does_not_explain_it():
    rule = Rule(CONTROLS, STOP, threshold=60, least=3)
    # 0.4 ** 4 = 0.0256, 0.4 ** 5 = 0.0102.
    assert at_most(0, 4, 0.6) == pytest.approx(0.0256)
    assert not judge_shares(rule, wrong_and_right("wwww")).fires
    assert judge_shares(rule, wrong_and_right("wwwww")).fires
    # Items of three questions tell more: 1 of 9 is right.
    assert judge_shares(rule, [Mark(0, 3), Mark(1, 3), Mark(0, 3)]).fires


def test_only_the_window_counts():
    rule = Rule(MAJORITY, WARN, threshold=50, least=3, window=4)
    assert judge_shares(rule, wrong_and_right("wwwr" + "r" * 50)).share == 25
    assert not judge_shares(rule, wrong_and_right("rrrr" + "w" * 50)).fires


def test_nothing_seen_judges_nothing():
    assert judge_shares(Rule(CONTROLS, WARN, threshold=100, least=1), []).share is None


@given(rules, marks, st.data())
def test_a_worse_answer_never_helps(rule, seen, data):
    found = judge_shares(rule, seen)
    if not found.fires or not any(mark.right for mark in seen):
        return
    place = data.draw(st.sampled_from([n for n, mark in enumerate(seen) if mark.right]))
    worse = [*seen[:place], Mark(seen[place].right - 1, seen[place].asked), *seen[place + 1 :]]
    assert judge_shares(rule, worse).fires


@given(rules, marks, st.floats(0, 100))
def test_a_higher_threshold_fires_at_least_as_soon(rule, seen, more):
    higher = Rule(rule.kind, rule.action, threshold=max(rule.threshold, more), least=rule.least, window=rule.window)
    assert judge_shares(rule, seen).fires <= judge_shares(higher, seen).fires


@given(rules, marks)
def test_a_warning_comes_no_later_than_a_stop(rule, seen):
    stop = Rule(rule.kind, STOP, threshold=rule.threshold, least=rule.least, window=rule.window)
    warn = Rule(rule.kind, WARN, threshold=rule.threshold, least=rule.least, window=rule.window)
    assert judge_shares(stop, seen).fires <= judge_shares(warn, seen).fires


@given(st.integers(0, 200), st.floats(0.01, 0.99), st.data())
def test_the_binomial_tail(n, share, data):
    k = data.draw(st.integers(0, n))
    assert 0 <= at_most(k, n, share) <= 1
    if k:
        assert at_most(k - 1, n, share) <= at_most(k, n, share) + 1e-12
    from math import comb

    exact = sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k + 1))
    assert at_most(k, n, share) == pytest.approx(exact, abs=1e-9)


# Rules that cannot be


def test_a_window_smaller_than_what_there_must_be_is_refused():
    assert problems(Rule(CONTROLS, WARN, threshold=60, least=11, window=10)) == [("window", "smaller_than_least")]
    assert problems(Rule(CONTROLS, WARN, threshold=60, least=501)) == [("window", "smaller_than_least")]


def test_a_window_in_which_nothing_is_ever_sure_is_refused():
    rule = Rule(CONTROLS, STOP, threshold=60, least=3, window=4)
    assert problems(rule) == [("window", "never_sure")]
    assert problems(rule, asked_each=3) == []


@given(rules)
def test_what_is_accepted_can_fire(rule):
    assert bool(problems(rule)) != can_fire(rule)


def test_recommended_rules_are_fine_and_differ():
    assert [problems(rule) for rule in recommended()] == [[]] * len(recommended())
    assert len({(rule.kind, rule.action) for rule in recommended()}) == len(recommended())


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Rule("luck", WARN, least=1), ("kind", "unknown")),
        (Rule(SKIPS, "shout", least=1), ("action", "unknown")),
        (Rule(SKIPS, WARN, least=0), ("least", "too_small")),
        (Rule(SKIPS, WARN, least=10_001), ("least", "too_large")),
        (Rule(SKIPS, PAUSE, least=1, pause_hours=0), ("pause_hours", "no_length")),
        (Rule(SKIPS, PAUSE, least=1, pause_hours=9000), ("pause_hours", "no_length")),
        (Rule(DAILY_CAP, WARN, least=1), ("action", "a_cap_pauses")),
        (Rule(TOO_FAST, WARN, least=1), ("threshold", "no_share")),
        (Rule(TOO_FAST, WARN, threshold=50, least=1, window=501), ("window", "too_large")),
    ],
)
def test_each_problem_is_named(rule, problem):
    assert problem in problems(rule)


# Speed


@pytest.mark.parametrize(
    ("active_ms", "heard_ms", "duration_ms", "fast"),
    [
        (5_000, 10_000, 10_000, False),  # at twice the speed
        (4_999, 10_000, 10_000, True),
        (60_000, 4_999, 10_000, True),  # worked long, and listened to less than half
        (60_000, 5_000, 10_000, False),
        (1_000, 600, 600, False),
        (999, 600, 600, True),  # the floor
        (1_000, 0, 0, False),  # nothing to hear
    ],
)
def test_too_fast(active_ms, heard_ms, duration_ms, fast):
    assert is_too_fast(active_ms=active_ms, heard_ms=heard_ms, duration_ms=duration_ms) is fast


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted), max_size=20))
def test_heard_is_the_union(stretches):
    assert heard(stretches) == len({ms for start, end in stretches for ms in range(start, end)})


@given(*[st.integers(0, 30_000)] * 3, st.integers(0, 5_000))
def test_listening_longer_never_makes_it_too_fast(active_ms, heard_ms, duration_ms, more):
    def fast(extra):
        return is_too_fast(active_ms=active_ms + extra, heard_ms=heard_ms + extra, duration_ms=duration_ms)

    assert fast(more) <= fast(0)


# Skips and days


@given(st.lists(st.booleans(), max_size=20), st.integers(1, 10))
def test_skips_are_counted_in_a_row(skipped, least):
    found = judge_skips(Rule(SKIPS, PAUSE, least=least), skipped)
    assert found.fires == (skipped[:least] == [True] * least)


@given(st.lists(st.integers(0, 48 * 60), max_size=20), st.integers(1, 10))
def test_a_daily_number_holds_until_it_is_fewer(minutes, least):
    moments = sorted((NOW - timedelta(minutes=m) for m in minutes), reverse=True)
    until = capped_until(Rule(DAILY_CAP, PAUSE, least=least), moments, now=NOW)
    in_a_day = [at for at in moments if at > NOW - timedelta(days=1)]
    assert (until is not None) == (len(in_a_day) >= least)
    if until is not None:
        assert sum(at > until - timedelta(days=1) for at in moments) < least


# Agreement and what people see


def test_agreement_of_an_item():
    answers = [{"pace": "slow", "pitch": "low"}, {"pace": "slow", "pitch": "high"}, {"pace": "fast", "pitch": "mid"}]
    # Pace has a majority, pitch has none.
    assert agreeing(answers) == [True, True, False]
    assert agreeing([{"pace": "slow"}, {"pace": "fast"}]) == [None, None]
    assert agreeing([{"pace": "slow"}]) == [None]
    assert agreeing([{"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}, {}]) == [
        True,
        True,
        True,
        False,
        None,
    ]


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), max_size=6), st.randoms())
def test_agreement_does_not_depend_on_the_order(answers, random):
    order = list(range(len(answers)))
    random.shuffle(order)
    found = agreeing(answers)
    assert agreeing([answers[n] for n in order]) == [found[n] for n in order]


def test_a_person_sees_whole_per_cents_of_five_items_or_more():
    assert shown_share([Mark(1)] * 4) is None
    assert shown_share([Mark(1), Mark(1), Mark(0), Mark(1), Mark(1), Mark(1)]) == 83


def test_control_items_are_looked_at_every_other_time():
    looked = sum(behaviour.looks_now(f"7 {n} 1") for n in range(2000))
    assert 900 < looked < 1100
