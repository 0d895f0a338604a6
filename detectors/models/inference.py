"""Letting a model listen to files."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.models import AudioFile
from detectors.models.detectors import Detector
from workspaces.ids import new_id
from workspaces.models import Job, ScopedQuerySet, User, Workspace


class InferenceJobQuerySet(ScopedQuerySet["InferenceJob"]):
    def with_figures(self) -> "InferenceJobQuerySet":
        """Adds what follows from the files: `status`, the counts, `total_detections`, `started_at`, `completed_at`.

        A file counts from its confirmation on. While one of them has not ended, or none is there, `completed_at` is
        None.
        """
        file = InferenceFile.State
        rows = self.annotate(
            total_files=Count("files", filter=~Q(files__state=file.PENDING)),
            processed_files=Count("files", filter=Q(files__state=file.COMPLETED)),
            failed_files=Count("files", filter=Q(files__state=file.FAILED)),
            total_detections=Coalesce(Sum("files__detection_count"), 0),
            started_at=Min("files__started_at"),
        )
        has_ended = Q(total_files__gt=0, total_files=F("processed_files") + F("failed_files"))
        return rows.annotate(
            status=Case(
                When(total_files=0, then=Value(InferenceJob.Status.PENDING)),
                When(~has_ended, then=Value(InferenceJob.Status.PROCESSING)),
                When(failed_files=F("total_files"), then=Value(InferenceJob.Status.FAILED)),
                default=Value(InferenceJob.Status.COMPLETED),
                output_field=models.CharField(),
            ),
            completed_at=Case(When(has_ended, then=Max("files__processed_at")), output_field=models.DateTimeField()),
        )


class InferenceJob(models.Model):
    """One model, one configuration, many files. Its state and its counts follow from its files."""

    class Status(models.TextChoices):
        """Told by `with_figures`, stored nowhere."""

        PENDING = "pending", _("waiting for files")
        PROCESSING = "processing", _("being analysed")
        COMPLETED = "completed", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="inference_jobs")
    detector = models.ForeignKey(Detector, on_delete=models.SET_NULL, null=True, related_name="inference_jobs")
    model_uuid = models.UUIDField()
    model_name = models.CharField(max_length=255)
    # All fields of the contract, defaults filled in: threshold, merge_window_ms, min_duration_ms.
    config = models.JSONField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InferenceJobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inference job")
        indexes = [models.Index(fields=["workspace", "-id"], name="inferences_by_workspace")]

    def __str__(self) -> str:
        return self.model_name


class InferenceFileQuerySet(ScopedQuerySet["InferenceFile"]):
    workspace_path = "inference_job__workspace"

    def unfinished(self) -> "InferenceFileQuerySet":
        """Those that still need their model."""
        return self.filter(state__in=InferenceFile.UNFINISHED)


class InferenceFile(models.Model):
    """One file of an inference job, and what the model found in it once it is completed."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for its upload")
        QUEUED = "queued", _("waiting")
        PROCESSING = "processing", _("being analysed")
        COMPLETED = "completed", _("done")
        FAILED = "failed", _("failed")

    UNFINISHED = (State.QUEUED, State.PROCESSING)

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
        indexes = [
            models.Index(fields=["inference_job", "state"], name="files_of_an_inference"),
            # Looked through every half minute, and few of all.
            models.Index(fields=["state"], condition=Q(state__in=["queued", "processing"]), name="unfinished_files"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_completed_file_has_its_detections",
                condition=~Q(state="completed") | Q(detections__isnull=False),
            ),
            models.CheckConstraint(name="a_failed_analysis_says_why", condition=~Q(state="failed") | ~Q(error="")),
        ]

    def __str__(self) -> str:
        return self.original_filename

    def queue(self) -> bool:
        """Its bytes are there: it counts from now on. False when that was said before."""
        return self._move([self.State.PENDING], self.State.QUEUED)

    def begin(self) -> bool:
        """A worker listens to it now, perhaps once more after another one died. False when it has ended."""
        return self._move(self.UNFINISHED, self.State.PROCESSING, started_at=Coalesce("started_at", timezone.now()))

    def complete(self, detections: list[dict[str, Any]], *, duration_ms: int) -> bool:
        return self._move(
            [self.State.PROCESSING],
            self.State.COMPLETED,
            detections=detections,
            detection_count=len(detections),
            duration_ms=duration_ms,
            processed_at=timezone.now(),
        )

    def fail(self, error: str) -> bool:
        return self._move(self.UNFINISHED, self.State.FAILED, error=error, processed_at=timezone.now())

    def _move(self, sources: Iterable[str], target: str, **changes: Any) -> bool:
        """One conditional UPDATE, so that of two who move it one wins. The instance stays as it was read."""
        rows = InferenceFile.objects.filter(pk=self.pk, state__in=sources)
        return bool(rows.update(state=target, **changes))
