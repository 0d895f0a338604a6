"""Sending files in three steps, as programs do."""

from typing import Any
from urllib.parse import urlsplit

import httpx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.datasets.factories import wav_bytes

# What the published shell program sends, and nothing more.
SEVEN = (
    *("key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"),
    "x-amz-security-token",
)


def ask(client: Any, dataset: Any, size: int, **changes: Any) -> Any:
    body = {"filename": "a.wav", "content_type": "audio/wav", "file_size": size, **changes}
    return client.post(f"/api/v1/datasets/{dataset.pk}/audio/upload-url", body)


def send(offer: dict[str, Any], content: bytes, *, fields: dict[str, str] | None = None) -> Any:
    """With neither key nor session: to us, or to the bucket that the offer names."""
    form = dict(offer["fields"] if fields is None else fields)
    if urlsplit(offer["upload_url"]).hostname == "testserver":
        nobody = Client(enforce_csrf_checks=True)
        return nobody.post("/api/v1/uploads", {**form, "file": SimpleUploadedFile("a", content)})
    return httpx.post(offer["upload_url"], data=form, files={"file": ("a", content)})


def confirm(client: Any, dataset: Any, audio_id: str) -> Any:
    return client.post(f"/api/v1/datasets/{dataset.pk}/audio/confirm", {"audio_id": audio_id})


def upload(client: Any, dataset: Any, content: bytes = b"", **changes: Any) -> str:
    """All three steps; the id of the file."""
    content = content or wav_bytes()
    offer = ask(client, dataset, len(content), **changes).json()
    assert send(offer, content).status_code == 204
    assert confirm(client, dataset, offer["audio_id"]).status_code == 200
    audio_id: str = offer["audio_id"]
    return audio_id
