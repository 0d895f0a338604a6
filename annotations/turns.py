"""The table of a task's turns: one row per person and item, in order, however many there are."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, StrIndex

from annotations.form import form_of
from annotations.models import Assignment, ItemFile, LabelingTask, Review, TaskQuestion
from annotations.models.assignments import AssignmentQuerySet
from annotations.recordings import file_keys

Rows = TypeVar("Rows", bound=QuerySet[Model])
PAGE = 50
Place = tuple[int, int]


def with_file(rows: Rows, *, task: LabelingTask) -> Rows:
    """Adds `filename`, the name of the recording that is listened to; None where an item has none.

    All `rows` are of `task`. The keys that its layouts name are read once: for a whole task `with_name` costs more.
    """
    keys = dict.fromkeys(file_keys(question.layout for question in form_of(task)))
    files = ItemFile.objects.filter(item=OuterRef("item"))
    places = [When(name=key, then=place) for place, key in enumerate(keys)]
    order = [Case(*places, default=len(places)), "name"] if places else ["name"]
    return rows.annotate(filename=Subquery(files.order_by(*order).values("audio__filename")[:1]))


def with_name(rows: Rows, *, item: str = "item") -> Rows:
    """Adds `item_name` as the workbench says it: the file that is listened to, else the item's number.

    For the rows of a page, of any tasks: looking where layouts name a file costs more than `with_file`.
    """
    named = Concat(Value('"item.files.'), OuterRef("name"), Value('"'), output_field=TextField())
    layouts = TaskQuestion.objects.filter(task=OuterRef("item__task"))
    layouts = (
        layouts.annotate(at=StrIndex(Cast("layout", TextField()), named)).filter(at__gt=0).order_by("position", "id")
    )
    places = layouts.annotate(place=F("position") * 100_000 + F("at")).values("place")[:1]
    files = ItemFile.objects.filter(item=OuterRef(item)).order_by(Subquery(places).asc(nulls_last=True), "name")
    number = Concat(Value("#"), Cast(f"{item.removesuffix('item')}position", CharField()), output_field=CharField())
    return rows.annotate(item_name=Coalesce(Subquery(files.values("audio__filename")[:1]), number))


def with_last_rejection(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    """Adds `rejected_for` (reason code), `rejected_with` (comment) and `rejected_by` (name) of the last rejection."""
    rejections = Review.objects.filter(submission__assignment=OuterRef("pk"), verdict=Review.Verdict.REJECTED)
    rejections = rejections.order_by("-submission__revision")
    return rows.annotate(
        rejected_for=Subquery(rejections.values("reason_code")[:1]),
        rejected_with=Subquery(rejections.values("comment")[:1]),
        rejected_by=Subquery(rejections.values("reviewer__name")[:1]),
    )


# Not a state but what a manager looks for first: turns that nobody goes on with until they decide.
WAITS_FOR_MANAGER = "waits"


@dataclass(frozen=True)
class TurnFilter:
    """What the manager looks for. Empty fields look for everything."""

    state: str = ""
    person: UUID | None = None
    search: str = ""
    # Sent back at least so many times.
    returned: int = 0
    origin: str = ""
    correction: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are looked for."""
        if self.state == WAITS_FOR_MANAGER:
            return Assignment.AT_A_STOP
        return (self.state,) if self.state else tuple(Assignment.State.values)

    def turns_of(self, task: LabelingTask) -> AssignmentQuerySet:
        rows = Assignment.objects.filter(task=task)
        if self.state:
            rows = rows.filter(state__in=self.states)
        if self.person:
            rows = rows.filter(Q(annotator=self.person) | Q(reviewer=self.person))
        if self.returned:
            rows = rows.filter(rejections__gte=self.returned)
        if self.origin:
            rows = rows.filter(origin=self.origin)
        if self.correction:
            rows = rows.filter(correction=self.correction)
        if self.search:
            named = ItemFile.objects.filter(item=OuterRef("item"), audio__filename__icontains=self.search)
            rows = rows.filter(Exists(named))
        return rows


@dataclass(frozen=True)
class TurnPage:
    rows: list[Assignment]
    # The place to go on from in each direction; None where there is nothing more.
    before: Place | None
    after: Place | None


def page_of(turns: AssignmentQuerySet, *, after: Place | None = None, before: Place | None = None) -> TurnPage:
    """PAGE turns behind or ahead of a place (position, slot). No rows are counted or skipped on the way."""
    rows = with_last_rejection(with_name(turns.select_related("annotator", "reviewer", "team")))
    if before is not None:
        found = list(rows.filter(_ahead_of(before)).order_by("-position", "-slot")[: PAGE + 1])
        shown = found[:PAGE][::-1]
        return TurnPage(shown, before=_first(shown) if len(found) > PAGE else None, after=_last(shown) or before)
    if after is not None:
        rows = rows.filter(_behind(after))
    found = list(rows.order_by("position", "slot")[: PAGE + 1])
    shown = found[:PAGE]
    return TurnPage(
        shown, before=_first(shown) if after is not None else None, after=_last(shown) if len(found) > PAGE else None
    )


def _behind(place: Place) -> Q:
    # The first part is what the index can use; the second cuts off the rest of the same position.
    return Q(position__gte=place[0]) & ~Q(position=place[0], slot__lte=place[1])


def _ahead_of(place: Place) -> Q:
    return Q(position__lte=place[0]) & ~Q(position=place[0], slot__gte=place[1])


def _first(rows: list[Assignment]) -> Place | None:
    return (rows[0].position, rows[0].slot) if rows else None


def _last(rows: list[Assignment]) -> Place | None:
    return (rows[-1].position, rows[-1].slot) if rows else None


def people_in(task: LabelingTask) -> list[tuple[UUID, str]]:
    """Everybody who has or reviews a turn in this task, for a list to choose from."""
    rows = Assignment.objects.filter(task=task).order_by()
    pairs = set(rows.exclude(annotator=None).values_list("annotator", F("annotator__name")).distinct())
    pairs |= set(rows.exclude(reviewer=None).values_list("reviewer", F("reviewer__name")).distinct())
    return sorted(pairs, key=lambda pair: (pair[1], str(pair[0])))
