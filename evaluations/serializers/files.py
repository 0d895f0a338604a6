"""Files as `/v5/` takes and gives them."""

from typing import Any

from rest_framework import serializers

from datasets.models import AudioFile
from evaluations.serializers.row_sets import IdentitySerializer

RESULTS = ("SUCCESS", "FAILED_FILE_DOES_NOT_EXIST", "FAILED_INVALID_PERMISSIONS", "FAILED_UNKNOWN_ERROR")


class FileSerializer(serializers.Serializer[Any]):
    """A file. `duration_seconds` is null until it was read, and empty sums too where its bytes stay in a store."""

    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["file"])
    filename = serializers.CharField()
    md5_checksum = serializers.CharField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    created_at = serializers.DateTimeField()
    created_by = IdentitySerializer()
    duration_seconds = serializers.IntegerField(allow_null=True)
    tags = serializers.DictField(allow_null=True)
    status = serializers.ChoiceField(choices=AudioFile.Status.values, help_text="How far its reading is.")
    error = serializers.CharField(allow_null=True, help_text="Why it cannot be played, when that failed.")


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="The sound, whatever the part says of its type.")
    purpose = serializers.CharField(required=False, help_text="Kept among the tags.")


class FileChangeSerializer(serializers.Serializer[Any]):
    tags = serializers.DictField(allow_null=True, required=False, help_text="The whole new tags.")


class FileDeletedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    deleted = serializers.BooleanField()
    object = serializers.ChoiceField(choices=["file"])


class CloudFileSerializer(serializers.Serializer[Any]):
    container = serializers.CharField(max_length=100, help_text="A store that this server names.")
    filepath = serializers.CharField(max_length=1000, help_text="Where it lies in the store.")
    filename = serializers.CharField(max_length=500)
    file_type = serializers.CharField(max_length=100)


class CloudImportSerializer(serializers.Serializer[Any]):
    files = serializers.ListField(child=CloudFileSerializer(), min_length=1, max_length=1000)


class CloudResultSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=RESULTS)
    file = serializers.DictField(help_text="A file, or a failed file with its name, type and the reason.")


class CloudResultsSerializer(serializers.Serializer[Any]):
    results = CloudResultSerializer(many=True)
