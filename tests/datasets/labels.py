"""Labeling a dataset over HTTP, as programs do."""

from typing import Any


def sets_path(dataset: Any) -> str:
    return f"/api/v1/datasets/{dataset.pk}/annotation-sets"


def set_path(chosen: Any) -> str:
    return f"{sets_path(chosen.dataset)}/{chosen.pk}"


def row(audio: Any, **changes: Any) -> dict[str, Any]:
    """An annotation as it is sent."""
    return {
        "audio_file_id": str(audio.pk),
        "artifact_type": "glitch",
        "start_ms": 100,
        "end_ms": 300,
        **changes,
    }
