"""What one version of a dataset's annotations has and another has not. No Django.

A mark is a dict with "label", "start_ms" and "end_ms"; whatever else it holds stays on it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from datasets.pairing import Mark, bounds, paired, same_place

Kind = Literal["added", "removed", "changed"]
KINDS: tuple[Kind, ...] = ("added", "removed", "changed")


@dataclass(frozen=True)
class Change:
    """A mark that is on one side alone, or whose edges moved. None stands where there is nothing on a side."""

    kind: Kind
    before: Mark | None
    after: Mark | None

    @property
    def label(self) -> str:
        return str(self._shown["label"])

    @property
    def start_moved_ms(self) -> int:
        """By how much the start is later; 0 unless the mark is on both sides."""
        return self.after["start_ms"] - self.before["start_ms"] if self.before and self.after else 0

    @property
    def end_moved_ms(self) -> int:
        return self.after["end_ms"] - self.before["end_ms"] if self.before and self.after else 0

    @property
    def _shown(self) -> Mark:
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has at least one side")
        return found

    @property
    def place(self) -> tuple[int, int]:
        return bounds(self._shown)


def changes(before: list[Mark], after: list[Mark]) -> tuple[list[Change], list[Mark]]:
    """What changed on one file, in the order of time, and the marks that are the same.

    Marks of one label and one place are the same, whatever their confidence. Of the others, marks of one label that
    overlap are one mark whose edges moved, the largest overlap first.
    """
    found: list[Change] = []
    kept: list[Mark] = []
    for old, new in paired(before, after, keys=(same_place,)):
        if old is not None and new is not None and bounds(old) == bounds(new):
            kept.append(new)
        elif new is None:
            found.append(Change("removed", old, None))
        else:
            found.append(Change("added" if old is None else "changed", old, new))
    return sorted(found, key=lambda change: (change.place, change.label, change.kind)), kept


@dataclass
class Tally:
    """How many marks of each label were added, removed, changed and kept."""

    by_label: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, found: Iterable[Change], kept: Iterable[Mark]) -> None:
        for change in found:
            self.by_label[change.label][change.kind] += 1
        for mark in kept:
            self.by_label[mark["label"]]["kept"] += 1

    @property
    def rows(self) -> Iterator[tuple[str, Counter[str]]]:
        """Labels with most changes first."""
        yield from sorted(self.by_label.items(), key=lambda row: (-sum(row[1][kind] for kind in KINDS), row[0]))

    @property
    def totals(self) -> Counter[str]:
        return sum(self.by_label.values(), Counter())
