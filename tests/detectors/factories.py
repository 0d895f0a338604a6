"""Rows of `detectors` for tests, with figures as training leaves them."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from detectors.learning.settings import DetectionConfig, TrainingConfig
from detectors.models import Detector, InferenceFile, InferenceJob, TrainingJob
from tests.datasets.factories import AudioFileFactory, DatasetFactory
from tests.factories import JobFactory, WorkspaceFactory

THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)


def curve(support: int = 20) -> list[dict[str, Any]]:
    """Found falls from all to half of `support` as the threshold rises, and false detections from ten to none."""
    rows = []
    for step, threshold in enumerate(THRESHOLDS):
        found, false = support - step * support // 8, 10 - step * 10 // 4
        precision, recall = found / (found + false), found / support
        f1 = 2 * precision * recall / (precision + recall)
        rows.append(
            {
                "threshold": threshold,
                "precision": round(precision, 4),
                "recall": round(recall, 4),
                "f1": round(f1, 4),
                "found": found,
                "false": false,
                "missed": support - found,
            }
        )
    return rows


def metrics(*types: str, validation_file_ids: list[str] | None = None) -> dict[str, Any]:
    """What training measured of these types, 20 labeled events each."""
    ids = validation_file_ids or []
    at_default = next(row for row in curve() if row["threshold"] == 0.5)
    figures = {name: at_default[name] for name in ("precision", "recall", "f1")} | {"support": 20}
    return {
        "match": "Start within 200 ms, end within 200 ms or half of the event.",
        "collar_ms": 200,
        "overall": figures | {"support": 20 * len(types)},
        "per_type": {
            name: figures | {"best_threshold": 0.7, "usual_ms": [60, 400], "curve": curve()} for name in types
        },
        "train_loss": [0.5, 0.3, 0.2],
        "val_loss": [0.6, 0.4, 0.35],
        "validation_files": len(ids) or 2,
        "validation_file_ids": ids,
        "training_files": 8,
        "minutes": 12.5,
    }


def epoch(number: int, *types: str) -> dict[str, Any]:
    return {
        "epoch": number,
        "train_loss": 0.6 / number,
        "val_loss": 0.7 / number,
        "per_type": {name: {"precision": 0.8, "recall": 0.6, "f1": 0.69} for name in types},
    }


class TrainingJobFactory(DjangoModelFactory[TrainingJob]):
    """A training nobody has begun yet, on version 1 of a dataset's labels."""

    class Meta:
        model = TrainingJob

    dataset = factory.SubFactory(DatasetFactory)
    workspace = factory.SelfAttribute("dataset.workspace")
    job = factory.SubFactory(JobFactory, workspace=factory.SelfAttribute("..workspace"), kind="detectors.train")
    name = factory.Sequence(lambda n: f"Model in training {n}")
    dataset_uuid = factory.SelfAttribute("dataset.pk")
    dataset_name = factory.SelfAttribute("dataset.name")
    annotation_set_uuid = factory.SelfAttribute("dataset.pk")
    annotation_set_version = 1
    config = factory.LazyFunction(lambda: TrainingConfig(("glitch", "long_pause")).as_dict())


class DetectorFactory(DjangoModelFactory[Detector]):
    """A trained model of glitch and long_pause. There are no bytes of it in storage."""

    class Meta:
        model = Detector

    dataset = factory.SubFactory(DatasetFactory)
    workspace = factory.SelfAttribute("dataset.workspace")
    name = factory.Sequence(lambda n: f"Model {n}")
    dataset_uuid = factory.LazyAttribute(lambda row: row.dataset and row.dataset.pk)
    dataset_name = factory.LazyAttribute(lambda row: row.dataset.name if row.dataset else "")
    annotation_set_uuid = factory.SelfAttribute("dataset_uuid")
    annotation_set_version = 1
    data_hash = "ab" * 32
    artifact_types = factory.LazyFunction(lambda: ["glitch", "long_pause"])
    config = factory.LazyAttribute(lambda row: TrainingConfig(tuple(row.artifact_types)).as_dict())
    metrics = factory.LazyAttribute(lambda row: metrics(*row.artifact_types))
    file = factory.Sequence(lambda n: f"models/test/{n}.npz")
    size = 156_000
    sha256 = "cd" * 32


class BuiltInFactory(DjangoModelFactory[Detector]):
    """A model that is a rule."""

    class Meta:
        model = Detector

    workspace = factory.SubFactory(WorkspaceFactory)
    kind = Detector.Kind.BUILT_IN
    name = "Long pause"
    rule = "long_pause"
    artifact_types = factory.LazyFunction(lambda: ["long_pause"])


class InferenceJobFactory(DjangoModelFactory[InferenceJob]):
    class Meta:
        model = InferenceJob

    detector = factory.SubFactory(DetectorFactory)
    workspace = factory.SelfAttribute("detector.workspace")
    model_uuid = factory.SelfAttribute("detector.pk")
    model_name = factory.SelfAttribute("detector.name")
    config = factory.LazyFunction(lambda: DetectionConfig().as_dict())


def detection(artifact_type: str = "glitch", start_ms: int = 100, end_ms: int = 300, **more: Any) -> dict[str, Any]:
    return {"artifact_type": artifact_type, "start_ms": start_ms, "end_ms": end_ms, "confidence": 0.8, **more}


class InferenceFileFactory(DjangoModelFactory[InferenceFile]):
    """A file that was analysed; `detections` are what was found in it."""

    class Meta:
        model = InferenceFile

    inference_job = factory.SubFactory(InferenceJobFactory)
    audio_file = factory.SubFactory(
        AudioFileFactory,
        dataset=factory.SubFactory(DatasetFactory, workspace=factory.SelfAttribute("...inference_job.workspace")),
    )
    original_filename = factory.LazyAttribute(lambda row: row.audio_file.filename if row.audio_file else "gone.wav")
    duration_ms = 1000
    state = InferenceFile.State.COMPLETED
    detections = factory.LazyFunction(lambda: [detection()])
    detection_count = factory.LazyAttribute(lambda row: len(row.detections or []))
