"""Labeling tasks: the campaign, its form, its items and its people."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotations.models.questions import Question
from datasets.models import AudioFile, Dataset
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, Stateful, User, Workspace


def has_seat(user: User, *, kind: str) -> Q:
    """Of a task: this person is named for this kind of work, or nobody is and so everybody may do it."""
    seats = TaskPerson.objects.filter(task=OuterRef("pk"), kind=kind, user=user)
    return Q(**{LabelingTask.OPENNESS[kind]: True}) | Q(Exists(seats))


class LabelingTaskQuerySet(ScopedQuerySet["LabelingTask"]):
    def present(self) -> "LabelingTaskQuerySet":
        return self.filter(deleted_at=None)

    def staffed_by(self, user: User, *, kind: str) -> "LabelingTaskQuerySet":
        """Tasks in which this person has a seat of this kind: named, or because the pool is open to all."""
        return self.filter(has_seat(user, kind=kind))


class LabelingTask(Stateful):
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
    max_rework = models.PositiveSmallIntegerField(_("times an item is returned before a manager decides"), default=3)
    # Nobody is named for this work, so whoever has the right may do it. Kept on the row for the sake of the hot path.
    labels_openly = models.BooleanField(_("anybody may label"), default=True)
    reviews_openly = models.BooleanField(_("anybody may review"), default=True)
    lease_minutes = models.PositiveIntegerField(
        _("minutes after which an item that was left goes back"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    seed = models.BigIntegerField(_("seed of the deal"), default=0)
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

    def delete_softly(self, *, by: User) -> None:
        states = [state for state in self.State.values if state == self.state]
        self._move(states, self.state, by=by, verb="delete", only=Q(deleted_at=None), deleted_at=timezone.now())

    def note_generated(self, *, by: User | None) -> None:
        self._move([self.State.READY, self.State.GENERATED], self.State.GENERATED, by=by, verb="generate")

    @transaction.atomic(savepoint=False)
    def settle(self, *, by: User | None) -> None:
        """Take the state the assignments add up to: work left is open, verdicts left reviewing, nothing left ready.

        Called after each change of an assignment, in its transaction. While something waits to be begun, one look at an
        index is all. Towards the end the task's row is locked first: two people who hand in the last two items at the
        same moment do not see each other's, and each would leave it to the other to finish the task.
        """
        from annotations.models.assignments import Assignment  # noqa: PLC0415 - assignments stand on tasks

        rows = Assignment.objects.filter(task=self)
        if rows.filter(state__in=Assignment.TO_BEGIN).exists():
            target = self.State.OPEN
        else:
            locked = LabelingTask.objects.select_for_update().filter(pk=self.pk)
            self.state = locked.values_list("state", flat=True).get()
            if rows.filter(state=Assignment.State.IN_PROGRESS).exists():
                target = self.State.OPEN
            elif rows.filter(state__in=Assignment.LEFT_TO_REVIEW).exists():
                target = self.State.REVIEWING
            else:
                target = self.State.READY
        settled = {self.State.OPEN, self.State.REVIEWING, self.State.READY, self.State.GENERATED}
        is_there = target == self.state or (target == self.State.READY and self.state == self.State.GENERATED)
        if self.state in settled and not is_there:
            self._move([self.state], target, by=by, verb="settle")


class TaskQuestion(models.Model):
    """A question in a task's form, under the alias its answers go by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="form")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="uses")
    alias = models.CharField(max_length=100)
    required = models.BooleanField(_("required"), default=True)
    layout = models.JSONField(default=dict, blank=True)
    queue = models.CharField(max_length=100, default="default")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("question of a task")
        verbose_name_plural = _("questions of tasks")
        constraints = [models.UniqueConstraint(fields=["task", "alias"], name="an_alias_is_taken_once")]

    def __str__(self) -> str:
        return self.alias


class TaskItemQuerySet(ScopedQuerySet["TaskItem"]):
    workspace_path = "task__workspace"


class TaskItem(models.Model):
    """One row to be labeled: values to be shown, and named files."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    data = models.JSONField(default=dict, blank=True)

    objects = TaskItemQuerySet.as_manager()

    class Meta:
        ordering = ["task_id", "position"]
        verbose_name = _("item")
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="a_position_is_taken_once")]

    def __str__(self) -> str:
        return f"{self.position}"


class ItemFile(models.Model):
    """A named recording of an item. While it is used here, the recording cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(TaskItem, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=100, default="audio")
    audio = models.ForeignKey(AudioFile, on_delete=models.PROTECT, related_name="item_files")

    class Meta:
        ordering = ["name"]
        verbose_name = _("file of an item")
        verbose_name_plural = _("files of items")
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="a_file_name_is_taken_once")]

    def __str__(self) -> str:
        return self.name


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


class Transfer(models.Model):
    """So many items went from one person to another. A key seen before means that transfer, not a new one."""

    Kind = TaskPerson.Kind

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="transfers")
    kind = models.CharField(max_length=10, choices=TaskPerson.Kind.choices)
    from_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    idempotency_key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null, so that many may have none
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("transfer")
        constraints = [
            models.UniqueConstraint(fields=["task", "idempotency_key"], name="a_transfer_is_made_once"),
            models.CheckConstraint(name="a_transfer_changes_hands", condition=~Q(from_user=models.F("to_user"))),
            models.CheckConstraint(name="a_transfer_moves_something", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}: {self.from_user} > {self.to_user}"
