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


class Rows(Protocol):
    """Distances of the values `places` to all values, shape (places, values)."""

    def __call__(self, places: Indices) -> Floats: ...


class Between:
    """Sums of distances between values, without ever holding the whole table of a large vocabulary."""

    def __init__(self, rows: Rows, n_values: int) -> None:
        self.rows = rows
        self.n_values = n_values
        self._kept = rows(np.arange(n_values)) if n_values <= KEPT else None

    def all_pairs(self, totals: Floats) -> float:
        """The sum over all ordered pairs of answers, where value v was given `totals[v]` times."""
        if self._kept is not None:
            return float(totals @ self._kept @ totals)
        present = np.flatnonzero(totals)
        blocks = (present[start : start + BLOCK] for start in range(0, present.size, BLOCK))
        return float(sum(totals[block] @ (self.rows(block) @ totals) for block in blocks))

    def within(self, kinds: Indices, values: Indices, counts: Floats, *, n_kinds: int) -> Floats:
        """The sum over the ordered pairs of answers inside each kind of unit; entries lie together by kind."""
        summed = np.zeros(n_kinds)
        edges = np.flatnonzero(np.diff(kinds, prepend=-1, append=n_kinds))
        for start, end in pairwise(edges):
            if end - start > 1:
                inside, weights = values[start:end], counts[start:end]
                table = self._kept[np.ix_(inside, inside)] if self._kept is not None else self.rows(inside)[:, inside]
                summed[kinds[start]] = weights @ table @ weights
        return summed


def between(values: Sequence[Any], metric: Literal["ratio", "jaccard", "masi"] | str) -> Between:
    """The distances of `values` by `metric`: numbers for "ratio", sets for "jaccard" and "masi"."""
    if metric == "ratio":
        return Between(_ratio(np.array(values, dtype=float)), len(values))
    return Between(_sets(values, masi=metric == "masi"), len(values))


def _ratio(numbers: Floats) -> Rows:
    def rows(places: Indices) -> Floats:
        a, b = numbers[places, None], numbers[None, :]
        sums = a + b
        return np.asarray(np.divide(a - b, sums, out=np.zeros(sums.shape), where=sums != 0) ** 2)

    return rows


def _sets(sets: Sequence[frozenset[Any]], *, masi: bool) -> Rows:
    """1 - |A&B| / |A|B|; for MASI that share times 1, 0.67, 0.33 or 0: equal, one in the other, crossing, apart.

    The weights are two thirds and one third with two decimals, as everybody computes them.
    """
    words = {word: place for place, word in enumerate(sorted({w for s in sets for w in s}, key=str))}
    holds = np.zeros((len(sets), max(1, len(words))), dtype=np.float32)
    for place, members in enumerate(sets):
        holds[place, [words[word] for word in members]] = 1
    sizes = holds.sum(axis=1)

    def rows(places: Indices) -> Floats:
        shared = holds[places] @ holds.T
        union = sizes[places, None] + sizes[None, :] - shared
        # Two empty sets say the same.
        share = np.divide(shared, union, out=np.ones(shared.shape, dtype=np.float32), where=union > 0).astype(float)
        if masi:
            smaller = np.minimum(sizes[places, None], sizes[None, :])
            equal, inside = shared == union, (shared == smaller) & (shared > 0)
            share *= np.select([equal, inside, shared > 0], [1.0, 0.67, 0.33], default=0.0)
        return np.asarray(1 - share)

    return rows
