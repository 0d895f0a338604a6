"""Training jobs, models and inference jobs as JSON, in the shapes of the published contract."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from datasets.serializers.fields import Id, Moment, Share, Text, Whole
from datasets.serializers.uploads import OfferSerializer, UploadRequestSerializer
from detectors.configs import (
    DETECTION_BOUNDS,
    LARGEST_SEED,
    TRAINING_BOUNDS,
    TYPE_LENGTH,
    detection_config,
    training_config,
)
from detectors.learning.settings import DetectionConfig, TrainingConfig
from detectors.models import Detector, InferenceFile, InferenceJob, TrainingJob
from workspaces.errors import Invalid
from workspaces.models import Job

MOST_FILES_AT_ONCE = 1000


def _number(bounds: Mapping[str, Any], name: str, default: float) -> serializers.Field[Any, Any, Any, Any]:
    limits = bounds[name]
    if limits.is_whole:
        return Whole(min_value=int(limits.low), max_value=int(limits.high), default=int(default))
    return serializers.FloatField(min_value=limits.low, max_value=limits.high, default=default)


class TrainingConfigSerializer(serializers.Serializer[Any]):
    """How to learn. `stride_ms` is at most `chunk_size_ms`."""

    artifact_types = serializers.ListField(child=Text(min_length=1, max_length=TYPE_LENGTH), min_length=1)
    epochs = _number(TRAINING_BOUNDS, "epochs", TrainingConfig.epochs)
    validation_split = _number(TRAINING_BOUNDS, "validation_split", TrainingConfig.validation_split)
    learning_rate = _number(TRAINING_BOUNDS, "learning_rate", TrainingConfig.learning_rate)
    batch_size = _number(TRAINING_BOUNDS, "batch_size", TrainingConfig.batch_size)
    chunk_size_ms = _number(TRAINING_BOUNDS, "chunk_size_ms", TrainingConfig.chunk_size_ms)
    stride_ms = _number(TRAINING_BOUNDS, "stride_ms", TrainingConfig.stride_ms)


class DetectionConfigSerializer(serializers.Serializer[Any]):
    """Which detections are kept."""

    threshold = _number(DETECTION_BOUNDS, "threshold", DetectionConfig.threshold)
    merge_window_ms = _number(DETECTION_BOUNDS, "merge_window_ms", DetectionConfig.merge_window_ms)
    min_duration_ms = _number(DETECTION_BOUNDS, "min_duration_ms", DetectionConfig.min_duration_ms)


def _refused(problems: Any) -> ValidationError:
    """Problems at ("body", "config", ...) as DRF nests them below the field."""
    nested: dict[Any, Any] = {}
    for loc, message, kind in problems:
        detail = [ErrorDetail(message, code=kind.removeprefix("value_error."))]
        match loc[2:]:
            case ():
                return ValidationError(detail)
            case (name,):
                nested[name] = detail
            case (name, index):
                nested.setdefault(name, {})[index] = detail
    return ValidationError(nested)


@extend_schema_field(TrainingConfigSerializer)
class TrainingConfigField(serializers.Field[TrainingConfig, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> TrainingConfig:
        try:
            return training_config(data)
        except Invalid as error:
            raise _refused(error.problems) from error


@extend_schema_field(DetectionConfigSerializer)
class DetectionConfigField(serializers.Field[DetectionConfig, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> DetectionConfig:
        try:
            return detection_config(data)
        except Invalid as error:
            raise _refused(error.problems) from error


class StartTrainingSerializer(serializers.Serializer[Any]):
    """What a model is to be trained on, and how. Without a `seed` it follows from the set and the config."""

    dataset_id = Id()
    annotation_set_id = Id()
    config = TrainingConfigField()
    name = Text(required=False, max_length=255, allow_null=True, allow_blank=True)
    seed = Whole(required=False, allow_null=True, min_value=0, max_value=LARGEST_SEED)


class EpochSerializer(serializers.Serializer[Any]):
    epoch = serializers.IntegerField()
    train_loss = serializers.FloatField()
    val_loss = serializers.FloatField()
    per_type = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))


class TrainingJobSerializer(serializers.ModelSerializer[TrainingJob]):
    """A training job. `progress` goes from 0 to 1 and never falls."""

    tenant_id = serializers.UUIDField(source="workspace_id")
    dataset_id = serializers.UUIDField(source="dataset_uuid")
    annotation_set_id = serializers.UUIDField(source="annotation_set_uuid")
    config = TrainingConfigSerializer()
    status = serializers.ChoiceField(source="job.state", choices=Job.State.choices)
    progress = serializers.FloatField()
    current_epoch = serializers.SerializerMethodField()
    total_epochs = serializers.SerializerMethodField()
    metrics = serializers.SerializerMethodField()
    model_id = serializers.SerializerMethodField()
    error_message = serializers.SerializerMethodField()
    epochs = EpochSerializer(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    created_at = Moment()
    started_at = Moment(source="job.started_at", allow_null=True)
    completed_at = Moment(source="job.finished_at", allow_null=True)

    class Meta:
        model = TrainingJob
        fields = [
            "id",
            "tenant_id",
            "dataset_id",
            "annotation_set_id",
            "annotation_set_version",
            "name",
            "config",
            "seed",
            "status",
            "progress",
            "current_epoch",
            "total_epochs",
            "epochs",
            "metrics",
            "model_id",
            "warnings",
            "error_message",
            "created_at",
            "started_at",
            "completed_at",
        ]
        read_only_fields = fields

    def get_current_epoch(self, training: TrainingJob) -> int:
        return len(training.epochs)

    def get_total_epochs(self, training: TrainingJob) -> int:
        return int(training.config["epochs"])

    def get_metrics(self, training: TrainingJob) -> dict[str, Any] | None:
        made = _made_by(training)
        return dict(made.metrics) if made else None

    def get_model_id(self, training: TrainingJob) -> str | None:
        made = _made_by(training)
        return str(made.pk) if made else None

    def get_error_message(self, training: TrainingJob) -> str | None:
        return training.job.error or None


def _made_by(training: TrainingJob) -> Detector | None:
    """The model a training ended with, unless it was deleted since."""
    return getattr(training, "detector", None)


class DetectorSerializer(serializers.ModelSerializer[Detector]):
    """A model. Built-in ones have no training, dataset, metrics nor file."""

    tenant_id = serializers.UUIDField(source="workspace_id")
    training_job_id = serializers.UUIDField(allow_null=True)
    dataset_id = serializers.UUIDField(source="dataset_uuid", allow_null=True)
    dataset_deleted = serializers.SerializerMethodField()
    annotation_set_id = serializers.UUIDField(source="annotation_set_uuid", allow_null=True)
    artifact_types = serializers.ListField(child=serializers.CharField())
    config = serializers.DictField()
    metrics = serializers.SerializerMethodField()
    created_at = Moment()

    class Meta:
        model = Detector
        fields = [
            "id",
            "tenant_id",
            "kind",
            "name",
            "training_job_id",
            "dataset_id",
            "dataset_deleted",
            "annotation_set_id",
            "annotation_set_version",
            "data_hash",
            "artifact_types",
            "config",
            "metrics",
            "size",
            "sha256",
            "created_at",
        ]
        read_only_fields = fields

    def get_dataset_deleted(self, detector: Detector) -> bool:
        return detector.dataset_uuid is not None and detector.dataset_id is None

    def get_metrics(self, detector: Detector) -> dict[str, Any] | None:
        return detector.metrics or None


class DetectorDetailSerializer(DetectorSerializer):
    """A model with its card, and with the worst mistakes on the files it was measured with."""

    card = serializers.DictField()
    mistakes = serializers.ListField(child=serializers.DictField())

    class Meta(DetectorSerializer.Meta):
        fields = [*DetectorSerializer.Meta.fields, "card", "mistakes"]
        read_only_fields = fields


class StartInferenceSerializer(serializers.Serializer[Any]):
    """Which model is to listen. `audio_ids` names recordings of datasets that are analysed at once."""

    model_id = Id()
    config = DetectionConfigField(required=False, allow_null=True)
    audio_ids = serializers.ListField(child=Id(), required=False, allow_null=True, max_length=MOST_FILES_AT_ONCE)


class InferenceJobSerializer(serializers.ModelSerializer[InferenceJob]):
    """A model, a configuration, and how far its files are. Expects `with_figures`."""

    tenant_id = serializers.UUIDField(source="workspace_id")
    model_id = serializers.UUIDField(source="model_uuid")
    config = DetectionConfigSerializer()
    status = serializers.ChoiceField(choices=InferenceJob.Status.choices)
    total_files = serializers.IntegerField()
    processed_files = serializers.IntegerField()
    failed_files = serializers.IntegerField()
    total_detections = serializers.IntegerField()
    error_message = serializers.SerializerMethodField()
    created_at = Moment()
    started_at = Moment(allow_null=True)
    completed_at = Moment(allow_null=True)

    class Meta:
        model = InferenceJob
        fields = [
            "id",
            "tenant_id",
            "model_id",
            "config",
            "status",
            "total_files",
            "processed_files",
            "failed_files",
            "total_detections",
            "error_message",
            "created_at",
            "started_at",
            "completed_at",
        ]
        read_only_fields = fields

    def get_error_message(self, inference: InferenceJob) -> str | None:
        if getattr(inference, "status", "") != InferenceJob.Status.FAILED:
            return None
        return _("None of the files could be analysed; each says why.")


class DetectionSerializer(serializers.Serializer[Any]):
    artifact_type = serializers.CharField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    confidence = Share()


class InferenceFileSerializer(serializers.ModelSerializer[InferenceFile]):
    """A file, and what was found in it: null until it is completed."""

    s3_key = serializers.CharField(source="upload_key")
    status = serializers.ChoiceField(source="state", choices=InferenceFile.State.choices)
    error_message = serializers.SerializerMethodField()
    detections = serializers.SerializerMethodField()
    audio_id = serializers.UUIDField(source="audio_file_id", allow_null=True)
    processed_at = Moment(allow_null=True)

    class Meta:
        model = InferenceFile
        fields = [
            "id",
            "inference_job_id",
            "original_filename",
            "s3_key",
            "audio_id",
            "duration_ms",
            "status",
            "error_message",
            "detections",
            "detection_count",
            "processed_at",
        ]
        read_only_fields = fields

    def get_error_message(self, file: InferenceFile) -> str | None:
        return file.error or None

    @extend_schema_field(DetectionSerializer(many=True, allow_null=True))
    def get_detections(self, file: InferenceFile) -> list[dict[str, Any]] | None:
        # As they are stored: a job may have a hundred thousand of them.
        found: list[dict[str, Any]] | None = file.detections
        return found


class InferenceJobDetailSerializer(InferenceJobSerializer):
    files = InferenceFileSerializer(many=True)

    class Meta(InferenceJobSerializer.Meta):
        fields = [*InferenceJobSerializer.Meta.fields, "files"]
        read_only_fields = fields


class InferenceUploadSerializer(UploadRequestSerializer):
    """What is about to be sent to be analysed. `file_size_bytes` is also taken under the name `file_size`."""

    size_name = "file_size_bytes"

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("content_type") is None:
            data = {**data, "content_type": "audio/wav"}
        return super().to_internal_value(data)


class InferenceConfirmSerializer(serializers.Serializer[Any]):
    """Which file was sent. `file_id` is also taken under the name `audio_id`."""

    file_id = Id()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and "file_id" not in data and "audio_id" in data:
            data = {**data, "file_id": data["audio_id"]}
        return super().to_internal_value(data)


__all__ = [
    "DetectorDetailSerializer",
    "DetectorSerializer",
    "InferenceConfirmSerializer",
    "InferenceFileSerializer",
    "InferenceJobDetailSerializer",
    "InferenceJobSerializer",
    "InferenceUploadSerializer",
    "OfferSerializer",
    "StartInferenceSerializer",
    "StartTrainingSerializer",
    "TrainingJobSerializer",
]
