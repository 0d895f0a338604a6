"""What an auditor settles an item by: everybody's answers side by side, what they come to, and where they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any
from uuid import UUID

from django.db.models import F

from annotations.aggregating import settings
from annotations.aggregating.deciding import Answer, decide, is_answered, marks_of
from annotations.aggregating.reading import COUNTED, stopped_in
from annotations.aggregating.running import Asked, plan_of
from annotations.answers import FormQuestion
from annotations.form import form_of
from annotations.models import Adjudication, ItemFile, ItemResult, LabelingTask, Submission, TaskItem
from annotations.payload import FILE, recording
from annotations.quality import numbers, regions
from annotations.recordings import file_keys, main_first
from annotations.words.offering import with_index
from annotations.words.resolving import resolver_for
from workspaces.models import User


@dataclass(frozen=True)
class Lane:
    """One person's last answers."""

    assignment_id: UUID
    revision: int
    person: UUID
    name: str
    team: str
    team_id: UUID | None
    answers: dict[str, Any]
    active_ms: int


@dataclass(frozen=True)
class Lanes:
    """An item as it is now. `seen` changes with every answer that counts and every adjudication."""

    task: LabelingTask
    item: TaskItem
    lanes: Sequence[Lane]
    result: ItemResult | None
    last: Adjudication | None
    seen: str = field(default="")


def lanes_of(task: LabelingTask, item: TaskItem) -> Lanes:
    """Five queries, however many people answered."""
    rows = Submission.objects.filter(
        assignment__item=item, assignment__task=task, assignment__state__in=COUNTED, revision=F("assignment__revision")
    ).exclude(assignment__annotator__in=stopped_in(task))
    columns = (
        "assignment_id", "revision", "assignment__annotator_id", "assignment__annotator__name",
        "assignment__team__name", "assignment__team_id", "answers", "active_ms",
    )  # fmt: skip
    found = [
        Lane(pk, revision, person, name, team or "", team_id, answers, active_ms)
        for pk, revision, person, name, team, team_id, answers, active_ms in rows.order_by(
            "assignment__slot"
        ).values_list(*columns)
    ]
    result = ItemResult.objects.filter(item=item).first()
    last = Adjudication.objects.filter(item=item).select_related("by").order_by("-id").first()
    return Lanes(task, item, found, result, last, _seen(found, last))


def _seen(lanes: Sequence[Lane], last: Adjudication | None) -> str:
    parts = sorted(f"{lane.assignment_id}:{lane.revision}" for lane in lanes)
    return blake2s("|".join([*parts, str(last.pk) if last else ""]).encode(), digest_size=8).hexdigest()


def payload(shown: Lanes, *, user: User, moves: Sequence[str], left: int) -> dict[str, Any]:
    """The page and programs alike get this. Nothing in it is computed by a worker that may lag behind."""
    task, item, form = shown.task, shown.item, form_of(shown.task)
    plan = {asked.question.alias: asked for asked in plan_of(task).asked}
    return {
        "task": {"id": str(task.pk), "name": task.name},
        "item": {"id": str(item.pk), "position": item.position, "data": item.data, "files": _files(item, form)},
        "questions": [_question(plan[question.alias], shown) for question in form],
        "lanes": [
            {
                "assignment": str(lane.assignment_id),
                "person": {"id": str(lane.person), "name": lane.name},
                "team": {"id": str(lane.team_id), "name": lane.team} if lane.team_id else None,
                "answers": lane.answers,
                "active_ms": lane.active_ms,
            }
            for lane in shown.lanes
        ],
        "state": shown.result.state if shown.result else ItemResult.State.PARTIAL,
        "adjudication": _adjudication(shown.last),
        "seen": shown.seen,
        "moves": list(moves),
        "left": left,
    }


def _files(item: TaskItem, form: Sequence[FormQuestion]) -> list[dict[str, Any]]:
    rows = [recording(*row) for row in ItemFile.objects.filter(item=item).order_by("name").values_list(*FILE)]
    keys = file_keys(question.layout for question in form)
    return main_first(rows, keys, names=[file["name"] for file in rows])


def _adjudication(row: Adjudication | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "answers": row.answers,
        "how": row.how,
        "note": row.note,
        "by": {"id": str(row.by_id), "name": str(row.by)},
        "at": row.created_at.isoformat(),
    }


def _question(asked: Asked, shown: Lanes) -> dict[str, Any]:
    """A question with what its answers come to, and where people differ about it."""
    question, setting = asked.question, asked.setting
    given = {
        str(lane.assignment_id): lane.answers.get(question.alias)
        for lane in shown.lanes
        if is_answered(question, lane.answers.get(question.alias))
    }
    kept = (shown.result.values.get(question.alias) if shown.result else None) or {}
    if not kept or kept["method"] == settings.ADJUDICATED:
        kept = decide(question, setting, [Answer(value) for value in given.values()], words=asked.words).as_kept()
    return {
        "alias": question.alias,
        "type": question.type,
        "name": question.name,
        "prompt": question.prompt,
        "required": question.required,
        "configuration": with_index(question),
        "consensus": {
            **{name: kept.get(name) for name in ("value", "confidence", "votes", "flags")},
            "method": str(settings.METHOD_NAMES.get(kept["method"], kept["method"])),
        },
        "median": _median(question, given),
        "union": _union(question, given),
        "conflicts": _conflicts(question, asked, given),
        "differs": setting.method != settings.TEXT and len({repr(value) for value in given.values()}) > 1,
        "labels": _labels(question, given),
    }


def _median(question: FormQuestion, given: Mapping[str, Any]) -> Any:
    """Of numbers, as an answer to the question: on a scale the step below where it lies between two."""
    values = [value for value in given.values() if isinstance(value, int | float) and not isinstance(value, bool)]
    if not values or question.type not in ("rating", "number"):
        return None
    found = numbers.median(values)
    return int(found) if question.type == "rating" else found


def _union(question: FormQuestion, given: Mapping[str, Any]) -> Any:
    """Of choices and words: all that anybody said. Of marks it is made conflict by conflict."""
    if settings.is_set(question):
        said = {choice for value in given.values() for choice in value}
        return [choice for choice in question.configuration["choices"] if choice in said]
    if question.type == "words":
        parts = {
            name: list(dict.fromkeys(word for value in given.values() for word in value.get(name, ())))
            for name in ("terms", "words")
        }
        return {name: words for name, words in parts.items() if words} or None
    return None


def _conflicts(question: FormQuestion, asked: Asked, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The stretches of sound that anybody marked, in order of time, with what people disagree about there."""
    if question.type not in ("regions", "timestamp") or not given:
        return []
    marks = {person: marks_of(question, value) for person, value in given.items()}
    found = regions.consensus(marks, quorum=asked.setting.quorum, collar_ms=asked.setting.collar_ms)
    return [
        {
            "label": cluster.label,
            "start_ms": cluster.start_ms,
            "end_ms": cluster.end_ms,
            "members": {person: [list(span) for span in spans] for person, spans in cluster.members.items()},
            "spans": [list(span) for span in cluster.spans],
            "support": cluster.support,
            "kept": cluster.is_kept,
            "open": cluster.is_open,
            "conflicts": list(cluster.conflicts),
        }
        for cluster in found.clusters
    ]


def _labels(question: FormQuestion, given: Mapping[str, Any]) -> dict[str, str]:
    """What the codes of words mean."""
    if question.type != "words":
        return {}
    resolver = resolver_for(question.configuration)
    codes = {code for value in given.values() for code in value.get("terms", ())}
    return {code: resolver.label(code) for code in sorted(codes)}
