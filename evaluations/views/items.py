"""The rows of an evaluation: found by status, and each with its recordings, its answers and who gave them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from annotations.models import Assignment, LabelingTask
from annotations.progress import live_every_ms
from datasets.models import AudioFile
from evaluations.item_states import PENDING as PENDING_STATUS
from evaluations.item_states import RowState, states_of
from evaluations.models import Evaluation, EvaluationFile, EvaluationItem, EvaluationQueue, EvaluationTask
from evaluations.progress import PENDING
from evaluations.showing import Shown, cut, in_short, layout_of, moments_ms, text_of
from evaluations.views.frame import frame
from evaluations.views.lists import evaluation_or_404
from evaluations.views.overview import LEFT_OUT, tasks_of
from evaluations.work_rows import keys_heard, main_recording
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.pagination import total
from workspaces.permissions import Right

PAGE = 30
MOST_COLUMNS = 4
ROW_STATES = {
    "pending": gettext_lazy("waiting"),
    "completed": gettext_lazy("answered"),
    "skipped": gettext_lazy("skipped"),
    "failed": gettext_lazy("failed"),
}
WORDS = {
    "completed": gettext_lazy("answered"),
    "pending": gettext_lazy("waits"),
    "in_review": gettext_lazy("in review"),
    "skipped": gettext_lazy("skipped"),
    "errored": gettext_lazy("failed"),
    "prefilled": gettext_lazy("given before"),
}
# What a status is called where the colour of a pill is chosen.
LOOKS = {"errored": "failed", "prefilled": "open", "in_review": "pending_review"}


@dataclass(frozen=True)
class Cell:
    """One question's answer to one row: its status in a word, and once there is an answer that, short."""

    task: EvaluationTask
    status: str
    value: Any

    @property
    def has_answer(self) -> bool:
        return self.status in ("completed", "prefilled")

    @property
    def short(self) -> str:
        return in_short(self.task, self.value)

    @property
    def word(self) -> str:
        return str(WORDS.get(self.status, self.status))

    @property
    def look(self) -> str:
        return LOOKS.get(self.status, self.status)

    @property
    def moments(self) -> list[int] | None:
        """The marks of a timestamp answer in milliseconds; None for every other question."""
        return moments_ms(self.value) if self.task.question.type == "timestamp" else None

    @property
    def words(self) -> list[str]:
        """The whole answer, a line for each part."""
        kind, value = self.task.question.type, self.value
        if value is None or value in ("", [], {}):
            return []
        if isinstance(value, list):
            return [text_of(one) for one in value]
        return [text_of(value)] if kind in ("free_text", "categorical") else [in_short(self.task, value)]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Of a form: each property with what was said of it."""
        is_form = self.task.question.type == "form" and isinstance(self.value, dict)
        return [(name, text_of(one)) for name, one in self.value.items()] if is_form else []


@dataclass(frozen=True)
class ItemRow:
    item: EvaluationItem
    columns: list[str]
    files: list[str]
    cells: list[Cell]


def items_of(evaluation: Evaluation, status: str) -> QuerySet[EvaluationItem]:
    rows: QuerySet[EvaluationItem] = EvaluationItem.objects.filter(evaluation=evaluation)
    if not status:
        return rows
    queues = EvaluationQueue.objects.filter(evaluation=evaluation)
    ids = list(queues.filter(labeling_task__isnull=False).values_list("labeling_task", flat=True))
    # Lists of positions that are made once: looking for the turns of each row by itself takes seconds.
    turns = Assignment.objects.filter(task__in=ids).order_by().values("position")
    failed = ~Q(errors={})
    unfilled = Q(labeling_task=None) | Q(labeling_task__state=LabelingTask.State.DRAFT)
    pending = ~failed if queues.filter(unfilled).exists() else Q(position__in=turns.filter(state__in=PENDING))
    left_out = Q(position__in=turns.filter(state__in=LEFT_OUT))
    wanted = {
        "failed": failed,
        "pending": pending & ~failed,
        "skipped": left_out & ~pending & ~failed,
        "completed": ~left_out & ~pending & ~failed,
    }
    return rows.filter(wanted[status])


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def items(request: WorkspaceRequest, evaluation_id: UUID) -> HttpResponse:
    evaluation = evaluation_or_404(request, evaluation_id)
    wish = request.GET.get("status", "")
    status = wish if wish in ROW_STATES else ""
    found, tasks = items_of(evaluation, status), tasks_of(evaluation)
    shown, before, after = _page(request, found)
    keys = _keys(shown)
    context = frame(request, evaluation, "items") | {
        "tasks": tasks,
        "keys": keys,
        "rows": _rows(evaluation, shown, tasks=tasks, keys=keys),
        "status_wanted": status,
        "states": ROW_STATES.items(),
        "total": total(found),
        "before": before,
        "after": after,
        "every_ms": live_every_ms(evaluation.n_items),
    }
    return render(request, "evaluations/_items.html" if request.htmx else "evaluations/items.html", context)


def _page(
    request: WorkspaceRequest, found: QuerySet[EvaluationItem]
) -> tuple[list[EvaluationItem], int | None, int | None]:
    """PAGE rows behind the position `after` or ahead of `before`, and where to go on in both directions."""
    after, before = _position(request, "after"), _position(request, "before")
    if before is not None:
        rows = list(found.filter(position__lt=before).order_by("-position")[: PAGE + 1])
        shown = rows[:PAGE][::-1]
        return shown, shown[0].position if len(rows) > PAGE else None, shown[-1].position if shown else None
    rows = list((found.filter(position__gt=after) if after else found).order_by("position")[: PAGE + 1])
    shown = rows[:PAGE]
    return shown, shown[0].position if after and shown else None, shown[-1].position if len(rows) > PAGE else None


def _position(request: WorkspaceRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _keys(shown: list[EvaluationItem]) -> list[str]:
    """The first keys of these rows' data, in the order they came in."""
    return list(dict.fromkeys(key for item in shown for key in item.data))[:MOST_COLUMNS]


def _rows(
    evaluation: Evaluation, shown: list[EvaluationItem], *, tasks: list[EvaluationTask], keys: list[str]
) -> list[ItemRow]:
    states = states_of(evaluation, shown)
    names: dict[UUID, list[str]] = {}
    files = EvaluationFile.objects.filter(item__in=shown).order_by("item", "key")
    for pk, filename in files.values_list("item_id", "audio__filename"):
        names.setdefault(pk, []).append(filename)
    return [
        ItemRow(
            item,
            [cut(text_of(item.data[key])) if key in item.data else "" for key in keys],
            names.get(item.pk, []),
            _cells(tasks, states[item.pk]),
        )
        for item in shown
    ]


def _cells(tasks: list[EvaluationTask], state: RowState) -> list[Cell]:
    return [Cell(task, _status(task, state), state.answers.get(task.alias)) for task in tasks]


def _status(task: EvaluationTask, state: RowState) -> str:
    """As `/v5/` says it, but for what waits only for its review, so that nobody looks for annotators."""
    status, turn = state.statuses.get(task.alias, PENDING_STATUS), state.turns.get(task.alias)
    return "in_review" if status == PENDING_STATUS and turn and turn.state in Assignment.LEFT_TO_REVIEW else status


@dataclass(frozen=True)
class Recording:
    """A recording of a row. `is_main`: marks are set in this one."""

    key: str
    audio: AudioFile
    is_main: bool
    cells: list[Cell]


@dataclass(frozen=True)
class QueuePart:
    """The questions of one queue as they were answered about one row, by whom, and what that person was shown."""

    queue: EvaluationQueue
    cells: list[Cell]
    turn: Assignment | None
    layout: list[Shown]


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def item(request: WorkspaceRequest, evaluation_id: UUID, item_id: UUID) -> HttpResponse:
    """One row: its data and recordings, and every answer with who gave it and when."""
    evaluation = evaluation_or_404(request, evaluation_id)
    found = get_object_or_404(EvaluationItem, evaluation=evaluation, pk=item_id)
    tasks = tasks_of(evaluation)
    state = states_of(evaluation, [found])[found.pk]
    cells = _cells(tasks, state)
    parts = _parts(found, tasks, cells, state.answers)
    beside = EvaluationItem.objects.filter(evaluation=evaluation)
    context = frame(request, evaluation, "items") | {
        "item": found,
        "data": [(key, text_of(value)) for key, value in found.data.items()],
        "recordings": _recordings(found, parts),
        "parts": parts,
        "errors": sorted({str(error.get("message", "")) for error in found.errors.values()}),
        "previous": beside.filter(position__lt=found.position).order_by("-position").first(),
        "next": beside.filter(position__gt=found.position).order_by("position").first(),
    }
    return render(request, "evaluations/item.html", context)


def _parts(
    item: EvaluationItem, tasks: list[EvaluationTask], cells: list[Cell], answers: dict[str, Any]
) -> list[QueuePart]:
    queues = {task.queue_id: task.queue for task in tasks}
    wanted = [queue.labeling_task_id for queue in queues.values() if queue.labeling_task_id]
    turns = Assignment.objects.filter(task__in=wanted, position=item.position).select_related("annotator")
    by_task = {turn.task_id: turn for turn in turns.order_by("-slot")}
    parts = []
    for pk, queue in queues.items():
        mine = [cell for cell in cells if cell.task.queue_id == pk]
        turn = by_task.get(queue.labeling_task_id) if queue.labeling_task_id else None
        layouts: list[Any] = []
        for cell in mine:
            if cell.task.layout and cell.task.layout not in layouts:
                layouts.append(cell.task.layout)
        parts.append(QueuePart(queue, mine, turn, [layout_of(one, item, answers) for one in layouts]))
    return parts


def _recordings(item: EvaluationItem, parts: list[QueuePart]) -> list[Recording]:
    files = EvaluationFile.objects.filter(item=item).select_related("audio__blob").order_by("key")
    audio = {file.key: file.audio for file in files}
    lengths = [(key, one.pk, one.duration_ms or 0) for key, one in audio.items()]
    drawn: dict[str, list[Cell]] = {key: [] for key in audio}
    mains = set()
    for part in parts:
        if main := main_recording(lengths, keys_heard([cell.task for cell in part.cells])):
            mains.add(main[0])
            drawn[main[0]] += [cell for cell in part.cells if cell.moments and cell.has_answer]
    # Those that marks are set in stand first.
    found = [Recording(key, one, key in mains, drawn[key]) for key, one in audio.items()]
    return sorted(found, key=lambda recording: not recording.is_main)
