"""Datasets and their artifact types as JSON, in the shapes of the published contract."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from datasets.models import ArtifactType, Dataset
from datasets.models.datasets import HEX_COLOR
from datasets.serializers.fields import Moment, Text

MOST_TYPES = 1000


class ArtifactTypeSerializer(serializers.ModelSerializer[ArtifactType]):
    name = Text(min_length=1, max_length=100)
    description = Text(required=False, allow_blank=True, allow_null=True)
    color = Text(required=False, allow_null=True)

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
        if len(rows) > MOST_TYPES:
            raise serializers.ValidationError(_("Give %(top)d types at most.") % {"top": MOST_TYPES})
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
