"""How far people agree in one question: all together, and the people of each team among themselves.

What is counted while items go by is small: how often each pattern of answers occurs. The formulas stand in
`annotations.quality.agreement` and `.kappa`; they need numpy, so this runs in workers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any
from zlib import crc32

from annotations.quality import kappa
from annotations.quality.agreement import Alpha, alpha, scale_alpha
from annotations.reports.clips import Clips
from annotations.reports.measures import Kind, Measure
from annotations.reports.reading import Said

ALL = "all"
RESAMPLES = 200
# Comparing sets with each other costs the square of how many different ones there are: of more than these, a sample.
MOST_SETS = 2000
MOST_SAMPLED = 5000
Unit = tuple[Any, ...]
Given = tuple[Said, Any]


def scopes_of(given: Sequence[Given], *, has_teams: bool) -> Iterator[tuple[str, list[Any]]]:
    """The answers of everybody, and those of each team."""
    yield ALL, [value for _said, value in given]
    if has_teams:
        by_team: dict[str, list[Any]] = {}
        for said, value in given:
            if said.team is not None:
                by_team.setdefault(str(said.team), []).append(value)
        yield from by_team.items()


class Agreement:
    """Of a question with values or sets. `add` is told of each item, `figures` says what it came to by scope."""

    def __init__(self, measure: Measure, *, clips: Clips, seed: int, has_teams: bool) -> None:
        self.measure, self.clips, self.seed, self.has_teams = measure, clips, seed, has_teams
        self.are_sets = measure.kind in (Kind.SETS, Kind.WORDS)
        self._patterns: dict[str, Counter[Unit]] = {}
        self._sets: dict[str, list[tuple[int, Unit]]] = {}
        self._n_units: Counter[str] = Counter()
        self._n_apart: Counter[str] = Counter()

    def add(self, position: int, given: Sequence[Given]) -> None:
        for scope, values in scopes_of(given, has_teams=self.has_teams):
            if len(values) < 2:
                continue
            self._n_units[scope] += 1
            if any(value != values[0] for value in values[1:]):
                self._n_apart[scope] += 1
                self.clips.add(f"apart/{self.measure.alias}/{scope}", position)
            if self.are_sets:
                self._sample(scope, position, tuple(values))
            else:
                self._patterns.setdefault(scope, Counter())[tuple(sorted(values))] += 1

    def _sample(self, scope: str, position: int, unit: Unit) -> None:
        """Keep those that come first in a shuffled order that is always the same."""
        kept = self._sets.setdefault(scope, [])
        kept.append((crc32(f"{self.seed}:{position}".encode()), unit))
        if len(kept) >= 2 * MOST_SAMPLED:
            kept.sort(key=lambda pair: pair[0])
            del kept[MOST_SAMPLED:]

    def figures(self) -> dict[str, dict[str, Any]]:
        found = {}
        for scope, n in self._n_units.items():
            counted = {"n_items": n, "n_apart": self._n_apart[scope]}
            own = self._of_sets(scope) if self.are_sets else self._of_values(scope)
            found[scope] = counted | own
        return found

    def _of_values(self, scope: str) -> dict[str, Any]:
        patterns = self._patterns[scope]
        measure, seed = self.measure, self.seed % 2**32
        found: dict[str, Any] = {"percent": None, "fleiss": None, "escape": None}
        if measure.kind == Kind.NUMBERS:
            result = alpha(_each(patterns), metric="interval", resamples=RESAMPLES, seed=seed)
            return found | {"alpha": result.as_dict()}
        found |= {"percent": kappa.pairwise_agreement(_each(patterns)), "fleiss": _fleiss(patterns)}
        if measure.kind == Kind.NAMES:
            result = alpha(_each(patterns), metric="nominal", resamples=RESAMPLES, seed=seed)
            return found | {"alpha": result.as_dict()}
        both = scale_alpha(_each(patterns), order=measure.order, escape=measure.escape, resamples=RESAMPLES, seed=seed)
        found["escape"] = both.escape.as_dict() if measure.escape else None
        return found | {"alpha": both.ordered.as_dict()}

    def _of_sets(self, scope: str) -> dict[str, Any]:
        units = few_enough([unit for _order, unit in sorted(self._sets[scope], key=lambda pair: pair[0])])
        result: Alpha = alpha(units, metric="jaccard", resamples=RESAMPLES, seed=self.seed % 2**32)
        shared = None if result.observed is None else 1 - result.observed
        sampled = len(units) if len(units) < self._n_units[scope] else None
        return {"percent": shared, "fleiss": None, "escape": None, "alpha": result.as_dict(), "sampled": sampled}


def few_enough(units: Sequence[Unit]) -> list[Unit]:
    """The first of them, as many as have at most MOST_SETS different sets."""
    seen: set[Any] = set()
    kept = []
    for unit in units[:MOST_SAMPLED]:
        seen.update(unit)
        if len(seen) > MOST_SETS:
            break
        kept.append(unit)
    return kept


def _each(patterns: Counter[Unit]) -> Iterator[Unit]:
    return patterns.elements()


def _fleiss(patterns: Counter[Unit]) -> float | None:
    """Where everybody answered equally often; else alpha alone says it."""
    if len({len(unit) for unit in patterns}) != 1:
        return None
    values = sorted({value for unit in patterns for value in unit})
    rows = kappa.counted(patterns, values)
    return kappa.fleiss([row for row, n in zip(rows, patterns.values(), strict=True) for _ in range(n)])


# So many people are compared two by two; of more, those with the most answers.
MOST_PAIRED = 40
MOST_PAIRS = 100
# Below these a pair's figure says nothing.
LEAST_IN_COMMON = 5


class Pairs:
    """Two people at a time: Cohen's kappa over the items both answered. `people` are those that are compared."""

    def __init__(self, measure: Measure, *, people: Iterable[Any]) -> None:
        self.measure = measure
        self.people = frozenset(people)
        self.clips = Clips(most=50)
        self._counts: dict[tuple[str, str], Counter[tuple[Any, Any]]] = {}

    def add(self, position: int, given: Sequence[Given]) -> None:
        ours = [(str(said.person), value) for said, value in given if said.person in self.people]
        for (a, of_a), (b, of_b) in combinations(sorted(ours, key=lambda pair: pair[0]), 2):
            self._counts.setdefault((a, b), Counter())[of_a, of_b] += 1
            if of_a != of_b:
                self.clips.add(f"pair/{self.measure.alias}/{a}/{b}", position)

    def figures(self) -> list[dict[str, Any]]:
        """The pairs with the most items in common first."""
        enough = [(pair, counts) for pair, counts in self._counts.items() if counts.total() >= LEAST_IN_COMMON]
        enough.sort(key=lambda row: (-row[1].total(), row[0]))
        return [self._figures(pair, counts) for pair, counts in enough[:MOST_PAIRS]]

    def _figures(self, pair: tuple[str, str], counts: Counter[tuple[Any, Any]]) -> dict[str, Any]:
        n, same = counts.total(), sum(count for (a, b), count in counts.items() if a == b)
        found = {"a": pair[0], "b": pair[1], "n": n, "percent": same / n, "kappa": kappa.cohen(counts.elements())}
        order, on_scale = self.measure.order, {}
        if order:
            on_scale = {key: count for key, count in counts.items() if key[0] in order and key[1] in order}
        if on_scale:
            elements = Counter(on_scale).elements()
            found["weighted"] = kappa.cohen(elements, weights="quadratic", order=list(order))
        return found

    def clips_of(self, figures: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The clips behind those pairs that are shown."""
        shown = {f"pair/{self.measure.alias}/{row['a']}/{row['b']}" for row in figures}
        return {key: found for key, found in self.clips.as_json().items() if key in shown}
