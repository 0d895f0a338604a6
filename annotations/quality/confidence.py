"""How sure the answers of several people make us, by Bayes' rule: people who were right more often weigh more.

The formulas are those of dynamic overlap as crowdsourcing platforms publish them. A person who was right `right` times
out of `total` answers rightly with the chance q = (K + right) / (2K + total), K = 0.5; where they err, they err in all
other ways alike. Before anybody answers, all answers are equally likely.
"""

from collections.abc import Hashable, Sequence
from math import prod
from typing import TypeVar

K = 0.5
# Of somebody nobody knows anything about. The rule above would make that 0.5: such people could never be sure together
# about a question of two answers, however many agree.
PRIOR = 0.8
# Beyond so many answers to choose from the rule says little: being wrong in all other ways alike is not how people err.
MOST_OPTIONS = 32

Answer = TypeVar("Answer", bound=Hashable)


def chance_of_right(right: int, total: int) -> float:
    """q of somebody who was right `right` times out of `total`: between 0 and 1, and neither."""
    if not 0 <= right <= total:
        raise ValueError("nobody is right more often than they were asked")
    return (K + right) / (2 * K + total)


def beliefs(votes: Sequence[tuple[Answer, float]], *, options: int) -> dict[Answer, float]:
    """For each answer that was given the chance that it is right, given who gave what: pairs of an answer and its q.

    `options` is how many answers there are to choose from. Those that nobody gave share what is left to 1.
    """
    given = list(dict.fromkeys(answer for answer, _q in votes))
    if len(given) > options:
        raise ValueError("more answers were given than there are")
    if any(not 0 < q < 1 for _answer, q in votes):
        raise ValueError("a chance lies between 0 and 1")
    if options == 1:
        return dict.fromkeys(given, 1.0)
    wrong = options - 1
    likely = {right: prod(q if answer == right else (1 - q) / wrong for answer, q in votes) for right in given}
    others = (options - len(given)) * prod((1 - q) / wrong for _answer, q in votes)
    whole = sum(likely.values()) + others
    return {answer: value / whole for answer, value in likely.items()}


def confidence(votes: Sequence[tuple[Answer, float]], *, options: int) -> tuple[Answer | None, float]:
    """The likeliest of the answers that were given, and how sure it is; None and 0 where nobody answered.

    Where several are equally likely it is the one that was given first: that is not sure enough for anything.
    """
    found = beliefs(votes, options=options)
    if not found:
        return None, 0.0
    best = max(found, key=found.__getitem__)
    return best, found[best]
