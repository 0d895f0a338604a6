"""Reading the answers of an evaluation of 25,000 rows: `python -m bench.evaluation_results` prints JSON rows.

It runs in a data folder of its own, in the process that answers the requests.
"""

import gc
import json
import os
import sys
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
BATCH = 5000
LARGEST_PAGE = 10_000
FORMATS = ("json", "jsonl", "csv")


def rows() -> Iterator[Row]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    client, evaluation = _scene()
    _answer(evaluation)
    yield from _pages(client, evaluation)
    yield from _exports(client, evaluation)


def _scene() -> tuple[Any, Any]:
    """A client with a workspace's key, and an evaluation of ROWS rows with two questions that was handed out."""
    from rest_framework.test import APIClient

    from bench.team import recordings
    from datasets.models import AudioFile
    from tests.evaluations.factories import make_evaluation, make_question, task_of
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Results", slug="results")
    maker = User.objects.create_user("maker@results.example", "results", name="Maker")
    Membership.objects.create(workspace=workspace, user=maker, role=Role.ADMINISTRATOR)
    _key, secret = create_api_key(workspace=workspace, name="Export", by=maker)
    files = AudioFile.objects.filter(dataset=recordings(workspace, ROWS)).order_by("id").values_list("pk", flat=True)
    tasks = [
        task_of(make_question(workspace), alias="mispronunciation_timestamps", required=True),
        task_of(make_question(workspace, "form"), alias="sheet"),
    ]
    data = [{"description": f"Customer service call {n}", "agent": {"name": "v3", "round": n % 7}} for n in range(ROWS)]
    evaluation = make_evaluation(
        workspace, by=maker, data=data, files=[{"audio": str(pk)} for pk in files], tasks=tasks
    )
    client = APIClient(headers={"X-API-Key": secret, "X-Selected-Account-Id": str(workspace.pk)})
    client.default_format = "json"
    return client, evaluation


def _answer(evaluation: Any) -> None:
    """Every row answered, written straight: what is measured is reading it."""
    from django.utils import timezone

    from annotations.models import Assignment, Submission

    turns = Assignment.objects.filter(task__evaluation_queue__evaluation=evaluation)
    assert turns.count() == ROWS
    person = evaluation.created_by
    made = (
        Submission(
            assignment_id=pk,
            author=person,
            revision=1,
            answers={"mispronunciation_timestamps": [1250, 4801, 7000 + number % 900], "sheet": {"speaker": "Ada"}},
            active_ms=4000,
        )
        for number, pk in enumerate(turns.order_by("pk").values_list("pk", flat=True))
    )
    Submission.objects.bulk_create(made, batch_size=BATCH)
    turns.update(
        annotator=person, state="submitted", origin="no_review", revision=1, active_ms=4000, submitted_at=timezone.now()
    )


def _pages(client: Any, evaluation: Any) -> Iterator[Row]:
    from bench.queries import _statements

    address = f"/v5/evaluation-items?evaluation_id={evaluation.pk}"

    def page(limit: int) -> None:
        answer = client.get(f"{address}&limit={limit}")
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["items"]) == limit

    page(1)
    counted = {limit: _statements(lambda limit=limit: page(limit)) for limit in (1, 100, LARGEST_PAGE)}
    assert len(set(counted.values())) == 1, counted
    how = f"SQL statements of a page of 1, 100 and {LARGEST_PAGE:,} of {ROWS:,} answered rows, with a key"
    yield Row("evaluation_items_page_queries", max(counted.values()), "queries", 12, how)
    begun, cpu = time.monotonic(), time.process_time()
    page(LARGEST_PAGE)
    spent, cpu = time.monotonic() - begun, time.process_time() - cpu
    how = f"GET /v5/evaluation-items with limit={LARGEST_PAGE:,}, its JSON read back, in process; wall, CPU {cpu:.2f} s"
    yield Row("evaluation_items_page_10k_s", round(spent, 2), "s", 3, how)


def _exports(client: Any, evaluation: Any) -> Iterator[Row]:
    """The dearest of all formats and ways. Nothing but the piece in hand is kept of an answer, as by a server."""
    spent, cpu, grown = {}, {}, {}
    for method in ("direct", "signed_url"):
        for kind in FORMATS:
            body = {"evaluation_id": str(evaluation.pk), "export_format": kind, "export_method": method}
            gc.collect()
            _forget_peak()
            before, begun, cpu_before = rss_mb(os.getpid()), time.monotonic(), time.process_time()
            answer = client.post("/v5/evaluation-items/export", body)
            assert answer.status_code == 200, answer.content
            if answer.streaming:
                assert sum(len(piece) for piece in answer.streaming_content) > 100 * ROWS
            spent[kind, method] = time.monotonic() - begun
            cpu[kind, method] = time.process_time() - cpu_before
            grown[kind, method] = peak_mb(os.getpid()) - before
    dearest, largest = max(spent, key=lambda way: spent[way]), max(grown, key=lambda way: grown[way])
    how = f"POST /v5/evaluation-items/export of {ROWS:,} answered rows, the dearest of all formats and both methods"
    said = f"{how} ({' '.join(dearest)}); wall, CPU {max(cpu.values()):.2f} s"
    yield Row("evaluation_export_25k_s", round(spent[dearest], 2), "s", 15, said)
    how = f"{how} ({' '.join(largest)}): how far it raises the memory of its process at most"
    yield Row("evaluation_export_25k_mb", round(max(0.0, grown[largest]), 1), "MB", 40, how)


def _forget_peak() -> None:
    """Have the kernel measure the peak from now on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measure() -> Iterable[Row]:
    """The rows, measured inside a process of its own."""
    return in_a_process("bench.evaluation_results")


def main() -> None:
    django.setup()
    print(json.dumps([asdict(row) for row in rows()]))


if __name__ == "__main__":
    sys.exit(main())
