"""Labels of a file of a draft, as the workbench and programs send and get them; for the documentation."""

from typing import Any

from rest_framework import serializers

from annotations.serializers.work import WorkSerializer


class SetAnswersSerializer(serializers.Serializer[Any]):
    labels = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="Regions: label, start_ms, end_ms, and id and note if there are any. All there are: others go.",
    )


class SetDraftSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0, help_text="Of the labels that were seen last; 0 for none.")
    answers = SetAnswersSerializer()


class SetSubmitSerializer(serializers.Serializer[Any]):
    answers = SetAnswersSerializer()
    draft_version = serializers.IntegerField(
        min_value=0, required=False, help_text="Of the labels that were seen last; others are not passed over (409)."
    )
    next = serializers.BooleanField(required=False, help_text="Hand out the next file in the same answer.")


class StoredSerializer(serializers.Serializer[Any]):
    audio_file_id = serializers.UUIDField()
    labels = serializers.IntegerField()
    version = serializers.IntegerField()


class LabelsStoredSerializer(serializers.Serializer[Any]):
    stored = StoredSerializer()
    next = WorkSerializer(allow_null=True, help_text="The next file when it was asked for and one is left.")
