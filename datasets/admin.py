"""Audio, datasets and their labels, for super admins."""

from django.contrib import admin

from datasets.models import (
    Annotation,
    AnnotationSet,
    ArtifactType,
    AudioBlob,
    AudioFile,
    Dataset,
    ListenedFile,
    ProcessedDataset,
)
from workspaces.rescue import RescueAdmin


@admin.register(Dataset)
class DatasetAdmin(RescueAdmin):
    editable = ("name", "description")
    list_display = ("name", "workspace", "created_by", "created_at", "updated_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "name")


@admin.register(ArtifactType)
class ArtifactTypeAdmin(RescueAdmin):
    editable = ("description", "color")
    list_display = ("name", "dataset", "shown_color", "position")
    list_select_related = ("dataset",)
    search_fields = ("name", "dataset__name")


@admin.register(AudioFile)
class AudioFileAdmin(RescueAdmin):
    is_growing = True
    list_display = ("filename", "dataset", "status", "duration_ms", "sample_rate", "channels", "created_at")
    list_select_related = ("dataset",)
    list_filter = ("status", "workspace")
    search_fields = ("id", "filename")
    ordering = ("-id",)


@admin.register(AudioBlob)
class AudioBlobAdmin(RescueAdmin):
    is_growing = True
    list_display = ("sha256", "workspace", "codec", "size", "duration_ms", "sample_rate", "channels", "created_at")
    list_select_related = ("workspace",)
    list_filter = ("codec", "workspace")
    search_fields = ("id", "sha256", "original")
    ordering = ("-id",)


@admin.register(AnnotationSet)
class AnnotationSetAdmin(RescueAdmin):
    """Publishing needs no rescue: it is a button on the dataset's page, and is never undone."""

    list_display = ("dataset", "version", "state", "source", "created_by", "created_at", "published_at")
    list_select_related = ("dataset", "created_by")
    list_filter = ("state",)
    search_fields = ("id", "dataset__name")
    ordering = ("-id",)


@admin.register(Annotation)
class AnnotationAdmin(RescueAdmin):
    is_growing = True
    list_display = ("artifact_type", "audio_file", "start_ms", "end_ms", "confidence", "annotation_set")
    list_select_related = ("audio_file", "annotation_set")
    search_fields = ("id", "artifact_type")
    ordering = ("-id",)


@admin.register(ListenedFile)
class ListenedFileAdmin(RescueAdmin):
    is_growing = True
    list_display = ("audio_file", "annotation_set", "by", "created_at")
    list_select_related = ("audio_file", "annotation_set", "by")
    search_fields = ("id", "audio_file__filename")
    ordering = ("-id",)


@admin.register(ProcessedDataset)
class ProcessedDatasetAdmin(RescueAdmin):
    list_display = ("task_name", "version", "dataset", "n_items", "size", "created_by", "created_at")
    list_select_related = ("dataset", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "task_name", "sha256")
    ordering = ("-id",)
