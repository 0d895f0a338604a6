"""Distances between answers that are not on a line: ratio scales and sets of words, as agreement needs them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

# So many values are compared with all others at once: bounds the memory where there are thousands of different sets.
BLOCK = 512
# Up to here the whole table of distances is kept between draws of the bootstrap.
KEPT = 3000


class Table(Protocol):
    """Distances of the values `places` to the values `others`, shape (places, others)."""

    def __call__(self, places: Indices, others: Indices) -> Floats: ...


class Between:
    """Sums of distances between values, without ever holding the whole table of a large vocabulary."""

    def __init__(self, table: Table, n_values: int) -> None:
        self.table = table
        self.everything = np.arange(n_values)
        self._kept = table(self.everything, self.everything) if n_values <= KEPT else None
        self._mean: float | None = None

    def all_pairs(self, totals: Floats) -> float:
        """The sum over all ordered pairs of answers, where value v was given `totals[v]` times.

        With more than KEPT different values the mean distance is that of the totals asked for first, in every draw of a
        bootstrap: it is a mean over millions of pairs and hardly moves.
        """
        if self._kept is not None:
            return float(totals @ self._kept @ totals)
        n = float(totals.sum())
        if self._mean is None:
            blocks = (self.everything[start : start + BLOCK] for start in range(0, self.everything.size, BLOCK))
            summed = sum(float(totals[block] @ (self.table(block, self.everything) @ totals)) for block in blocks)
            self._mean = summed / (n * (n - 1))
        return self._mean * n * (n - 1)

    def within(self, kinds: Indices, values: Indices, counts: Floats, *, n_kinds: int) -> Floats:
        """The sum over the ordered pairs of answers inside each kind of unit; entries lie together by kind."""
        summed = np.zeros(n_kinds)
        edges = np.flatnonzero(np.diff(kinds, prepend=-1, append=n_kinds))
        for start, end in pairwise(edges):
            if end - start > 1:
                inside, weights = values[start:end], counts[start:end]
                table = self._kept[np.ix_(inside, inside)] if self._kept is not None else self.table(inside, inside)
                summed[kinds[start]] = weights @ table @ weights
        return summed


def between(values: Sequence[Any], metric: Literal["ratio", "jaccard", "masi"] | str) -> Between:
    """The distances of `values` by `metric`: numbers for "ratio", sets for "jaccard" and "masi"."""
    if metric == "ratio":
        return Between(_ratio(np.array(values, dtype=float)), len(values))
    return Between(_sets(values, masi=metric == "masi"), len(values))


def _ratio(numbers: Floats) -> Table:
    def table(places: Indices, others: Indices) -> Floats:
        a, b = numbers[places, None], numbers[None, others]
        sums = a + b
        return np.asarray(np.divide(a - b, sums, out=np.zeros(sums.shape), where=sums != 0) ** 2)

    return table


def _sets(sets: Sequence[frozenset[Any]], *, masi: bool) -> Table:
    """1 - |A&B| / |A|B|; for MASI that share times 1, 0.67, 0.33 or 0: equal, one in the other, crossing, apart.

    The weights are two thirds and one third with two decimals, as everybody computes them.
    """
    words = {word: place for place, word in enumerate(sorted({w for s in sets for w in s}, key=str))}
    holds = np.zeros((len(sets), max(1, len(words))), dtype=np.float32)
    for place, members in enumerate(sets):
        holds[place, [words[word] for word in members]] = 1
    sizes = holds.sum(axis=1)

    def table(places: Indices, others: Indices) -> Floats:
        shared = holds[places] @ holds[others].T
        union = sizes[places, None] + sizes[None, others] - shared
        # Two empty sets say the same.
        share = np.divide(shared, union, out=np.ones(shared.shape, dtype=np.float32), where=union > 0).astype(float)
        if masi:
            smaller = np.minimum(sizes[places, None], sizes[None, others])
            equal, inside = shared == union, (shared == smaller) & (shared > 0)
            share *= np.select([equal, inside, shared > 0], [1.0, 0.67, 0.33], default=0.0)
        return np.asarray(1 - share)

    return table
