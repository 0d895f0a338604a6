"""Asking for files in a store over `/v5/`, and reading what became of each."""

from typing import Any


def entry(path: str, *, store: str = "calls", name: str | None = None, kind: str = "audio/wav") -> dict[str, str]:
    """One file that is asked for."""
    return {"container": store, "filepath": path, "filename": name or path.rpartition("/")[2], "file_type": kind}


def ask(client: Any, *entries: dict[str, str]) -> Any:
    return client.post("/v5/files/cloud_imports", {"files": list(entries)})


def statuses(response: Any) -> list[str]:
    """What became of each, in the order asked."""
    return [row["status"] for row in response.json()["results"]]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)
