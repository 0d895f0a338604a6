"""What changed between two revisions of somebody's answers: what a reviewer looks at after a correction."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotations.answers import FormQuestion

Region = dict[str, Any]
Change = dict[str, Any]
# Regions that start about where another does, to each side of it. Beyond them no pair is looked for, so that answers
# with tens of thousands of marks are compared at once; only where so many of one label overlap is one missed.
NEIGHBOURS = 25


def changes(form: "Sequence[FormQuestion]", before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Each change as {"alias", "kind", "before", "after"}, in the order of the form, marks in the order of time.

    Kinds of regions: "added", "removed", "relabeled" (the bounds may differ too), "moved" (the note may differ too) and
    "noted"; both sides are whole regions. Moments are "added" or "removed", in milliseconds; where there is but one, it
    may have "moved". Other answers "changed".
    None stands where there is nothing on a side.
    """
    found: list[Change] = []
    for question in form:
        old, new = before.get(question.alias), after.get(question.alias)
        if old != new:
            compare = _COMPARERS.get(question.type, _values)
            found += [{"alias": question.alias, **change} for change in compare(old, new)]
    return found


def _change(kind: str, before: Any, after: Any) -> Change:
    return {"kind": kind, "before": before, "after": after}


def _values(before: Any, after: Any) -> Iterator[Change]:
    yield _change("changed", before, after)


def _moments(before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, int) and isinstance(after, int):
        yield _change("moved", before, after)
        return
    old, new = (
        set(value if isinstance(value, list) else [] if value is None else [value]) for value in (before, after)
    )
    for moment in sorted(old ^ new):
        yield _change("removed", moment, None) if moment in old else _change("added", None, moment)


def _regions(before: list[Region] | None, after: list[Region] | None) -> Iterator[Change]:
    found = []
    for old, new in _paired(before or [], after or []):
        kind = _kind_of(old, new)
        if kind:
            found.append(_change(kind, old, new))
    yield from sorted(found, key=_when)


def _when(change: Change) -> tuple[int, int, str]:
    region = change["after"] or change["before"]
    return region["start_ms"], region["end_ms"], change["kind"]


def _kind_of(old: Region | None, new: Region | None) -> str | None:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    if old["label"] != new["label"]:
        return "relabeled"
    if _bounds(old) != _bounds(new):
        return "moved"
    return None if old.get("note", "") == new.get("note", "") else "noted"


def _bounds(region: Region) -> tuple[int, int]:
    return region["start_ms"], region["end_ms"]


def _overlap(one: Region, other: Region) -> int:
    return int(min(one["end_ms"], other["end_ms"]) - max(one["start_ms"], other["start_ms"]))


def _paired(before: list[Region], after: list[Region]) -> Iterator[tuple[Region | None, Region | None]]:
    """Each region with the one it became, or None. What is the same comes first: ids may be numbers in a list."""
    old, new = list(before), list(after)
    for key in (_same_mark, _same_place, _same_id):
        pairs, old, new = _matched(old, new, key)
        yield from pairs
    pairs, old, new = _overlapping(old, new)
    yield from pairs
    yield from ((region, None) for region in old)
    yield from ((None, region) for region in new)


def _same_mark(region: Region) -> Hashable:
    return region["id"], region["label"], _bounds(region)


def _same_place(region: Region) -> Hashable:
    return region["label"], _bounds(region)


def _same_id(region: Region) -> Hashable:
    return (region["id"],)


Pairs = list[tuple[Region, Region]]


def _matched(
    old: list[Region], new: list[Region], key: Callable[[Region], Hashable]
) -> tuple[Pairs, list[Region], list[Region]]:
    """Pairs with equal keys, and what is left on each side. Neither label nor place in common makes no pair."""
    waiting: dict[Hashable, list[Region]] = defaultdict(list)
    for region in reversed(old):
        waiting[key(region)].append(region)
    pairs, left = [], []
    for region in new:
        candidates = waiting.get(key(region))
        if candidates and (candidates[-1]["label"] == region["label"] or _overlap(candidates[-1], region) > 0):
            pairs.append((candidates.pop(), region))
        else:
            left.append(region)
    kept = [region for candidates in waiting.values() for region in reversed(candidates)]
    return pairs, kept, left


def _overlapping(old: list[Region], new: list[Region]) -> tuple[Pairs, list[Region], list[Region]]:
    """Pairs of one label, largest overlap first."""
    by_label: dict[str, list[Region]] = defaultdict(list)
    for region in sorted(old, key=_bounds):
        by_label[region["label"]].append(region)
    starts = {label: [region["start_ms"] for region in rows] for label, rows in by_label.items()}
    candidates = []
    for number, region in enumerate(new):
        rows = by_label.get(region["label"], [])
        place = bisect_left(starts.get(region["label"], []), region["start_ms"])
        for index in range(max(0, place - NEIGHBOURS), min(len(rows), place + NEIGHBOURS)):
            overlap = _overlap(rows[index], region)
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
    left = [region for label, rows in by_label.items() for i, region in enumerate(rows) if (label, i) not in taken_old]
    return pairs, left, [region for number, region in enumerate(new) if number not in taken_new]


_COMPARERS: dict[str, Callable[[Any, Any], Iterator[Change]]] = {"regions": _regions, "timestamp": _moments}
