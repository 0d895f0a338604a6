"""How far people agree in what they mark: event F1 at several collars, by label, and where their bounds lie."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any
from zlib import crc32

import numpy as np

from annotations.quality.events import Event, event_scores, matched_pairs
from annotations.quality.scores import mean_score, t_quantile
from annotations.reports.agreeing import Given, scopes_of
from annotations.reports.clips import Clips
from annotations.reports.measures import Measure

COLLARS_MS = (50, 100, 200, 500)
SHOWN_COLLAR_MS = 200
# Matching marks costs: of more items than these a sample is looked at, and of more pairs on an item a few.
MOST_ITEMS = 5000
MOST_PAIRS = 10
# Bounds within this of each other are of the same mark; the histogram has one bin for each step.
NEAR_MS = 500
BIN_MS = 50
# A mean below it is nothing anybody hears.
NOTABLE_MS = 15


class MarkAgreement:
    """Mean F1 between people, each item counting once. Where nobody marked anything they agree; such items are told."""

    def __init__(self, measure: Measure, *, clips: Clips, seed: int, has_teams: bool, n_items: int) -> None:
        self.measure, self.clips, self.seed, self.has_teams = measure, clips, seed, has_teams
        self._least = min(1.0, MOST_ITEMS / max(1, n_items)) * 2**32
        self._n_items: Counter[str] = Counter()
        self._n_apart: Counter[str] = Counter()
        self._n_empty: Counter[str] = Counter()
        self._f1: dict[tuple[str, int], list[float]] = defaultdict(list)
        # By scope, collar and label: events on both sides, and twice those that were found on the other.
        self._labels: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, position: int, given: Sequence[Given]) -> None:
        is_drawn = crc32(f"{self.seed}:{position}".encode()) < self._least
        for scope, answers in scopes_of(given, has_teams=self.has_teams):
            if len(answers) < 2:
                continue
            self._n_items[scope] += 1
            if not any(answers):
                self._n_empty[scope] += 1
            if is_drawn:
                self._compare(scope, position, answers)

    def _compare(self, scope: str, position: int, answers: Sequence[tuple[Event, ...]]) -> None:
        pairs = list(combinations(answers, 2))
        if len(pairs) > MOST_PAIRS:
            drawn = np.random.default_rng(position).permutation(len(pairs))[:MOST_PAIRS]
            pairs = [pairs[place] for place in drawn]
        for collar in COLLARS_MS:
            scores = [event_scores(a, b, collar_ms=collar) for a, b in pairs]
            mean = sum(score.f1 for score in scores) / len(scores)
            self._f1[scope, collar].append(mean)
            for score in scores:
                for label, counts in score.by_label.items():
                    sums = self._labels[scope, collar, label]
                    sums[0] += counts.n_reference + counts.n_estimate
                    sums[1] += 2 * counts.n_matched
            if collar == SHOWN_COLLAR_MS and mean < 1:
                self._n_apart[scope] += 1
                self.clips.add(f"apart/{self.measure.alias}/{scope}", position)

    def figures(self) -> dict[str, dict[str, Any]]:
        return {scope: self._figures(scope, n) for scope, n in self._n_items.items()}

    def _figures(self, scope: str, n: int) -> dict[str, Any]:
        drawn = len(self._f1[scope, SHOWN_COLLAR_MS])
        events = {}
        for collar in COLLARS_MS:
            found = mean_score(self._f1[scope, collar])
            low, high = (found.low, found.high) if found else (None, None)
            events[str(collar)] = {
                "f1": found.mean if found else None,
                "low": None if low is None else max(0.0, low),
                "high": None if high is None else min(1.0, high),
            }
        return {
            "n_items": n,
            "n_apart": self._n_apart[scope],
            "n_empty": self._n_empty[scope],
            "sampled": drawn if drawn < n else None,
            "events": events,
            "labels": {label: self._by_label(scope, label) for label in self._labels_of(scope)},
        }

    def _labels_of(self, scope: str) -> list[str]:
        return sorted({label for of, _collar, label in self._labels if of == scope and label})

    def _by_label(self, scope: str, label: str) -> dict[str, float | None]:
        sums = {collar: self._labels[scope, collar, label] for collar in COLLARS_MS}
        return {str(collar): found / both if both else None for collar, (both, found) in sums.items()}


class Bounds:
    """Where people set the bounds of marks, measured from the bounds that hold: milliseconds, negative is early."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        # Each person has a key for each bin: of each, a few clips.
        self.clips = Clips(most=50)
        self._bins: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        # By person and side: how many, their sum and that of their squares.
        self._sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, position: int, person: str, final: Sequence[Event], own: Sequence[Event]) -> None:
        for i, j in matched_pairs(final, own, collar_ms=NEAR_MS):
            for side, off in _offsets(final[i], own[j]):
                place = round(off / BIN_MS)
                for who in ("all", person):
                    self._bins[who, side][place] += 1
                    self._add(self._sums[who, side], off)
                    self.clips.add(f"off/{self.measure.alias}/{who}/{side}/{place}", position)

    @staticmethod
    def _add(sums: list[int], off: int) -> None:
        sums[0] += 1
        sums[1] += off
        sums[2] += off * off

    def figures(self) -> dict[str, dict[str, Any]]:
        """By person, "all" for everybody: for each side the bins, the mean with its interval, and what it tells."""
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for (who, side), bins in self._bins.items():
            n, total, squares = self._sums[who, side]
            mean = total / n
            half = None
            if n > 1:
                spread = max(0.0, squares / n - mean * mean) * n / (n - 1)
                half = t_quantile(n - 1) * (spread / n) ** 0.5
            found[who][side] = {
                "n": n,
                "mean": mean,
                "half_width": half,
                "tells": _tells(mean, half),
                "bins": sorted(bins.items()),
            }
        return dict(found)


def _offsets(final: Event, own: Event) -> Iterator[tuple[str, int]]:
    yield "onset", own.start_ms - final.start_ms
    if final.end_ms > final.start_ms:
        yield "offset", own.end_ms - final.end_ms


def _tells(mean: float, half: float | None) -> str:
    """ "early" or "late" where the mean is surely off by something one hears, else nothing."""
    if half is None or abs(mean) < max(half, NOTABLE_MS):
        return ""
    return "early" if mean < 0 else "late"
