"""Making an evaluation of 25,000 rows with one request: `python -m bench.evaluations` prints JSON rows.

It runs in a data folder of its own, in the process that answers the request.
"""

import gc
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

from bench.processes import peak_mb, rss_mb
from bench.rows import Row
from bench.server import in_a_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ROWS = 25_000
URL = "/v5/evaluations"


def _body(files: list[Any], question: Any, *, n: int) -> dict[str, Any]:
    from tests.evaluations.factories import layout, task_of

    data = [
        {"audio_description": f"Customer service call {number}", "agent": "voice-v3", "round": number % 7}
        for number in range(n)
    ]
    shown = layout("item.files.audio_file", "item.audio_description", direction="column")
    tasks = [task_of(question, layout=shown, required=True)]
    return {"name": "Large", "data": data, "files": [{"audio_file": str(pk)} for pk in files[:n]], "tasks": tasks}


def _scene() -> tuple[Any, Any, list[Any]]:
    """A client with a workspace's key, a question, and the ids of ROWS files."""
    from rest_framework.test import APIClient

    from bench.team import recordings
    from datasets.models import AudioFile
    from tests.evaluations.factories import make_question
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Evaluations", slug="evaluations")
    maker = User.objects.create_user("maker@team.example", "team", name="Maker")
    Membership.objects.create(workspace=workspace, user=maker, role=Role.ADMINISTRATOR)
    _key, secret = create_api_key(workspace=workspace, name="Import", by=maker)
    dataset = recordings(workspace, ROWS)
    files = list(AudioFile.objects.filter(dataset=dataset).order_by("id").values_list("pk", flat=True))
    client = APIClient(headers={"X-API-Key": secret, "X-Selected-Account-Id": str(workspace.pk)})
    return client, make_question(workspace), files


def _post(client: Any, text: bytes) -> float:
    begun = time.monotonic()
    answer = client.generic("POST", URL, text, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return time.monotonic() - begun


def rows() -> Iterator[Row]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    client, question, files = _scene()
    # Imports and prepared statements are not what is measured.
    _post(client, json.dumps(_body(files, question, n=100)).encode())
    text = json.dumps(_body(files, question, n=ROWS)).encode()
    gc.collect()
    _forget_peak()
    before = rss_mb(os.getpid())
    spent = _post(client, text)
    grown = peak_mb(os.getpid()) - before
    how = f"POST {URL} with {ROWS:,} rows and {ROWS:,} ids of files, checked and stored; handing out is a job"
    yield Row("evaluation_create_25k_s", round(spent, 2), "s", 10, f"{how}, wall")
    how = f"{how}: how far it raises the memory of its process at most"
    yield Row("evaluation_create_25k_mb", round(max(0.0, grown), 1), "MB", 150, how)
    yield _handed_out()


def _handed_out() -> Row:
    from annotations.models import Assignment
    from workspaces.jobs import run
    from workspaces.models import Job

    job = Job.objects.get(kind="evaluations.begin")
    begun = time.monotonic()
    run(str(job.pk))
    spent = time.monotonic() - begun
    assert Assignment.objects.filter(task=job.args["task_id"]).count() == ROWS
    how = f"the job that gives {ROWS:,} rows of an evaluation to people, wall"
    return Row("evaluation_hand_out_25k_s", round(spent, 2), "s", None, how)


def _forget_peak() -> None:
    """Have the kernel measure the peak from now on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measure() -> Iterable[Row]:
    """The rows, measured inside a process of its own."""
    return in_a_process("bench.evaluations")


def main() -> None:
    # The request ends before the rows are handed out, as on a server.
    os.environ["EARMARK_JOBS_INLINE"] = "0"
    django.setup()
    print(json.dumps([asdict(row) for row in rows()]))


if __name__ == "__main__":
    main()
