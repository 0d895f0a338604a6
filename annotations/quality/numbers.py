"""One number from many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Middle:
    """The middle of some numbers, and how far they lie apart."""

    median: float
    least: float
    most: float
    # Share of the numbers that lie within the tolerance of the median, 0 to 1.
    share: float

    @property
    def spread(self) -> float:
        return self.most - self.least


def median(values: Sequence[float]) -> float:
    """The middle one in order, or of an even number the mean of the two in the middle. Whole where it is whole."""
    if not values:
        raise ValueError("There is no middle of nothing.")
    ordered = sorted(values)
    half, is_odd = divmod(len(ordered), 2)
    if is_odd:
        return ordered[half]
    left, right = ordered[half - 1], ordered[half]
    middle = left + (right - left) / 2
    return int(middle) if isinstance(left, int) and isinstance(right, int) and middle == int(middle) else middle


def median_ms(times: Sequence[int]) -> int:
    """The median of whole milliseconds, a half rounded down: the same whatever the order."""
    return math.floor(median(times))


def middle(values: Sequence[float], *, tolerance: float = 0) -> Middle:
    """The median with the share of values within `tolerance` of it."""
    found = median(values)
    # A hair is allowed for: 0.1 + 0.2 lies within 0.3 of 0.
    near = sum(abs(value - found) <= tolerance * (1 + 1e-9) + 1e-12 for value in values)
    return Middle(found, min(values), max(values), near / len(values))
