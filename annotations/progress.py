"""How far tasks are: turns by state, for many tasks in one query."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from uuid import UUID

from django.db.models import Count

from annotations.models import Assignment

State = Assignment.State
# Beyond so many turns counting them costs more than a glance, so pages look less often.
MANY_TURNS = 10_000


@dataclass(frozen=True)
class Segments:
    """The turns of a task as its bar shows them. What a manager left out is in none of them."""

    done: int = 0
    in_review: int = 0
    returned: int = 0
    escalated: int = 0
    in_progress: int = 0
    waiting: int = 0
    in_pool: int = 0
    skipped: int = 0

    def __add__(self, other: "Segments") -> "Segments":
        return Segments(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def total(self) -> int:
        return self.handed_in + self.left_to_label + self.skipped

    @property
    def handed_in(self) -> int:
        """Labeled, whatever was said of it since, and not back on somebody's desk."""
        return self.done + self.in_review + self.escalated

    @property
    def left_to_label(self) -> int:
        return self.returned + self.in_progress + self.waiting + self.in_pool

    @property
    def with_manager(self) -> int:
        return self.skipped + self.escalated

    @property
    def left(self) -> int:
        """Turns that keep a dataset from being generated."""
        return self.left_to_label + self.in_review + self.escalated


def live_every_ms(n_turns: int, *, is_busy: bool = False) -> int:
    """How often a page about so many turns asks what is new; `is_busy` while a progress bar moves."""
    if n_turns > MANY_TURNS:
        return 5_000 if is_busy else 20_000
    return 1_500 if is_busy else 4_000


def segments_from(by_state: Mapping[str, int]) -> Segments:
    return Segments(
        done=by_state.get(State.SUBMITTED, 0) + by_state.get(State.APPROVED, 0),
        in_review=by_state.get(State.PENDING_REVIEW, 0),
        returned=by_state.get(State.REWORK, 0),
        escalated=by_state.get(State.ESCALATED, 0),
        in_progress=by_state.get(State.IN_PROGRESS, 0),
        waiting=by_state.get(State.ASSIGNED, 0),
        in_pool=by_state.get(State.OPEN, 0),
        skipped=by_state.get(State.SKIPPED, 0),
    )


def segments_of(task_ids: Iterable[UUID], **narrowed: object) -> dict[UUID, Segments]:
    """Segments per task, all tasks present. `narrowed` filters the turns further, such as `annotator=user`."""
    ids = list(task_ids)
    rows = Assignment.objects.filter(task__in=ids, **narrowed).order_by()
    # Counting rows reads the index alone; counting keys would look every row up.
    found: dict[UUID, dict[str, int]] = {pk: {} for pk in ids}
    for row in rows.values("task_id", "state").annotate(n=Count("*")):
        found[row["task_id"]][row["state"]] = row["n"]
    return {pk: segments_from(by_state) for pk, by_state in found.items()}
