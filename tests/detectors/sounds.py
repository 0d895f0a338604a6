"""Recordings in which every pause is known, and datasets that teach it. Crude, and quick to make and to learn."""

import io
import wave
from functools import cache

import numpy as np
from django.utils import timezone

from datasets.actions import accept_upload
from datasets.models import Annotation, AnnotationSet, ArtifactType, AudioFile, ListenedFile
from tests.datasets.factories import AnnotationSetFactory, AudioFileFactory, DatasetFactory

RATE = 8000
PAUSE_MS = 800


@cache
def sound(number: int, *, seconds: int = 20, pauses: tuple[int, ...] = (3000, 9000, 15_000)) -> bytes:
    """A droning voice with a silence of PAUSE_MS at each of `pauses` (ms). Another number gives another voice."""
    rng = np.random.default_rng(number)
    time = np.arange(seconds * RATE) / RATE
    pitch = 110 + 15 * number % 90
    loudness = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * time + number)
    voice = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 9)) * loudness * 4000
    samples = voice + rng.normal(0, 30, len(time))
    for start_ms in pauses:
        start = start_ms * RATE // 1000
        samples[start : start + PAUSE_MS * RATE // 1000] = rng.normal(0, 10, PAUSE_MS * RATE // 1000)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.clip(-32000, 32000).astype("<i2").tobytes())
    return out.getvalue()


def publish(labels: AnnotationSet) -> AnnotationSet:
    """By the rows alone, for tests that are about what comes after."""
    AnnotationSet.objects.filter(pk=labels.pk).update(state="published", published_at=timezone.now())
    labels.refresh_from_db()
    return labels


def labeled(workspace, *, minutes: float = 6, glitches: int = 1, pauses: int = 12) -> AnnotationSet:
    """A published set on `minutes` of sound of which there are rows and no bytes, with labels of two types."""
    dataset = DatasetFactory(workspace=workspace, name="Calls")
    for position, name in enumerate(("glitch", "long_pause", "echo")):
        ArtifactType.objects.create(dataset=dataset, name=name, position=position)
    labels = AnnotationSetFactory(dataset=dataset, version=1)
    files = [AudioFileFactory(dataset=dataset, duration_ms=int(minutes * 30_000)) for _ in range(2)]
    rows = [("glitch", n * 1000, n * 1000 + 20) for n in range(glitches)]
    rows += [("long_pause", n * 2000, n * 2000 + 800) for n in range(pauses)]
    Annotation.objects.bulk_create(
        Annotation(annotation_set=labels, audio_file=files[0], artifact_type=name, start_ms=start, end_ms=end)
        for name, start, end in rows
    )
    return publish(labels)


def teaching(workspace, *, files: int = 5, seconds: int = 20) -> AnnotationSet:
    """A published set on sound that is there: pauses marked in `files` of them, one more listened to and clean.

    The rest of the five minutes that training asks for is a file that nobody listened to and that has no bytes. Call
    it in a test that does jobs at once (`transaction=True`).
    """
    dataset = DatasetFactory(workspace=workspace, name="Calls")
    ArtifactType.objects.create(dataset=dataset, name="long_pause")
    labels = AnnotationSetFactory(dataset=dataset, version=1)
    for number in range(files):
        audio = uploaded(dataset, number, sound(number, seconds=seconds))
        Annotation.objects.bulk_create(
            Annotation(
                annotation_set=labels,
                audio_file=audio,
                artifact_type="long_pause",
                start_ms=start,
                end_ms=start + PAUSE_MS,
            )
            for start in (3000, 9000, 15_000)
        )
    clean = uploaded(dataset, 90, sound(90, seconds=seconds, pauses=()))
    ListenedFile.objects.create(annotation_set=labels, audio_file=clean)
    AudioFileFactory(dataset=dataset, duration_ms=300_000)
    return publish(labels)


def uploaded(dataset, number: int, content: bytes) -> AudioFile:
    return accept_upload(dataset, by=None, filename=f"call-{number}.wav", content=[content])
