"""Letting a model listen to files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datasets.models import AudioFile
from detectors.models.detectors import Detector
from workspaces.ids import new_id
from workspaces.models import Job, ScopedQuerySet, User, Workspace


class InferenceJob(models.Model):
    """One model, one configuration, many files. Its state and its counts follow from its files."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="inference_jobs")
    detector = models.ForeignKey(Detector, on_delete=models.SET_NULL, null=True, related_name="inference_jobs")
    model_uuid = models.UUIDField()
    model_name = models.CharField(max_length=255)
    # All fields of the contract, defaults filled in: threshold, merge_window_ms, min_duration_ms.
    config = models.JSONField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["InferenceJob"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inference job")
        indexes = [models.Index(fields=["workspace", "-id"], name="inferences_by_workspace")]

    def __str__(self) -> str:
        return self.model_name


class InferenceFileQuerySet(ScopedQuerySet["InferenceFile"]):
    workspace_path = "inference_job__workspace"


class InferenceFile(models.Model):
    """One file of an inference job, and what the model found in it once it is completed."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for its upload")
        QUEUED = "queued", _("waiting")
        PROCESSING = "processing", _("being analysed")
        COMPLETED = "completed", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inference_job = models.ForeignKey(InferenceJob, on_delete=models.CASCADE, related_name="files")
    # What was found stays when the recording is deleted.
    audio_file = models.ForeignKey(AudioFile, on_delete=models.SET_NULL, null=True, related_name="inference_files")
    original_filename = models.CharField(max_length=500)
    upload_key = models.CharField(max_length=200, blank=True)
    duration_ms = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    error = models.TextField(blank=True)
    # {"artifact_type", "start_ms", "end_ms", "confidence"} in order of time; null until it is completed.
    detections = models.JSONField(null=True)
    detection_count = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True)

    objects = InferenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("analysed file")
        indexes = [models.Index(fields=["inference_job", "state"], name="files_of_an_inference")]
        constraints = [
            models.CheckConstraint(
                name="a_completed_file_has_its_detections",
                condition=~Q(state="completed") | Q(detections__isnull=False),
            ),
            models.CheckConstraint(name="a_failed_analysis_says_why", condition=~Q(state="failed") | ~Q(error="")),
        ]

    def __str__(self) -> str:
        return self.original_filename
