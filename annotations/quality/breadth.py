"""How broad a vocabulary is, so that somebody who said more is not taken for somebody who knows more words."""

from collections.abc import Collection
from math import exp, lgamma


def expected_distinct(counts: Collection[int], n: int) -> float:
    """The distinct words one expects among `n` drawn without replacement from all that were said.

    `counts` says how often each word was said. Rarefaction; source: S. Hurlbert (1971). Raises ValueError for more than
    there are.
    """
    total = sum(counts)
    if not 0 <= n <= total:
        raise ValueError(f"{n} of {total}")
    return sum(1 - _chance_of_none(count, n, total) for count in counts)


def _chance_of_none(count: int, n: int, total: int) -> float:
    """The chance that none of `n` out of `total` is one of `count`: hypergeometric."""
    if n > total - count:
        return 0.0
    return exp(_log_choose(total - count, n) - _log_choose(total, n))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
