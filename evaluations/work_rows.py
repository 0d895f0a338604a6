"""The rows of an evaluation as work of one of its queues: their recordings, and the answers they begin with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from annotations.filling import SLICE, Row
from evaluations.asked import AskedTask, prefill_of
from evaluations.layouts import places_of
from evaluations.models import EvaluationFile, EvaluationItem, EvaluationQueue, EvaluationTask

# A recording of a row: its key, its id, its length in ms.
Recording = tuple[str, UUID, int]


def keys_heard(tasks: Sequence[EvaluationTask]) -> list[str]:
    """Keys of recordings as the layouts show them, task by task: the first that a row has is the one to listen to."""
    places = (place for task in tasks for place in places_of(task.layout))
    return list(dict.fromkeys(place.file_key for place in places if place.file_key))


def main_recording(recordings: Sequence[Recording], keys: Sequence[str]) -> Recording | None:
    """The first that the layouts show, else the longest; None for a row without any."""
    by_key = {recording[0]: recording for recording in recordings}
    shown = next((by_key[key] for key in keys if key in by_key), None)
    return shown or max(recordings, key=lambda recording: recording[2], default=None)


def prefilled_of(data: dict[str, Any], tasks: Sequence[EvaluationTask], *, duration_ms: int) -> dict[str, Any]:
    """The answers that a row's own data gives, by alias and in our units. Times behind the end are none.

    An empty list is there as well: it says that nothing was heard or chosen.
    """
    answers = {}
    for task in tasks:
        if not task.prefill_from or task.prefill_from not in data:
            continue
        asked = AskedTask(task.alias, task.question, {}, "", required=False, prefill_from=task.prefill_from)
        answer = prefill_of(asked, data[task.prefill_from])
        if task.question.type == "timestamp" and answer not in (None, []):
            inside = [moment for moment in (answer if isinstance(answer, list) else [answer]) if moment <= duration_ms]
            answer = (inside if isinstance(answer, list) else inside[0]) if inside else None
        if answer is not None:
            answers[task.alias] = answer
    return answers


class QueueRows:
    """The rows that people are asked about in a queue: those without errors, and unless it is skipped with answers."""

    def __init__(self, queue: EvaluationQueue) -> None:
        self._evaluation = queue.evaluation
        self._tasks = list(queue.tasks.select_related("question").order_by("position", "id"))
        self._keys = keys_heard(self._tasks)
        self.are_prefilled = any(task.prefill_from for task in self._tasks)
        self._skips = self._evaluation.skip_prefilled_rows and all(task.prefill_from for task in self._tasks)
        self.n_items = self._count()

    def _count(self) -> int:
        if not self._skips:
            return self._rows().count()
        count = position = 0
        while found := self.beyond(position, most=SLICE):
            count, position = count + len(found), found[-1].position
        return count

    def _rows(self) -> "QuerySet[EvaluationItem]":
        return EvaluationItem.objects.filter(evaluation=self._evaluation, errors={})

    def beyond(self, position: int, *, most: int) -> list[Row]:
        found: list[Row] = []
        while len(found) < most:
            rows = self._rows().filter(position__gt=position).order_by("position")
            items = list(rows.values_list("id", "position", "data")[: most - len(found)])
            if not items:
                break
            recordings = self._recordings(position, items[-1][1])
            made = (self._row(number, data, recordings.get(pk, ())) for pk, number, data in items)
            found += [row for row in made if row is not None]
            position = items[-1][1]
        return found

    def _recordings(self, after: int, last: int) -> dict[UUID, list[Recording]]:
        files = EvaluationFile.objects.filter(
            item__evaluation=self._evaluation, item__position__gt=after, item__position__lte=last
        )
        recordings: dict[UUID, list[Recording]] = {}
        for item, key, pk, ms in files.order_by().values_list("item_id", "key", "audio_id", "audio__duration_ms"):
            recordings.setdefault(item, []).append((key, pk, ms))
        return recordings

    def _row(self, position: int, data: dict[str, Any], recordings: Sequence[Recording]) -> Row | None:
        """None for a row that nobody is asked about, because its data has all answers."""
        main = main_recording(recordings, self._keys)
        duration_ms = main[2] if main else 0
        prefilled = prefilled_of(data, self._tasks, duration_ms=duration_ms) if self.are_prefilled else {}
        if self._skips and len(prefilled) == len(self._tasks):
            return None
        # Where work begins with no moments and no choices there is nothing to see, and nothing to check.
        seen = {alias: answer for alias, answer in prefilled.items() if answer != []}
        return Row(position, data, [(key, pk) for key, pk, _ms in recordings], duration_ms, seen)
