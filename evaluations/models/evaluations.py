"""Evaluations: rows of data and files, what is asked about them, and the labeling tasks in which people answer."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from annotations.models import LabelingTask, Question
from annotations.questions import shown_configuration
from datasets.models import AudioFile
from evaluations.models.row_sets import DatasetItem, EvaluationDataset
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class Evaluation(models.Model):
    """A set of rows and the questions asked about each. Its status follows from the turns of its labeling tasks."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETED = "completed", _("completed")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="evaluations", db_index=False)
    name = models.CharField(_("name"), max_length=128)
    description = models.CharField(_("description"), max_length=280, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    metadata = models.JSONField(_("metadata"), null=True, blank=True)
    taxonomy = models.JSONField(null=True, blank=True)
    # Rows whose answers are all given beforehand are not shown to anybody.
    skip_prefilled_rows = models.BooleanField(default=False)
    dataset = models.ForeignKey(EvaluationDataset, on_delete=models.PROTECT, null=True, related_name="evaluations")
    dataset_version = models.PositiveIntegerField(null=True)
    n_items = models.PositiveIntegerField(default=0, editable=False)
    # Rows nobody can be asked about, because a file of theirs cannot be read.
    n_failed = models.PositiveIntegerField(default=0, editable=False)
    # When its rows went to the annotators: once all its files are read. None before.
    begun_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Evaluation"].as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("evaluation")
        indexes = [models.Index(fields=["workspace", "id"], name="evaluations_by_age")]
        constraints = [
            models.CheckConstraint(
                name="a_dataset_comes_in_a_version",
                condition=Q(dataset=None, dataset_version=None)
                | Q(dataset__isnull=False, dataset_version__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class EvaluationItemQuerySet(ScopedQuerySet["EvaluationItem"]):
    workspace_path = "evaluation__workspace"


class EvaluationItem(models.Model):
    """One row. In each of the evaluation's labeling tasks the item at the same position is this row's work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The constraint below is an index that begins with it.
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    data = models.JSONField(default=dict)
    files = models.JSONField(default=dict, help_text=_("Ids of audio files by key, as they were sent."))
    # {alias: {"message", "type"}} of the tasks that cannot be done for this row.
    errors = models.JSONField(default=dict, blank=True)
    dataset_item = models.ForeignKey(DatasetItem, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    dataset_item_version = models.PositiveIntegerField(null=True)

    objects = EvaluationItemQuerySet.as_manager()

    class Meta:
        ordering = ["evaluation_id", "position"]
        verbose_name = _("row of an evaluation")
        verbose_name_plural = _("rows of evaluations")
        constraints = [models.UniqueConstraint(fields=["evaluation", "position"], name="a_row_has_its_place")]

    def __str__(self) -> str:
        return f"{self.position}"


class EvaluationFile(models.Model):
    """A recording of a row. While it is used here, the recording cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(EvaluationItem, on_delete=models.CASCADE, related_name="recordings", db_index=False)
    key = models.CharField(max_length=100)
    audio = models.ForeignKey(AudioFile, on_delete=models.PROTECT, related_name="evaluation_files")

    class Meta:
        ordering = ["item_id", "key"]
        constraints = [models.UniqueConstraint(fields=["item", "key"], name="a_key_of_a_row_is_taken_once")]

    def __str__(self) -> str:
        return self.key


class EvaluationQueue(models.Model):
    """The questions of an evaluation that are answered together: one labeling task, one screen per row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="queues", db_index=False)
    queue_id = models.CharField(max_length=100, default="default")
    labeling_task = models.OneToOneField(
        LabelingTask, on_delete=models.PROTECT, null=True, related_name="evaluation_queue"
    )
    # The archive stopped its task; restoring lets it go on.
    is_paused = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "queue_id"], name="a_queue_is_named_once")]

    def __str__(self) -> str:
        return self.queue_id


class EvaluationTask(models.Model):
    """A question of an evaluation under the alias that its answers have in each row's data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    queue = models.ForeignKey(EvaluationQueue, on_delete=models.PROTECT, related_name="tasks")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="evaluation_tasks")
    alias = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(default=False)
    layout = models.JSONField(default=dict)
    prefill_from = models.CharField(max_length=200, blank=True, help_text=_("Key of a row's data with the answer."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["evaluation_id", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "alias"], name="an_alias_is_asked_once")]

    def __str__(self) -> str:
        return self.alias

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """The question's, with the fields of a form in their order. The question comes with the row."""
        return shown_configuration(self.question)
