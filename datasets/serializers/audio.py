"""Files of datasets as JSON, in the shapes of the published contract."""

from typing import Any

from rest_framework import serializers

from datasets.models import AudioFile
from datasets.serializers.fields import Moment


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
        return (audio.blob.content_type if audio.blob else audio.content_type) or None

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
