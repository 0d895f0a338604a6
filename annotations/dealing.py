"""Dealing items to people. Pure: numbers in, numbers out."""

import random  # noqa: TID251 - a deal must repeat, and numpy is not for the web process
from collections.abc import Sequence
from heapq import heapify, heappop, heappush


class Infeasible(ValueError):
    """The numbers cannot be dealt. `wanted` is the sum that would do."""

    def __init__(self, reason: str, *, wanted: int) -> None:
        super().__init__(reason)
        self.reason, self.wanted = reason, wanted


def split_evenly(n: int, people: int) -> list[int]:
    """`n` as equally as can be among `people`; the first ones get one more."""
    base, rest = divmod(n, people)
    return [base + (index < rest) for index in range(people)]


def shuffled(n: int, *, seed: int) -> list[int]:
    """0 to n - 1 in an order that the seed decides."""
    order = list(range(n))
    random.Random(seed).shuffle(order)  # noqa: S311 - nobody gains by guessing it
    return order


def check_numbers(*, n_items: int, overlap: int, quotas: Sequence[int], rest_in_pool: bool) -> None:
    """Raise Infeasible where `deal` would, without dealing."""
    wanted = n_items * overlap
    given = sum(quotas)
    if given > wanted:
        raise Infeasible("too many", wanted=wanted)
    if given < wanted and not rest_in_pool:
        raise Infeasible("too few", wanted=wanted)
    if any(quota > n_items for quota in quotas):
        raise Infeasible("more than there are items", wanted=n_items)


def deal(
    *, n_items: int, overlap: int, quotas: Sequence[int], seed: int, rest_in_pool: bool
) -> list[tuple[int | None, ...]]:
    """For each item, `overlap` different people as indexes into `quotas`; None is a turn left in the pool.

    The sum of the quotas must be n_items * overlap, or less with `rest_in_pool`; no quota may exceed n_items, since
    nobody gets an item twice. The same numbers and seed give the same deal.

    Items come in seeded random order and each takes the people with most left to get: that choice never runs into a
    dead end (Gale-Ryser). Turns for the pool are dealt as to `overlap` more people who share what is left.
    """
    check_numbers(n_items=n_items, overlap=overlap, quotas=quotas, rest_in_pool=rest_in_pool)
    left = [*quotas, *split_evenly(n_items * overlap - sum(quotas), overlap)]
    chance = random.Random(seed)  # noqa: S311 - nobody gains by guessing it
    order = list(range(n_items))
    chance.shuffle(order)
    # One tie-break per person and deal, or the first person would always come first among equals. The heap has those
    # with most left at its top.
    heap = [(-n, chance.random(), person if person < len(quotas) else None) for person, n in enumerate(left)]
    heapify(heap)
    dealt: list[tuple[int | None, ...]] = [()] * n_items
    for item in order:
        chosen = [heappop(heap) for _ in range(overlap)]
        for n, tie, person in chosen:
            heappush(heap, (n + 1, tie, person))
        dealt[item] = tuple(person for _n, _tie, person in chosen)
    return dealt
