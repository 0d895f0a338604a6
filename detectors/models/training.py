"""Asking for a model to be trained, and how that went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models import AnnotationSet, Dataset
from workspaces.ids import new_id
from workspaces.models import Job, ScopedQuerySet, User, Workspace


class TrainingJob(models.Model):
    """One training: which published labels, with which settings. State, progress and error are those of its `job`.

    It outlives its dataset, so what it was trained on is also named by plain ids.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="training_jobs")
    job = models.OneToOneField(Job, on_delete=models.RESTRICT, related_name="training")
    name = models.CharField(_("name of the model"), max_length=255)
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="training_jobs")
    dataset_uuid = models.UUIDField()
    dataset_name = models.CharField(max_length=255)
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.SET_NULL, null=True, related_name="+")
    annotation_set_uuid = models.UUIDField()
    annotation_set_version = models.PositiveIntegerField()
    # All fields of the contract, defaults filled in: see detectors.learning.settings.TrainingConfig.
    config = models.JSONField()
    seed = models.BigIntegerField(default=0)
    # One row per epoch: {"epoch", "train_loss", "val_loss", "per_type": {type: {"precision", "recall", "f1"}}}.
    epochs = models.JSONField(default=list)
    # Sentences for people, such as few events of a type.
    warnings = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["TrainingJob"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("training job")
        indexes = [models.Index(fields=["workspace", "-id"], name="trainings_by_workspace")]

    def __str__(self) -> str:
        return self.name

    @property
    def progress(self) -> float:
        """From 0 to 1. It never falls, also when a second try begins where the first one was cut off."""
        if self.job.state == Job.State.COMPLETED:
            return 1.0
        total = self.job.progress_total
        return min(self.job.progress_done / total, 1.0) if total else 0.0
