"""What a few verdicts say about everything else: bounds on error rates, and what a sample can miss."""

from functools import lru_cache
from math import exp, lgamma, log, log1p


@lru_cache(maxsize=1024)
def upper_bound(errors: int, n: int, *, confidence: float = 0.95) -> float:
    """The one-sided Clopper-Pearson bound: with this confidence at most this share is wrong, 0.0 to 1.0.

    `errors` of `n` that were looked at were wrong. Nothing looked at says nothing: 1.0. Raises ValueError for counts
    that cannot be and for a confidence outside (0, 1).
    """
    if not 0 <= errors <= n or not 0 < confidence < 1:
        raise ValueError(f"{errors} of {n} at {confidence}")
    if errors == n:
        return 1.0
    alpha = 1 - confidence
    if errors == 0:
        return float(1 - alpha ** (1 / n))
    # The share with which so few errors would be just as rare as `alpha`; seeing few falls as the share rises.
    low, high = errors / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(errors, n, share=middle) > alpha:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, n: int, *, share: float) -> float:
    """The chance of `errors` or fewer in `n` draws that are wrong with the chance `share`, which is above errors/n."""
    if share >= 1:
        return 0.0
    log_of_largest = _log_choose(n, errors) + errors * log(share) + (n - errors) * log1p(-share)
    # Towards fewer errors each term is smaller than the one before, so the sum ends where nothing is added any more.
    total = term = 1.0
    for k in range(errors, 0, -1):
        term *= k / (n - k + 1) * (1 - share) / share
        if total + term == total:
            break
        total += term
    return exp(log_of_largest) * total


def hides_chance(n_items: int, bad: int, sample: int, accept: int = 0) -> float:
    """The chance that a sample of `sample` out of `n_items` shows `accept` or fewer of the `bad` ones among them.

    Exact (hypergeometric). Raises ValueError for numbers that cannot be.
    """
    if not (0 <= bad <= n_items and 0 <= sample <= n_items and accept >= 0):
        raise ValueError(f"{bad} of {n_items}, {sample} drawn, {accept} accepted")
    least, most = max(0, sample - (n_items - bad)), min(sample, bad)
    if accept >= most:
        return 1.0
    if accept < least:
        return 0.0
    whole = _log_choose(n_items, sample)
    chance = sum(
        exp(_log_choose(bad, k) + _log_choose(n_items - bad, sample - k) - whole) for k in range(least, accept + 1)
    )
    return min(1.0, chance)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
