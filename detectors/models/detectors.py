"""Models: what listens to recordings and says where something is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datasets.models import Dataset
from detectors.models.training import TrainingJob
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class Detector(models.Model):
    """A model: trained on a published annotation set, or built in. It never changes.

    People and programs call it a model; the class is named otherwise because Django's are.
    """

    class Kind(models.TextChoices):
        TRAINED = "trained", _("trained")
        BUILT_IN = "built_in", _("built in")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="detectors")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TRAINED)
    name = models.CharField(_("name"), max_length=255)
    # Which of detectors.rules it is; empty for a trained one.
    rule = models.CharField(max_length=40, blank=True, editable=False)
    training_job = models.OneToOneField(
        TrainingJob, on_delete=models.SET_NULL, null=True, related_name="detector", editable=False
    )
    # The dataset may be deleted; what it was stays written here.
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="detectors", editable=False)
    dataset_uuid = models.UUIDField(null=True, editable=False)
    dataset_name = models.CharField(max_length=255, blank=True, editable=False)
    annotation_set_uuid = models.UUIDField(null=True, editable=False)
    annotation_set_version = models.PositiveIntegerField(null=True, editable=False)
    # SHA-256 over the labels and the sums of the recordings it learned from.
    data_hash = models.CharField(max_length=64, blank=True, editable=False)
    artifact_types = models.JSONField(default=list)
    # Of a trained one the training settings, of a built-in one its parameters.
    config = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    # The worst mistakes on the validation files, to be listened to.
    mistakes = models.JSONField(default=list)
    card = models.JSONField(default=dict)
    file = models.CharField(max_length=200, blank=True, editable=False, help_text=_("Name in storage."))
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["Detector"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("model")
        indexes = [models.Index(fields=["workspace", "-id"], name="models_by_workspace")]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "rule"], condition=~Q(rule=""), name="a_rule_is_a_model_once"),
            models.CheckConstraint(
                name="a_model_is_a_rule_or_a_file",
                condition=Q(kind="built_in", file="") & ~Q(rule="") | Q(kind="trained", rule="") & ~Q(file=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
