"""Where items with known answers come from: a list that names recordings, the results of a task, a person's answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.answers import FormQuestion, clean
from annotations.form import form_of
from annotations.models import Assignment, ItemFile, ItemKey, ItemResult, LabelingTask, Submission, TaskItem
from annotations.quality.grading import gradable
from datasets.models import AudioFile
from workspaces.errors import Invalid
from workspaces.ids import new_id
from workspaces.models import User

MOST_ITEMS = 2000
MAX_TEXT = 5000
Location = tuple[str | int, ...]
Problem = tuple[Location, str, str]


@dataclass(frozen=True)
class Keyed:
    """An item to be, with its right answers. `files` are names and ids of recordings."""

    files: tuple[tuple[str, UUID], ...]
    duration_ms: int
    expected: dict[str, Any]
    hint: str = ""
    explanation: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    prefilled: dict[str, Any] = field(default_factory=dict)


def listed(task: LabelingTask, rows: object) -> list[Keyed]:
    """From rows that name a recording (`audio_file_id`, or `filename` in the task's dataset) or an item of the task.

    Raises Invalid with everything that is wrong, each at its place below ("body", "items").
    """
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ITEMS:
        sentence = _("Send a list of 1 to %(most)d items.") % {"most": MOST_ITEMS}
        raise Invalid([(("body", "items"), sentence, "type_error.list")])
    named = _Named(task, rows)
    found: list[Keyed] = []
    problems: list[Problem] = []
    for index, row in enumerate(rows):
        try:
            found.append(_keyed(task, row, named))
        except Invalid as problem:
            problems += [(("body", "items", index, *at[1:]), text, kind) for at, text, kind in problem.problems]
    if problems:
        raise Invalid(problems)
    return found


def _keyed(task: LabelingTask, row: object, named: "_Named") -> Keyed:
    if not isinstance(row, dict):
        raise Invalid([(("body",), _("Send an object with a recording and what is expected."), "type_error.dict")])
    base = named.of(row)
    texts = {name: _text(row.get(name, ""), name) for name in ("hint", "explanation")}
    expected = clean_expected(form_of(task), row.get("expected"), duration_ms=base.duration_ms)
    return Keyed(base.files, base.duration_ms, expected, data=base.data, prefilled=base.prefilled, **texts)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\0" in value:
        sentence = _("Send text of at most %(most)d characters.") % {"most": MAX_TEXT}
        raise Invalid([(("body", name), sentence, "type_error.str")])
    return value.strip()


def clean_expected(form: Sequence[FormQuestion], expected: object, *, duration_ms: int) -> dict[str, Any]:
    """The right answers as they are stored: in the shape of a submission, or [] where the answer is to give none.

    Raises Invalid below ("body", "expected").
    """
    if not isinstance(expected, dict) or not expected:
        raise Invalid([(("body", "expected"), _("Send the expected answers by alias."), "type_error.dict")])
    nothing: dict[str, Any] = {alias: [] for alias, value in expected.items() if value is None or value == []}
    known = {question.alias for question in form}
    given = {alias: value for alias, value in expected.items() if alias not in nothing or alias not in known}
    try:
        cleaned = clean(tuple(form), given, duration_ms=duration_ms, complete=False)
    except Invalid as problem:
        moved = [(("body", "expected", *at[2:]), text, kind) for at, text, kind in problem.problems]
        raise Invalid(moved) from None
    cleaned |= nothing
    if not cleaned.keys() & gradable(form):
        sentence = _("None of these answers can be compared: free text is not graded.")
        raise Invalid([(("body", "expected"), sentence, "value_error")])
    return cleaned


class _Named:
    """The recordings and items that rows name, each kind read once."""

    def __init__(self, task: LabelingTask, rows: Iterable[Any]) -> None:
        named = [row for row in rows if isinstance(row, dict)]
        ready = AudioFile.objects.filter(workspace=task.workspace_id, status=AudioFile.Status.READY)
        files = ready.filter(pk__in=_ids(named, "audio_file_id")).only("id", "duration_ms", "metadata")
        self.by_id = {str(audio.pk): audio for audio in files}
        names = {row["filename"] for row in named if isinstance(row.get("filename"), str)}
        self.by_name: dict[str, list[AudioFile]] = {}
        if names:
            for audio in ready.filter(dataset=task.dataset_id, filename__in=names):
                self.by_name.setdefault(audio.filename, []).append(audio)
        items = TaskItem.objects.filter(task=task, pk__in=_ids(named, "item_id"))
        self.by_item = {str(item.pk): base for item, base in zip(items, based_on(items), strict=True)}

    def of(self, row: dict[str, Any]) -> Keyed:
        """The item that this row is to be, still without its answers."""
        if "item_id" in row:
            found = self.by_item.get(str(row["item_id"]))
            if found is None:
                raise Invalid([(("body", "item_id"), _("There is no such item in this task."), "value_error")])
            return found
        if "filename" in row:
            audio = self._of_name(str(row["filename"]))
        else:
            known = self.by_id.get(str(row.get("audio_file_id", "")))
            if known is None:
                sentence = _("There is no such recording in this space, or it is not ready.")
                raise Invalid([(("body", "audio_file_id"), sentence, "value_error")])
            audio = known
        return Keyed((("audio", audio.pk),), audio.duration_ms, {}, data=audio.metadata)

    def _of_name(self, name: str) -> AudioFile:
        found = self.by_name.get(name, [])
        if len(found) == 1:
            return found[0]
        sentence = (
            _("There is no ready recording “%(name)s” in the dataset.")
            if not found
            else _("There are several recordings “%(name)s” in the dataset. Name it by its id.")
        )
        raise Invalid([(("body", "filename"), sentence % {"name": name[:200]}, "value_error")])


def _ids(rows: Iterable[dict[str, Any]], name: str) -> set[UUID]:
    found: set[UUID] = set()
    for row in rows:
        try:
            found.add(UUID(str(row.get(name, ""))))
        except ValueError:
            continue
    return found


def based_on(items: Iterable[TaskItem]) -> Iterator[Keyed]:
    """What another item of the same recordings is made of."""
    rows = list(items)
    files: dict[UUID, list[ItemFile]] = {}
    for file in ItemFile.objects.filter(item__in=[item.pk for item in rows]).select_related("audio").order_by("name"):
        files.setdefault(file.item_id, []).append(file)
    for item in rows:
        own = files.get(item.pk, [])
        length = max((file.audio.duration_ms for file in own), default=0)
        named = tuple((file.name, file.audio_id) for file in own)
        yield Keyed(named, length, {}, data=item.data, prefilled=item.prefilled)


def from_results(task: LabelingTask, *, least_confidence: float, count: int) -> list[Keyed]:
    """The surest results of a task: agreed or settled ones whose every graded answer is at least so sure."""
    form = form_of(task)
    known = gradable(form)
    states = [ItemResult.State.AGREED, ItemResult.State.ADJUDICATED]
    rows = ItemResult.objects.filter(task=task, state__in=states, confidence__gte=least_confidence)
    chosen: dict[UUID, dict[str, Any]] = {}
    for row in rows.order_by("-confidence", "position").iterator():
        answers = {alias: row.values[alias].get("value") for alias in known if alias in row.values}
        answers = {alias: value for alias, value in answers.items() if value is not None}
        if answers:
            chosen[row.item_id] = answers
        if len(chosen) == count:
            break
    return _with_answers(task, chosen)


def from_answers(task: LabelingTask, *, author: User | None, count: int) -> list[Keyed]:
    """The last answers that somebody handed in in a task, or whoever did; the first `count` items in order."""
    turns = Assignment.objects.filter(task=task, state__in=[*Assignment.DONE, Assignment.State.PENDING_REVIEW])
    if author is not None:
        turns = turns.filter(annotator=author)
    chosen: dict[UUID, dict[str, Any]] = {}
    known = gradable(form_of(task))
    last = Submission.objects.filter(assignment__in=turns.order_by("position", "slot")[: 4 * count].values("pk"))
    for row in last.order_by("assignment__position", "assignment__slot", "-revision").select_related("assignment"):
        answers = {alias: value for alias, value in row.answers.items() if alias in known}
        if answers and len(chosen) < count:
            chosen.setdefault(row.assignment.item_id, answers)
    return _with_answers(task, chosen)


def _with_answers(task: LabelingTask, chosen: dict[UUID, dict[str, Any]]) -> list[Keyed]:
    items = {item.pk: item for item in TaskItem.objects.filter(task=task, pk__in=chosen)}
    bases = based_on(items[pk] for pk in chosen)
    return [
        Keyed(base.files, base.duration_ms, answers, data=base.data, prefilled=base.prefilled)
        for base, answers in zip(bases, chosen.values(), strict=True)
    ]


def store(task: LabelingTask, keyed: Sequence[Keyed], *, make_id: Any = new_id) -> None:
    """Add these items behind those that are there. Call it in a transaction."""
    last = TaskItem.objects.filter(task=task).order_by("-position").values_list("position", flat=True).first() or 0
    ids = [make_id() for _one in keyed]
    TaskItem.objects.bulk_create(
        TaskItem(pk=pk, task=task, position=last + number, data=one.data, prefilled=one.prefilled)
        for number, (pk, one) in enumerate(zip(ids, keyed, strict=True), start=1)
    )
    ItemFile.objects.bulk_create(
        ItemFile(item_id=pk, name=name, audio_id=audio)
        for pk, one in zip(ids, keyed, strict=True)
        for name, audio in one.files
    )
    ItemKey.objects.bulk_create(
        ItemKey(item_id=pk, expected=one.expected, hint=one.hint, explanation=one.explanation)
        for pk, one in zip(ids, keyed, strict=True)
    )
