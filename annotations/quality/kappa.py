"""Agreement of equal numbers of people, and of two: Fleiss, Randolph, Cohen, and shares without a correction.

Sources: J. Fleiss (1971), J. Randolph (2005), J. Cohen (1960, 1968). Plain Python: small enough for a request.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal

Weights = Literal["none", "linear", "quadratic"]


def fleiss(counts: Sequence[Sequence[int]]) -> float | None:
    """Fleiss' kappa of a table of counts, shape (items, values): how many people gave the item the value.

    None where it is not defined: no items, fewer than two people, or all answers equal. Raises ValueError where the
    numbers of people differ between items; alpha is for those.
    """
    observed = _observed(counts)
    if observed is None:
        return None
    total = sum(map(sum, counts))
    expected = sum((sum(column) / total) ** 2 for column in zip(*counts, strict=True))
    return _beyond(observed, expected)


def randolph(counts: Sequence[Sequence[int]]) -> float | None:
    """Randolph's free-marginal kappa: chance is one over the number of values there are, shapes as with `fleiss`."""
    observed = _observed(counts)
    if observed is None or len(counts[0]) < 2:
        return None
    return _beyond(observed, 1 / len(counts[0]))


def counted(units: Iterable[Iterable[Hashable | None]], values: Sequence[Hashable]) -> list[list[int]]:
    """The table of counts of `units`, shape (items, values); None is no answer, other values raise ValueError."""
    places = {value: place for place, value in enumerate(values)}
    table = []
    for unit in units:
        row = [0] * len(values)
        for value in unit:
            if value is not None:
                if value not in places:
                    raise ValueError(f"not among the values: {value}")
                row[places[value]] += 1
        table.append(row)
    return table


def cohen(
    pairs: Iterable[tuple[Hashable | None, Hashable | None]],
    *,
    weights: Weights = "none",
    order: Sequence[Hashable] | None = None,
) -> float | None:
    """Cohen's kappa of two people over the items both answered; weighted needs the `order` of the values.

    None where it is not defined: nothing in common, or both always gave one and the same value.
    """
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not both:
        return None
    places = _places(both, weights=weights, order=order)
    joint = Counter((places[a], places[b]) for a, b in both)
    first, second = Counter(places[a] for a, _ in both), Counter(places[b] for _, b in both)
    n = len(both)
    observed = sum(_cost(i, j, weights) * count for (i, j), count in joint.items()) / n
    expected = sum(_cost(i, j, weights) * a * b for i, a in first.items() for j, b in second.items()) / n**2
    return None if expected == 0 else 1 - observed / expected


def pairwise_agreement(units: Iterable[Sequence[Hashable | None]]) -> float | None:
    """The mean over items of the share of pairs of people who gave the same answer; None without a pair."""
    shares = []
    for counts in _several(units):
        n = counts.total()
        shares.append(sum(count * (count - 1) for count in counts.values()) / (n * (n - 1)))
    return sum(shares) / len(shares) if shares else None


def modal_share(units: Iterable[Sequence[Hashable | None]]) -> float | None:
    """The mean over items of the share of people who gave the most frequent answer; None without two answers."""
    shares = [max(counts.values()) / counts.total() for counts in _several(units)]
    return sum(shares) / len(shares) if shares else None


def _several(units: Iterable[Sequence[Hashable | None]]) -> Iterable[Counter[Hashable]]:
    for unit in units:
        counts = Counter(value for value in unit if value is not None)
        if counts.total() > 1:
            yield counts


def _observed(counts: Sequence[Sequence[int]]) -> float | None:
    people = {sum(row) for row in counts}
    if len(people) > 1:
        raise ValueError("the numbers of people differ between items")
    if not people or (n := people.pop()) < 2:
        return None
    return sum(count * (count - 1) for row in counts for count in row) / (len(counts) * n * (n - 1))


def _beyond(observed: float, expected: float) -> float | None:
    return None if expected >= 1 else (observed - expected) / (1 - expected)


def _places(
    both: list[tuple[Hashable, Hashable]], *, weights: Weights, order: Sequence[Hashable] | None
) -> dict[Hashable, int]:
    if order is None:
        if weights != "none":
            raise ValueError("weights need an order")
        return {value: place for place, value in enumerate(dict.fromkeys(value for pair in both for value in pair))}
    return {value: place for place, value in enumerate(order)}


def _cost(i: int, j: int, weights: Weights) -> int:
    if weights == "none":
        return int(i != j)
    return abs(i - j) if weights == "linear" else (i - j) ** 2
