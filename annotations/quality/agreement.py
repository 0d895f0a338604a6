"""Krippendorff's alpha: how far people agree beyond chance, for any number of people per item, with missing answers.

alpha = 1 - Do/De. Do is the mean distance between two answers to the same item, De that between any two answers there
are. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); MASI: R. Passonneau (2006).
Needs numpy, so it runs in workers, never in a request.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annotations.quality import distances

Metric = Literal["nominal", "ordinal", "interval", "ratio", "jaccard", "masi"]
ONE_RATER, NO_VARIATION = "one_rater", "no_variation"

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Alpha:
    """`value` is None where alpha is not defined, and `reason` says why: "one_rater" or "no_variation".

    `observed` and `expected` are Do and De, in the unit of the metric. `n_units` items had at least two answers,
    `n_values` answers in all. `low` to `high` is the interval of the bootstrap, None where none was asked for.
    """

    value: float | None
    reason: str
    observed: float | None
    expected: float | None
    n_units: int
    n_values: int
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """What JSON can hold."""
        return asdict(self)


def alpha(
    units: Iterable[Iterable[Any]],
    *,
    metric: Metric = "nominal",
    order: Sequence[Hashable] | None = None,
    resamples: int = 0,
    seed: int = 0,
    confidence: float = 0.95,
) -> Alpha:
    """The alpha of `units`, each the answers of different people to one item; None and absent answers are the same.

    Values are hashable for "nominal" and "ordinal", numbers for "interval" and "ratio", sets (or lists) of hashable
    words for "jaccard" and "masi". "ordinal" takes numbers in their own order, or values in that of `order`; a value
    that is not in `order` raises ValueError. With `resamples` the percentile interval over that many draws of units is
    added: repeatable by `seed`. 100,000 units of five answers on a scale take under a second.
    """
    table = _Table.of(units, metric=metric, order=order)
    if not table.weights.size:
        return Alpha(None, ONE_RATER, None, None, 0, 0)
    observed, expected = table.distances(table.weights)
    n_units, n_values = int(table.weights.sum()), int(table.weights @ table.sizes)
    if expected <= 0:
        return Alpha(None, NO_VARIATION, observed, expected, n_units, n_values)
    low, high = table.interval(resamples, seed=seed, confidence=confidence) if resamples else (None, None)
    return Alpha(1 - observed / expected, "", observed, expected, n_units, n_values, low, high)


@dataclass(frozen=True)
class ScaleAlpha:
    """A scale with values off it: `ordered` on the values of the scale alone, `escape` on "off the scale or not"."""

    ordered: Alpha
    escape: Alpha


def scale_alpha(
    units: Iterable[Iterable[Any]],
    *,
    order: Sequence[Hashable],
    escape: Collection[Hashable],
    metric: Metric = "ordinal",
    resamples: int = 0,
    seed: int = 0,
) -> ScaleAlpha:
    """The two alphas of a scale such as slow, normal, fast with "variable" beside it, which has no place in the order.

    `order` holds the values on the scale from low to high; what is in `escape` is left out of the first alpha and is
    all the second one looks at. `metric` "interval" and "ratio" take the places in `order` as 1, 2, 3….
    """
    rows = [[value for value in unit if value is not None] for unit in units]
    places = {value: place for place, value in enumerate(order, start=1)}
    on_scale = [[places[value] for value in row if value not in escape] for row in rows]
    off_scale = [[value in escape for value in row] for row in rows]
    return ScaleAlpha(
        alpha(on_scale, metric=metric, resamples=resamples, seed=seed),
        alpha(off_scale, resamples=resamples, seed=seed),
    )


@dataclass(frozen=True)
class _Table:
    """Equal units counted once: there are few kinds of answers to a scale, however many items were labeled.

    `weights[k]` units are of kind k and have `sizes[k]` answers. The entry e says that kind `kinds[e]` holds value
    `values[e]` `counts[e]` times. `within[k]` is the sum of distances inside one unit of the kind, over m-1, where the
    distance does not depend on how often values occur, that is everywhere but for ordinal.
    """

    metric: Metric
    weights: Floats
    sizes: Floats
    kinds: Indices
    values: Indices
    counts: Floats
    within: Floats
    scale: Floats
    between: distances.Between | None

    @classmethod
    def of(cls, units: Iterable[Iterable[Any]], *, metric: Metric, order: Sequence[Hashable] | None) -> "_Table":
        pairable, distinct = _counted(units, as_sets=metric in ("jaccard", "masi"))
        ranked = _ranked(distinct, metric=metric, order=order)
        index = {value: place for place, value in enumerate(ranked)}
        entries = [(kind, index[value], count) for kind, unit in enumerate(pairable) for value, count in unit]
        kinds, values, counts = (
            np.array(column, dtype=np.int64) for column in (zip(*entries, strict=True) if entries else ((), (), ()))
        )
        weights = np.array(list(pairable.values()), dtype=float)
        sizes = np.bincount(kinds, weights=counts, minlength=weights.size).astype(float)
        scale = np.array(ranked, dtype=float) if metric in ("interval", "ratio") else np.zeros(0)
        between = distances.between(ranked, metric) if metric in ("ratio", "jaccard", "masi") else None
        bare = cls(metric, weights, sizes, kinds, values, counts.astype(float), np.zeros(0), scale, between)
        within = np.zeros(0) if metric == "ordinal" or not weights.size else bare.within_of(scale)
        return cls(metric, weights, sizes, kinds, values, counts.astype(float), within, scale, between)

    @property
    def n_distinct(self) -> int:
        return int(self.values.max()) + 1

    def within_of(self, scale: Floats) -> Floats:
        """The sum of distances between the answers of a unit of each kind, each pair both ways, over m-1."""
        m = self.sizes
        if self.between is not None:
            summed = self.between.within(self.kinds, self.values, self.counts, n_kinds=m.size)
        elif self.metric == "nominal":
            summed = m**2 - np.bincount(self.kinds, weights=self.counts**2, minlength=m.size)
        else:
            places = scale[self.values]
            mean = np.bincount(self.kinds, weights=self.counts * places, minlength=m.size) / m
            off = places - mean[self.kinds]
            summed = 2 * m * np.bincount(self.kinds, weights=self.counts * off**2, minlength=m.size)
        return np.asarray(summed / (m - 1))

    def distances(self, weights: Floats) -> tuple[float, float]:
        """Do and De where kind k has `weights[k]` units."""
        given = self.counts * weights[self.kinds]
        totals = np.bincount(self.values, weights=given, minlength=self.n_distinct).astype(float)
        n = float(totals.sum())
        within = self.within
        if self.between is not None:
            summed = self.between.all_pairs(totals)
        elif self.metric == "nominal":
            summed = n**2 - float(totals @ totals)
        else:
            # Ordinal distance is that of the middle ranks, which move with how often each value occurs.
            ordinal = self.metric == "ordinal"
            scale = np.cumsum(totals) - totals / 2 if ordinal else self.scale
            within = self.within_of(scale) if ordinal else within
            off = scale - float(totals @ scale) / n
            summed = 2 * n * float(totals @ off**2)
        return float(weights @ within) / n, summed / (n * (n - 1))

    def interval(self, resamples: int, *, seed: int, confidence: float) -> tuple[float | None, float | None]:
        """The percentiles of alpha over draws of as many units; None where most draws show no variation."""
        random = np.random.default_rng(seed)
        n_units, n_kinds = int(self.weights.sum()), self.weights.size
        found = []
        # A draw of kinds costs as much as there are kinds; a draw of units, as much as there are units.
        of_kind = None if n_kinds * 4 < n_units else np.repeat(np.arange(n_kinds), self.weights.astype(np.int64))
        for _ in range(resamples):
            if of_kind is None:
                weights = random.multinomial(n_units, self.weights / n_units).astype(float)
            else:
                drawn = of_kind[random.integers(n_units, size=n_units)]
                weights = np.bincount(drawn, minlength=n_kinds).astype(float)
            observed, expected = self.distances(weights)
            if expected > 0:
                found.append(1 - observed / expected)
        if len(found) * 2 <= resamples:
            return None, None
        low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
        return float(low), float(high)


def _counted(
    units: Iterable[Iterable[Any]], *, as_sets: bool
) -> tuple[Counter[tuple[tuple[Hashable, int], ...]], list[Hashable]]:
    """How often each kind of unit with two or more answers occurs, and the values that occur in them."""
    found: Counter[tuple[tuple[Hashable, int], ...]] = Counter()
    first_seen: dict[Hashable, int] = {}
    for unit in units:
        values = [frozenset(value) if as_sets else value for value in unit if value is not None]
        if len(values) > 1:
            counts = Counter(values)
            places = {value: first_seen.setdefault(value, len(first_seen)) for value in counts}
            found[tuple(sorted(counts.items(), key=lambda pair: places[pair[0]]))] += 1
    return found, list(first_seen)


def _ranked(distinct: list[Hashable], *, metric: Metric, order: Sequence[Hashable] | None) -> list[Any]:
    if order is not None:
        unknown = set(distinct) - set(order)
        if unknown:
            raise ValueError(f"not in the order: {sorted(map(str, unknown))}")
        return [value for value in order if value in set(distinct)]
    if metric in ("ordinal", "interval", "ratio"):
        values: list[Any] = list(distinct)
        return sorted(values)
    return distinct
