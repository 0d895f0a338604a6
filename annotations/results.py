"""What a labeling task has come to, item by item, as plain values. Read in slices, so memory stays flat."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from annotations.form import form_of
from annotations.models import Assignment, ItemFile, ItemSuggestions, LabelingTask, Review, Submission, TaskItem
from annotations.recordings import file_keys, main_first
from annotations.suggesting import are_shown
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
    # Whose turn it is; `corrected_by` is the auditor who mended their answers, empty where nobody did.
    annotator: str
    annotator_id: UUID
    corrected_by: str
    correction: str
    # Who approved it at last, and before them who approved it first, where two had to.
    reviewer: str | None
    first_reviewer: str | None
    review_level: int
    answers: dict[str, Any]
    # What a model had suggested, each with its fate.
    suggested: list[dict[str, Any]]
    active_ms: int
    listened: list[list[int]]
    submitted_at: str
    decided_at: str
    verdicts: Sequence["ResultVerdict"]
    # Whose turn it was, where a task is for teams.
    team_id: UUID | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class ResultVerdict:
    """What somebody thought of one revision of a turn, and how they came to it."""

    revision: int
    verdict: str
    origin: str
    correction: str
    reviewer: str
    reason_code: str
    comment: str
    at: str


@dataclass(frozen=True, slots=True)
class ResultModel:
    """The model that made suggestions for an item, to which question, and the least confidence of what it suggests.

    Without its id: what is made of the results stays the same when the model is deleted.
    """

    alias: str
    name: str
    threshold: float


@dataclass(frozen=True, slots=True)
class ResultItem:
    """A row of the task. Of its recordings, if it has any, the one that was listened to comes first."""

    id: UUID
    position: int
    data: dict[str, Any]
    audio: Sequence[ResultAudio]
    answers: Sequence[ResultAnswer]
    # None where no model made suggestions.
    model: ResultModel | None


def results(task: LabelingTask, *, states: Sequence[str]) -> Iterator[ResultItem]:
    """All items in order, with the answers whose turn is in one of `states`. Four or five queries per slice."""
    last, keys, has_models = 0, _keys_of(task), are_shown(task)
    while True:
        rows = TaskItem.objects.filter(task=task, position__gt=last).order_by("position")
        items = list(rows.values_list("id", "position", "data")[:SLICE])
        if not items:
            return
        audio, answers = _audio_of(items), _answers_of(task, items, states)
        models = _models_of(items) if has_models else {}
        for pk, position, data in items:
            files = audio.get(pk, [])
            main = main_first(files, keys, names=[file.name for file in files])
            yield ResultItem(pk, position, data, main, answers.get(pk, ()), models.get(pk))
        last = items[-1][1]


def _keys_of(task: LabelingTask) -> list[str]:
    """The recordings that the task's layouts name, the main one first."""
    return list(file_keys(question.layout for question in form_of(task)))


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


def _models_of(items: list[Any]) -> dict[UUID, ResultModel]:
    rows = ItemSuggestions.objects.filter(item__in=[row[0] for row in items], error="").order_by()
    found = rows.values_list("item_id", "alias", "model_name", "threshold")
    return {item: ResultModel(alias, name, threshold) for item, alias, name, threshold in found}


_AUTHOR = ("author__name", "author_id")
# Named one by one: whole rows of five tables cost more than everything else here.
_ANSWER = (
    *_AUTHOR,
    "id",
    "revision",
    "answers",
    "suggested",
    "active_ms",
    "listened",
    "created_at",
    "assignment_id",
    "assignment__item_id",
    "assignment__slot",
    "assignment__state",
    "assignment__origin",
    "assignment__correction",
    "assignment__review_level",
    "assignment__decided_at",
    "assignment__annotator_id",
    "assignment__annotator__name",
    "assignment__reviewer__name",
    "assignment__approved_by__name",
    "assignment__team_id",
    "assignment__team__name",
)


def _answers_of(task: LabelingTask, items: list[Any], states: Sequence[str]) -> dict[UUID, list[ResultAnswer]]:
    found: dict[UUID, list[ResultAnswer]] = defaultdict(list)
    turns = Assignment.objects.filter(task=task, state__in=states, **_between(items))
    verdicts = _verdicts_of(turns)
    rows = Submission.objects.filter(assignment__in=turns.order_by(), revision=F("assignment__revision"))
    for row in rows.order_by("assignment__slot").values_list(*_ANSWER, named=True):
        corrected_by = row.author__name if row.assignment__correction else ""
        # Answers that nobody mended are their author's, also where the turn has gone to another person since.
        whose = ("assignment__annotator__name", "assignment__annotator_id") if corrected_by else _AUTHOR
        found[row.assignment__item_id].append(
            ResultAnswer(
                assignment_id=row.assignment_id,
                slot=row.assignment__slot,
                state=row.assignment__state,
                origin=row.assignment__origin,
                submission_id=row.id,
                revision=row.revision,
                annotator=getattr(row, whose[0]),
                annotator_id=getattr(row, whose[1]),
                corrected_by=corrected_by,
                correction=row.assignment__correction,
                reviewer=row.assignment__reviewer__name,
                first_reviewer=row.assignment__approved_by__name,
                review_level=row.assignment__review_level,
                answers=row.answers,
                suggested=row.suggested,
                active_ms=row.active_ms,
                listened=row.listened,
                submitted_at=row.created_at.isoformat(),
                decided_at=row.assignment__decided_at.isoformat() if row.assignment__decided_at else "",
                verdicts=verdicts.get(row.assignment_id, ()),
                team_id=row.assignment__team_id,
                team=row.assignment__team__name or "",
            )
        )
    return found


def _verdicts_of(turns: QuerySet[Assignment]) -> dict[UUID, list[ResultVerdict]]:
    found: dict[UUID, list[ResultVerdict]] = defaultdict(list)
    rows = Review.objects.filter(submission__assignment__in=turns.order_by()).order_by("id")
    fields = (
        "submission__revision",
        "verdict",
        "origin",
        "correction",
        "reviewer__name",
        "reason_code",
        "comment",
        "created_at",
    )
    for turn, *rest, at in rows.values_list("submission__assignment_id", *fields):
        fixed: Any = (*rest, at.isoformat())
        found[turn].append(ResultVerdict(*fixed))
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
    row |= _suggested(item, answer)
    return row | {
        "assignment_id": str(answer.assignment_id),
        "state": answer.state,
        "approval_origin": answer.origin,
        "submission_id": str(answer.submission_id),
        "revision": answer.revision,
        "annotator": answer.annotator,
        **({"team": answer.team} if answer.team else {}),
        "corrected_by": answer.corrected_by,
        "correction": answer.correction,
        "reviewer": answer.reviewer or "",
        "first_reviewer": answer.first_reviewer or "",
        "review_level": answer.review_level,
        "verdicts": [asdict(verdict) for verdict in answer.verdicts],
        "answers": answer.answers,
        "active_ms": answer.active_ms,
        "listened": answer.listened,
        "submitted_at": answer.submitted_at,
        "decided_at": answer.decided_at,
    }


def _suggested(item: ResultItem, answer: ResultAnswer) -> dict[str, Any]:
    """What a model suggested for it, and what became of that; nothing where none did."""
    if item.model is None:
        return {}
    return {"model": {"name": item.model.name, "threshold": item.model.threshold}, "suggested": answer.suggested}


def export_lines(task: LabelingTask) -> Iterator[bytes]:
    """All items as JSON Lines in chunks of about 64 KiB, each with the last revision of every answer, or none."""
    states = [state for state in Assignment.State.values if state != Assignment.State.CANCELLED]
    return json_lines(
        as_row(item, answer) for item in results(task, states=states) for answer in (item.answers or (None,))
    )
