"""Rows of `datasets` for tests, and short sounds to import."""

import io
import math
import struct
import wave
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from factory.django import DjangoModelFactory

from datasets.models import (
    Annotation,
    AnnotationSet,
    ArtifactType,
    AudioBlob,
    AudioFile,
    Dataset,
    ProcessedDataset,
)
from tests.factories import WorkspaceFactory


def wav_bytes(*, ms: int = 200, rate: int = 8000, hz: float = 220.0) -> bytes:
    """A mono tone as a WAV file; another `hz` gives other bytes."""
    count = ms * rate // 1000
    samples = (round(8000 * math.sin(2 * math.pi * hz * i / rate)) for i in range(count))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{count}h", *samples))
    return out.getvalue()


class DatasetFactory(DjangoModelFactory[Dataset]):
    class Meta:
        model = Dataset

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda n: f"Dataset {n}")


class ArtifactTypeFactory(DjangoModelFactory[ArtifactType]):
    class Meta:
        model = ArtifactType

    dataset = factory.SubFactory(DatasetFactory)
    name = factory.Sequence(lambda n: f"artifact_{n}")
    color = "#d7263d"
    position = factory.Sequence(lambda n: n)


class AudioBlobFactory(DjangoModelFactory[AudioBlob]):
    """Bytes of a second of sound. With `stored=True` there are files of these names in storage."""

    class Meta:
        model = AudioBlob

    workspace = factory.SubFactory(WorkspaceFactory)
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = 16044
    original = factory.LazyAttribute(lambda blob: f"audio/test/{blob.sha256}")
    content_type = "audio/wav"
    codec = "pcm_s16le"
    sample_rate = 8000
    channels = 1
    n_samples = 8000
    duration_ms = 1000
    peaks = factory.LazyAttribute(lambda blob: f"peaks/test/{blob.sha256}.pk")
    peaks_header = factory.LazyFunction(
        lambda: {
            "version": 1,
            "sample_rate": 8000,
            "n_samples": 8000,
            "size": 3330,
            "values": ["min", "max", "rms"],
            "levels": [
                {"samples_per_point": 800, "points": 10, "offset": 0},
                {"samples_per_point": 80, "points": 100, "offset": 30},
                {"samples_per_point": 8, "points": 1000, "offset": 330},
            ],
        }
    )

    @classmethod
    def _create(cls, model_class: type[AudioBlob], *args: Any, stored: bool = False, **kwargs: Any) -> AudioBlob:
        blob = super()._create(model_class, *args, **kwargs)
        if stored:
            default_storage.save(blob.original, ContentFile(wav_bytes(ms=1000)))
            default_storage.save(blob.peaks, ContentFile(bytes(i % 127 for i in range(3330))))
        return blob


class AudioFileFactory(DjangoModelFactory[AudioFile]):
    """A file that is ready, with a blob of its own."""

    class Meta:
        model = AudioFile

    dataset = factory.SubFactory(DatasetFactory)
    workspace = factory.SelfAttribute("dataset.workspace")
    blob = factory.SubFactory(AudioBlobFactory, workspace=factory.SelfAttribute("..workspace"))
    filename = factory.Sequence(lambda n: f"call-{n:04}.wav")
    status = AudioFile.Status.READY
    size = 16044
    duration_ms = 1000
    sample_rate = 8000
    channels = 1


class AnnotationSetFactory(DjangoModelFactory[AnnotationSet]):
    class Meta:
        model = AnnotationSet

    dataset = factory.SubFactory(DatasetFactory)
    version = factory.Sequence(lambda n: n + 1)


class AnnotationFactory(DjangoModelFactory[Annotation]):
    class Meta:
        model = Annotation

    annotation_set = factory.SubFactory(AnnotationSetFactory)
    audio_file = factory.SubFactory(AudioFileFactory, dataset=factory.SelfAttribute("..annotation_set.dataset"))
    artifact_type = "glitch"
    start_ms = 100
    end_ms = 300


class ProcessedDatasetFactory(DjangoModelFactory[ProcessedDataset]):
    """An output. With `stored=True` its archive has a few bytes in storage."""

    class Meta:
        model = ProcessedDataset

    dataset = factory.SubFactory(DatasetFactory)
    workspace = factory.SelfAttribute("dataset.workspace")
    task_id = factory.LazyAttribute(lambda row: row.dataset.pk)
    task_name = "Support calls"
    version = factory.Sequence(lambda n: n + 1)
    manifest = factory.LazyFunction(lambda: {"version": 1})
    archive = factory.LazyAttribute(lambda row: f"processed/test/{row.version}.zip")
    size = 4
    sha256 = "0" * 64
    n_items = 3

    @classmethod
    def _create(cls, model_class: type, *args: Any, stored: bool = False, **kwargs: Any) -> Any:
        row = super()._create(model_class, *args, **kwargs)
        if stored:
            default_storage.save(row.archive, ContentFile(b"PK\x05\x06"))
        return row
