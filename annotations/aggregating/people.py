"""What is known of the people who answered, before their answers are put together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from annotations.models import Grade, LabelingTask
from annotations.quality import voting

# As many answers as what all people come to together counts for, beside a person's own: a few say little of one person.
PRIOR = 5.0


class Likely(Protocol):
    """How likely each value is for an item, by what all answers of a task say about how people err."""

    def at(self, position: int) -> Mapping[Any, float] | None:
        """None where nothing is known of the people who answered it."""


@dataclass
class Known:
    """How often people are right by question, and what Dawid-Skene found for each item, by its position."""

    q: dict[str, dict[UUID, float]] = field(default_factory=dict)
    # How many answers that is known from, PRIOR among them.
    n: dict[str, dict[UUID, float]] = field(default_factory=dict)
    # Who was never asked a control item, but others were: what all of them come to together.
    others: dict[str, float] = field(default_factory=dict)
    likely: dict[str, Likely] = field(default_factory=dict)
    # What the same answers came to before, by question and answers.
    decided: dict[Any, Any] = field(default_factory=dict)

    def of(self, alias: str, person: UUID) -> float | None:
        known = self.q.get(alias)
        if not known:
            return None
        return known.get(person, self.others.get(alias))


def from_controls(task: LabelingTask, aliases: Iterable[str]) -> Known:
    """By question, each person's share of right answers on the control items of this task.

    Everybody begins as what all people come to together.
    """
    right: dict[tuple[str, UUID], float] = defaultdict(float)
    n: dict[tuple[str, UUID], int] = defaultdict(int)
    wanted = set(aliases)
    rows = Grade.objects.filter(task=task).order_by().values_list("user_id", "detail")
    for user, detail in rows.iterator(chunk_size=2000):
        for alias, one in detail.items():
            if alias in wanted:
                right[alias, user] += bool(one.get("right"))
                n[alias, user] += 1
    known = Known()
    for alias in dict.fromkeys(alias for alias, _user in n):
        counted = [key for key in n if key[0] == alias]
        known.others[alias] = voting.accuracy(sum(right[key] for key in counted), sum(n[key] for key in counted))
    for (alias, user), count in n.items():
        begun = PRIOR * known.others[alias]
        known.q.setdefault(alias, {})[user] = (right[alias, user] + begun) / (count + PRIOR)
        known.n.setdefault(alias, {})[user] = count + PRIOR
    return known
