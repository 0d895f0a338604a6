"""When somebody's way of working gives cause to warn, pause or stop them. Pure: counts and marks in, a judgement out.

Marks are right answers and how many were asked, an item each, the newest first. Shares and thresholds are per cent,
times integer milliseconds. Whoever is to be paused or stopped for wrong answers is so only once chance does not explain
them: a few wrong answers happen to everybody, and with many people some are always unlucky. Whoever presses on without
listening shows it within a few answers all the same: see tests/annotations/quality/test_behaviour_study.py.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log, log1p
from typing import NamedTuple

CONTROLS, MAJORITY, TOO_FAST, SKIPS, DAILY_CAP = "controls", "majority", "too_fast", "skips", "daily_cap"
WARN, PAUSE, STOP = "warn", "pause", "stop"
# In the order of how grave they are.
ACTIONS = (WARN, PAUSE, STOP)
KINDS = (CONTROLS, MAJORITY, TOO_FAST, SKIPS, DAILY_CAP)
# Those that compare a share of the answers with a threshold.
OF_SHARES = (CONTROLS, MAJORITY, TOO_FAST)
# Those that count wrong answers, of which chance may explain a few.
OF_WRONG = (CONTROLS, MAJORITY)
# A window of all answers ends here.
MOST_WINDOW = 500
# So rarely may somebody who is right as often as the threshold says look as bad as this.
CHANCE = 0.02
# The recording can be played at twice its speed, and at least half of it has to be heard.
FASTEST = 2
HEARD_SHARE = 0.5
FLOOR_MS = 1000
DAY = timedelta(days=1)
MOST_IN_A_ROW = 10_000
MOST_HOURS = 24 * 365


@dataclass(frozen=True)
class Rule:
    """One rule of a task. `threshold` is None where the kind has none, `window` 0 for all answers."""

    kind: str
    action: str
    least: int
    threshold: float | None = None
    window: int = 0
    pause_hours: float = 24

    @property
    def is_grave(self) -> bool:
        return self.action != WARN

    @property
    def span(self) -> int:
        """How many of the last answers matter."""
        return self.window or MOST_WINDOW


class Mark(NamedTuple):
    """One item: how many of the questions that were `asked` of it and have a known answer were right."""

    right: int
    asked: int = 1


@dataclass(frozen=True)
class Judgement:
    """Whether the rule fires, and what it saw: `n` items, and the `share` of them in per cent."""

    fires: bool
    n: int = 0
    share: float | None = None


def recommended() -> tuple[Rule, ...]:
    """Rules that stop people who do not listen within 20 answers, and wrongly stop fewer than 1 of 100 others.

    Those of controls need control items, about three of ten; those of the majority items that three or more answer.
    """
    return (
        Rule(CONTROLS, WARN, threshold=60, least=4, window=10),
        Rule(CONTROLS, STOP, threshold=60, least=3, window=30),
        Rule(MAJORITY, WARN, threshold=50, least=10, window=20),
        Rule(MAJORITY, STOP, threshold=50, least=6, window=30),
        Rule(SKIPS, PAUSE, least=5, pause_hours=1),
        Rule(TOO_FAST, WARN, threshold=50, least=4, window=8),
        Rule(TOO_FAST, STOP, threshold=80, least=8, window=10),
    )


def problems(rule: Rule, *, asked_each: int = 1) -> list[tuple[str, str]]:
    """What is wrong with a rule, as (field, which problem); nothing where it can be and could ever fire.

    `asked_each`: of how many questions an item's mark is made.
    """
    found = []
    if rule.kind not in KINDS:
        found.append(("kind", "unknown"))
    if rule.action not in ACTIONS:
        found.append(("action", "unknown"))
    if rule.kind == DAILY_CAP and rule.action != PAUSE:
        found.append(("action", "a_cap_pauses"))
    if rule.least < 1:
        found.append(("least", "too_small"))
    if rule.least > MOST_IN_A_ROW:
        found.append(("least", "too_large"))
    if rule.action == PAUSE and not 0 < rule.pause_hours <= MOST_HOURS:
        found.append(("pause_hours", "no_length"))
    return found + (_problems_of_shares(rule, asked_each) if rule.kind in OF_SHARES else [])


def _problems_of_shares(rule: Rule, asked_each: int) -> list[tuple[str, str]]:
    found = []
    if rule.threshold is None or not 0 < rule.threshold <= 100:
        found.append(("threshold", "no_share"))
    if not 0 <= rule.window <= MOST_WINDOW:
        found.append(("window", "too_large"))
    elif rule.least > rule.span:
        found.append(("window", "smaller_than_least"))
    elif not found and not can_fire(rule, asked_each=asked_each):
        found.append(("window", "never_sure"))
    return found


def can_fire(rule: Rule, *, asked_each: int = 1) -> bool:
    """Whether the rule would fire at the worst there can be."""
    return judge_shares(rule, [Mark(int(rule.kind == TOO_FAST), asked_each)] * rule.span).fires


def judge_shares(rule: Rule, marks: Sequence[Mark]) -> Judgement:
    """Rules of shares. For `too_fast` a mark is 1 where the answer was too fast; for the others 1 is right."""
    seen = marks[: rule.span]
    asked = sum(mark.asked for mark in seen)
    if not asked:
        return Judgement(fires=False)
    right = sum(mark.right for mark in seen)
    share = 100 * right / asked
    threshold = rule.threshold or 0
    if rule.kind == TOO_FAST:
        fires = share >= threshold
    else:
        fires = share < threshold and not (rule.is_grave and may_be_chance(right, asked, threshold / 100))
    return Judgement(fires=fires and len(seen) >= rule.least, n=len(seen), share=share)


def may_be_chance(right: int, asked: int, share: float) -> bool:
    """Whether so few of `asked` are `right` by bad luck alone, for somebody who is right with the chance `share`."""
    return share < 1 and at_most(right, asked, share) > CHANCE


def at_most(k: int, n: int, share: float) -> float:
    """The chance of at most `k` of `n` where each comes with the chance `share`: the lower binomial tail."""
    if k >= n or share <= 0:
        return 1.0
    if k < 0 or share >= 1:
        return 0.0
    return min(1.0, sum(exp(_choose(n, i) + i * log(share) + (n - i) * log1p(-share)) for i in range(k + 1)))


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def judge_skips(rule: Rule, skipped: Sequence[bool]) -> Judgement:
    """`skipped`: of the last items, the newest first, whether each was set aside. Fires at so many in a row."""
    in_a_row = next((n for n, was in enumerate(skipped) if not was), len(skipped))
    return Judgement(fires=in_a_row >= rule.least, n=in_a_row)


def capped_until(rule: Rule, handed_in: Sequence[datetime], *, now: datetime) -> datetime | None:
    """When somebody with these moments of handing in, the newest first, may go on; None: at once."""
    if len(handed_in) < rule.least:
        return None
    frees = handed_in[rule.least - 1] + DAY
    return frees if frees > now else None


def is_too_fast(*, active_ms: int, heard_ms: int, duration_ms: int) -> bool:
    """Whether an answer came before the recording can have been listened to, or without it.

    A recording of no length, where there is nothing to hear, only has the floor.
    """
    needed = max(FLOOR_MS, duration_ms / FASTEST)
    return active_ms < needed or heard_ms < duration_ms * HEARD_SHARE


def heard(stretches: Iterable[Sequence[int]]) -> int:
    """How much of a recording was played at least once, from [start_ms, end_ms] in any order."""
    total = at = 0
    for start, end in sorted((stretch[0], stretch[1]) for stretch in stretches):
        total += max(0, end - max(start, at))
        at = max(at, end)
    return total


def looks_now(key: str) -> bool:
    """Whether control items are looked at with this answer: every other time, by chance.

    What follows from a control item then does not follow at once, so that nobody learns which item was one.
    """
    return zlib.crc32(key.encode()) % 2 == 0


def shown_share(marks: Sequence[Mark], *, least: int = 5) -> float | None:
    """What a person may know of their own marks, in whole per cent; None while there are too few to say it."""
    asked = sum(mark.asked for mark in marks)
    return None if len(marks) < least or not asked else float(round(100 * sum(mark.right for mark in marks) / asked))


def majority_of(answers: Sequence[object]) -> object | None:
    """What more than half of the answers say, where two or more were given; None where nothing does."""
    if len(answers) < 2:
        return None
    best = max(answers, key=answers.count)
    return best if 2 * answers.count(best) > len(answers) else None


def agreeing(answers: Sequence[dict[str, object]]) -> list[bool | None]:
    """For each person of an item whether they agree with the majority on at least half of the questions that have one.

    `answers` are {question: answer} of comparable values. None where no question has a majority, or they answered none.
    """
    names = {name for given in answers for name in given}
    found = {name: majority_of([given[name] for given in answers if name in given]) for name in names}
    settled = {name: value for name, value in found.items() if value is not None}
    agreed: list[bool | None] = []
    for given in answers:
        mine = [given[name] == value for name, value in settled.items() if name in given]
        agreed.append(2 * sum(mine) >= len(mine) if mine else None)
    return agreed
