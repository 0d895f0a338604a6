"""How sure a share is that was counted. Plain Python."""

from math import sqrt
from statistics import NormalDist


def share_interval(right: int, n: int, *, confidence: float = 0.95) -> tuple[float, float] | None:
    """Wilson's interval of the share `right` / `n`, 0.0 to 1.0; None where nothing was counted.

    Source: E. Wilson (1927). Unlike the textbook interval it holds near 0 and 1 and for few. Raises ValueError for
    counts that cannot be and a confidence outside (0, 1).
    """
    if not 0 <= right <= n or not 0 < confidence < 1:
        raise ValueError(f"{right} of {n} at {confidence}")
    if not n:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = right / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (0.0 if right == 0 else middle - half), (1.0 if right == n else middle + half)
