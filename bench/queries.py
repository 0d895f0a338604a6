"""Counts and CPU that need no server: `python -m bench.queries`, in a data folder of its own, prints JSON rows."""

import json
import os
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SMALL, LARGE = 10, 1_000_000
PER_PAGE = 30


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(json.dumps([*_loop(), *_lists()]))


def _statements(work: Any) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


def _loop() -> list[dict[str, Any]]:
    from django.test import Client

    from bench.server import ANSWERS
    from tests.scenes import loop

    scene = loop(items=100, people=1, dealt=False)
    client = Client(headers={"X-API-Key": scene["keys"][0]})

    def once() -> None:
        answer = client.post(f"/api/v1/labeling-tasks/{scene['task']}/next")
        pk = answer.json()["assignment"]["id"]
        answer = client.post(f"/api/v1/assignments/{pk}/submit", {"answers": ANSWERS}, content_type="application/json")
        assert answer.status_code == 200, answer.content

    once()
    how = "SQL statements of POST next and POST submit with a key; transaction control not counted"
    return [{"name": "next_submit_queries", "value": _statements(once), "unit": "queries", "budget": 16, "how": how}]


def _lists() -> list[dict[str, Any]]:
    """A page of 30 rows of a dataset's audio, as the browser's table and as JSON, with 10 and with 1,000,000 files."""
    from tests.factories import MembershipFactory

    member = MembershipFactory(role="administrator")
    rows = []
    worst_cpu: dict[str, float] = {}
    worst_queries = 0
    for size in (SMALL, LARGE):
        dataset = _dataset(member.workspace, size)
        for name, address in _addresses(member.workspace, dataset).items():
            client = _client(member.user, is_page=name == "page")
            cpu, queries = _cost(client, address)
            worst_queries = max(worst_queries, queries)
            worst_cpu[name] = max(worst_cpu.get(name, 0), cpu)
            rows.append(
                {
                    "name": f"list_{name}_cpu_ms_{size}", "value": round(cpu, 2), "unit": "ms", "budget": None,
                    "how": f"{name} of {PER_PAGE} of {size} files, in process",
                }
            )  # fmt: skip
    how = f"the dearer of page and JSON, 10 and {LARGE} files, sorted and filtered ones among them, in process"
    rows.append(
        {"name": "list_cpu_ms", "value": round(max(worst_cpu.values()), 2), "unit": "ms", "budget": 8, "how": how}
    )
    rows.append({"name": "list_queries", "value": worst_queries, "unit": "queries", "budget": 6, "how": how})
    return rows


def _client(user: Any, *, is_page: bool) -> Any:
    from django.test import Client

    client = Client(headers={"HX-Request": "true"} if is_page else {})
    client.force_login(user)
    return client


def _addresses(workspace: Any, dataset: Any) -> dict[str, str]:
    page = f"/w/{workspace.slug}/datasets/{dataset.pk}/"
    return {
        "page": f"{page}?sort=-duration",
        "json": f"/api/v1/datasets/{dataset.pk}/audio?page_size={PER_PAGE}&page=100",
    }


def _cost(client: Any, address: str, *, times: int = 40) -> tuple[float, int]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    queries = _statements(lambda: client.get(address))
    begun = time.process_time()
    for _ in range(times):
        client.get(address)
    return 1000 * (time.process_time() - begun) / times, queries


def _dataset(workspace: Any, size: int) -> Any:
    """`size` ready files without bytes, written straight: what is measured is reading them."""
    from datasets.models import AudioFile, Dataset
    from tests.annotations.factories import make_dataset

    first = make_dataset(workspace, files=1, name=f"{size} files")
    template = AudioFile.objects.get(dataset=first)
    done = 1
    while done < size:
        count = min(5000, size - done)
        AudioFile.objects.bulk_create(
            AudioFile(
                workspace=workspace, dataset=first, blob=template.blob, status="ready",
                filename=f"call-{done + n:07}.wav",
                duration_ms=1000 + (done + n) * 7919 % 600_000, sample_rate=16_000, channels=1,
            )
            for n in range(count)
        )  # fmt: skip
        done += count
    return Dataset.objects.get(pk=first.pk)


if __name__ == "__main__":
    main()
