"""What a labeling task has come to, item by item, as plain values. Read in slices, so memory stays flat."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F

from annotations.models import Assignment, ItemFile, LabelingTask, Submission, TaskItem
from datasets.formats.tables import json_lines

SLICE = 500


@dataclass(frozen=True, slots=True)
class ResultAudio:
    """A recording of an item; `original` and `playback` are names in storage, the latter empty where none was made."""

    id: UUID
    name: str
    filename: str
    sha256: str
    duration_ms: int
    original: str
    playback: str


@dataclass(frozen=True, slots=True)
class ResultAnswer:
    """The last revision of one person's turn."""

    assignment_id: UUID
    slot: int
    state: str
    origin: str
    submission_id: UUID
    revision: int
    annotator: str
    annotator_id: UUID
    reviewer: str | None
    answers: dict[str, Any]
    active_ms: int
    listened: list[list[int]]
    submitted_at: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class ResultItem:
    id: UUID
    position: int
    data: dict[str, Any]
    audio: Sequence[ResultAudio]
    answers: Sequence[ResultAnswer]


def results(task: LabelingTask, *, states: Sequence[str]) -> Iterator[ResultItem]:
    """All items in order, with the answers whose turn is in one of `states`. Three queries per slice."""
    last = 0
    while True:
        rows = TaskItem.objects.filter(task=task, position__gt=last).order_by("position")
        items = list(rows.values_list("id", "position", "data")[:SLICE])
        if not items:
            return
        audio, answers = _audio_of(items), _answers_of(task, items, states)
        for pk, position, data in items:
            yield ResultItem(pk, position, data, audio.get(pk, ()), answers.get(pk, ()))
        last = items[-1][1]


def _between(items: list[Any]) -> dict[str, int]:
    return {"item__position__gte": items[0][1], "item__position__lte": items[-1][1]}


def _audio_of(items: list[Any]) -> dict[UUID, list[ResultAudio]]:
    found: dict[UUID, list[ResultAudio]] = defaultdict(list)
    rows = ItemFile.objects.filter(item__in=[row[0] for row in items]).order_by("item", "name")
    fields = (
        "audio__filename",
        "audio__blob__sha256",
        "audio__duration_ms",
        "audio__blob__original",
        "audio__blob__playback",
    )
    for item, audio, name, *rest in rows.values_list("item_id", "audio_id", "name", *fields):
        found[item].append(ResultAudio(audio, name, *rest))
    return found


def _answers_of(task: LabelingTask, items: list[Any], states: Sequence[str]) -> dict[UUID, list[ResultAnswer]]:
    found: dict[UUID, list[ResultAnswer]] = defaultdict(list)
    turns = Assignment.objects.filter(task=task, state__in=states, **_between(items))
    rows = Submission.objects.filter(assignment__in=turns, revision=F("assignment__revision"))
    fields = (
        "assignment__item_id",
        "assignment_id",
        "assignment__slot",
        "assignment__state",
        "assignment__origin",
        "id",
        "revision",
        "author__name",
        "author_id",
        "assignment__reviewer__name",
        "answers",
        "active_ms",
        "listened",
        "created_at",
        "assignment__decided_at",
    )
    for item, *rest, submitted_at, decided_at in rows.order_by("assignment__slot").values_list(*fields):
        decided = decided_at.isoformat() if decided_at else ""
        fixed: Any = (*rest, submitted_at.isoformat(), decided)
        found[item].append(ResultAnswer(*fixed))
    return found


def as_row(item: ResultItem, answer: ResultAnswer | None) -> dict[str, Any]:
    """One line of the JSON Lines export: an item with one person's answers, or with none yet."""
    row: dict[str, Any] = {
        "item_id": str(item.id),
        "position": item.position,
        "data": item.data,
        "files": [
            {
                "name": audio.name,
                "audio_file_id": str(audio.id),
                "filename": audio.filename,
                "duration_ms": audio.duration_ms,
            }
            for audio in item.audio
        ],
        "answers": None,
    }
    if answer is None:
        return row
    return row | {
        "assignment_id": str(answer.assignment_id),
        "state": answer.state,
        "approval_origin": answer.origin,
        "submission_id": str(answer.submission_id),
        "revision": answer.revision,
        "annotator": answer.annotator,
        "reviewer": answer.reviewer or "",
        "answers": answer.answers,
        "active_ms": answer.active_ms,
        "listened": answer.listened,
        "submitted_at": answer.submitted_at,
        "decided_at": answer.decided_at,
    }


def export_lines(task: LabelingTask) -> Iterator[bytes]:
    """All items as JSON Lines in chunks of about 64 KiB, each with the last revision of every answer, or none."""
    states = [state for state in Assignment.State.values if state != Assignment.State.CANCELLED]
    return json_lines(
        as_row(item, answer) for item in results(task, states=states) for answer in (item.answers or (None,))
    )
