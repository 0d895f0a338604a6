"""Annotation sets, annotations and listened marks as JSON, in the shapes of the published contract."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from datasets.models import AnnotationSet
from datasets.serializers.fields import Id, JsonObject, Moment, Share, Text, Whole

MOST_FILES = 10_000


class AnnotationSerializer(serializers.Serializer[Any]):
    """One artifact on one file, as it is sent."""

    audio_file_id = Id()
    artifact_type = Text(min_length=1, max_length=100)
    start_ms = Whole(min_value=0)
    end_ms = Whole()
    confidence = Share(default=1.0)
    extra_data = JsonObject(default=dict)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if {"start_ms", "end_ms"} <= data.keys() and data["end_ms"] <= data["start_ms"]:
            raise serializers.ValidationError({"end_ms": [_("It has to end after it starts.")]})
        return data


class AnnotationBulkSerializer(serializers.Serializer[Any]):
    annotations = AnnotationSerializer(many=True)


class AnnotationOutSerializer(AnnotationSerializer):
    """One artifact as it is told. `is_valid` is false while the dataset has no such type (any more)."""

    id = serializers.UUIDField()
    annotation_set_id = serializers.UUIDField()
    created_at = Moment()
    is_valid = serializers.BooleanField()  # type: ignore[assignment]


class AnnotationBulkOutSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    annotations = AnnotationOutSerializer(many=True)


# What an annotation is told from, in the order of its words.
TOLD = (
    *("id", "annotation_set_id", "audio_file_id", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data"),
    "created_at",
)


def told(row: Any, *, is_valid: bool) -> dict[str, Any]:
    """An annotation as it is told, from a row with the fields of TOLD. Thousands are told at once: no serializer."""
    values = {name: getattr(row, name) for name in TOLD}
    for name in ("id", "annotation_set_id", "audio_file_id"):
        values[name] = str(values[name])
    values["created_at"] = _moment(values["created_at"])
    return {**values, "is_valid": is_valid}


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class NewSetSerializer(serializers.Serializer[Any]):
    """Nothing needs to be sent. With `based_on` the new version begins with everything that one has."""

    based_on = Id(required=False, allow_null=True)


class AnnotationSetSerializer(serializers.ModelSerializer[AnnotationSet]):
    """A version with its figures. Counted as `figures` in the context says for each, or as it was when published."""

    status = serializers.ChoiceField(choices=AnnotationSet.State.choices, source="state")
    total_annotations = serializers.SerializerMethodField()
    total_positive_duration_ms = serializers.SerializerMethodField()
    annotations_by_type = serializers.SerializerMethodField()
    created_at = Moment()
    published_at = Moment(allow_null=True)
    based_on = serializers.UUIDField(source="based_on_id", allow_null=True)

    class Meta:
        model = AnnotationSet
        fields = [
            "id",
            "dataset_id",
            "version",
            "status",
            "total_annotations",
            "total_positive_duration_ms",
            "annotations_by_type",
            "created_at",
            "published_at",
            "based_on",
            "source",
        ]
        read_only_fields = fields

    def get_total_annotations(self, row: AnnotationSet) -> int:
        return int(self._figures(row)["total_annotations"])

    def get_total_positive_duration_ms(self, row: AnnotationSet) -> int:
        return int(self._figures(row)["total_positive_duration_ms"])

    def get_annotations_by_type(self, row: AnnotationSet) -> dict[str, int]:
        return dict(self._figures(row)["annotations_by_type"])

    def _figures(self, row: AnnotationSet) -> dict[str, Any]:
        figures: dict[str, Any] = self.context["figures"][row.pk]
        return figures


class AnnotationSetDetailSerializer(AnnotationSetSerializer):
    """A version with all its annotations, in the order in which they came."""

    annotations = AnnotationOutSerializer(many=True)

    class Meta(AnnotationSetSerializer.Meta):
        fields = [*AnnotationSetSerializer.Meta.fields, "annotations"]
        read_only_fields = fields


class ListenSerializer(serializers.Serializer[Any]):
    """Files that somebody listened to, and for which types; none named means for every type."""

    audio_file_ids = serializers.ListField(child=Id(), min_length=1, max_length=MOST_FILES)
    artifact_types = serializers.ListField(child=Text(min_length=1, max_length=100), required=False, default=list)


class ListenedSerializer(serializers.Serializer[Any]):
    audio_file_id = serializers.UUIDField()
    artifact_types = serializers.ListField(child=serializers.CharField())
    created_at = Moment()
