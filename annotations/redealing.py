"""Dealing more of what is left to people who had some already. Pure: names of items in, numbers out."""

import random  # noqa: TID251 - a deal must repeat, and numpy is not for the web process
from collections import deque
from collections.abc import Container, Hashable, Sequence


class Redeal:
    """Turns in the pool, each at an item, for people who want some; nobody gets an item twice or one barred to them."""

    def __init__(self, pool: Sequence[Hashable], barred: Sequence[Container[Hashable]]) -> None:
        self.pool, self.barred = pool, barred
        self.free = dict.fromkeys(range(len(pool)))
        self.given: list[dict[int, None]] = [{} for _ in barred]
        self.items: list[set[Hashable]] = [set() for _ in barred]

    def may_have(self, person: int, turn: int) -> bool:
        item = self.pool[turn]
        return item not in self.barred[person] and item not in self.items[person]

    def give(self, person: int, turn: int) -> None:
        self.free.pop(turn, None)
        self.given[person][turn] = None
        self.items[person].add(self.pool[turn])

    def _take(self, person: int, turn: int) -> None:
        del self.given[person][turn]
        self.items[person].remove(self.pool[turn])

    def find_one_more(self, person: int) -> bool:
        """Give this person one more, where need be by exchanges among the others; False where that cannot be done.

        A search for an augmenting path: whoever gives up a turn gets another one, so nobody else has fewer after it.
        """
        came_from: dict[int, tuple[int, int]] = {}
        waiting, seen = deque([person]), {person}
        while waiting:
            taker = waiting.popleft()
            free = next((turn for turn in self.free if self.may_have(taker, turn)), None)
            if free is not None:
                self._exchange(person, taker, free, came_from)
                return True
            for owner in range(len(self.barred)):
                if owner in seen:
                    continue
                turn = next((turn for turn in self.given[owner] if self.may_have(taker, turn)), None)
                if turn is not None:
                    came_from[owner] = (taker, turn)
                    seen.add(owner)
                    waiting.append(owner)
        return False

    def _exchange(self, person: int, taker: int, turn: int, came_from: dict[int, tuple[int, int]]) -> None:
        """Along the path: each gets what was found for them, and what they give up goes to the one before."""
        while True:
            self.give(taker, turn)
            if taker == person:
                return
            before, turn_of_taker = came_from[taker]
            self._take(taker, turn_of_taker)
            taker, turn = before, turn_of_taker


def deal_more(
    pool: Sequence[Hashable], *, needs: Sequence[int], barred: Sequence[Container[Hashable]], seed: str
) -> list[list[int]]:
    """For each person the places in `pool` they get: as many as they need, or as many as there can be.

    `pool` names the item of each turn; `barred` the items each person had. The same seed gives the same deal.
    """
    chance = random.Random(seed)  # noqa: S311 - nobody gains by guessing it
    order = list(range(len(pool)))
    chance.shuffle(order)
    ties = [chance.random() for _ in needs]
    redeal = Redeal(pool, barred)
    left = list(needs)
    for turn in order:
        wanting = [person for person in range(len(left)) if left[person] > 0]
        if not wanting:
            break
        able = [person for person in wanting if redeal.may_have(person, turn)]
        if able:
            chosen = max(able, key=lambda person: (left[person], ties[person]))
            left[chosen] -= 1
            redeal.give(chosen, turn)
    for person, missing in enumerate(left):
        for _ in range(missing):
            if not redeal.find_one_more(person):
                break
    return [sorted(turns) for turns in redeal.given]
