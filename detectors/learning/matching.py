"""How detections compare with labels: one to one, by where they begin and end."""

from bisect import bisect_left, bisect_right
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
    onsets = [found[place].start_ms for place in by_onset]
    pairing = _Pairing()
    for number in sorted(range(len(events)), key=lambda place: events[place]):
        event = events[number]
        first = bisect_left(onsets, event.start_ms - collar_ms)
        last = bisect_right(onsets, event.start_ms + collar_ms)
        near = by_onset[first:last]
        pairing.add(number, [place for place in near if fits(event, found[place], collar_ms=collar_ms)])
    return sorted(pairing.place_of.items())


class _Pairing:
    """Grows by one event at a time, moving others to another detection where that makes room (augmenting paths)."""

    def __init__(self) -> None:
        self.place_of: dict[int, int] = {}
        self._event_of: dict[int, int] = {}
        self._fitting: dict[int, list[int]] = {}

    def add(self, event: int, fitting: list[int]) -> None:
        self._fitting[event] = fitting
        reached: dict[int, int] = {}  # place -> the event that would take it
        frontier = [event]
        while frontier:
            asking = frontier.pop()
            for place in self._fitting[asking]:
                if place in reached:
                    continue
                reached[place] = asking
                if place not in self._event_of:
                    self._move(place, reached)
                    return
                frontier.append(self._event_of[place])

    def _move(self, place: int, reached: dict[int, int]) -> None:
        """Give `place` to who asked for it, what that one had to who asked for that, and so on."""
        given: int | None = place
        while given is not None:
            event = reached[given]
            self._event_of[given] = event
            had = self.place_of.get(event)
            self.place_of[event] = given
            given = had


def tally(events: Sequence[Event], found: Sequence[Detection], *, collar_ms: int = COLLAR_MS) -> Tally:
    """Right, false and missed of one recording, over all types that are given."""
    right = len(matched(events, found, collar_ms=collar_ms))
    return Tally(right, len(found) - right, len(events) - right)
