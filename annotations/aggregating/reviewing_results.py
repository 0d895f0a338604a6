"""Results of items as managers look through them: filtered, counted, in words."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from annotations.aggregating.deciding import (
    FAMILY_ONLY,
    LOW_CONFIDENCE,
    NO_CONSENSUS,
    NOBODY_SAID,
    TEAMS_DIFFER,
    TIE,
    TOO_FEW,
)
from annotations.form import form_of
from annotations.models import ItemResult, LabelingTask

FLAGS: dict[str, str | Promise] = {
    TIE: gettext_lazy("tie"),
    NO_CONSENSUS: gettext_lazy("no majority"),
    LOW_CONFIDENCE: gettext_lazy("low confidence"),
    NOBODY_SAID: gettext_lazy("nobody said so"),
    TEAMS_DIFFER: gettext_lazy("teams differ"),
    FAMILY_ONLY: gettext_lazy("same family of words"),
    TOO_FEW: gettext_lazy("too few answers to tell how people err"),
}


def flagged(rows: "QuerySet[ItemResult]", task: LabelingTask, flag: str) -> "QuerySet[ItemResult]":
    """Results of which this is said at any question."""
    # As text within the flags: SQLite knows no lists inside of JSON.
    found = Q()
    for question in form_of(task):
        found |= Q(**{f"values__{question.alias}__flags__icontains": f'"{flag}"'})
    return rows.filter(found) if found else rows.none()


def counts_of(task: LabelingTask) -> dict[str, int]:
    """How many items there are in each state of a result, all states named."""
    rows = ItemResult.objects.filter(task=task).order_by().values_list("state").annotate(Count("pk"))
    found: dict[Any, int] = dict(rows)
    return {state: found.get(state, 0) for state in ItemResult.State.values}
