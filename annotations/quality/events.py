"""Marks of one person beside those of another: event based and segment based scores.

Sources: A. Mesaros et al., Metrics for Polyphonic Sound Event Detection (2016). Times are integer milliseconds, so
that a bound that lies exactly on the collar is inside it, whatever the machine.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from annotations.quality.matching import largest_matching


class Event(NamedTuple):
    """A mark with a label, from `start_ms` up to `end_ms`."""

    start_ms: int
    end_ms: int
    label: str = ""


def events_of(regions: Iterable[Mapping[str, Any]] | None) -> list[Event]:
    """The events of an answer to a question for regions; none for None."""
    return [Event(region["start_ms"], region["end_ms"], region["label"]) for region in regions or ()]


@dataclass(frozen=True)
class Counts:
    """How many events there are on each side, and how many of them were found on the other."""

    n_reference: int
    n_estimate: int
    n_matched: int

    @property
    def precision(self) -> float:
        return self.n_matched / self.n_estimate if self.n_estimate else float(self.both_empty)

    @property
    def recall(self) -> float:
        return self.n_matched / self.n_reference if self.n_reference else float(self.both_empty)

    @property
    def f1(self) -> float:
        """Nothing marked on both sides is agreement: 1.0. Such pairs are counted apart, by `both_empty`."""
        both = self.n_reference + self.n_estimate
        return 2 * self.n_matched / both if both else 1.0

    @property
    def both_empty(self) -> bool:
        return not self.n_reference and not self.n_estimate


@dataclass(frozen=True)
class EventScores(Counts):
    """The scores of one pair of answers. `by_label` holds those of each label either side used."""

    substituted: int
    deleted: int
    inserted: int
    by_label: dict[str, Counts]

    @property
    def error_rate(self) -> float | None:
        """(S + D + I) over the events of the reference; None where it has none but the other side has."""
        return _error_rate(self.substituted + self.deleted + self.inserted, self)

    @property
    def macro_f1(self) -> float:
        """The mean of F1 over labels."""
        return _macro(self.by_label)


def event_scores(
    reference: Sequence[Event],
    estimate: Sequence[Event],
    *,
    collar_ms: int = 200,
    length_percent: int = 0,
    onset_only: bool = False,
) -> EventScores:
    """Events match with the same label, starts within the collar and ends within it or a share of the length.

    The ends may differ by `collar_ms` or by `length_percent` of the reference's length, whichever is more. One to one,
    as many as possible. What is left and lies together with another label is a substitution. Symmetric in F1 where
    `length_percent` is 0.
    """
    fits = _Fits(collar_ms, length_percent, onset_only)
    pairs = matched_pairs(reference, estimate, fits=fits)
    left = sorted(set(range(len(reference))) - {i for i, _ in pairs})
    right = sorted(set(range(len(estimate))) - {j for _, j in pairs})
    swapped = largest_matching(_edges([reference[i] for i in left], [estimate[j] for j in right], fits, same=False))
    by_label = {
        label: Counts(
            sum(event.label == label for event in reference),
            sum(event.label == label for event in estimate),
            sum(reference[i].label == label for i, _ in pairs),
        )
        for label in sorted({event.label for event in (*reference, *estimate)})
    }
    return EventScores(
        len(reference),
        len(estimate),
        len(pairs),
        substituted=len(swapped),
        deleted=len(left) - len(swapped),
        inserted=len(right) - len(swapped),
        by_label=by_label,
    )


class _Fits(NamedTuple):
    collar_ms: int
    length_percent: int = 0
    onset_only: bool = False

    def __call__(self, a: Event, b: Event) -> bool:
        if abs(a.start_ms - b.start_ms) > self.collar_ms:
            return False
        tolerated = max(self.collar_ms * 100, self.length_percent * (a.end_ms - a.start_ms))
        return self.onset_only or abs(a.end_ms - b.end_ms) * 100 <= tolerated


def matched_pairs(
    reference: Sequence[Event], estimate: Sequence[Event], *, collar_ms: int = 200, fits: _Fits | None = None
) -> list[tuple[int, int]]:
    """The places (in `reference`, in `estimate`) of events that are one and the same, in the order of the first."""
    return sorted(largest_matching(_edges(reference, estimate, fits or _Fits(collar_ms), same=True)).items())


def _edges(a: Sequence[Event], b: Sequence[Event], fits: _Fits, *, same: bool) -> list[list[int]]:
    """For each of `a` the places of those of `b` it may be, the nearest start first."""
    by_start = sorted(range(len(b)), key=lambda j: b[j].start_ms)
    starts = [b[j].start_ms for j in by_start]
    found = []
    for event in a:
        first = bisect_left(starts, event.start_ms - fits.collar_ms)
        last = bisect_right(starts, event.start_ms + fits.collar_ms)
        near = [j for j in by_start[first:last] if (not same or b[j].label == event.label) and fits(event, b[j])]
        found.append(sorted(near, key=lambda j: abs(b[j].start_ms - event.start_ms)))
    return found


@dataclass(frozen=True)
class SegmentScores(Counts):
    """As of events, over the cells of a grid in which a label is there."""

    substituted: int
    deleted: int
    inserted: int
    by_label: dict[str, Counts]

    @property
    def error_rate(self) -> float | None:
        return _error_rate(self.substituted + self.deleted + self.inserted, self)

    @property
    def macro_f1(self) -> float:
        return _macro(self.by_label)


def segment_scores(reference: Sequence[Event], estimate: Sequence[Event], *, grid_ms: int = 1000) -> SegmentScores:
    """A label is there in each cell of the grid that one of its events touches."""
    there, found = _cells(reference, grid_ms), _cells(estimate, grid_ms)
    missed: dict[int, int] = defaultdict(int)
    extra: dict[int, int] = defaultdict(int)
    for cell, _ in there - found:
        missed[cell] += 1
    for cell, _ in found - there:
        extra[cell] += 1
    swapped = sum(min(missed[cell], extra[cell]) for cell in missed.keys() & extra.keys())
    by_label = {
        label: Counts(
            sum(of == label for _, of in there),
            sum(of == label for _, of in found),
            sum(of == label for _, of in there & found),
        )
        for label in sorted({of for _, of in there | found})
    }
    return SegmentScores(
        len(there),
        len(found),
        len(there & found),
        substituted=swapped,
        deleted=len(there - found) - swapped,
        inserted=len(found - there) - swapped,
        by_label=by_label,
    )


def _cells(events: Iterable[Event], grid_ms: int) -> set[tuple[int, str]]:
    return {
        (cell, event.label)
        for event in events
        for cell in range(event.start_ms // grid_ms, -(-event.end_ms // grid_ms))
    }


class Pairwise(NamedTuple):
    """People among each other: the mean over pairs, and how many of the pairs marked nothing at all, both of them."""

    mean: float | None
    n_pairs: int
    n_empty: int


def pairwise_f1(answers: Sequence[Sequence[Event]], *, collar_ms: int = 200) -> Pairwise:
    """The mean event F1 over all pairs of people who answered one item; None where there is no pair."""
    scores = [event_scores(a, b, collar_ms=collar_ms) for a, b in combinations(answers, 2)]
    mean = sum(score.f1 for score in scores) / len(scores) if scores else None
    return Pairwise(mean, len(scores), sum(score.both_empty for score in scores))


def _error_rate(errors: int, counts: Counts) -> float | None:
    if counts.n_reference:
        return errors / counts.n_reference
    return 0.0 if counts.both_empty else None


def _macro(by_label: dict[str, Counts]) -> float:
    return sum(counts.f1 for counts in by_label.values()) / len(by_label) if by_label else 1.0
