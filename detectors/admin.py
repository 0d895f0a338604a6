"""Models, trainings and analyses, for super admins."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from detectors.actions import cancel_inference, cancel_training
from detectors.models import Detector, InferenceFile, InferenceJob, TrainingJob
from workspaces.rescue import RescueAdmin, Rows, each


@admin.register(TrainingJob)
class TrainingJobAdmin(RescueAdmin):
    list_display = ("name", "workspace", "dataset_name", "annotation_set_version", "state", "created_by", "created_at")
    list_select_related = ("workspace", "job", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "name", "dataset_name")
    ordering = ("-id",)
    actions = ("cancel",)

    @admin.display(description=_("state"))
    def state(self, training: TrainingJob) -> str:
        return str(training.job.get_state_display())

    @admin.action(description=_("Cancel"))
    def cancel(self, request: Any, rows: Rows) -> None:
        each(request, rows.select_related("job"), lambda training: cancel_training(training, by=request.user))


@admin.register(Detector)
class DetectorAdmin(RescueAdmin):
    editable = ("name",)
    list_display = ("name", "workspace", "kind", "dataset_name", "annotation_set_version", "size", "created_at")
    list_select_related = ("workspace",)
    list_filter = ("kind", "workspace")
    search_fields = ("id", "name", "dataset_name", "sha256", "data_hash")
    ordering = ("-id",)


@admin.register(InferenceJob)
class InferenceJobAdmin(RescueAdmin):
    is_growing = True
    list_display = ("model_name", "workspace", "created_by", "created_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "model_name")
    ordering = ("-id",)
    actions = ("cancel",)

    @admin.action(description=_("Cancel"))
    def cancel(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda inference: cancel_inference(inference, by=request.user))


@admin.register(InferenceFile)
class InferenceFileAdmin(RescueAdmin):
    is_growing = True
    list_display = ("original_filename", "inference_job", "state", "detection_count", "created_at", "processed_at")
    list_select_related = ("inference_job",)
    list_filter = ("state",)
    search_fields = ("id", "original_filename")
    ordering = ("-id",)
