"""Labeling tasks: the campaign, its form, its items and its people."""

import math
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.models.collaboration import Collaborative
from datasets.models import Dataset
from detectors.models import Detector
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, Stateful, User, Workspace

# How long a deleted task can be restored.
KEPT_FOR = timedelta(days=30)


def has_seat(user: User, *, kind: str) -> Q:
    """Of a task: this person is named for this kind of work, or nobody is and so everybody may do it.

    Where a task is for teams, whoever is in one of them labels.
    """
    seats = TaskPerson.objects.filter(task=OuterRef("pk"), kind=kind, user=user)
    found = Q(**{LabelingTask.OPENNESS[kind]: True}) | Q(Exists(seats))
    if kind == TaskPerson.Kind.LABELING:
        teams = LabelingTask.objects.filter(pk=OuterRef("pk"), teams__team__members=user)
        found |= Q(by_team=True) & Q(Exists(teams))
    return found


class LabelingTaskQuerySet(ScopedQuerySet["LabelingTask"]):
    def visible_to(self, user: User) -> "LabelingTaskQuerySet":
        """Tasks of one's workspaces. Control items are a part of the task they are mixed into, not one of their own."""
        return super().visible_to(user).exclude(purpose=LabelingTask.Purpose.CONTROL)

    def campaigns(self) -> "LabelingTaskQuerySet":
        """Tasks whose answers are wanted, unlike those of trainings and exams."""
        return self.filter(purpose=LabelingTask.Purpose.LABELING)

    def present(self) -> "LabelingTaskQuerySet":
        return self.filter(deleted_at=None)

    def deleted(self) -> "LabelingTaskQuerySet":
        """Deleted, and still to be restored."""
        return self.filter(deleted_at__gt=timezone.now() - KEPT_FOR)

    def past_restoring(self) -> "LabelingTaskQuerySet":
        """Deleted so long ago that their rows can go."""
        return self.filter(deleted_at__lte=timezone.now() - KEPT_FOR)

    def overdue(self) -> "LabelingTaskQuerySet":
        """Not finished, and past their deadline."""
        return self.filter(deadline__lt=timezone.now(), state__in=LabelingTask.UNFINISHED)

    def staffed_by(self, user: User, *, kind: str) -> "LabelingTaskQuerySet":
        """Tasks in which this person has a seat of this kind: named, or because the pool is open to all."""
        return self.filter(has_seat(user, kind=kind))


class LabelingTask(Collaborative, Stateful):
    """A campaign: these items, this form of questions, these people, reviewed in this way."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        REVIEWING = "reviewing", _("reviewing")
        READY = "ready", _("ready")
        GENERATED = "generated", _("generated")
        STOPPED = "stopped", _("stopped")

    class ReviewMode(models.TextChoices):
        NONE = "none", _("no review")
        FULL = "full", _("full: every item is decided one by one")
        PARTIAL = "partial", _("partial: some are decided, then the rest can be approved at once")
        SAMPLED = "sampled", _("sampled: a random sample is decided, then the rest follows")

    class Priority(models.IntegerChoices):
        LOW = 1, _("low")
        NORMAL = 2, _("normal")
        HIGH = 3, _("high")

    UNFINISHED = (State.DRAFT, State.OPEN, State.REVIEWING, State.STOPPED)
    OPENNESS = {"labeling": "labels_openly", "review": "reviews_openly"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="labeling_tasks")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="labeling_tasks")
    name = models.CharField(_("name"), max_length=255)
    instructions = models.TextField(_("instructions"), blank=True, help_text=_("Markdown, shown beside the work."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    stopped_in = models.CharField(max_length=10, blank=True, editable=False)
    review_mode = models.CharField(_("review"), max_length=10, choices=ReviewMode.choices, default=ReviewMode.NONE)
    overlap = models.PositiveSmallIntegerField(
        _("people per item"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    max_rework = models.PositiveSmallIntegerField(
        _("times an item is returned before a manager decides"), default=3, validators=[MaxValueValidator(20)]
    )
    max_rejects = models.PositiveIntegerField(
        _("most rejections with which the rest may be approved at once"), null=True, blank=True
    )
    # How many turns are drawn in a sampled review: a share in (0, 1] or a number. `sample_size` is what it comes to.
    sample_rate = models.FloatField(_("share that is reviewed"), null=True, blank=True)
    sample_count = models.PositiveIntegerField(_("number that is reviewed"), null=True, blank=True)
    sample_size = models.PositiveIntegerField(default=0, editable=False)
    recheck_percent = models.PositiveSmallIntegerField(
        _("per cent of approved items that a second auditor judges"), default=0, validators=[MaxValueValidator(100)]
    )
    ai_assisted = models.BooleanField(_("a model proposes labels"), default=False)
    detector = models.ForeignKey(
        Detector,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="labeling_tasks",
        verbose_name=_("model"),
    )
    suggestion_threshold = models.FloatField(
        _("least confidence of a suggestion"),
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    # Nobody is named for this work, so whoever has the right may do it. Kept on the row for the sake of the hot path.
    labels_openly = models.BooleanField(_("anybody may label"), default=True)
    reviews_openly = models.BooleanField(_("anybody may review"), default=True)
    lease_minutes = models.PositiveIntegerField(
        _("minutes after which an item that was left goes back"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    seed = models.BigIntegerField(_("seed of the deal"), default=0)
    # Processes keep forms in memory; a changed form has another revision.
    form_revision = models.PositiveSmallIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = LabelingTaskQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("labeling task")
        indexes = [models.Index(fields=["workspace", "-id"], name="tasks_by_workspace")]
        constraints = [
            models.CheckConstraint(name="an_item_is_for_at_least_one", condition=Q(overlap__gte=1)),
            models.CheckConstraint(
                name="a_stopped_task_knows_its_way_back", condition=~Q(state="stopped") | ~Q(stopped_in="")
            ),
            models.CheckConstraint(
                name="a_sampled_review_says_how_many",
                condition=~Q(review_mode="sampled")
                | Q(sample_rate__gt=0, sample_rate__lte=1, sample_count=None)
                | Q(sample_rate=None, sample_count__gte=1),
            ),
            models.CheckConstraint(name="a_share_of_hundred", condition=Q(recheck_percent__lte=100)),
            models.CheckConstraint(
                name="control_items_belong_to_a_task",
                condition=Q(purpose="control", controls_of__isnull=False)
                | (~Q(purpose="control") & Q(controls_of=None)),
            ),
            models.CheckConstraint(
                name="an_overlap_of_some_items_is_a_share",
                condition=Q(overlap_percent__gte=1, overlap_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lease(self) -> timedelta:
        return timedelta(minutes=self.lease_minutes)

    def is_open_for(self, kind: str) -> bool:
        """Whether everybody with the right may do this kind of work, because nobody is named for it."""
        return bool(getattr(self, self.OPENNESS[kind]))

    @property
    def is_reviewed(self) -> bool:
        return self.review_mode != self.ReviewMode.NONE

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.OPEN, self.State.REVIEWING) and self.deleted_at is None

    @property
    def is_overdue(self) -> bool:
        return self.deadline is not None and self.deadline < timezone.now() and self.state in self.UNFINISHED

    @property
    def restorable_until(self) -> datetime | None:
        """When a deletion becomes final; None while there is none."""
        return self.deleted_at + KEPT_FOR if self.deleted_at else None

    @property
    def is_sampled(self) -> bool:
        return self.review_mode == self.ReviewMode.SAMPLED

    def sample_of(self, n_turns: int) -> int:
        """How many of `n_turns` are drawn for review; 0 where the review is not sampled."""
        if not self.is_sampled:
            return 0
        if self.sample_count is not None:
            return min(self.sample_count, n_turns)
        # 7 % of 100 are 7, also in floating point.
        return math.ceil(round((self.sample_rate or 0) * n_turns, 6))

    def rechecks(self, draw: int) -> bool:
        """Whether the turn with this number in the seeded draw is judged a second time once it is approved."""
        return zlib.crc32(f"{self.seed}:{draw}".encode()) % 100 < self.recheck_percent

    def open(self, *, by: User | None) -> None:
        self._move([self.State.DRAFT], self.State.OPEN, by=by, verb="open")

    def stop(self, *, by: User) -> None:
        """Hands out nothing and takes nothing until it is resumed. Drafts are kept."""
        state = self.state
        self._move(
            [s for s in (self.State.OPEN, self.State.REVIEWING) if s == state],
            self.State.STOPPED,
            by=by,
            verb="stop",
            stopped_in=state,
        )

    def resume(self, *, by: User) -> None:
        self._move([self.State.STOPPED], self.stopped_in or self.State.OPEN, by=by, verb="resume", stopped_in="")

    @transaction.atomic(savepoint=False)
    def delete_softly(self, *, by: User, data: dict[str, Any] | None = None) -> None:
        """Hide it from everybody, whatever its state: it comes back as it was if it is restored in time."""
        self._read_locked()
        self._move(
            [self.state],
            self.state,
            by=by,
            verb="delete",
            only=Q(deleted_at=None),
            data=data,
            deleted_at=timezone.now(),
        )

    @transaction.atomic(savepoint=False)
    def restore(self, *, by: User) -> None:
        """Take a deletion back while the rows are there."""
        self._read_locked()
        in_time = Q(deleted_at__gt=timezone.now() - KEPT_FOR)
        self._move([self.state], self.state, by=by, verb="restore", only=in_time, deleted_at=None)

    def refusal(self, verb: str) -> str:
        rows = LabelingTask.objects.filter(pk=self.pk)
        is_deleted = rows.filter(deleted_at__isnull=False).exists()
        if verb == "restore":
            return gettext("It cannot be restored any more.") if is_deleted else gettext("It is not deleted.")
        if is_deleted:
            return gettext("This labeling task was deleted. Restore it first: the list of deleted tasks has it.")
        return super().refusal(verb)

    def note_generated(self, *, by: User | None) -> None:
        sources = [self.State.READY, self.State.GENERATED]
        self._move(sources, self.State.GENERATED, by=by, verb="generate", only=Q(deleted_at=None))

    def _read_locked(self) -> None:
        """Read the state anew and keep it so until the transaction ends."""
        rows = LabelingTask.objects.select_for_update().filter(pk=self.pk)
        self.state, self.stopped_in = rows.values_list("state", "stopped_in").get()

    @transaction.atomic(savepoint=False)
    def settle(self, *, by: User | None, closely: bool = False) -> bool:
        """Take the state the assignments add up to: work left is open, verdicts left reviewing, nothing left ready.

        True when this made it ready. Called by `annotations.settling`, after each change of an assignment, in its
        transaction. While something waits to be begun, one look at an
        index is all. Otherwise the task's row is locked first: two people who hand in the last two items at the same
        moment do not see each other's, and each would leave it to the other to finish the task. `closely` locks at
        once: for moves that give work back, which may have read the task before the last item was handed in.
        """
        from annotations.models.assignments import Assignment  # noqa: PLC0415 - assignments stand on tasks

        rows = Assignment.objects.filter(task=self)
        if self.purpose != self.Purpose.LABELING:
            # Trainings, exams and control items are there for whoever comes next: they are never finished.
            return False
        if not closely and self.state == self.State.OPEN and rows.filter(state__in=Assignment.TO_BEGIN).exists():
            return False
        self._read_locked()
        if rows.filter(state__in=Assignment.LEFT_TO_LABEL).exists():
            target = self.State.OPEN
        elif rows.filter(state__in=Assignment.LEFT_TO_REVIEW).exists():
            target = self.State.REVIEWING
        else:
            target = self.State.READY
        settled = {self.State.OPEN, self.State.REVIEWING, self.State.READY, self.State.GENERATED}
        is_there = target == self.state or (target == self.State.READY and self.state == self.State.GENERATED)
        if self.state not in settled or is_there:
            return False
        self._move([self.state], target, by=by, verb="settle")
        return target == self.State.READY


class TaskPerson(models.Model):
    """A person's seat in a task, with a number if one was given. No seats of a kind: anybody with the right may."""

    class Kind(models.TextChoices):
        LABELING = "labeling", _("labels")
        REVIEW = "review", _("reviews")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    quota = models.PositiveIntegerField(_("number of items"), null=True, blank=True, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["kind", "user__name"]
        verbose_name = _("person of a task")
        verbose_name_plural = _("people of tasks")
        constraints = [models.UniqueConstraint(fields=["task", "user", "kind"], name="a_seat_is_taken_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"
