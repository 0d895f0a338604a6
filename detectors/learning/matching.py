"""How detections compare with labels: one to one, by where they begin and end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from detectors.learning.events import Detection, Event

COLLAR_MS = 200
RULE = (
    f"A detection is right when it begins within {COLLAR_MS} ms of a label of its type and ends within "
    f"{COLLAR_MS} ms, or half the label's length if that is more; each label counts once."
)


class Score(TypedDict):
    """All in [0, 1]; 0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Tally:
    """How many detections were right, how many were false, and how many labels were missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def score(self) -> Score:
        precision = self.right / (self.right + self.false) if self.right else 0.0
        recall = self.right / (self.right + self.missed) if self.right else 0.0
        f1 = 2 * self.right / (2 * self.right + self.false + self.missed) if self.right else 0.0
        return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def fits(event: Event, found: Detection, *, collar_ms: int = COLLAR_MS) -> bool:
    """Whether a detection says what the label says."""
    late = max(collar_ms, (event.end_ms - event.start_ms) / 2)
    return (
        event.artifact_type == found.artifact_type
        and abs(event.start_ms - found.start_ms) <= collar_ms
        and abs(event.end_ms - found.end_ms) <= late
    )


def matched(
    events: Sequence[Event], found: Sequence[Detection], *, collar_ms: int = COLLAR_MS
) -> list[tuple[int, int]]:
    """As many pairs (place in `events`, place in `found`) as there can be, none used twice."""
    by_onset = sorted(range(len(found)), key=lambda place: found[place])
    fitting = {
        event: [place for place in by_onset if fits(events[event], found[place], collar_ms=collar_ms)]
        for event in sorted(range(len(events)), key=lambda place: events[place])
    }
    taken: dict[int, int] = {}  # detection -> event
    for event in fitting:
        _place(event, fitting, taken, set())
    return sorted((event, place) for place, event in taken.items())


def _place(event: int, fitting: dict[int, list[int]], taken: dict[int, int], tried: set[int]) -> bool:
    """Give an event a detection; one that has it already may have to take another (Kuhn's algorithm)."""
    for place in fitting[event]:
        if place in tried:
            continue
        tried.add(place)
        if place not in taken or _place(taken[place], fitting, taken, tried):
            taken[place] = event
            return True
    return False


def tally(events: Sequence[Event], found: Sequence[Detection], *, collar_ms: int = COLLAR_MS) -> Tally:
    """Right, false and missed of one recording, over all types that are given."""
    right = len(matched(events, found, collar_ms=collar_ms))
    return Tally(right, len(found) - right, len(events) - right)
