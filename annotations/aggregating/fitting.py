"""What all answers of a task say about the people who gave them. For workers alone: it needs numpy."""

from array import array
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np

from annotations.aggregating import settings
from annotations.aggregating.people import PRIOR, Known
from annotations.aggregating.settings import Setting
from annotations.answers import FormQuestion
from annotations.quality import dawid_skene, skills


class Fitted:
    """Likely values by position of the item; None where nothing is known of the people who answered it."""

    def __init__(self, positions: Any, likely: Any, values: list[Any]) -> None:
        self._positions, self._likely, self._values = positions, likely, values

    def at(self, position: int) -> Mapping[Any, float] | None:
        found = int(np.searchsorted(self._positions, position))
        if found == len(self._positions) or self._positions[found] != position:
            return None
        return {value: float(share) for value, share in zip(self._values, self._likely[found], strict=True)}


class Gathered:
    """All answers to one question as three columns of numbers: some bytes for each, however many there are."""

    def __init__(self, question: FormQuestion, setting: Setting) -> None:
        self.question, self.setting = question, setting
        self.values = settings.values_of(question)
        self._value_at = {value: n for n, value in enumerate(self.values)}
        self._people: dict[UUID, int] = {}
        self._columns = array("i"), array("i"), array("i")

    def add(self, position: int, person: UUID, value: Any) -> None:
        at = self._value_at.get(value) if not isinstance(value, list | dict) else None
        if at is not None:
            number = self._people.setdefault(person, len(self._people))
            for column, one in zip(self._columns, (position, number, at), strict=True):
                column.append(one)

    def tell(self, known: Known) -> None:
        """Find what the question's method needs to know, and write it down."""
        alias = self.question.alias
        if not self._columns[0]:
            return
        positions, people, values = (np.frombuffer(column, dtype=np.int32) for column in self._columns)
        if self.setting.method == settings.WAWA:
            known.q[alias] = self._agreement(positions, people, values)
            return
        if self.setting.method in settings.WEIGHED:
            known.q[alias] = {**known.q[alias], **self._refined(known, positions, people, values)}
            return
        few = dawid_skene.too_few(people, n_people=len(self._people), n_values=len(self.values))
        if (~few).sum() < 2:
            return
        told = ~few[people]
        there, items = np.unique(positions[told], return_inverse=True)
        coded = dawid_skene.Coded(
            items.astype(np.int32), people[told], values[told], len(there), len(self._people), len(self.values)
        )
        known.likely[alias] = Fitted(there, dawid_skene.fit(coded).likely, self.values)

    def _refined(self, known: Known, positions: Any, people: Any, values: Any) -> dict[UUID, float]:
        """How often each is right: by control items first, and by what others said to the same items."""
        alias = self.question.alias
        n = np.array([known.n[alias].get(person, PRIOR) for person in self._people])
        q = np.array([known.of(alias, person) for person in self._people], dtype=float)
        there, items = np.unique(positions, return_inverse=True)
        coded = dawid_skene.Coded(
            items.astype(np.int32), people, values, len(there), len(self._people), len(self.values)
        )
        found = skills.refined(coded, right=q * n, n=n)
        return {person: float(found[at]) for person, at in self._people.items()}

    def _agreement(self, positions: Any, people: Any, values: Any) -> dict[UUID, float]:
        """How often each agrees with the majority, as `voting.wawa` does for a few; ties count for nobody."""
        there, items = np.unique(positions, return_inverse=True)
        n = len(self.values)
        votes = np.bincount(items * n + values, minlength=len(there) * n).reshape(-1, n)
        most = votes.max(axis=1)
        is_clear = (votes == most[:, None]).sum(axis=1) == 1
        agrees = is_clear[items] & (votes.argmax(axis=1)[items] == values)
        asked = np.bincount(people[is_clear[items]], minlength=len(self._people))
        right = np.bincount(people[agrees], minlength=len(self._people))
        return {person: float(right[at] / asked[at]) if asked[at] else 0.5 for person, at in self._people.items()}
