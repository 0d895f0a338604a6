"""When a control item comes among the others, and which. Pure: it follows from the seed, the person and their count.

The same person at the same place always gets the same, so that a window that asks again learns nothing, and letting an
item go and taking the next one does not pass a control item by.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2s
from typing import TypeVar
from uuid import UUID

# One of a person's first items is a control item, so that something is known of everybody soon.
FIRST = 5
T = TypeVar("T")


def drawn(*what: object) -> int:
    """A number that looks like chance and is always the same for the same things."""
    return int.from_bytes(blake2s(":".join(map(str, what)).encode(), digest_size=8).digest(), "big")


def is_control(n: int, *, seed: int, person: UUID, percent: int) -> bool:
    """Whether somebody who has begun `n` items gets a control item next: one of the first FIRST, then by chance."""
    if not percent:
        return False
    if n < FIRST:
        return drawn(seed, person) % FIRST == n
    return drawn(seed, person, n) % 100 < percent


def in_order(items: Iterable[T], *, seed: int, person: UUID) -> list[T]:
    """The items as this person gets them."""
    return sorted(items, key=lambda item: drawn(seed, person, item))


@lru_cache(maxsize=2048)
def planned(n_items: int, *, seed: int, person: UUID, percent: int, most: int) -> int:
    """How many control items come among so many others of one person, at most `most`."""
    n = found = 0
    while n - found < n_items and found < most:
        found += is_control(n, seed=seed, person=person, percent=percent)
        n += 1
    return found


def expected(n_items: int, *, percent: int) -> int:
    """About how many control items come among so many others, whoever does them."""
    return round(n_items * percent / (100 - percent))
