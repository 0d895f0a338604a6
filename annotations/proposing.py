"""Having a task's model listen to its items, one after the other, before people come to them.

It goes by position, keeps what it found every few seconds, and may be cut off at any point: what is kept counts, and
the next try goes on behind it. Items that somebody has begun stay as they were shown to them: with the suggestions of
an earlier model or threshold, or without any.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from annotations.assisting import Match, asked_in, match
from annotations.form import form_of
from annotations.models import Assignment, ItemFile, ItemSuggestions, LabelingTask, TaskItem
from annotations.recordings import file_keys, main_first
from datasets.models import AudioFile
from detectors.learning.events import Detection
from detectors.learning.settings import DetectionConfig
from detectors.listening import CannotListen, detections_in
from workspaces.jobs import enqueue
from workspaces.models import Job, User
from workspaces.models.jobs import LeaseLost

logger = logging.getLogger(__name__)
SUGGEST = "annotations.suggest"
# Items that are looked up at once, and the most that are stored in one transaction.
SLICE = 200
# What was found is kept after so many seconds, however little it is.
KEPT_EVERY_S = 2.0
# Recordings of which it is remembered what was found, for the items that share them.
REMEMBERED = 5000
# As many recordings that could not be analysed are named on the task's page.
UNHEARD_SHOWN = 5
# More in one recording than anybody goes through one by one: those it is surest of are proposed.
MOST_ROWS = 500
State = Assignment.State
# A recording in another state is still being read.
ENDED = (AudioFile.Status.READY, AudioFile.Status.FAILED)
# While one recording is listened to, it is told so often that somebody is at it.
TOLD_EVERY_S = 1.0
Tell = Callable[[], None]


@dataclass(frozen=True)
class Heard:
    """What came of listening to one recording: what is suggested, or why nothing could be."""

    rows: Sequence[dict[str, Any]] = ()
    error: str = ""


def ask(task: LabelingTask, *, by: User | None) -> Job:
    """Have a worker bring the suggestions to what the task says now; what is under way for it ends.

    Call it in the transaction of the change.
    """
    for job in jobs_of(task).live():
        job.cancel()
    return enqueue(SUGGEST, workspace=task.workspace, by=by, args={"task_id": str(task.pk)})


def ask_if_idle(task: LabelingTask) -> None:
    """As `ask`, unless a worker is at it. What it has passed by meanwhile is found by `left_out` later."""
    if not jobs_of(task).live().exists():
        ask(task, by=None)


def jobs_of(task: LabelingTask) -> Any:
    return Job.objects.filter(workspace=task.workspace_id, kind=SUGGEST, args__task_id=str(task.pk))


def assisted() -> QuerySet[LabelingTask]:
    """Tasks in which people label with a model's suggestions."""
    running = [LabelingTask.State.OPEN, LabelingTask.State.REVIEWING, LabelingTask.State.STOPPED]
    return LabelingTask.objects.present().filter(ai_assisted=True, detector__isnull=False, state__in=running)


def outdated(task: LabelingTask) -> QuerySet[TaskItem]:
    """Items nobody has begun whose suggestions are not what they should be now: missing, or where there should be none.

    An item whose recording is still being read is not among them.
    """
    turns = Assignment.objects.filter(item=OuterRef("pk"))
    begun = turns.exclude(state__in=[State.OPEN, State.ASSIGNED], revision=0, has_drafts=False)
    rows = TaskItem.objects.filter(task=task).exclude(Exists(begun))
    stored = ItemSuggestions.objects.filter(item=OuterRef("pk"))
    if not is_assisted(task):
        return rows.filter(Exists(stored))
    unread = ItemFile.objects.filter(item=OuterRef("pk")).exclude(audio__status__in=ENDED)
    rows = rows.exclude(Exists(unread))
    return rows.exclude(Exists(stored.filter(detector=task.detector_id, threshold=task.suggestion_threshold)))


def is_assisted(task: LabelingTask) -> bool:
    return task.ai_assisted and task.detector_id is not None


def propose(task: LabelingTask, *, job: Job) -> None:
    """Bring the suggestions of all items nobody has begun to what the task says now, in order of position."""
    if not is_assisted(task):
        _take_away(task, job=job)
        return
    listener = _Listener(task, job_id=job.pk)
    total = task.items.count()
    done = _up_to_date(task).count()

    def tell() -> None:
        job.report(done=done, total=total)

    tell()
    found: list[tuple[UUID, Heard]] = []
    kept_at = time.monotonic()
    for item, audio in _items(task):
        found.append((item, listener.hear(audio, tell=tell)))
        if len(found) >= SLICE or time.monotonic() - kept_at > KEPT_EVERY_S:
            done += _keep(task, found, tell=tell)
            found, kept_at = [], time.monotonic()
    _keep(task, found, tell=tell)
    _sum_up(task, job=job, total=total)


def _up_to_date(task: LabelingTask) -> QuerySet[ItemSuggestions]:
    rows = ItemSuggestions.objects.filter(item__task=task)
    return rows.filter(detector=task.detector_id, threshold=task.suggestion_threshold)


def _sum_up(task: LabelingTask, *, job: Job, total: int) -> None:
    """What the task's page says until the next change, without counting so many rows whenever somebody looks."""
    rows = ItemSuggestions.objects.filter(item__task=task)
    failed = rows.exclude(error="").count()
    job.report(done=rows.count(), total=total)
    Job.objects.filter(pk=job.pk).update(args={**job.args, "failed": failed})


def _items(task: LabelingTask) -> Iterator[tuple[UUID, AudioFile | None]]:
    """Each item that is to be listened to, with its main recording."""
    last = 0
    keys = list(file_keys(question.layout for question in form_of(task)))
    while True:
        rows = outdated(task).filter(position__gt=last).order_by("position").values_list("pk", "position")
        items = list(rows[:SLICE])
        if not items:
            return
        yield from _main_recordings([pk for pk, _position in items], keys)
        last = items[-1][1]


def _main_recordings(ids: Sequence[UUID], keys: Sequence[str]) -> Iterator[tuple[UUID, AudioFile | None]]:
    files: dict[UUID, list[ItemFile]] = {}
    named = ItemFile.objects.filter(item__in=ids).order_by("item", "name")
    for file in named.select_related("audio__blob", "audio__workspace"):
        files.setdefault(file.item_id, []).append(file)
    for pk in ids:
        own = files.get(pk, [])
        main = main_first(own, keys, names=[file.name for file in own])
        yield pk, main[0].audio if main else None


class _Listener:
    """A task's model at work. Recordings with the same bytes are listened to once."""

    def __init__(self, task: LabelingTask, *, job_id: UUID) -> None:
        assert task.detector is not None
        self.task, self.detector = task, task.detector
        self.match = matched(task)
        self._known: OrderedDict[UUID, Heard] = OrderedDict()
        self._job_id, self._told_at = job_id, 0.0

    def hear(self, audio: AudioFile | None, *, tell: Tell) -> Heard:
        if audio is None or audio.blob_id is None:
            return Heard(error=_("There is no recording to listen to."))
        known = self._known.get(audio.blob_id)
        if known is None:
            known = self._known[audio.blob_id] = self._listen(audio, tell=tell)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _listen(self, audio: AudioFile, *, tell: Tell) -> Heard:
        config = DetectionConfig(threshold=self.task.suggestion_threshold)

        def told(_part: float) -> None:
            now = time.monotonic()
            if now - self._told_at >= TOLD_EVERY_S:
                self._told_at = now
                tell()

        try:
            found = detections_in(self.detector, audio, config=config, job_id=self._job_id, on_progress=told)
        except CannotListen as error:
            return Heard(error=str(error))
        except (LeaseLost, OSError, OperationalError):
            raise
        except Exception:
            # One recording that brings the model down must not keep all others from being listened to.
            logger.exception("The model %s could not listen to the file %s.", self.detector.pk, audio.pk)
            return Heard(error=_("The model could not listen to this recording. The log of the worker says more."))
        return Heard(rows=as_rows(found, self.match, duration_ms=audio.duration_ms or 0))


def matched(task: LabelingTask) -> Match:
    """What the task's model proposes as what."""
    return match(asked_in(form_of(task)), task.detector.artifact_types if task.detector else ())


def as_rows(found: Sequence[Detection], matched: Match, *, duration_ms: int) -> list[dict[str, Any]]:
    """Detections as suggestions, in order of time. Types without a label are left out, and what is no region."""
    spans = [
        (max(0, one.start_ms), min(one.end_ms, duration_ms), matched.labels[one.artifact_type], one.confidence)
        for one in found
        if one.artifact_type in matched.labels
    ]
    best = sorted((one for one in spans if one[0] < one[1]), key=lambda one: -one[3])[:MOST_ROWS]
    return [
        {"id": f"s{n}", "label": label, "start_ms": start, "end_ms": end, "confidence": round(confidence, 4)}
        for n, (start, end, label, confidence) in enumerate(sorted(best), start=1)
    ]


@transaction.atomic
def _keep(task: LabelingTask, found: Sequence[tuple[UUID, Heard]], *, tell: Tell) -> int:
    """Store what was found, but for items that somebody began meanwhile; whoever begins one now waits for that.

    Returns for how many items.
    """
    tell()
    heard = dict(found)
    ids = _still_unbegun(list(heard))
    assert task.detector is not None
    alias = matched(task).alias
    ItemSuggestions.objects.filter(item__in=ids).delete()
    ItemSuggestions.objects.bulk_create(
        ItemSuggestions(
            item_id=pk,
            detector=task.detector,
            model_name=task.detector.name,
            alias=alias,
            threshold=task.suggestion_threshold,
            rows=heard[pk].rows,
            error=heard[pk].error,
        )
        for pk in ids
    )
    return len(ids)


def _still_unbegun(ids: Sequence[UUID]) -> list[UUID]:
    """Those of the items none of whose turns was begun, with the turns locked until the transaction ends."""
    turns = Assignment.objects.filter(item__in=ids).order_by("pk").select_for_update(of=("self",))
    begun = {
        item
        for item, state, revision, has_drafts in turns.values_list("item", "state", "revision", "has_drafts")
        if revision or has_drafts or state not in (State.OPEN, State.ASSIGNED)
    }
    return [pk for pk in ids if pk not in begun]


def _take_away(task: LabelingTask, *, job: Job) -> None:
    """The model is switched off: what nobody was shown goes."""
    while ids := list(outdated(task).order_by("position").values_list("pk", flat=True)[:SLICE]):
        with transaction.atomic():
            job.report(done=0, total=0)
            ItemSuggestions.objects.filter(item__in=_still_unbegun(ids)).delete()


@dataclass(frozen=True)
class HowFar:
    """How far a task's model is. Items that were begun before it came to them have no suggestions and get none."""

    items: int
    listened: int
    failed: int
    job: Job | None

    @property
    def without(self) -> int:
        return max(0, self.items - self.listened - self.failed)

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.state in (Job.State.PENDING, Job.State.RUNNING)


def how_far(task: LabelingTask, *, n_items: int) -> HowFar | None:
    """None for a task without a model. What its job has said is not counted again."""
    if not task.ai_assisted:
        return None
    job = jobs_of(task).order_by("-id").first()
    if job is not None and (job.state == Job.State.RUNNING or "failed" in job.args) and job.progress_total:
        failed = job.args.get("failed", 0)
        return HowFar(job.progress_total, job.progress_done - failed, failed, job)
    rows = ItemSuggestions.objects.filter(item__task=task)
    failed = rows.filter(~Q(error="")).count()
    return HowFar(n_items, rows.count() - failed, failed, job)


def unheard(task: LabelingTask) -> list[tuple[str, str]]:
    """The first recordings that could not be analysed: the name of the file, and why."""
    rows = ItemSuggestions.objects.filter(item__task=task).exclude(error="").order_by("item__position")
    errors = dict(rows.values_list("item", "error")[:UNHEARD_SHOWN])
    keys = list(file_keys(question.layout for question in form_of(task)))
    found = _main_recordings(list(errors), keys)
    return [(audio.filename if audio else _("no recording"), errors[pk]) for pk, audio in found]
