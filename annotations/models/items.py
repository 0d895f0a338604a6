"""What a labeling task asks, and about what: its form and its items."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.questions import Question
from annotations.models.tasks import LabelingTask
from datasets.models import AudioFile
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet


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
    # The constraint below is an index that begins with it, as with an item's files.
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    data = models.JSONField(default=dict, blank=True)
    prefilled = models.JSONField(
        default=dict, blank=True, help_text=_("Answers by alias that whoever labels it begins with.")
    )

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
    item = models.ForeignKey(TaskItem, on_delete=models.CASCADE, related_name="files", db_index=False)
    name = models.CharField(max_length=100, default="audio")
    audio = models.ForeignKey(AudioFile, on_delete=models.PROTECT, related_name="item_files")

    class Meta:
        ordering = ["name"]
        verbose_name = _("file of an item")
        verbose_name_plural = _("files of items")
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="a_file_name_is_taken_once")]

    def __str__(self) -> str:
        return self.name
