"""Which mark of one version became which of another. No Django: a mark is a dict with "label", "start_ms", "end_ms"."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

Mark = dict[str, Any]
Key = Callable[[Mark], Hashable]
# Marks that start about where another does, to each side of it. Beyond them no pair is looked for, so that versions
# with tens of thousands of marks are compared at once; only where so many of one label overlap is one missed.
NEIGHBOURS = 25


def bounds(mark: Mark) -> tuple[int, int]:
    return mark["start_ms"], mark["end_ms"]


def same_place(mark: Mark) -> Hashable:
    return mark["label"], bounds(mark)


def paired(before: list[Mark], after: list[Mark], *, keys: Sequence[Key]) -> Iterator[tuple[Mark | None, Mark | None]]:
    """Each mark with the one it became, or None.

    Marks with equal keys come first, in the order of `keys`; what is left is paired with marks of its label that it
    overlaps, the largest overlap first.
    """
    old, new = list(before), list(after)
    for key in keys:
        pairs, old, new = _matched(old, new, key)
        yield from pairs
    pairs, old, new = _overlapping(old, new)
    yield from pairs
    yield from ((mark, None) for mark in old)
    yield from ((None, mark) for mark in new)


Pairs = list[tuple[Mark, Mark]]


def _overlap(one: Mark, other: Mark) -> int:
    return int(min(one["end_ms"], other["end_ms"]) - max(one["start_ms"], other["start_ms"]))


def _matched(old: list[Mark], new: list[Mark], key: Key) -> tuple[Pairs, list[Mark], list[Mark]]:
    """Pairs with equal keys, and what is left on each side. Neither label nor place in common makes no pair."""
    waiting: dict[Hashable, list[Mark]] = defaultdict(list)
    for mark in reversed(old):
        waiting[key(mark)].append(mark)
    pairs, left = [], []
    for mark in new:
        candidates = waiting.get(key(mark))
        if candidates and (candidates[-1]["label"] == mark["label"] or _overlap(candidates[-1], mark) > 0):
            pairs.append((candidates.pop(), mark))
        else:
            left.append(mark)
    kept = [mark for candidates in waiting.values() for mark in reversed(candidates)]
    return pairs, kept, left


def _overlapping(old: list[Mark], new: list[Mark]) -> tuple[Pairs, list[Mark], list[Mark]]:
    """Pairs of one label, largest overlap first."""
    by_label: dict[str, list[Mark]] = defaultdict(list)
    for mark in sorted(old, key=bounds):
        by_label[mark["label"]].append(mark)
    starts = {label: [mark["start_ms"] for mark in rows] for label, rows in by_label.items()}
    candidates = []
    for number, mark in enumerate(new):
        rows = by_label.get(mark["label"], [])
        place = bisect_left(starts.get(mark["label"], []), mark["start_ms"])
        for index in range(max(0, place - NEIGHBOURS), min(len(rows), place + NEIGHBOURS)):
            overlap = _overlap(rows[index], mark)
            if overlap > 0:
                candidates.append((-overlap, number, index))
    taken_old: set[tuple[str, int]] = set()
    taken_new: set[int] = set()
    pairs = []
    for _, number, index in sorted(candidates):
        label = new[number]["label"]
        if number not in taken_new and (label, index) not in taken_old:
            taken_new.add(number)
            taken_old.add((label, index))
            pairs.append((by_label[label][index], new[number]))
    left = [mark for label, rows in by_label.items() for i, mark in enumerate(rows) if (label, i) not in taken_old]
    return pairs, left, [mark for number, mark in enumerate(new) if number not in taken_new]
