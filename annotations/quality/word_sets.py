"""One set of words from many: a word that enough people chose, else a family of words, else nothing.

Families stand between "happy" against "joyful", which is nearly agreement, and "happy" against "bored", which is none.
"""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
W = TypeVar("W", bound=Hashable)


@dataclass(frozen=True)
class Words(Generic[W]):
    """What people's words have in common. Neither words nor families where they said some: nothing is in common."""

    words: tuple[W, ...] = ()
    families: tuple[str, ...] = ()
    # Mean share of people behind what is kept; of a dispute, the share behind what comes nearest to being kept.
    share: float = 1.0
    votes: dict[W, int] = field(default_factory=dict)
    is_disputed: bool = False

    @property
    def is_family_only(self) -> bool:
        return bool(self.families)


def least_of(n_people: int, *, quorum: float = 0.5) -> int:
    """How many of `n_people` have to choose a word for it to be kept: at least two, or one where there is but one."""
    return min(n_people, max(2, math.ceil(round(quorum * n_people, 9))))


def in_common(
    given: Sequence[Collection[W]], *, families: Mapping[W, str] | None = None, quorum: float = 0.5
) -> Words[W]:
    """Words at `least_of` people, the most chosen first; else their families; else a dispute.

    A word without a family stands for none. People who chose nothing count: they found that no word fits.
    """
    sets = [set(words) for words in given]
    n, least = len(sets), least_of(len(sets), quorum=quorum)
    votes = Counter(word for words in sets for word in words)
    if not votes:
        return Words(share=1.0)
    kept = _at_least(votes, least)
    ordered = dict(sorted(votes.items(), key=lambda pair: (-pair[1], str(pair[0]))))
    if kept:
        return Words(words=kept, share=_share(votes, kept, n), votes=ordered)
    silent = sum(not words for words in sets)
    if silent >= least and silent * 2 > n:
        return Words(share=silent / n, votes=ordered)
    known = families or {}
    by_family = Counter(family for words in sets for family in {known[word] for word in words if known.get(word)})
    found = _at_least(by_family, least)
    if found:
        return Words(families=found, share=_share(by_family, found, n), votes=ordered)
    return Words(share=max(votes.values()) / n, votes=ordered, is_disputed=True)


def _at_least(votes: Mapping[K, int], least: int) -> tuple[K, ...]:
    kept = [key for key, count in votes.items() if count >= least]
    return tuple(sorted(kept, key=lambda key: (-votes[key], str(key))))


def _share(votes: Mapping[K, int], kept: Sequence[K], n: int) -> float:
    return sum(votes[key] for key in kept) / len(kept) / n
