"""One set of regions from many people's: what enough of them marked, with boundaries in the middle, and what is open.

A cluster holds the regions of one label that are about the same stretch of sound. It is kept where a quorum of all
people support it; its boundaries are the medians of theirs. Moments are regions without length and without label.
Times are whole milliseconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from annotations.quality.numbers import median_ms

P = TypeVar("P", bound=Hashable)

# Two regions are about the same where they share at least this part of the shorter one.
SAME_PART = 0.5
QUORUM = 0.5
COLLAR_MS = 200

Span = tuple[str, int, int]

BOUNDARY, LABEL, MISSED, SPLIT = "boundary", "label", "missed", "split"


@dataclass(frozen=True)
class Cluster(Generic[P]):
    """What people marked about one stretch of sound under one label, and what it comes to."""

    label: str
    members: dict[P, tuple[tuple[int, int], ...]]
    # What the marks come to: one region, or as many as most of the people drew there.
    spans: tuple[tuple[int, int], ...]
    support: int
    is_kept: bool
    # What people disagree about here, the gravest first; empty where they do not.
    conflicts: tuple[str, ...] = ()
    # Whether no majority settles it.
    is_open: bool = False

    @property
    def start_ms(self) -> int:
        return min(start for marks in self.members.values() for start, _ in marks)

    @property
    def end_ms(self) -> int:
        return max(end for marks in self.members.values() for _, end in marks)


@dataclass(frozen=True)
class Consensus(Generic[P]):
    """The regions that are kept, in order of time, out of the clusters they come from."""

    regions: tuple[Span, ...]
    clusters: tuple[Cluster[P], ...]
    # Mean share of people who are for what was decided about each cluster; 1 where nobody marked anything.
    share: float

    @property
    def is_disputed(self) -> bool:
        return any(cluster.is_open for cluster in self.clusters)


def quorum_of(n_people: int, quorum: float) -> int:
    """ceil(q x k), at least one: 70 % of 5 people are 4."""
    return max(1, math.ceil(round(quorum * n_people, 9)))


def consensus(given: Mapping[P, Iterable[Span]], *, quorum: float = QUORUM, collar_ms: int = COLLAR_MS) -> Consensus[P]:
    """What the people's regions come to, of each person a list of (label, start_ms, end_ms)."""
    n = len(given)
    people = list(given)
    marks = sorted(
        (label, start, end, number) for number, spans in enumerate(given.values()) for label, start, end in spans
    )
    by_label: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for label, start, end, number in marks:
        by_label[label].append((start, end, number))
    found = [
        _cluster(label, group, people, quorum=quorum, collar_ms=collar_ms)
        for label, rows in by_label.items()
        for group in _groups(rows, collar_ms)
    ]
    clusters = sorted(_confused(found, n), key=lambda one: (one.spans[0], one.label))
    regions = sorted(
        ((cluster.label, start, end) for cluster in clusters if cluster.is_kept for start, end in cluster.spans),
        key=lambda row: (row[1], row[2], row[0]),
    )
    for_it = [cluster.support if cluster.is_kept else n - cluster.support for cluster in clusters]
    return Consensus(tuple(regions), tuple(clusters), sum(for_it) / len(for_it) / n if for_it else 1.0)


def _groups(rows: Sequence[tuple[int, int, int]], collar_ms: int) -> list[list[tuple[int, int, int]]]:
    """Connected components of (start, end, person) rows, sorted by start, of which links join different people."""
    parent = list(range(len(rows)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    live: list[int] = []
    for n, (start, end, person) in enumerate(rows):
        live = [other for other in live if max(rows[other][1], rows[other][0] + collar_ms) >= start]
        for other in live:
            if rows[other][2] != person and _same(rows[other], (start, end, person), collar_ms):
                parent[root(n)] = root(other)
        live.append(n)
    groups: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for n, row in enumerate(rows):
        groups[root(n)].append(row)
    return list(groups.values())


def _same(one: tuple[int, int, int], two: tuple[int, int, int], collar_ms: int) -> bool:
    if abs(one[0] - two[0]) <= collar_ms and abs(one[1] - two[1]) <= collar_ms:
        return True
    shared = min(one[1], two[1]) - max(one[0], two[0])
    return shared > 0 and shared >= SAME_PART * min(one[1] - one[0], two[1] - two[0])


def _cluster(
    label: str, rows: Sequence[tuple[int, int, int]], people: Sequence[P], *, quorum: float, collar_ms: int
) -> Cluster[P]:
    members: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for start, end, number in rows:
        members[number].append((start, end))
    n, support, needed = len(people), len(members), quorum_of(len(people), quorum)
    counts = Counter(len(spans) for spans in members.values())
    most = max(counts.values())
    usual = [count for count, people_ in counts.items() if people_ == most]
    is_split = len(counts) > 1
    # Where no number of regions is the usual one, each person's first to last is taken as one.
    is_whole = len(usual) > 1
    chosen = (
        [[(spans[0][0], max(end for _, end in spans))] for spans in members.values()]
        if is_whole
        else [spans for spans in members.values() if len(spans) == usual[0]]
    )
    spans = tuple(
        (median_ms([spans[at][0] for spans in chosen]), median_ms([spans[at][1] for spans in chosen]))
        for at in range(len(chosen[0]))
    )
    near = sum(
        all(abs(a - b) <= collar_ms and abs(c - d) <= collar_ms for (a, c), (b, d) in zip(marks, spans, strict=True))
        for marks in chosen
    )
    is_kept = support >= needed
    conflicts = (SPLIT,) * is_split + (MISSED,) * (support < n) + (BOUNDARY,) * (near < len(chosen))
    # Half against half is no majority; neither is a boundary that too few stand by.
    is_tied = support * 2 == n
    is_wide = is_kept and near < len(chosen) and near * 2 <= len(chosen)
    return Cluster(
        label,
        {people[number]: tuple(spans_) for number, spans_ in members.items()},
        spans,
        support,
        is_kept,
        conflicts,
        is_tied or (is_kept and (is_wide or (is_split and is_whole))),
    )


def _confused(clusters: Sequence[Cluster[P]], n: int) -> list[Cluster[P]]:
    """The clusters, with those told apart that are about the same sound under different labels by different people.

    It is open where none of the labels was kept, though most people heard something there.
    """
    found = []
    for one in clusters:
        rivals = [
            other
            for other in clusters
            if other.label != one.label
            and one.members.keys().isdisjoint(other.members.keys())
            and _same((*one.spans[0], 0), (*other.spans[0], 1), 0)
        ]
        if not rivals:
            found.append(one)
            continue
        heard = len({person for cluster in (one, *rivals) for person in cluster.members})
        is_open = not one.is_kept and not any(rival.is_kept for rival in rivals) and heard * 2 > n
        conflicts = (LABEL, *(conflict for conflict in one.conflicts if conflict != MISSED))
        found.append(
            Cluster(one.label, one.members, one.spans, one.support, one.is_kept, conflicts, one.is_open or is_open)
        )
    return found


def moments(given: Mapping[P, Iterable[int]], *, quorum: float = QUORUM, collar_ms: int = COLLAR_MS) -> Consensus[P]:
    """As `consensus`, of moments: regions without a label that end where they start."""
    return consensus(
        {person: [("", moment, moment) for moment in times] for person, times in given.items()},
        quorum=quorum,
        collar_ms=collar_ms,
    )


def union(cluster: Cluster[P]) -> tuple[str, int, int]:
    """Everything that anybody marked there, as one region."""
    return cluster.label, cluster.start_ms, cluster.end_ms
