"""Computing the results of items, all of a task's or some, and keeping them.

Slice by slice, each in a transaction of its own: cut off at any point, what is kept is right, and doing it again comes
to the same. Memory stays flat. Methods that look at all answers first read them a first time into columns of numbers.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotations.aggregating import reading, settings
from annotations.aggregating.deciding import (
    NO_WORDS,
    NOTHING,
    TEAMS_DIFFER,
    Answer,
    Words,
    decide,
    differ,
    is_answered,
)
from annotations.aggregating.people import Known, from_controls
from annotations.aggregating.reading import Counted, ItemAnswers
from annotations.aggregating.settings import Setting, setting_of
from annotations.aggregating.words import words_of
from annotations.answers import FormQuestion
from annotations.form import form_of
from annotations.models import Adjudication, ItemResult, LabelingTask, QuestionType, TaskItem
from workspaces.bulk import BulkRows

State = ItemResult.State
Report = Callable[[int, int], None]
BATCH = 500
# Answers that several items have in common are decided once; so many of them are remembered.
MOST_SEEN = 100_000


@dataclass(frozen=True)
class Asked:
    """A question with all that is needed to put its answers together."""

    question: FormQuestion
    setting: Setting
    words: Words = NO_WORDS

    @property
    def weight(self) -> float:
        """What hangs on it, for the order of adjudication."""
        return 1.0 if self.question.required else 0.5


@dataclass(frozen=True)
class Plan:
    """How a task's answers are put together."""

    asked: tuple[Asked, ...]
    # Teams whose answers are compared, in order, and the one whose answers count alone.
    teams: tuple[UUID, ...] = ()
    decides: UUID | None = None


def plan_of(task: LabelingTask) -> Plan:
    teams = list(task.teams.order_by("position", "id").values_list("team_id", "decides")) if task.by_team else []
    decides = next((team for team, is_deciding in teams if is_deciding), None)
    asked = tuple(
        Asked(question, setting_of(question, task.aggregation), words_of(question)) for question in form_of(task)
    )
    return Plan(asked, tuple(team for team, _ in teams), decides)


def run(task: LabelingTask, *, report: Report | None = None) -> int:
    """Compute the results of all items. `report(done, total)` after each slice; returns how many have a result."""
    plan = plan_of(task)
    total = TaskItem.objects.filter(task=task).count()
    known = known_of(task, plan)
    done = kept = 0
    for rows in reading.slices(task):
        kept += _keep(task, rows, plan=plan, known=known)
        done += len(rows)
        if report is not None:
            report(done, total)
    return kept


def run_some(task: LabelingTask, ids: Sequence[UUID]) -> int:
    """Compute the results of some items anew, or of all where a method looks at all answers."""
    plan = plan_of(task)
    if any(one.setting.method in settings.GLOBAL for one in plan.asked):
        return run(task)
    known = from_controls(task, [one.question.alias for one in plan.asked])
    return sum(
        _keep(task, reading.of_items(task, ids[at : at + BATCH]), plan=plan, known=known)
        for at in range(0, len(ids), BATCH)
    )


def run_one(task: LabelingTask, item_id: UUID) -> None:
    """The result of one item, in a request: what all answers say of people is left to the next run of a worker."""
    plan = plan_of(task)
    known = from_controls(task, [one.question.alias for one in plan.asked])
    _keep(task, reading.of_items(task, [item_id]), plan=plan, known=known)


def known_of(task: LabelingTask, plan: Plan) -> Known:
    known = from_controls(task, [one.question.alias for one in plan.asked])
    wanted = [one for one in plan.asked if _looks_at_all(one, known)]
    if not wanted:
        return known
    from annotations.aggregating.fitting import Gathered  # noqa: PLC0415 - numpy, where it is needed alone

    gathered = [Gathered(one.question, one.setting) for one in wanted]
    for rows in reading.slices(task):
        for row in rows:
            for one in _deciding(plan, row.answers):
                for column in gathered:
                    column.add(row.position, one.person, one.answers.get(column.question.alias))
    for column in gathered:
        column.tell(known)
    return known


def _looks_at_all(one: Asked, known: Known) -> bool:
    """Whether all answers to a question say how much each weighs."""
    method = one.setting.method
    if method in settings.GLOBAL:
        return True
    return method in settings.WEIGHED and one.question.alias in known.n and bool(settings.values_of(one.question))


def _deciding(plan: Plan, answers: Iterable[Counted]) -> list[Counted]:
    """The answers that count for the result: those of the deciding team where there is one."""
    return [one for one in answers if plan.decides is None or one.team == plan.decides]


@transaction.atomic
def _keep(task: LabelingTask, rows: Sequence[ItemAnswers], *, plan: Plan, known: Known) -> int:
    """Store the results of a slice. Its items are locked, so that nobody settles one meanwhile."""
    ids = [row.item_id for row in rows]
    list(TaskItem.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", flat=True))
    settled = _adjudicated(task, rows)
    results = list(_results(rows, plan=plan, known=known, settled=settled))
    written = BulkRows(ItemResult, each=Result._fields, task_id=task.pk, computed_at=timezone.now())
    prepared = [_with_text(row, result) for row, result in zip(written.prepared(results), results, strict=True)]
    there = ItemResult.objects.filter(item__in=ids)
    there._raw_delete(there.db)
    written.write(prepared)
    return len(results)


def _adjudicated(task: LabelingTask, rows: Sequence[ItemAnswers]) -> dict[UUID, Adjudication]:
    """The newest adjudication of each of these items that has one."""
    here = Adjudication.objects.filter(task=task)
    if len(rows) <= BATCH:
        here = here.filter(item__in=[row.item_id for row in rows])
    else:
        here = here.filter(item__position__gte=rows[0].position, item__position__lte=rows[-1].position)
    return {row.item_id: row for row in here.order_by("id")}


def _results(
    rows: Sequence[ItemAnswers], *, plan: Plan, known: Known, settled: Mapping[UUID, Adjudication]
) -> Iterator["Result"]:
    for row in rows:
        final = settled.get(row.item_id)
        if row.answers or final is not None:
            yield result_of(row, plan=plan, known=known, final=final)


class Result(NamedTuple):
    """A row of ItemResult to be, its columns by name; `values` is what becomes JSON."""

    item_id: UUID
    position: int
    state: str
    n_answers: int
    values: "Written"
    gain: float
    confidence: float | None


class Written(dict[str, Any]):
    """Empty for whoever turns it into JSON: it has been written already, most of it for another item."""

    text: str


_VALUES_AT = Result._fields.index("values")


def _with_text(prepared: tuple[Any, ...], result: Result) -> tuple[Any, ...]:
    """The row with its values as JSON, which both databases take as text."""
    return (*prepared[:_VALUES_AT], result.values.text, *prepared[_VALUES_AT + 1 :])


def result_of(row: ItemAnswers, *, plan: Plan, known: Known, final: Adjudication | None) -> Result:
    """What the answers to an item come to, and what an auditor made of them."""
    decided = {one.question.alias: _decide(one, row, plan=plan, known=known) for one in plan.asked}
    values = Written()
    values.text = "{" + ", ".join(f"{json.dumps(alias)}: {one.text}" for alias, one in decided.items()) + "}"
    confidences = [one.confidence for one in decided.values() if one.confidence is not None]
    least = min(confidences) if confidences else None
    gain = sum(one.gain for one in decided.values())
    state = State.AGREED
    if final is not None:
        state, least = State.ADJUDICATED, 1.0
        values.text = json.dumps(with_final({alias: one.kept for alias, one in decided.items()}, final))
    elif not row.is_complete:
        state = State.PARTIAL
    elif any(one.is_open for one in decided.values()):
        state = State.DISPUTED
    gain = round(gain, 6) if state == State.DISPUTED else 0
    return Result(row.item_id, row.position, state, len(row.answers), values, gain, least)


def with_final(values: dict[str, Any], final: Adjudication) -> dict[str, Any]:
    """An auditor's answers stand; how people voted stays to be read."""
    settled = {"confidence": 1.0, "method": settings.ADJUDICATED}
    return {
        alias: kept
        | settled
        | {"value": final.answers.get(alias), "how": (final.how.get(alias) or {}).get("how", "own")}
        for alias, kept in values.items()
    }


class Decided(NamedTuple):
    """What one question of an item comes to. Never change `kept`: items with the same answers share it."""

    kept: dict[str, Any]
    # The same as JSON: written once for all items that share it.
    text: str
    confidence: float | None
    gain: float
    is_open: bool


def _decide(asked: Asked, row: ItemAnswers, *, plan: Plan, known: Known) -> Decided:
    """The outcome that counts. Most items have answers that others had too: those are decided once."""
    question = asked.question
    alias = question.alias
    is_weighed, value_of = bool(known.q.get(alias)), _by_value if question.type in _PLAIN else repr
    key: list[Any] = [alias]
    for one in row.answers:
        value = one.answers.get(alias)
        key += (one.team_key, value_of(value))
        if is_weighed:
            key.append(known.of(alias, one.person))
    seen, fitted = tuple(key), known.likely.get(alias)
    found: Decided | None = known.decided.get(seen) if fitted is None else None
    if found is None:
        if len(known.decided) >= MOST_SEEN:
            known.decided.clear()
        likely = fitted.at(row.position) if fitted is not None else None
        found = _decide_anew(asked, _given(asked.question, row, known), plan=plan, likely=likely)
        if fitted is None:
            known.decided[seen] = found
    return found


def _given(question: FormQuestion, row: ItemAnswers, known: Known) -> list[tuple[UUID | None, Answer]]:
    """The answers to one question, each with its team."""
    alias = question.alias
    return [
        (one.team, Answer(one.answers.get(alias), known.of(alias, one.person)))
        for one in row.answers
        if is_answered(question, one.answers.get(alias))
    ]


_PLAIN = (QuestionType.CATEGORICAL, QuestionType.RATING, QuestionType.NUMBER)


def _by_value(value: Any) -> Any:
    return repr(value) if isinstance(value, list) else value


def _decide_anew(
    asked: Asked, given: Sequence[tuple[UUID | None, Answer]], *, plan: Plan, likely: Mapping[Any, float] | None
) -> Decided:
    """The outcome and what is kept of it, with what each team comes to by itself."""
    question, setting = asked.question, asked.setting
    chosen = [answer for team, answer in given if plan.decides is None or team == plan.decides]
    outcome = decide(question, setting, chosen, words=asked.words, likely=likely)
    kept = outcome.as_kept()
    if len(plan.teams) > 1:
        by_team = {
            team: decide(question, setting, [answer for of, answer in given if of == team], words=asked.words)
            for team in plan.teams
        }
        kept["by_team"] = {
            str(team): {"value": one.value, "confidence": one.confidence and round(one.confidence, 4), "n": one.n}
            for team, one in by_team.items()
            if one is not NOTHING
        }
        if differ(question, setting, [one.value for one in by_team.values()]):
            kept["flags"].append(TEAMS_DIFFER)
    gain = outcome.error * outcome.stake * asked.weight
    return Decided(kept, json.dumps(kept), kept["confidence"], gain, outcome.is_open)
