"""Several people on a share of the items alone: which ones. Pure: numbers in, numbers out."""

import math

from annotations.dealing import shuffled

# So that which items get several people says nothing about which are drawn for review.
APART = 0x5EED


def full_count(n_items: int, *, percent: int) -> int:
    """How many of `n_items` get everybody; the others one person."""
    # 7 % of 100 are 7, also in floating point.
    return math.ceil(round(n_items * percent / 100, 6))


def full_items(n_items: int, *, percent: int, seed: int) -> list[bool]:
    """For each item whether it gets everybody. The same numbers and seed choose the same items."""
    chosen = full_count(n_items, percent=percent)
    return [place < chosen for place in shuffled(n_items, seed=seed ^ APART)]


def turns_of(n_items: int, *, people: int, percent: int) -> int:
    """How many turns there are in all, with `people` at each item of the share."""
    return n_items + full_count(n_items, percent=percent) * (people - 1)
