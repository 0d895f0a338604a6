"""What labeling tasks came to, as JSON."""

from rest_framework import serializers

from datasets.models import ProcessedDataset
from datasets.serializers.fields import Moment


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
