"""How people take what a model proposes: per label, and per person.

Every turn keeps its own counts as a short text (see annotations.fates), and turns with the same text are one row here:
100,000 of them are read in one statement, of which little comes back.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.db.models import Count

from annotations import fates
from annotations.form import form_of
from annotations.models import Assignment, LabelingTask
from annotations.progress import MANY_TURNS
from annotations.suggesting import are_shown, labels_in

COUNTED_EVERY_S = 60


@dataclass(frozen=True)
class Taken:
    """What became of suggestions, by fates.COUNTED, for one label, one person or all."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def proposed(self) -> int:
        return sum(self.counts[fate] for fate in fates.PROPOSED)

    @property
    def accepted(self) -> int:
        return self.counts[fates.ACCEPTED]

    @property
    def adjusted(self) -> int:
        return self.counts[fates.ADJUSTED]

    @property
    def dismissed(self) -> int:
        return self.counts[fates.DISMISSED]

    @property
    def left(self) -> int:
        return self.counts[fates.LEFT]

    @property
    def added(self) -> int:
        return self.counts[fates.ADDED]

    @property
    def taken_rate(self) -> float | None:
        """Share of what was proposed that was accepted or adjusted; None while nothing was proposed."""
        return (self.accepted + self.adjusted) / self.proposed if self.proposed else None


@dataclass(frozen=True)
class SuggestionFigures:
    """`turns` were handed in after a model had listened to their item; in those nothing may have been proposed."""

    turns: int
    labels: list[Taken]
    people: list[Taken]

    @property
    def everything(self) -> Taken:
        return Taken("", sum((row.counts for row in self.labels), Counter[str]()))


def suggestion_figures(
    task: LabelingTask, *, names: dict[UUID, str], since: datetime | None = None, people: Collection[UUID] | None = None
) -> SuggestionFigures | None:
    """Of the last submission of each turn, narrowed like the other figures; None for a task without a model.

    `names` are those of the annotators. Labels come in the order of the form, people by name. Those of very many turns
    are counted once a minute.
    """
    if not are_shown(task):
        return None
    if since is not None or people is not None:
        return _counted(task, names=names, since=since, people=people)
    known: SuggestionFigures | None = caches["process"].get(f"suggested:{task.pk}")
    if known is None:
        known = _counted(task, names=names)
        if known.turns > MANY_TURNS:
            caches["process"].set(f"suggested:{task.pk}", known, timeout=COUNTED_EVERY_S)
    return known


def _counted(
    task: LabelingTask, *, names: dict[UUID, str], since: datetime | None = None, people: Collection[UUID] | None = None
) -> SuggestionFigures:
    rows = Assignment.objects.filter(task=task).exclude(fates="")
    if since is not None:
        rows = rows.filter(submitted_at__gte=since)
    if people is not None:
        rows = rows.filter(annotator__in=people)
    labels = labels_in(form_of(task))
    # The index `suggestions_taken` holds all that is asked here, in this order.
    grouped: Any = rows.order_by().values_list("fates", "annotator").annotate(n=Count("*"))
    by_text: Counter[str] = Counter()
    by_person: dict[UUID, list[int]] = {}
    known: dict[str, tuple[int, ...]] = {}
    for text, person, n in grouped:
        by_text[text] += n
        total = known.get(text)
        if total is None:
            whole = sum(fates.read(text, labels=labels).values(), Counter[str]())
            total = known[text] = tuple(whole[fate] for fate in fates.COUNTED)
        own = by_person.get(person) or [0] * len(fates.COUNTED)
        by_person[person] = [so_far + n * count for so_far, count in zip(own, total, strict=True)]
    by_label: dict[str, Counter[str]] = {label: Counter() for label in labels}
    for text, n in by_text.items():
        for label, counts in fates.read(text, labels=labels).items():
            by_label[label].update({fate: n * count for fate, count in counts.items()})
    found = [
        Taken(names.get(person, ""), Counter(dict(zip(fates.COUNTED, own, strict=True))))
        for person, own in by_person.items()
    ]
    return SuggestionFigures(
        turns=by_text.total(),
        labels=[Taken(label, counts) for label, counts in by_label.items()],
        people=sorted(found, key=lambda row: row.name),
    )
