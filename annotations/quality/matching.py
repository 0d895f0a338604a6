"""One-to-one matchings: as many pairs as possible, and the pairs worth most."""

from collections import deque
from collections.abc import Mapping, Sequence


def largest_matching(edges: Sequence[Sequence[int]]) -> dict[int, int]:
    """As many pairs (left, right) as there can be; `edges[left]` are the places on the right it may have.

    Augmenting paths, without recursion: marks of an hour may hang together.
    """
    left_of: dict[int, int] = {}
    right_of: dict[int, int] = {}
    for start in range(len(edges)):
        came_from: dict[int, int] = {}
        waiting = deque([start])
        while waiting:
            left = waiting.popleft()
            free = next((right for right in edges[left] if right not in left_of), None)
            if free is not None:
                came_from[free] = left
                _turn_over(free, came_from=came_from, left_of=left_of, right_of=right_of)
                break
            for right in edges[left]:
                if right not in came_from:
                    came_from[right] = left
                    waiting.append(left_of[right])
    return right_of


def _turn_over(free: int, *, came_from: dict[int, int], left_of: dict[int, int], right_of: dict[int, int]) -> None:
    """Give each on the path the place it was reached from, back to the one that had none."""
    right: int | None = free
    while right is not None:
        left = came_from[right]
        had = right_of.get(left)
        left_of[right], right_of[left] = left, right
        right = had


def best_matching(worth: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """The pairs (left, right) whose worth, all above 0, sums up to the most; what is not in `worth` is never paired.

    Each group of places that hang together is solved by itself, so an hour of marks costs no more than its crowds.
    """
    found: dict[int, int] = {}
    for group in _groups(worth):
        rows, columns = sorted({i for i, _ in group}), sorted({j for _, j in group})
        if len(rows) > len(columns):
            turned = {(j, i): worth[i, j] for i, j in group}
            found |= {i: j for j, i in _assigned(columns, rows, turned).items()}
        else:
            found |= _assigned(rows, columns, {pair: worth[pair] for pair in group})
    return dict(sorted(found.items()))


def _groups(pairs: Mapping[tuple[int, int], float]) -> list[list[tuple[int, int]]]:
    of_left: dict[int, list[tuple[int, int]]] = {}
    of_right: dict[int, list[tuple[int, int]]] = {}
    for pair in pairs:
        of_left.setdefault(pair[0], []).append(pair)
        of_right.setdefault(pair[1], []).append(pair)
    groups, seen = [], set()
    for first in pairs:
        if first in seen:
            continue
        group, waiting = [], [first]
        seen.add(first)
        while waiting:
            pair = waiting.pop()
            group.append(pair)
            for other in (*of_left[pair[0]], *of_right[pair[1]]):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        groups.append(group)
    return groups


def _assigned(rows: Sequence[int], columns: Sequence[int], worth: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """The Hungarian method with potentials (Kuhn, Munkres); there are at least as many columns as rows."""
    n, m = len(rows), len(columns)
    row_price, column_price = [0.0] * (n + 1), [0.0] * (m + 1)
    row_of, way = [0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        row_of[0], at = row, 0
        least, used = [float("inf")] * (m + 1), [False] * (m + 1)
        while row_of[at]:
            used[at] = True
            here, step, following = row_of[at], float("inf"), 0
            for column in range(1, m + 1):
                if used[column]:
                    continue
                cost = -worth.get((rows[here - 1], columns[column - 1]), 0.0)
                reduced = cost - row_price[here] - column_price[column]
                if reduced < least[column]:
                    least[column], way[column] = reduced, at
                if least[column] < step:
                    step, following = least[column], column
            for column in range(m + 1):
                if used[column]:
                    row_price[row_of[column]] += step
                    column_price[column] -= step
                else:
                    least[column] -= step
            at = following
        while at:
            row_of[at] = row_of[way[at]]
            at = way[at]
    pairs = {rows[row_of[column] - 1]: columns[column - 1] for column in range(1, m + 1) if row_of[column]}
    return {i: j for i, j in pairs.items() if (i, j) in worth}
