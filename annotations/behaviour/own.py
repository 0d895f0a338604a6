"""Where somebody stands themselves, as they may see it: never which of their items was looked at, or how many were."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from annotations.behaviour import sentences
from annotations.behaviour.evidence import GRADED, as_mark
from annotations.behaviour.verbs import state_now
from annotations.models import Grade, LabelingTask, Standing, StandingEvent
from annotations.quality.behaviour import PAUSE, STOP, shown_share
from workspaces.models import User, Workspace

MOST_GRADES = 500
MOST_EVENTS = 20
PLAIN_TASK = LabelingTask.Purpose.LABELING


@dataclass(frozen=True)
class Own:
    """`right_percent` is of the answers that were checked, in whole per cent; None while too few were."""

    task: LabelingTask
    state: str
    until: datetime | None
    reason: str
    right_percent: float | None
    events: Sequence[StandingEvent] = field(default_factory=list)

    @property
    def state_label(self) -> str:
        return str(Standing.State(self.state).label)

    @property
    def sentence(self) -> str:
        """What holds, as they are told; empty in good standing."""
        return _sentence(self.state, self.reason, self.until)


def own_standing(task: LabelingTask, person: User) -> Own:
    standing = Standing.objects.filter(task=task, user=person).first()
    events = StandingEvent.objects.filter(task=task, user=person).order_by("-id")[:MOST_EVENTS]
    state = state_now(standing)
    holds = standing is not None and state != Standing.State.GOOD
    return Own(
        task=task,
        state=state,
        until=standing.until if standing and holds else None,
        reason=standing.reason if standing and holds else "",
        right_percent=_right_percent(task, person),
        events=list(events),
    )


def _right_percent(task: LabelingTask, person: User) -> float | None:
    """As of the last full hour: a figure that followed each answer would tell which one had been checked."""
    if task.purpose != PLAIN_TASK:
        return None
    until = timezone.now().replace(minute=0, second=0, microsecond=0)
    rows = Grade.objects.filter(task=task, user=person, created_at__lt=until).order_by("-id")
    return shown_share([as_mark(right, detail) for right, detail, _at in rows.values_list(*GRADED)[:MOST_GRADES]])


@dataclass(frozen=True)
class Line:
    """What stands on My labeling about a task: a sentence with the state it is of."""

    task_id: UUID
    task_name: str
    state: str
    sentence: str

    @property
    def keeps_out(self) -> bool:
        return self.state != Standing.State.WARNED


def lines_for(person: User, workspace: Workspace) -> list[Line]:
    """Where this person is warned, paused or stopped in this workspace, what is gravest first; one statement."""
    rows = Standing.objects.filter(user=person, task__workspace=workspace, task__deleted_at=None)
    rows = rows.exclude(state=Standing.State.GOOD).select_related("task").order_by("-changed_at")
    found = [row for row in rows if state_now(row) != Standing.State.GOOD and row.task.is_running]
    grave = {Standing.State.STOPPED: 0, Standing.State.PAUSED: 1}
    return [
        Line(row.task_id, row.task.name, row.state, _sentence(row.state, row.reason, row.until))
        for row in sorted(found, key=lambda row: grave.get(Standing.State(row.state), 2))
    ]


def _sentence(state: str, reason: str, until: datetime | None) -> str:
    if state == Standing.State.GOOD:
        return ""
    action = {Standing.State.STOPPED: STOP, Standing.State.PAUSED: PAUSE}.get(Standing.State(state), "warn")
    return sentences.told(action, reason, until=until)
