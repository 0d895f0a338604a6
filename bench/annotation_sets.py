"""Adding 5,000 annotations with one request and reading them back: `python -m bench.annotation_sets` prints JSON rows.

It runs in a data folder of its own, in the process that answers the requests.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import django

from bench.rows import Row
from bench.server import in_a_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ROWS = 5_000
FILES = 50
TYPES = ("glitch", "long_pause", "echo")


def _scene() -> tuple[Any, str, list[Any]]:
    """A client with a workspace's key, the address of a dataset's annotation sets, and the ids of its files."""
    from rest_framework.test import APIClient

    from bench.team import recordings
    from datasets.actions import replace_types
    from datasets.models import AudioFile
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Labels", slug="labels")
    maker = User.objects.create_user("maker@team.example", "team", name="Maker")
    Membership.objects.create(workspace=workspace, user=maker, role=Role.ADMINISTRATOR)
    _key, secret = create_api_key(workspace=workspace, name="Import", by=maker)
    dataset = recordings(workspace, FILES)
    replace_types(dataset, by=maker, types=[{"name": name} for name in TYPES])
    files = list(AudioFile.objects.filter(dataset=dataset).order_by("id").values_list("pk", flat=True))
    return APIClient(headers={"X-API-Key": secret}), f"/api/v1/datasets/{dataset.pk}/annotation-sets", files


def _body(files: list[Any], *, n: int) -> bytes:
    rows = [
        {
            "audio_file_id": str(files[number % len(files)]),
            "artifact_type": TYPES[number % len(TYPES)],
            "start_ms": number % 900,
            "end_ms": number % 900 + 50,
            "confidence": 0.9,
            "extra_data": {"tool": "import", "row": number},
        }
        for number in range(n)
    ]
    return json.dumps({"annotations": rows}).encode()


def _timed(client: Any, method: str, path: str, text: bytes = b"", *, status: int) -> float:
    begun = time.monotonic()
    answer = client.generic(method, path, text, content_type="application/json")
    # A streamed answer is read to its end.
    told = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == status, told[:500]
    return time.monotonic() - begun


def rows() -> Iterator[Row]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    client, path, files = _scene()
    here = f"{path}/{client.post(path).json()['id']}"
    # Imports and prepared statements are not what is measured.
    _timed(client, "POST", f"{here}/annotations/bulk", _body(files, n=10), status=201)
    text = _body(files, n=ROWS)
    spent = min(_timed(client, "POST", f"{here}/annotations/bulk", text, status=201) for _ in range(3))
    how = f"POST {{set}}/annotations/bulk with {ROWS:,} rows on {FILES} files, checked, stored and answered, wall"
    yield Row("bulk_5000_s", round(spent, 2), "s", 3, how)
    spent = _timed(client, "GET", here, status=200)
    yield Row("set_detail_15000_s", round(spent, 2), "s", None, "GET of a set with 15,010 annotations, streamed, wall")
    spent = _timed(client, "POST", f"{here}/publish", status=200)
    yield Row("set_publish_15000_s", round(spent, 2), "s", None, "publishing it, wall")


def measure() -> Iterable[Row]:
    """The rows, measured inside a process of its own."""
    return in_a_process("bench.annotation_sets")


def main() -> None:
    django.setup()
    print(json.dumps([asdict(row) for row in rows()]))


if __name__ == "__main__":
    main()
