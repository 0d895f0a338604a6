"""Mean opinion scores and other means, each with its interval by Student's t. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt


@dataclass(frozen=True)
class Mean:
    """In the unit of the values. `sd` and `half_width` are None for a single value: one opinion has no spread."""

    n: int
    mean: float
    sd: float | None
    half_width: float | None

    @property
    def low(self) -> float | None:
        return None if self.half_width is None else self.mean - self.half_width

    @property
    def high(self) -> float | None:
        return None if self.half_width is None else self.mean + self.half_width


def mean_score(values: Sequence[float], *, confidence: float = 0.95) -> Mean | None:
    """The mean with its two-sided interval t * sd / sqrt(n); None for no values."""
    n = len(values)
    if not n:
        return None
    mean = sum(values) / n
    if n == 1:
        return Mean(1, mean, None, None)
    sd = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    return Mean(n, mean, sd, t_quantile(n - 1, confidence=confidence) * sd / sqrt(n))


@lru_cache(maxsize=1024)
def t_quantile(freedom: int, *, confidence: float = 0.95) -> float:
    """The t beyond which, on both sides together, 1 - `confidence` of Student's distribution lies.

    Raises ValueError for no degrees of freedom or a confidence outside (0, 1).
    """
    if freedom < 1 or not 0 < confidence < 1:
        raise ValueError(f"{freedom} degrees of freedom at {confidence}")
    low, high = 0.0, 1.0
    while _outside(high, freedom) > 1 - confidence:
        low, high = high, high * 2
    for _ in range(80):
        middle = (low + high) / 2
        if _outside(middle, freedom) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _outside(t: float, freedom: int) -> float:
    """The chance of a value beyond -t or t."""
    return _incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    result = d
    for k in range(1, 300):
        for term in (
            k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
            -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)),
        ):
            d = 1 + term * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + term / c
            c = c if abs(c) > tiny else tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * result
