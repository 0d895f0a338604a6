"""How far each row of an evaluation is with each of its tasks, and its answers, read in a fixed number of queries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from annotations.models import Assignment, LabelingTask, Submission
from evaluations.models import Evaluation, EvaluationFile, EvaluationItem, EvaluationQueue, EvaluationTask
from evaluations.values import to_v5, unanswered
from evaluations.work_rows import Recording, keys_heard, main_recording, prefilled_of

State = Assignment.State
COMPLETED, SKIPPED, ERRORED, PENDING, PREFILLED = "completed", "skipped", "errored", "pending", "prefilled"
STATUSES = (COMPLETED, SKIPPED, ERRORED, PENDING, PREFILLED)
# A database takes only so long a condition; rows of so many evaluations are asked for at once.
AT_ONCE = 100


class RowTurn(NamedTuple):
    """Whose turn a row is in one queue. `annotator` is a name, empty where nobody has it; times are milliseconds."""

    id: UUID
    state: str
    annotator_id: UUID | None
    annotator: str
    active_ms: int


@dataclass(slots=True)
class RowState:
    """By alias: one of STATUSES, the answer in the units of `/v5/` where there is one, and the turn where there is."""

    statuses: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    turns: dict[str, RowTurn] = field(default_factory=dict)


@dataclass
class _Queue:
    """The tasks that are answered together, and what was found about the rows that were asked for, by position."""

    row: EvaluationQueue
    skips: bool
    tasks: list[EvaluationTask] = field(default_factory=list)
    turns: dict[int, RowTurn] = field(default_factory=dict)
    answers: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    @property
    def leaves_out_prefilled(self) -> bool:
        """Its rows were handed out, but for those whose answers were all given beforehand."""
        task = self.row.labeling_task
        is_filled = task is not None and task.state != LabelingTask.State.DRAFT
        return self.skips and is_filled and all(task.prefill_from for task in self.tasks)


def states_of(evaluation: Evaluation, items: Sequence[EvaluationItem]) -> dict[UUID, RowState]:
    """By the row's id, for rows of one evaluation: four queries at most, however many rows there are."""
    return states_of_rows({evaluation.pk: evaluation}, items)


def states_of_rows(evaluations: Mapping[UUID, Evaluation], items: Sequence[EvaluationItem]) -> dict[UUID, RowState]:
    """As `states_of`, for rows of several evaluations, given by their ids: as many queries for each AT_ONCE of them."""
    by_evaluation: dict[UUID, list[EvaluationItem]] = {}
    for item in items:
        by_evaluation.setdefault(item.evaluation_id, []).append(item)
    states: dict[UUID, RowState] = {}
    ids = list(by_evaluation)
    for start in range(0, len(ids), AT_ONCE):
        part = {pk: by_evaluation[pk] for pk in ids[start : start + AT_ONCE]}
        states |= _states(evaluations, part)
    return states


def _states(
    evaluations: Mapping[UUID, Evaluation], items: Mapping[UUID, Sequence[EvaluationItem]]
) -> dict[UUID, RowState]:
    queues = _queues(evaluations, items)
    _read_turns(queues, items)
    recordings = _recordings(queues, items)
    states = {}
    for pk, rows in items.items():
        for item in rows:
            state = states[item.pk] = RowState()
            for queue in queues[pk]:
                _note(state, queue, item, recordings)
    return states


def _note(state: RowState, queue: _Queue, item: EvaluationItem, recordings: Mapping[UUID, list[Recording]]) -> None:
    turn = queue.turns.get(item.position)
    status = _status(turn, queue)
    given = queue.answers.get(turn.id, {}) if turn and status == COMPLETED else {}
    if status == PREFILLED:
        given = _prefilled(queue.tasks, item, recordings.get(item.pk, []))
    for task in queue.tasks:
        alias = task.alias
        if turn:
            state.turns[alias] = turn
        if alias in item.errors:
            state.statuses[alias] = ERRORED
            continue
        state.statuses[alias] = status
        if status in (COMPLETED, PREFILLED):
            kind, configuration = task.question.type, task.configuration
            is_given = alias in given
            state.answers[alias] = (
                to_v5(kind, configuration, given[alias]) if is_given else unanswered(kind, configuration)
            )


def _status(turn: RowTurn | None, queue: _Queue) -> str:
    if turn is None:
        return PREFILLED if queue.leaves_out_prefilled else PENDING
    if turn.state in Assignment.DONE:
        return COMPLETED
    return SKIPPED if turn.state in (State.SKIPPED, State.CANCELLED) else PENDING


def _prefilled(tasks: Sequence[EvaluationTask], item: EvaluationItem, files: Sequence[Recording]) -> dict[str, Any]:
    main = main_recording(files, keys_heard(tasks))
    return prefilled_of(item.data, tasks, duration_ms=main[2] if main else 0)


def _queues(evaluations: Mapping[UUID, Evaluation], ids: Iterable[UUID]) -> dict[UUID, list[_Queue]]:
    """By the evaluation's id, its queues with their tasks in order."""
    rows = EvaluationTask.objects.filter(evaluation__in=list(ids)).order_by("evaluation_id", "position", "id")
    found: dict[UUID, dict[UUID, _Queue]] = {pk: {} for pk in ids}
    for task in rows.select_related("question", "queue__labeling_task"):
        of_one = found[task.evaluation_id]
        skips = evaluations[task.evaluation_id].skip_prefilled_rows
        of_one.setdefault(task.queue_id, _Queue(task.queue, skips)).tasks.append(task)
    return {pk: list(queues.values()) for pk, queues in found.items()}


def _read_turns(queues: Mapping[UUID, Sequence[_Queue]], items: Mapping[UUID, Sequence[EvaluationItem]]) -> None:
    by_task = {queue.row.labeling_task_id: queue for many in queues.values() for queue in many}
    if not by_task.keys() - {None}:
        return
    names = ("task_id", "position", "id", "state", "annotator_id", "annotator__name", "active_ms")
    turns = Assignment.objects.filter(_meant(queues, items)).order_by("slot").values_list(*names)
    for task, position, pk, state, annotator_id, annotator, active_ms in turns:
        by_task[task].turns.setdefault(position, RowTurn(pk, state, annotator_id, annotator or "", active_ms))
    last = Submission.objects.filter(
        _meant(queues, items, path="assignment__"),
        assignment__state__in=Assignment.DONE,
        revision=F("assignment__revision"),
    )
    for task, turn, answers in last.order_by().values_list("assignment__task_id", "assignment_id", "answers"):
        by_task[task].answers[turn] = answers


def _meant(
    queues: Mapping[UUID, Sequence[_Queue]], items: Mapping[UUID, Sequence[EvaluationItem]], *, path: str = ""
) -> Q:
    """The turns at these rows: those of their labeling tasks at their positions. One evaluation at least has some."""
    meant = []
    for pk, rows in items.items():
        tasks = [queue.row.labeling_task_id for queue in queues[pk] if queue.row.labeling_task_id]
        if tasks:
            at = {f"{path}position__{how}": value for how, value in _places(rows)}
            meant.append(Q(**{f"{path}task__in": tasks, **at}))
    return reduce(or_, meant)


def _places(rows: Sequence[EvaluationItem]) -> Iterator[tuple[str, Any]]:
    """Neighbours as a stretch, which an index reads at once; what lies far apart one by one."""
    positions = [item.position for item in rows]
    low, high = min(positions), max(positions)
    if high - low < 2 * len(positions):
        yield from (("gte", low), ("lte", high))
    else:
        yield "in", positions


def _recordings(
    queues: Mapping[UUID, Sequence[_Queue]], items: Mapping[UUID, Sequence[EvaluationItem]]
) -> dict[UUID, list[Recording]]:
    """The recordings of the rows that were left out because their answers were given: moments must lie within."""
    wanted = [
        item.pk
        for pk, rows in items.items()
        for queue in queues[pk]
        if queue.leaves_out_prefilled
        for item in rows
        if item.position not in queue.turns
    ]
    if not wanted:
        return {}
    files = EvaluationFile.objects.filter(item__in=set(wanted)).order_by("item_id")
    found = files.values_list("item_id", "key", "audio_id", "audio__duration_ms")
    return {
        item: [(key, audio, duration_ms) for _item, key, audio, duration_ms in rows]
        for item, rows in groupby(found, key=lambda row: row[0])
    }
