"""How often people are right, from items with known answers and from what others said of all the others.

One number per person, found by expectation and maximisation as in Dawid and Skene's method, but begun with and held by
what is known beforehand: a few control items say little of one person, many answers beside others' say more. For
workers alone: it needs numpy.
"""

import numpy as np
from numpy.typing import NDArray

from annotations.quality.dawid_skene import Coded

ROUNDS = 20
LEAST_CHANGE = 1e-4
# Nobody is taken to be always right or always wrong.
CERTAIN = 1e-3

Numbers = NDArray[np.float64]


def refined(coded: Coded, *, right: Numbers, n: Numbers) -> Numbers:
    """Each person's chance of being right, people long.

    `right` of `n` (n > 0, may be fractions) answers of each person are taken to be right before the answers in `coded`
    are looked at. Who errs is taken to hit any other value alike.
    """
    if coded.n_values < 2 or not len(coded.items):
        return np.asarray(right / n)
    given = np.bincount(coded.people, minlength=coded.n_people)
    q = np.clip(right / n, CERTAIN, 1 - CERTAIN)
    for _ in range(ROUNDS):
        hit = np.bincount(coded.people, weights=_likely(coded, q), minlength=coded.n_people)
        found = np.clip((right + hit) / (n + given), CERTAIN, 1 - CERTAIN)
        change = float(np.abs(found - q).max(initial=0))
        q = found
        if change < LEAST_CHANGE:
            break
    return np.asarray(q)


def _likely(coded: Coded, q: Numbers) -> Numbers:
    """How likely each answer is the true one, beside all answers to its item: answers long."""
    gain = np.log(q * (coded.n_values - 1) / (1 - q))[coded.people]
    cells = coded.items.astype(np.int64) * coded.n_values + coded.values
    logs = np.bincount(cells, weights=gain, minlength=coded.n_items * coded.n_values)
    logs = logs.reshape(coded.n_items, coded.n_values)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.asarray(shares.reshape(-1)[cells])
