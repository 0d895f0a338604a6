"""Dawid-Skene: what people answered, and how each of them errs, found together by expectation and maximisation.

A. P. Dawid and A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", 1979. For
workers alone: it needs numpy. It may come to what nobody answered, and on little data to anything; see `too_few`.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item", bound=Hashable)
P = TypeVar("P", bound=Hashable)
V = TypeVar("V", bound=Hashable)

FLOOR = 1e-10
LEAST_GAIN = 1e-5
ROUNDS = 100

Numbers = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Coded:
    """Answers as three columns of numbers, a row each, and how many items, people and values there are."""

    items: Codes
    people: Codes
    values: Codes
    n_items: int
    n_people: int
    n_values: int


@dataclass(frozen=True)
class Fit:
    """What came of it. Each row of `likely` (items x values) sums to 1, and so does each `errors[person, true]`."""

    likely: Numbers
    priors: Numbers
    # People x true value x answered value.
    errors: Numbers
    rounds: int
    # One-coin alone: how often each person is right.
    skills: Numbers | None = None


def too_few(people: Codes, *, n_people: int, n_values: int) -> NDArray[np.bool_]:
    """Who gave fewer than n_values squared answers: there are as many numbers to find about each person."""
    return np.bincount(people, minlength=n_people) < n_values**2


def fit(coded: Coded, *, one_coin: bool = False, rounds: int = ROUNDS) -> Fit:
    """Begin with the shares of the votes; stop when a round gains less than 1e-5 per answer, or after `rounds`.

    `one_coin` finds one number per person, how often they are right, where there is too little to find all errors.
    """
    likely = _shares(coded)
    priors, errors, skills = _maximise(coded, likely, one_coin=one_coin)
    loss, done = -np.inf, 0
    while done < rounds:
        done += 1
        likely = _expect(coded, priors, errors)
        priors, errors, skills = _maximise(coded, likely, one_coin=one_coin)
        gained = _bound(coded, likely, priors, errors)
        if gained - loss < LEAST_GAIN:
            break
        loss = gained
    return Fit(likely, priors, errors, done, skills)


def _sum_by_item(coded: Coded, columns: Numbers) -> Numbers:
    """Rows of answers (answers x values) added up per item: items x values."""
    return np.stack(
        [
            np.bincount(coded.items, weights=columns[:, value], minlength=coded.n_items)
            for value in range(coded.n_values)
        ],
        axis=1,
    )


def _shares(coded: Coded) -> Numbers:
    at = coded.items.astype(np.int64) * coded.n_values + coded.values
    votes = np.bincount(at, minlength=coded.n_items * coded.n_values).reshape(coded.n_items, coded.n_values)
    total = votes.sum(axis=1, keepdims=True)
    return np.where(total > 0, votes / np.maximum(total, 1), 1 / coded.n_values)


def _maximise(coded: Coded, likely: Numbers, *, one_coin: bool) -> tuple[Numbers, Numbers, Numbers | None]:
    priors = np.clip(likely.mean(axis=0), FLOOR, None)
    if one_coin:
        skills = _skills(coded, likely)
        return priors, _from_skills(skills, coded.n_values), skills
    cells = coded.n_people * coded.n_values
    at = coded.people.astype(np.int64) * coded.n_values + coded.values
    errors = np.empty((coded.n_people, coded.n_values, coded.n_values))
    for true in range(coded.n_values):
        sums = np.bincount(at, weights=likely[coded.items, true], minlength=cells)
        errors[:, true, :] = sums.reshape(coded.n_people, coded.n_values)
    errors = np.clip(errors, FLOOR, None)
    return priors, errors / errors.sum(axis=2, keepdims=True), None


def _skills(coded: Coded, likely: Numbers) -> Numbers:
    right = np.bincount(coded.people, weights=likely[coded.items, coded.values], minlength=coded.n_people)
    return np.asarray(right / np.maximum(np.bincount(coded.people, minlength=coded.n_people), 1))


def _from_skills(skills: Numbers, n_values: int) -> Numbers:
    wrong = (1 - skills) / max(1, n_values - 1)
    errors = np.repeat(wrong[:, None], n_values * n_values, axis=1).reshape(-1, n_values, n_values)
    diagonal = np.arange(n_values)
    errors[:, diagonal, diagonal] = skills[:, None]
    return np.clip(errors, FLOOR, 1 - FLOOR)


def _joint(coded: Coded, priors: Numbers, errors: Numbers) -> Numbers:
    """Log of how likely each true value and the answers are together: items x values."""
    said = np.log(errors).transpose(0, 2, 1)[coded.people, coded.values]
    return _sum_by_item(coded, said) + np.log(priors)


def _expect(coded: Coded, priors: Numbers, errors: Numbers) -> Numbers:
    logs = _joint(coded, priors, errors)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def _bound(coded: Coded, likely: Numbers, priors: Numbers, errors: Numbers) -> float:
    """The lower bound of the evidence that grows round by round, per answer."""
    surprise = np.where(likely > 0, likely * np.log(np.clip(likely, 1e-300, None)), 0).sum()
    return float(((likely * _joint(coded, priors, errors)).sum() - surprise) / max(1, len(coded.items)))


@dataclass(frozen=True)
class Found(Generic[Item, P, V]):
    """As Fit, by the names that the answers came with."""

    likely: dict[Item, dict[V, float]]
    priors: dict[V, float]
    errors: dict[P, dict[V, dict[V, float]]]
    skills: dict[P, float]
    # Who answered too little for anything to be known of how they err.
    too_few: tuple[P, ...]

    def best(self, item: Item) -> tuple[V, float]:
        value = max(self.likely[item], key=self.likely[item].__getitem__)
        return value, self.likely[item][value]


def find(
    answers: Mapping[Item, Mapping[P, V]], *, values: Sequence[V], one_coin: bool = False, rounds: int = ROUNDS
) -> Found[Item, P, V]:
    """Fit answers by name, for a few of them. `values` are all there are to choose from."""
    items = list(answers)
    people = list(dict.fromkeys(person for given in answers.values() for person in given))
    person_at, value_at = ({key: n for n, key in enumerate(keys)} for keys in (people, values))
    rows = [
        (n, person_at[person], value_at[value])
        for n, item in enumerate(items)
        for person, value in answers[item].items()
    ]
    columns: Any = np.array(rows, dtype=np.int32).reshape(-1, 3).T
    coded = Coded(columns[0], columns[1], columns[2], len(items), len(people), len(values))
    found = fit(coded, one_coin=one_coin, rounds=rounds)
    counts = Counter(person for given in answers.values() for person in given)

    def by_value(row: Numbers) -> dict[V, float]:
        return {value: float(row[n]) for n, value in enumerate(values)}

    return Found(
        likely={item: by_value(found.likely[n]) for n, item in enumerate(items)},
        priors=by_value(found.priors),
        errors={
            person: {true: by_value(found.errors[n, at]) for at, true in enumerate(values)}
            for n, person in enumerate(people)
        },
        skills={} if found.skills is None else {person: float(found.skills[n]) for n, person in enumerate(people)},
        too_few=tuple(person for person in people if counts[person] < len(values) ** 2),
    )
