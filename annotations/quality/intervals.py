"""How much of the time two answers share: overlap over union, time that counts for both, and frames.

Times are integer milliseconds. Sources: temporal IoU as in detection challenges, each pair once by the Hungarian
method; durations as in H. Bredin, pyannote.metrics (2017).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from annotations.quality.events import Counts, Event
from annotations.quality.matching import best_matching, largest_matching


def overlap_ms(a: Event, b: Event) -> int:
    """The time both last, 0 where they only touch."""
    return max(0, min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms))


def iou(a: Event, b: Event) -> float:
    """Overlap over union, 0.0 to 1.0; moments without length are alike in the same place only."""
    shared = overlap_ms(a, b)
    union = (a.end_ms - a.start_ms) + (b.end_ms - b.start_ms) - shared
    return shared / union if union else float(a.start_ms == b.start_ms)


@dataclass(frozen=True)
class Matched:
    """The best pairs of events with the same label, as (place in the reference, place in the estimate, IoU)."""

    pairs: list[tuple[int, int, float]]
    n_reference: int
    n_estimate: int

    @property
    def mean(self) -> float | None:
        """The mean IoU of the pairs; None where there is none."""
        return sum(share for *_, share in self.pairs) / len(self.pairs) if self.pairs else None

    @property
    def soft_f1(self) -> float:
        """F1 in which a pair counts as much as it overlaps; 1.0 where nothing is marked on both sides."""
        both = self.n_reference + self.n_estimate
        return 2 * sum(share for *_, share in self.pairs) / both if both else 1.0


def matched(reference: Sequence[Event], estimate: Sequence[Event]) -> Matched:
    """One to one, the same label, so that the sum of IoU is the largest there can be."""
    worth = {(i, j): share for i, j in _meeting(reference, estimate) if (share := iou(reference[i], estimate[j]))}
    pairs = [(i, j, worth[i, j]) for i, j in best_matching(worth).items()]
    return Matched(pairs, len(reference), len(estimate))


def scores_at(reference: Sequence[Event], estimate: Sequence[Event], *, percent: int) -> Counts:
    """As many pairs as possible, one to one, with the same label and an IoU of at least `percent` of 100."""
    edges: list[list[int]] = [[] for _ in reference]
    for i, j in _meeting(reference, estimate):
        a, b = reference[i], estimate[j]
        shared = overlap_ms(a, b)
        union = (a.end_ms - a.start_ms) + (b.end_ms - b.start_ms) - shared
        if shared * 100 >= percent * union and (shared or a.start_ms == b.start_ms):
            edges[i].append(j)
    return Counts(len(reference), len(estimate), len(largest_matching(edges)))


def _meeting(reference: Sequence[Event], estimate: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """The places of events with the same label that share time or a moment."""
    of_label: dict[str, list[int]] = defaultdict(list)
    for j, event in enumerate(estimate):
        of_label[event.label].append(j)
    for i, a in enumerate(reference):
        for j in of_label[a.label]:
            b = estimate[j]
            if a.start_ms <= b.end_ms and b.start_ms <= a.end_ms:
                yield i, j


@dataclass(frozen=True)
class Durations:
    """Time in milliseconds: there in all, told right, told with another label, missed, and where there was nothing."""

    total_ms: float
    correct_ms: float
    confused_ms: float
    missed_ms: float
    false_alarm_ms: float

    @property
    def error_rate(self) -> float | None:
        """Confused, missed and false alarm over what is there; may be above 1. None where only nothing is there."""
        errors = self.confused_ms + self.missed_ms + self.false_alarm_ms
        if self.total_ms:
            return errors / self.total_ms
        return None if errors else 0.0

    @property
    def precision(self) -> float:
        told = self.correct_ms + self.confused_ms + self.false_alarm_ms
        return self.correct_ms / told if told else float(not self.total_ms)

    @property
    def recall(self) -> float:
        told = self.correct_ms + self.confused_ms + self.false_alarm_ms
        return self.correct_ms / self.total_ms if self.total_ms else float(not told)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def durations(
    reference: Iterable[Event], estimate: Iterable[Event], *, duration_ms: int | None = None, collar_ms: int = 0
) -> Durations:
    """The time each label is there on both sides; two labels at once count twice.

    `duration_ms` is how long the recording is: nothing outside it counts. `collar_ms` is left out around each bound of
    the reference, half of it on each side.
    """
    reference = list(reference)
    total = correct = confused = missed = false_alarm = 0
    for length, there, told in stretches(reference, estimate, duration_ms=duration_ms, collar_ms=collar_ms):
        n_there, n_told, right = there.total(), told.total(), (there & told).total()
        total += length * n_there
        correct += length * right
        confused += length * (min(n_there, n_told) - right)
        missed += length * max(0, n_there - n_told)
        false_alarm += length * max(0, n_told - n_there)
    return Durations(total / 2, correct / 2, confused / 2, missed / 2, false_alarm / 2)


def stretches(
    reference: Sequence[Event], estimate: Iterable[Event], *, duration_ms: int | None, collar_ms: int
) -> Iterator[tuple[int, Counter[str], Counter[str]]]:
    """The stretches of time over which nothing changes, as (half milliseconds, labels there, labels told).

    Half milliseconds, so that half a collar is a whole number.
    """
    changes: dict[int, list[tuple[Counter[str], str, int]]] = defaultdict(list)
    there: Counter[str] = Counter()
    told: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for side, events in ((there, reference), (told, list(estimate))):
        for event in events:
            if event.end_ms > event.start_ms:
                changes[2 * event.start_ms].append((side, event.label, 1))
                changes[2 * event.end_ms].append((side, event.label, -1))
    if collar_ms:
        for bound in {bound for event in reference for bound in (event.start_ms, event.end_ms)}:
            changes[2 * bound - collar_ms].append((left_out, "", 1))
            changes[2 * bound + collar_ms].append((left_out, "", -1))
    if duration_ms is not None:
        changes[0].append((left_out, "", 0))
        changes[2 * duration_ms].append((left_out, "", 0))
    moments = sorted(changes)
    for start, end in pairwise(moments):
        for side, label, step in changes[start]:
            side[label] += step
        inside = duration_ms is None or (start >= 0 and end <= 2 * duration_ms)
        if inside and not left_out[""]:
            yield end - start, +there, +told


class FrameAgreement(NamedTuple):
    """Two answers frame by frame. Never show `raw` alone: where events are rare, silence agrees with silence."""

    raw: float
    kappa: float | None
    alpha: float | None
    jaccard: float


def frame_agreement(
    a: Iterable[Event], b: Iterable[Event], *, duration_ms: int, frame_ms: int = 10
) -> FrameAgreement | None:
    """Whether anything is there, in each frame of `frame_ms` that an event touches; None for a recording of no length.

    Kappa is Cohen's, alpha Krippendorff's nominal; both None where neither side ever changes.
    """
    n = -(-duration_ms // frame_ms)
    if n < 1:
        return None
    first, second = _frames(a, n, frame_ms), _frames(b, n, frame_ms)
    both, either = len(first & second), len(first | second)
    raw = (n - (either - both)) / n
    p, q = len(first) / n, len(second) / n
    chance = p * q + (1 - p) * (1 - q)
    kappa = (raw - chance) / (1 - chance) if chance < 1 else None
    active = len(first) + len(second)
    apart = 2 * active * (2 * n - active) / (2 * n * (2 * n - 1))
    alpha = 1 - (1 - raw) / apart if apart else None
    return FrameAgreement(raw, kappa, alpha, both / either if either else 1.0)


def _frames(events: Iterable[Event], n: int, frame_ms: int) -> set[int]:
    return {
        frame
        for event in events
        for frame in range(max(0, event.start_ms // frame_ms), min(n, -(-event.end_ms // frame_ms)))
    }
