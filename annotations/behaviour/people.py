"""How each person of a task works, for its managers: in a fixed number of statements, however many people there are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from annotations.behaviour.evidence import is_effort_too_fast
from annotations.behaviour.verbs import moves_from, state_now
from annotations.models import Assignment, Grade, LabelingTask, Standing, StandingEvent, Submission, TaskPerson
from datasets.formats.tables import csv_table
from workspaces.models import Team, User
from workspaces.permissions import Right, members_with

# Speed is that of the last answers of the task: what was heard is in each of them, and there may be very many.
MOST_ANSWERS = 3000
MOST_EVENTS = 3
# A two-sided 95 % interval.
Z = 1.959964
# What needs a manager's eye comes first.
ORDER = {Standing.State.STOPPED: 0, Standing.State.PAUSED: 1, Standing.State.WARNED: 2, Standing.State.GOOD: 3}


@dataclass(frozen=True)
class Share:
    """So much of `n`, which may be in parts of one."""

    hits: float = 0
    n: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.hits / self.n if self.n else None

    @property
    def low(self) -> float | None:
        return self._wilson(-1)

    @property
    def high(self) -> float | None:
        return self._wilson(1)

    def _wilson(self, side: int) -> float | None:
        """An end of the 95 % score interval (Wilson 1927), which stays within 0 to 1 also for few."""
        if not self.n:
            return None
        p, n = self.hits / self.n, self.n
        spread = Z * sqrt(max(0.0, p * (1 - p) / n + Z * Z / (4 * n * n)))
        return min(1.0, max(0.0, (p + Z * Z / (2 * n) + side * spread) / (1 + Z * Z / n)))


NOTHING = Share()


@dataclass
class PersonRow:
    user: User
    state: str
    until: datetime | None = None
    reason: str = ""
    teams: list[str] = field(default_factory=list)
    answers: int = 0
    skipped: int = 0
    controls: Share = NOTHING
    majority: Share = NOTHING
    fast: Share = NOTHING
    last_at: datetime | None = None
    events: list[StandingEvent] = field(default_factory=list)
    is_exempt: bool = False

    @property
    def state_label(self) -> str:
        return str(Standing.State(self.state).label)

    @property
    def moves(self) -> list[str]:
        """What a manager can do with this person now."""
        moves = moves_from(self.state)
        return [move for move in moves if move == "undo"] if self.is_exempt else moves


def people_of(task: LabelingTask, *, only: UUID | None = None) -> list[PersonRow]:
    """Everybody who labels or is named: first who does not stand well, then whoever is right least often."""
    turns = _turns(task, only)
    standings = {row.user_id: row for row in _of(Standing.objects.filter(task=task), only)}
    named = TaskPerson.objects.filter(task=task, kind=TaskPerson.Kind.LABELING)
    ids = {*turns, *standings, *_of(named, only).values_list("user", flat=True)}
    controls, fast, teams = _controls(task, only), _fast(task, only), _teams(task)
    rows = []
    for pk, user in User.objects.in_bulk(list(ids)).items():
        answers, skipped, agreeing, compared, last_at = turns.get(pk, (0, 0, 0, 0, None))
        standing = standings.get(pk)
        state = state_now(standing)
        is_kept = standing is not None and state != Standing.State.GOOD
        rows.append(
            PersonRow(
                user=user,
                state=state,
                until=standing.until if standing and is_kept else None,
                reason=standing.reason if standing and is_kept else "",
                teams=teams[pk],
                answers=answers,
                skipped=skipped,
                controls=controls.get(pk, NOTHING),
                majority=Share(agreeing, compared),
                fast=fast.get(pk, NOTHING),
                last_at=last_at,
            )
        )
    return sorted(rows, key=_place)


def _place(row: PersonRow) -> tuple[Any, ...]:
    share = row.controls.share
    return ORDER[Standing.State(row.state)], 2.0 if share is None else share, row.user.name, row.user.email


def with_events(task: LabelingTask, rows: Sequence[PersonRow]) -> Sequence[PersonRow]:
    """The same rows, those of a page, with what happened to them last, and whether rules are for them at all."""
    ids = [row.user.pk for row in rows]
    found: dict[UUID, list[StandingEvent]] = defaultdict(list)
    events = StandingEvent.objects.filter(task=task, user__in=ids).select_related("by", "undone_by")
    for event in events.order_by("-id")[: 20 * len(ids)]:
        if len(found[event.user_id]) < MOST_EVENTS:
            found[event.user_id].append(event)
    managers = set(members_with(Right.MANAGE_TASKS, task.workspace).filter(pk__in=ids).values_list("pk", flat=True))
    for row in rows:
        row.events = found[row.user.pk]
        row.is_exempt = row.user.pk in managers or row.user.is_superuser
    return rows


def _of(rows: Any, only: UUID | None, field: str = "user") -> Any:
    return rows if only is None else rows.filter(**{field: only})


def _turns(task: LabelingTask, only: UUID | None) -> dict[UUID, tuple[int, int, int, int, datetime | None]]:
    rows = _of(Assignment.objects.filter(task=task, annotator__isnull=False), only, "annotator").order_by()
    counted = rows.values_list("annotator").annotate(
        answers=Count("pk", filter=Q(submitted_at__isnull=False)),
        skipped=Count("pk", filter=Q(state=Assignment.State.SKIPPED)),
        agreeing=Count("pk", filter=Q(agrees=True)),
        compared=Count("pk", filter=Q(agrees__isnull=False)),
        last_at=Max("submitted_at"),
    )
    return {pk: tuple(rest) for pk, *rest in counted}


def _controls(task: LabelingTask, only: UUID | None) -> dict[UUID, Share]:
    """An item counts by the share of its questions that are right."""
    rows = _of(Grade.objects.filter(task=task), only).order_by().values_list("user")
    return {pk: Share(hits, n) for pk, hits, n in rows.annotate(Sum("share"), Count("pk"))}


def _fast(task: LabelingTask, only: UUID | None) -> dict[UUID, Share]:
    turns = _of(Assignment.objects.filter(task=task, submitted_at__isnull=False), only, "annotator")
    last = turns.order_by("-submitted_at").values("pk")[:MOST_ANSWERS]
    rows = Submission.objects.filter(assignment__in=last).order_by()
    fields = ("author", "assignment", "active_ms", "listened", "assignment__duration_ms")
    efforts: dict[tuple[UUID, UUID], list[tuple[int, list[list[int]], int]]] = defaultdict(list)
    for author, turn, *effort in rows.values_list(*fields):
        efforts[author, turn].append(tuple(effort))
    n, fast = Counter[UUID](), Counter[UUID]()
    for (author, _turn), parts in efforts.items():
        n[author] += 1
        fast[author] += is_effort_too_fast(parts)
    return {pk: Share(fast[pk], n[pk]) for pk in n}


def _teams(task: LabelingTask) -> dict[UUID, list[str]]:
    """The names of the task's teams that somebody is in."""
    found: dict[UUID, list[str]] = defaultdict(list)
    if task.by_team:
        rows = Team.objects.filter(labeling_tasks__task=task).order_by("labeling_tasks__position")
        for person, name in rows.values_list("members", "name"):
            found[person].append(name)
    return found


COLUMNS = (
    *(
        "name",
        "email",
        "team",
        "standing",
        "until",
        "reason",
        "answers",
        "skipped",
        "control_items",
        "control_accuracy",
    ),
    *("control_low", "control_high", "compared", "majority_match", "speed_answers", "too_fast", "last_at"),
)


def table(task: LabelingTask) -> Iterator[dict[str, Any]]:
    """Rows of the CSV: shares from 0 to 1, moments in UTC."""
    for row in people_of(task):
        yield {
            "name": row.user.name,
            "email": row.user.email,
            "team": ", ".join(row.teams),
            "standing": row.state,
            "until": row.until.isoformat() if row.until else None,
            "reason": row.reason,
            "answers": row.answers,
            "skipped": row.skipped,
            "control_items": row.controls.n,
            "control_accuracy": _rounded(row.controls.share),
            "control_low": _rounded(row.controls.low),
            "control_high": _rounded(row.controls.high),
            "compared": row.majority.n,
            "majority_match": _rounded(row.majority.share),
            "speed_answers": row.fast.n,
            "too_fast": _rounded(row.fast.share),
            "last_at": row.last_at.isoformat() if row.last_at else None,
        }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def download(task: LabelingTask) -> StreamingHttpResponse:
    """The table of people as CSV. Text that a spreadsheet would run as a formula has an apostrophe."""
    return StreamingHttpResponse(
        csv_table(table(task), columns=COLUMNS),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{task.name} standings.csv") or "attachment"},
    )
