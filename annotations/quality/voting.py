"""One answer by vote: the majority with weights, what people's own agreement says of their weight, and how sure it is.

Answers are `{item: {person: value}}`. Weights are scale-free: only their ratios matter. Sums are exact (`math.fsum`),
so that nothing depends on the order of people or items, and a tie is a tie: reported, never resolved by an order.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)
P = TypeVar("P", bound=Hashable)
V = TypeVar("V", bound=Hashable)

# Weights that differ by less than this, as a share of all of them, are the same.
EQUAL = 1e-9
# Of `zero_based`: how fast skills follow, and when they begin to follow more slowly.
_FOLLOWS, _SLOWER_EVERY, _SLOWER_BY, _START = 1.0, 20, 0.5, 1e-5
# What a person is taken to have answered, right and wrong, before anything is known.
K = 0.5

Answers = Mapping[Item, Mapping[P, V]]


@dataclass(frozen=True)
class Vote(Generic[V]):
    """What a vote came to. `value` is None where nobody voted with any weight, or where the best are tied."""

    value: V | None
    # Share of the weight that is behind the best value, 0 to 1: also of a tie.
    share: float
    # The weight behind each value.
    votes: dict[V, float]
    tied: tuple[V, ...] = ()

    @property
    def is_tie(self) -> bool:
        return len(self.tied) > 1


def majority(given: Iterable[tuple[V, float]]) -> Vote[V]:
    """The value with the most weight behind it, of (value, weight >= 0) pairs."""
    behind: dict[V, list[float]] = defaultdict(list)
    for value, weight in given:
        behind[value].append(weight)
    votes = {value: math.fsum(weights) for value, weights in behind.items()}
    total = math.fsum(weight for weights in behind.values() for weight in weights)
    if total <= 0:
        return Vote(None, 0.0, votes, tuple(votes))
    most = max(votes.values())
    best = tuple(value for value, weight in votes.items() if most - weight <= EQUAL * total)
    return Vote(best[0] if len(best) == 1 else None, most / total, votes, best if len(best) > 1 else ())


def accuracy(right: float, n: float) -> float:
    """Posterior share of right answers after `right` of `n`: 0 of 0 gives 0.5, 3 of 3 gives 0.875."""
    return (K + right) / (2 * K + n)


def worth(q: float, n_values: int) -> float:
    """The weight of an answer by somebody who is right with probability `q` among `n_values` values, at least 0.

    By the log of the odds, a sum of such weights finds the likeliest value; who only guesses weighs nothing.
    """
    if n_values < 2:
        return 1.0
    q = min(max(q, 1e-6), 1 - 1e-6)
    return max(0.0, math.log(q * (n_values - 1) / (1 - q)))


def agreement_with(answers: Answers[Item, P, V], agreed: Mapping[Item, V]) -> dict[P, float]:
    """Each person's share of answers that are the agreed one. Items with none say nothing of anybody.

    Who answered no item with an agreed value gets 0.5: nothing is known of them.
    """
    right: dict[P, int] = defaultdict(int)
    n: dict[P, int] = defaultdict(int)
    for item, given in answers.items():
        known = item in agreed
        for person, value in given.items():
            n[person] += known
            right[person] += known and value == agreed[item]
    return {person: right[person] / count if count else 0.5 for person, count in n.items()}


def vote_all(answers: Answers[Item, P, V], weights: Mapping[P, float] | None = None) -> dict[Item, Vote[V]]:
    """The majority of each item; a person without a weight has 1."""
    known = weights or {}
    return {
        item: majority((value, known.get(person, 1.0)) for person, value in given.items())
        for item, given in answers.items()
    }


def _values(votes: Mapping[Item, Vote[V]]) -> dict[Item, V]:
    return {item: vote.value for item, vote in votes.items() if vote.value is not None}


def wawa(
    answers: Answers[Item, P, V], *, settled: Mapping[Item, V] | None = None
) -> tuple[dict[P, float], dict[Item, Vote[V]]]:
    """Worker agreement with aggregate: how often each agrees with the majority becomes their weight in a second vote.

    Ties of the first vote count for nobody, but where `settled` knows the answer. Returns the skills and the votes.
    """
    agreed = {**_values(vote_all(answers)), **(settled or {})}
    skills = agreement_with(answers, agreed)
    return skills, vote_all(answers, skills)


def zero_based(answers: Answers[Item, P, V], *, rounds: int = 100) -> tuple[dict[P, float], dict[Item, Vote[V]]]:
    """Zero-based skill: weights and the weighted majority found in turn, `rounds` times, each step a little smaller."""
    values = {value for given in answers.values() for value in given.values()}
    people = {person: 1 / max(1, len(values)) + _START for given in answers.values() for person in given}
    pace = _FOLLOWS
    for number in range(1, rounds + 1):
        if number % _SLOWER_EVERY == 0:
            pace *= _SLOWER_BY
        seen = agreement_with(answers, _values(vote_all(answers, people)))
        people = {person: skill + pace * (seen[person] - skill) for person, skill in people.items()}
    return people, vote_all(answers, people)


def entropy(votes: Iterable[float]) -> float:
    """How spread out the votes of an item are, in nats: 0 where all agree."""
    given = [weight for weight in votes if weight > 0]
    total = math.fsum(given)
    return -math.fsum(weight / total * math.log(weight / total) for weight in given) if given else 0.0


def posterior(given: Iterable[tuple[V, float]], *, values: Iterable[V]) -> dict[V, float]:
    """How likely each of `values` is, after (value, q) answers of people who are right with probability q.

    Who errs is taken to hit any other value alike; before the answers all values are alike.
    """
    options = list(dict.fromkeys(values))
    pairs = list(given)
    others = max(1, len(options) - 1)
    floor = 1e-10
    logs = {
        option: math.fsum(math.log(max(floor, q if value == option else (1 - q) / others)) for value, q in pairs)
        for option in options
    }
    most = max(logs.values(), default=0.0)
    likely = {option: math.exp(value - most) for option, value in logs.items()}
    total = math.fsum(likely.values())
    return {option: value / total for option, value in likely.items()}


def consistency(answers: Answers[Item, P, V], *, agreed: Mapping[Item, V], skills: Mapping[P, float]) -> float:
    """How likely the agreed values are by the people's skills, on average over the items that have one."""
    values = {value for given in answers.values() for value in given.values()}
    shares = [
        posterior([(value, skills[person]) for person, value in answers[item].items()], values=values)[value_]
        for item, value_ in agreed.items()
    ]
    return math.fsum(shares) / len(shares) if shares else 0.0
