"""What annotators send. It is checked with the answers; here it is for the documentation."""

from typing import Any

from rest_framework import serializers


class DraftSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0)
    revision = serializers.IntegerField(
        min_value=0, required=False, help_text="Of an auditor's fix: the submission it corrects."
    )
    answers = serializers.DictField()
    active_ms = serializers.IntegerField(min_value=0, required=False)
    listened = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), required=False)
    dismissed = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Ids of the suggestions that were turned down; left out: as it was.",
    )


class SubmitSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField()
    active_ms = serializers.IntegerField(min_value=0, required=False)
    listened = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), required=False)
    dismissed = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Ids of the suggestions that were turned down; left out: as it was.",
    )
    revision = serializers.IntegerField(min_value=0, required=False, help_text="Submissions known to the sender.")
    draft_version = serializers.IntegerField(
        min_value=0, required=False, help_text="Draft known to the sender; a later one is not passed over (409)."
    )
    next = serializers.BooleanField(required=False, help_text="Hand out the next item in the same answer.")


class SkipSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(min_length=3, max_length=1000)
    next = serializers.BooleanField(required=False)
