"""Suggestions of a model for tests, put beside items as its job does."""

import array
import io
import math
import wave
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotations.models import ItemSuggestions, LabelingTask, TaskItem
from datasets.models import AudioFile
from workspaces.ids import new_id

ROWS = [
    {"id": "s1", "label": "glitch", "start_ms": 1200, "end_ms": 1350, "confidence": 0.93},
    {"id": "s2", "label": "long_pause", "start_ms": 4000, "end_ms": 5200, "confidence": 0.61},
    {"id": "s3", "label": "glitch", "start_ms": 7000, "end_ms": 7100, "confidence": 0.55},
]


def suggest(task: LabelingTask, rows: list[dict[str, Any]] | None = None, **values: Any) -> None:
    """Every item of the task gets these suggestions."""
    LabelingTask.objects.filter(pk=task.pk).update(ai_assisted=True)
    task.ai_assisted = True
    values = {"model_name": "Glitches 1", "alias": "marks", "threshold": 0.5, **values}
    ItemSuggestions.objects.bulk_create(
        ItemSuggestions(item=item, rows=ROWS if rows is None else rows, **values)
        for item in TaskItem.objects.filter(task=task)
    )


def region(suggestion: str | None = None, /, **changes: Any) -> dict[str, Any]:
    """A region made from one of ROWS, as it is or changed; or one of the person's own."""
    row = next((row for row in ROWS if row["id"] == suggestion), ROWS[0])
    made = {name: row[name] for name in ("label", "start_ms", "end_ms")} | {"id": f"r-{suggestion}", "note": ""}
    return made | ({"suggestion": suggestion} if suggestion else {}) | changes


def answers(*regions: dict[str, Any]) -> dict[str, Any]:
    return {"marks": list(regions), "pace": "normal"}


PAUSES_MS = ((3000, 5000),)


def wav(pauses_ms: tuple[tuple[int, int], ...] = PAUSES_MS, *, duration_ms: int = 10_000) -> bytes:
    """Ten seconds of a tone with silence in it, in which the rule for long pauses finds just that."""
    rate = 16_000
    tone = [int(8000 * math.sin(2 * math.pi * 220 * n / rate)) for n in range(rate // 10)] * (duration_ms // 100)
    for start, end in pauses_ms:
        tone[start * rate // 1000 : end * rate // 1000] = [0] * ((end - start) * rate // 1000)
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, rate, len(tone), "NONE", ""))
        file.writeframes(array.array("h", tone).tobytes())
    return made.getvalue()


def give_sound(task: LabelingTask) -> None:
    """Bytes for the recordings of `make_dataset`, each with a sum of its own, so that none is taken for another."""
    name = default_storage.save("audio/tone.wav", ContentFile(wav()))
    files = AudioFile.objects.filter(dataset=task.dataset).select_related("blob").order_by("id")
    for n, audio in enumerate(files, start=1):
        blob = audio.blob
        assert blob is not None
        blob.pk, blob.sha256, blob.original = new_id(), f"{n:064x}", name
        blob.save(force_insert=True)
        AudioFile.objects.filter(pk=audio.pk).update(blob=blob)
