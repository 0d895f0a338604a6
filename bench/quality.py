"""The quality report of the crowd's task: computing it, its page, and the clips behind a figure."""

import resource
import time
from collections.abc import Iterable
from typing import Any

from bench.rows import Row

# The median of so many requests.
TIMES = 5


def quality(crowd: Any) -> Iterable[Row]:
    """Rows for `bench.crowd`: run after its results were computed, as the report reads them."""
    from django.test import Client
    from django.urls import reverse

    from annotations.models import QualityReport
    from annotations.reports.computing import Counting
    from annotations.reports.reading import heard_items

    before, wall = time.process_time(), time.monotonic()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    n_items = crowd.task.items.count()
    counting = Counting(crowd.task, n_items=n_items)
    for heard in heard_items(crowd.task):
        counting.add(heard)
    figures = {"page": counting.page(), "clips": counting.clips_json()}
    _store(QualityReport, crowd.task, figures)
    spent, wall = time.process_time() - before, time.monotonic() - wall
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    n = figures["page"]["answers"]
    how = f"CPU of one process: {n_items:,} items, {n:,} answers; {wall:.0f} s on the clock, {more:.0f} MB more"
    yield Row("report_100k_s", round(spent, 1), "s", None, how)

    client = Client(headers={"host": "localhost"})
    client.force_login(crowd.manager)
    page = reverse("annotations:quality", args=[crowd.workspace.slug, crowd.task.pk])
    alias = figures["page"]["questions"][0]["alias"]
    clips = f"{page}clips/?of=apart/{alias}/all"
    found = {address: _cpu_ms(client, address) for address in (page, clips)}
    how = f"CPU of the report's page in one process, the median of {TIMES}; its clips {found[clips]:.0f} ms"
    yield Row("quality_page_100k_cpu_ms", round(found[page], 1), "ms", 300, f"{how}; {n:,} answers")


def _store(reports: Any, task: Any, figures: dict[str, Any]) -> None:
    from django.utils import timezone

    values = {"figures": figures, "computed_at": timezone.now(), "n_submissions": figures["page"]["answers"]}
    reports.objects.update_or_create(task=task, defaults=values)


def _cpu_ms(client: Any, address: str) -> float:
    """CPU of answering one request once everything is loaded."""
    spent = []
    for _ in range(TIMES + 1):
        before = time.process_time()
        response = client.get(address)
        spent.append(1000 * (time.process_time() - before))
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
    return sorted(spent[1:])[TIMES // 2]
