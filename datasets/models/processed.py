from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models.annotation_sets import AnnotationSet
from datasets.models.datasets import Dataset
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class ProcessedDataset(models.Model):
    """What a labeling task came to, frozen: an archive with its manifest. Made whole or not at all, it never changes.

    The labeling task belongs to a room above this one, so it is named by id and not by a foreign key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="processed_datasets")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="processed_datasets")
    task_id = models.UUIDField()
    task_name = models.CharField(max_length=255)
    version = models.PositiveIntegerField()
    options = models.JSONField(default=dict)
    manifest = models.JSONField()
    archive = models.CharField(max_length=200, help_text=_("Name in storage."))
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    n_items = models.PositiveIntegerField()
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["ProcessedDataset"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("processed dataset")
        constraints = [models.UniqueConstraint(fields=["task_id", "version"], name="an_output_version_is_given_once")]

    def __str__(self) -> str:
        return f"{self.task_name} v{self.version}"

    @property
    def download_name(self) -> str:
        return f"{self.task_name}-v{self.version}.zip"
