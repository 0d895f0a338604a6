"""Reusable rows for evaluations, in versions: each change of a row makes a new one, and earlier ones stay readable."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datasets.models import AudioFile
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class EvaluationDataset(models.Model):
    """A named set of rows. What datasets of recordings are to labeling tasks, these are to evaluations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="evaluation_datasets", db_index=False
    )
    name = models.CharField(_("name"), max_length=128)
    description = models.CharField(_("description"), max_length=280, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["EvaluationDataset"].as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("dataset of rows")
        verbose_name_plural = _("datasets of rows")
        indexes = [models.Index(fields=["workspace", "id"], name="row_sets_by_age")]

    def __str__(self) -> str:
        return self.name


class DatasetItemQuerySet(ScopedQuerySet["DatasetItem"]):
    workspace_path = "dataset__workspace"


class DatasetItem(models.Model):
    """A row under its id; what it holds in a version of the dataset is in `DatasetItemVersion`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dataset = models.ForeignKey(EvaluationDataset, on_delete=models.CASCADE, related_name="items", db_index=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = DatasetItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("row of a dataset")
        verbose_name_plural = _("rows of datasets")
        indexes = [models.Index(fields=["dataset", "id"], name="rows_of_a_row_set")]

    def __str__(self) -> str:
        return str(self.pk)


class DatasetItemVersion(models.Model):
    """What a row holds from one version of its dataset on (`since`), up to but without another (`until`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(DatasetItem, on_delete=models.CASCADE, related_name="versions", db_index=False)
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["item_id", "since"]
        constraints = [
            models.UniqueConstraint(fields=["item", "since"], name="a_row_changes_once_in_a_version"),
            models.CheckConstraint(
                name="a_version_ends_after_it_began", condition=Q(until=None) | Q(until__gt=models.F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.since}"


class DatasetItemFile(models.Model):
    """A recording that a row names in some version. While it does, the recording cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(DatasetItemVersion, on_delete=models.CASCADE, related_name="recordings", db_index=False)
    key = models.CharField(max_length=100)
    audio = models.ForeignKey(AudioFile, on_delete=models.PROTECT, related_name="dataset_item_files")

    class Meta:
        ordering = ["version_id", "key"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="a_key_of_a_version_is_taken_once")]

    def __str__(self) -> str:
        return self.key
