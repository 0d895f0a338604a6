"""Datasets and their files as JSON, in the shapes of the published contract."""

from datetime import UTC
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from datasets.models import ArtifactType, AudioFile, Dataset, ProcessedDataset
from datasets.models.datasets import HEX_COLOR


class Text(serializers.CharField):
    """Text, stored as it was sent; numbers are not text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Moment(serializers.DateTimeField):
    """ISO 8601 in UTC, ending in Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class ArtifactTypeSerializer(serializers.ModelSerializer[ArtifactType]):
    name = Text(min_length=1, max_length=100)
    description = Text(required=False, allow_blank=True, allow_null=True)
    color = Text(required=False, allow_blank=True, allow_null=True)

    class Meta:
        model = ArtifactType
        fields = ["name", "description", "color"]
        # Names need to be unique in what is sent, not against what is being replaced.
        validators: list[Any] = []

    def validate_color(self, value: str | None) -> str | None:
        if value:
            HEX_COLOR(value)
        return value

    def to_representation(self, instance: ArtifactType) -> dict[str, Any]:
        return {"name": instance.name, "description": instance.description or None, "color": instance.color or None}


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    name = Text(min_length=1, max_length=255)
    description = Text(required=False, allow_blank=True, allow_null=True)
    artifact_types = ArtifactTypeSerializer(many=True, required=False)
    created_at = Moment(read_only=True)
    updated_at = Moment(read_only=True)

    class Meta:
        model = Dataset
        fields = ["id", "name", "description", "artifact_types", "created_at", "updated_at"]

    def validate_artifact_types(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        seen: set[str] = set()
        for row in rows:
            if row["name"] in seen:
                raise serializers.ValidationError(_("“%(name)s” is there twice.") % {"name": row["name"]})
            seen.add(row["name"])
        return rows


class DatasetRowSerializer(DatasetSerializer):
    """A dataset in a list, with its figures."""

    audio_count = serializers.IntegerField(read_only=True)
    annotation_set_count = serializers.IntegerField(read_only=True)
    total_duration_ms = serializers.IntegerField(read_only=True, source="audio_ms")

    class Meta(DatasetSerializer.Meta):
        fields = [*DatasetSerializer.Meta.fields, "audio_count", "annotation_set_count", "total_duration_ms"]


class AudioFileSerializer(serializers.ModelSerializer[AudioFile]):
    """A file. What is known only after reading it is null until then."""

    original_filename = serializers.CharField(source="filename", read_only=True)
    processing_status = serializers.CharField(source="status", read_only=True)
    content_type = serializers.SerializerMethodField()
    file_size = serializers.IntegerField(source="size", read_only=True)
    duration_ms = serializers.SerializerMethodField()
    sample_rate = serializers.SerializerMethodField()
    channels = serializers.SerializerMethodField()
    error_message = serializers.SerializerMethodField()
    created_at = Moment(read_only=True)

    class Meta:
        model = AudioFile
        fields = [
            "id",
            "dataset_id",
            "original_filename",
            "processing_status",
            "duration_ms",
            "sample_rate",
            "channels",
            "content_type",
            "file_size",
            "warnings",
            "error_message",
            "tags",
            "metadata",
            "created_at",
        ]
        read_only_fields = fields

    def get_content_type(self, audio: AudioFile) -> str | None:
        return audio.blob.content_type if audio.blob else None

    def get_duration_ms(self, audio: AudioFile) -> int | None:
        return audio.duration_ms or None

    def get_sample_rate(self, audio: AudioFile) -> int | None:
        return audio.sample_rate or None

    def get_channels(self, audio: AudioFile) -> int | None:
        return audio.channels or None

    def get_error_message(self, audio: AudioFile) -> str | None:
        return audio.error or None


class UploadedSerializer(AudioFileSerializer):
    """A file that has just come, and whether its bytes were there before."""

    is_duplicate = serializers.BooleanField(read_only=True)

    class Meta(AudioFileSerializer.Meta):
        fields = [*AudioFileSerializer.Meta.fields, "is_duplicate"]
        read_only_fields = fields


class ProgressSerializer(serializers.Serializer[Any]):
    """How far the reading of a file is."""

    id = serializers.UUIDField()
    processing_status = serializers.CharField()
    percent = serializers.IntegerField()
    duration_ms = serializers.IntegerField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())
    error_message = serializers.CharField(allow_null=True)


class ProcessedDatasetSerializer(serializers.ModelSerializer[ProcessedDataset]):
    created_at = Moment()
    created_by = serializers.SerializerMethodField()
    download_url = serializers.SerializerMethodField()

    class Meta:
        model = ProcessedDataset
        fields = [
            "id",
            "dataset_id",
            "task_id",
            "task_name",
            "version",
            "n_items",
            "size",
            "sha256",
            "annotation_set_id",
            "options",
            "created_by",
            "created_at",
            "download_url",
        ]
        read_only_fields = fields

    def get_created_by(self, row: ProcessedDataset) -> str | None:
        return str(row.created_by) if row.created_by else None

    def get_download_url(self, row: ProcessedDataset) -> str:
        return f"/api/v1/processed-datasets/{row.pk}/download"


class ProcessedDatasetDetailSerializer(ProcessedDatasetSerializer):
    class Meta(ProcessedDatasetSerializer.Meta):
        fields = [*ProcessedDatasetSerializer.Meta.fields, "manifest"]
        read_only_fields = fields
