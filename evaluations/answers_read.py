"""Reading the answers of an evaluation for its charts: in slices, and not more often than they change."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Exists, F, Max, OuterRef, Sum

from annotations.models import Assignment, Submission
from evaluations.models import Evaluation, EvaluationFile, EvaluationItem, EvaluationTask
from evaluations.tallies import Tally, tally_for
from evaluations.work_rows import Recording, keys_heard, main_recording, prefilled_of

SLICE = 2000
# Below, reading everything costs no more than looking at a list; above, it is looked at no more often than this.
FEW_TURNS = 1000
AT_MOST_EVERY_S = 10
KEPT_S = 600
LATEST = 8


@dataclass(frozen=True)
class _Kept:
    read_at: float
    mark: object
    tallies: dict[str, Tally]


def tallies_of(evaluation: Evaluation, tasks: Sequence[EvaluationTask]) -> dict[str, Tally]:
    """By alias. `tasks` come with their queue and question. Large ones are at most AT_MOST_EVERY_S old."""
    mark, n_turns = _mark(evaluation, tasks)
    key = f"evaluation-tallies:{evaluation.pk}"
    kept: _Kept | None = caches["process"].get(key) if n_turns > FEW_TURNS else None
    now = time.monotonic()
    if kept and (kept.mark == mark or now - kept.read_at < AT_MOST_EVERY_S):
        return kept.tallies
    tallies = _read(evaluation, tasks)
    if n_turns > FEW_TURNS:
        caches["process"].set(key, _Kept(now, mark, tallies), KEPT_S)
    return tallies


def _done(tasks: Sequence[EvaluationTask]) -> Any:
    ids = {task.queue.labeling_task_id for task in tasks if task.queue.labeling_task_id}
    return Assignment.objects.filter(task__in=ids, state__in=Assignment.DONE).order_by()


def _mark(evaluation: Evaluation, tasks: Sequence[EvaluationTask]) -> tuple[object, int]:
    """Something that is another one whenever an answer came, went or changed; and how many turns are done."""
    # All of it is in one index; whoever mends an answer makes another revision of it.
    found = _done(tasks).aggregate(n=Count("*"), at=Max("submitted_at"), revisions=Sum("revision"))
    aliases = [(task.alias, task.question_id) for task in tasks]
    return (found["n"], found["at"], found["revisions"], aliases, evaluation.begun_at), found["n"]


def _read(evaluation: Evaluation, tasks: Sequence[EvaluationTask]) -> dict[str, Tally]:
    tallies = {task.alias: tally_for(task.question.type, task.configuration) for task in tasks}
    by_queue: dict[Any, list[tuple[str, Tally]]] = {}
    for task in tasks:
        by_queue.setdefault(task.queue.labeling_task_id, []).append((task.alias, tallies[task.alias]))
    for labeling_task, pairs in by_queue.items():
        of_queue = [task for task in tasks if task.queue.labeling_task_id == labeling_task]
        for answers, duration_ms in chain(_answers(labeling_task), _given_before(evaluation, of_queue)):
            for alias, tally in pairs:
                tally.add(answers.get(alias), duration_ms)
    return tallies


def _given_before(evaluation: Evaluation, tasks: Sequence[EvaluationTask]) -> Iterator[tuple[dict[str, Any], int]]:
    """The answers of rows that nobody is asked about, because their data has them all."""
    if not evaluation.skip_prefilled_rows or not all(task.prefill_from for task in tasks):
        return
    turns = Assignment.objects.filter(task=tasks[0].queue.labeling_task_id, position=OuterRef("position"))
    rows = EvaluationItem.objects.filter(~Exists(turns), evaluation=evaluation, errors={}).order_by("position")
    keys, last = keys_heard(tasks), 0
    while found := list(rows.filter(position__gt=last).values_list("pk", "position", "data")[:SLICE]):
        files: dict[Any, list[Recording]] = {}
        named = EvaluationFile.objects.filter(item__evaluation=evaluation, item__position__gt=last).order_by()
        within = named.filter(item__position__lte=found[-1][1])
        for pk, key, audio, ms in within.values_list("item_id", "key", "audio_id", "audio__duration_ms"):
            files.setdefault(pk, []).append((key, audio, ms or 0))
        for pk, _position, data in found:
            main = main_recording(files.get(pk, []), keys)
            duration_ms = main[2] if main else 0
            answers = prefilled_of(data, tasks, duration_ms=duration_ms)
            # What is not given in full waits for somebody.
            if len(answers) == len(tasks):
                yield answers, duration_ms
        last = found[-1][1]


def _answers(labeling_task: Any) -> Iterator[tuple[dict[str, Any], int]]:
    rows = Submission.objects.filter(
        assignment__task=labeling_task,
        assignment__state__in=Assignment.DONE,
        revision=F("assignment__revision"),
    )
    found: Any = rows.order_by().values_list("answers", "assignment__duration_ms")
    yield from found.iterator(chunk_size=SLICE)


@dataclass(frozen=True)
class Latest:
    """A text somebody wrote, and the row it is about."""

    text: str
    item_id: Any
    position: int
    # Whoever wrote it: an auditor, where one mended it.
    author: str
    at: Any


def latest_texts(evaluation: Evaluation, task: EvaluationTask) -> list[Latest]:
    """The texts of the turns that were handed in last, newest first; turns without a text are left out."""
    # The states are looked at afterwards, so that an index has the last ones in order.
    turns = Assignment.objects.filter(task=task.queue.labeling_task_id, submitted_at__isnull=False)
    last = turns.order_by("-submitted_at").values_list("pk", flat=True)[: 4 * LATEST]
    rows = Submission.objects.filter(
        assignment__in=list(last), assignment__state__in=Assignment.DONE, revision=F("assignment__revision")
    )
    found: Any = rows.order_by("-created_at").values_list(
        "answers", "assignment__position", "assignment_id", "created_at"
    )
    texts = [row for row in found if row[0].get(task.alias)][:LATEST]
    items = EvaluationItem.objects.filter(evaluation=evaluation, position__in=[row[1] for row in texts])
    ids = dict(items.values_list("position", "pk"))
    writers = _writers([row[2] for row in texts], task.alias)
    return [
        Latest(str(answers[task.alias]), ids[position], position, writers[turn], at)
        for answers, position, turn, at in texts
        if position in ids
    ]


def _writers(turns: Sequence[Any], alias: str) -> dict[Any, str]:
    """By turn, who wrote the text as it is now: whoever mends another answer leaves it to the person it is from."""
    rows = Submission.objects.filter(assignment__in=turns, revision__lte=F("assignment__revision"))
    found: dict[Any, tuple[Any, str]] = {}
    for turn, answers, name in rows.order_by("revision").values_list("assignment_id", "answers", "author__name"):
        text = answers.get(alias)
        if turn not in found or found[turn][0] != text:
            found[turn] = (text, name)
    return {turn: name for turn, (_text, name) in found.items()}
