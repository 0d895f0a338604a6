"""Who works in a task, with which number, and what they have: the ground on which people and numbers are changed."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from annotations.models import Assignment, LabelingTask, TaskPerson
from workspaces.models import User

State = Assignment.State
Kind = TaskPerson.Kind
# Dealt and never begun: what can go back to the pool without taking anything from anybody.
NOT_BEGUN = Q(state=State.ASSIGNED, has_drafts=False)


@dataclass(frozen=True)
class Load:
    """Turns of an annotator: all they have or had, what they can be relieved of, what they are at, what is done."""

    held: int = 0
    not_begun: int = 0
    begun: int = 0

    @property
    def done(self) -> int:
        """Out of their hands: handed in, or set aside."""
        return self.held - self.not_begun - self.begun


@dataclass(frozen=True)
class ReviewLoad:
    """Turns of an auditor: what waits with them, and all they decided or will."""

    held: int = 0
    waiting: int = 0

    @property
    def decided(self) -> int:
        return self.held - self.waiting


@dataclass(frozen=True)
class Staff:
    """The people of a task as they are at one moment."""

    seats: dict[tuple[str, UUID], int | None]
    users: dict[UUID, User]
    loads: dict[UUID, Load]
    review_loads: dict[UUID, ReviewLoad]
    in_pool: int

    def of(self, kind: str) -> dict[UUID, int | None]:
        """Numbers of the people named for this kind of work, by person."""
        return {user: quota for (seat_kind, user), quota in self.seats.items() if seat_kind == kind}

    def load(self, user_id: UUID) -> Load:
        return self.loads.get(user_id, Load())

    def review_load(self, user_id: UUID) -> ReviewLoad:
        return self.review_loads.get(user_id, ReviewLoad())

    @property
    def version(self) -> str:
        """Changes with every change of people or numbers, so that a page notices that it shows earlier ones."""
        text = repr(sorted((kind, str(user), quota) for (kind, user), quota in self.seats.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def staff_of(task: LabelingTask) -> Staff:
    seats = list(TaskPerson.objects.filter(task=task).select_related("user").order_by("pk"))
    loads, review_loads = _loads(task), _review_loads(task)
    users = {seat.user_id: seat.user for seat in seats}
    users |= User.objects.in_bulk(list((loads.keys() | review_loads.keys()) - users.keys()))
    return Staff(
        seats={(seat.kind, seat.user_id): seat.quota for seat in seats},
        users=users,
        loads=loads,
        review_loads=review_loads,
        in_pool=Assignment.objects.filter(task=task, state=State.OPEN).count(),
    )


def _loads(task: LabelingTask) -> dict[UUID, Load]:
    rows = Assignment.objects.filter(task=task, annotator__isnull=False).order_by().values_list("annotator")
    counted = rows.annotate(
        held=Count("pk"),
        not_begun=Count("pk", filter=NOT_BEGUN),
        begun=Count("pk", filter=Q(state__in=Assignment.WITH_ANNOTATOR) & ~NOT_BEGUN),
    )
    return {user: Load(held, not_begun, begun) for user, held, not_begun, begun in counted}


def _review_loads(task: LabelingTask) -> dict[UUID, ReviewLoad]:
    rows = Assignment.objects.filter(task=task, reviewer__isnull=False).order_by().values_list("reviewer")
    counted = rows.annotate(held=Count("pk"), waiting=Count("pk", filter=Q(state=State.PENDING_REVIEW)))
    return {user: ReviewLoad(held, waiting) for user, held, waiting in counted}
