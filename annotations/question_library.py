"""Questions of a workspace, found and counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from annotations.models import LabelingTask, Question, QuestionType
from workspaces.models import ScopedQuerySet

MOST_OFFERED = 200
ACTIVE, ARCHIVED = "", "archived"


@dataclass(frozen=True)
class QuestionFilter:
    """What is looked for among the questions: a part of the name or of what is asked, a type, and which shelf."""

    search: str = ""
    kind: str = ""
    shelf: str = ACTIVE

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.kind)

    def of(self, rows: "ScopedQuerySet[Question]") -> "ScopedQuerySet[Question]":
        rows = rows.filter(archived_at__isnull=self.shelf != ARCHIVED)
        if self.kind:
            rows = rows.filter(type=self.kind)
        if self.search:
            rows = rows.filter(Q(name__icontains=self.search) | Q(prompt__icontains=self.search))
        return rows


def with_uses(rows: "ScopedQuerySet[Question]") -> QuerySet[Any]:
    """Each with `n_tasks`: how many labeling tasks ask it. Deleted ones do not count."""
    present = Q(uses__task__deleted_at=None)
    return rows.annotate(n_tasks=Count("uses__task", filter=present, distinct=True))


def tasks_asking(question: Question) -> QuerySet[LabelingTask]:
    return LabelingTask.objects.present().filter(form__question=question).distinct().order_by("-id")


def askable(rows: QuerySet[Question], *, artifact_types: Iterable[str]) -> QuerySet[Question]:
    """What a new task on a dataset with these artifact types may ask, newest first."""
    rows = rows.filter(archived_at=None)
    known = set(artifact_types)
    regions = rows.filter(type=QuestionType.REGIONS).values_list("pk", "configuration")
    foreign = [pk for pk, given in regions if not known.issuperset(label["name"] for label in given["labels"])]
    return rows.exclude(pk__in=foreign).order_by("-id")


class Offer:
    """Questions that can be taken into a form: the newest MOST_OFFERED, or what was looked for by name."""

    def __init__(self, rows: QuerySet[Question], *, search: str) -> None:
        self._rows, self.search = rows, search.replace("\0", "").strip()

    @cached_property
    def size(self) -> int:
        return self._rows.count()

    @cached_property
    def shown(self) -> list[Question]:
        rows = self._rows.filter(name__icontains=self.search) if self.search else self._rows
        return list(rows[:MOST_OFFERED])

    def found(self, ids: Iterable[str]) -> dict[str, Question]:
        """Those with these ids, by id as text. What is no id is the id of nothing."""
        wanted = []
        for text in ids:
            try:
                wanted.append(UUID(text))
            except ValueError:
                continue
        return {str(row.pk): row for row in self._rows.filter(pk__in=wanted)} if wanted else {}
