"""One answer from many: what the people who answered an item come to together, and who settled what they could not."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.items import TaskItem
from annotations.models.tasks import LabelingTask
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class ItemResultQuerySet(ScopedQuerySet["ItemResult"]):
    workspace_path = "task__workspace"


class ItemResult(models.Model):
    """The answer to an item, computed from its submissions: see annotations.aggregating. It may be computed anew."""

    class State(models.TextChoices):
        # Fewer answers than were asked for.
        PARTIAL = "partial", _("not all have answered")
        AGREED = "agreed", _("agreed")
        DISPUTED = "disputed", _("disputed")
        ADJUDICATED = "adjudicated", _("adjudicated")

    item = models.OneToOneField(TaskItem, on_delete=models.CASCADE, primary_key=True, related_name="result")
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="item_results", db_index=False)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    n_answers = models.PositiveSmallIntegerField()
    # {alias: {"value", "confidence": 0..1 | null, "method", "votes", "by_team", "flags": [...]}}
    values = models.JSONField()
    # What settling it is expected to win, for the order of adjudication; 0 where nothing is disputed.
    gain = models.FloatField(default=0)
    confidence = models.FloatField(null=True)
    computed_at = models.DateTimeField()

    objects = ItemResultQuerySet.as_manager()

    class Meta:
        ordering = ["task_id", "position"]
        verbose_name = _("result of an item")
        verbose_name_plural = _("results of items")
        indexes = [
            models.Index(fields=["task", "state", "-gain", "position"], name="what_to_settle_first"),
            models.Index(fields=["task", "position"], name="results_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"


class AdjudicationQuerySet(ScopedQuerySet["Adjudication"]):
    workspace_path = "task__workspace"


class Adjudication(models.Model):
    """An auditor's final answers to an item, and for each question where they were taken from. The newest counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(TaskItem, on_delete=models.CASCADE, related_name="adjudications")
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="adjudications")
    answers = models.JSONField()
    # {alias: {"how": "answer" | "median" | "union" | "consensus" | "own", "assignment": id of the turn it comes from}}
    how = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="adjudications")
    active_ms = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AdjudicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("adjudication")

    def __str__(self) -> str:
        return f"{self.item_id}"


class QualityReport(models.Model):
    """The figures of a task's quality page, computed by a worker: see annotations.reports."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.OneToOneField(LabelingTask, on_delete=models.CASCADE, related_name="quality_report")
    figures = models.JSONField(default=dict)
    # Submissions there were when it was computed, so that a page knows whether there are newer ones.
    n_submissions = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        verbose_name = _("quality report")
        constraints = [
            models.CheckConstraint(
                name="a_computed_report_has_its_time",
                condition=Q(computed_at=None, n_submissions=0) | Q(computed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id}"
