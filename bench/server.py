"""What the web process spends on the annotator's loop, on lists and on exports; its memory; how fast it is back."""

import json
import os
import random  # noqa: TID251 - the same pages in every run
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.processes import command_of, cpu_s, rss_mb, tree
from bench.rows import Row
from tests.stack import Stack

ITEMS, CLIENTS, LOOPS = 10_000, 8, 45
PAGES, PER_PAGE = 300, 30
ANSWERS = {
    "marks": [
        {"id": f"r{n}", "label": "glitch", "start_ms": 2000 * n, "end_ms": 2000 * n + 150, "note": ""} for n in range(3)
    ],
    "pace": "normal",
}


@contextmanager
def running(name: str, *, items: int) -> Iterator[tuple[Stack, dict[str, Any]]]:
    """A real stack without a worker, and in it a task over `items` files for CLIENTS annotators."""
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        stack = Stack(Path(folder), name=name)
        stack.start("--no-worker")
        try:
            yield stack, _scene(stack, items=items)
        finally:
            stack.close()


def _scene(stack: Stack, *, items: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.scenes", "loop", "--items", str(items), "--people", str(CLIENTS)]
    done = subprocess.run(command, env=stack.environment, capture_output=True, check=True)
    scene: dict[str, Any] = json.loads(done.stdout)
    return scene


def web_processes(stack: Stack) -> list[int]:
    assert stack.process is not None
    return [pid for pid in tree(stack.process.pid) if "gunicorn" in command_of(pid)]


def measure() -> Iterable[Row]:
    with running("bench", items=ITEMS) as (stack, scene):
        yield from _idle(stack)
        yield from _loop(stack, scene)
        yield from _export(stack, scene)
        yield from _restart(stack)


def _idle(stack: Stack) -> Iterable[Row]:
    with httpx.Client(base_url=stack.url) as client:
        for _ in range(20):
            client.get("/accounts/login/")
    largest = max(rss_mb(pid) for pid in web_processes(stack))
    yield Row("web_idle_mb", round(largest, 1), "MB", 110, "largest RSS of a web process after 20 page views")


def _loop(stack: Stack, scene: dict[str, Any]) -> Iterable[Row]:
    """CLIENTS people with a connection each: next, then submit 3 regions and a choice, LOOPS times."""
    turns: list[str] = []
    lock = threading.Lock()

    def work(key: str) -> None:
        with httpx.Client(base_url=stack.url, headers={"X-API-Key": key}, timeout=60) as client:
            for _ in range(LOOPS):
                turn = client.post(f"/api/v1/labeling-tasks/{scene['task']}/next").raise_for_status().json()
                pk = turn["assignment"]["id"]
                client.post(f"/api/v1/assignments/{pk}/submit", json={"answers": ANSWERS}).raise_for_status()
                with lock:
                    turns.append(pk)

    work(scene["keys"][0])  # warm: imports, connections, prepared forms
    turns.clear()
    before = cpu_s(web_processes(stack))
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, scene["keys"]))
    spent = cpu_s(web_processes(stack)) - before
    how = f"{CLIENTS} clients x {LOOPS} loops of next and submit over HTTP, {ITEMS} items, CPU of the web processes"
    yield Row("next_submit_cpu_ms", round(1000 * spent / len(turns), 2), "ms", 13, how)
    yield Row("double_handouts", sum(n - 1 for n in Counter(turns).values()), "items", 0, how)


def _export(stack: Stack, scene: dict[str, Any]) -> Iterable[Row]:
    headers = {"X-API-Key": scene["manager_key"]}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=120) as client:
        self_made = 2000 - CLIENTS * LOOPS - LOOPS
        _answer_more(stack, scene, self_made)
        pids = web_processes(stack)
        before, memory = cpu_s(pids), max(rss_mb(pid) for pid in pids)
        lines = 0
        with client.stream("GET", f"/api/v1/labeling-tasks/{scene['task']}/export") as answer:
            answer.raise_for_status()
            for _ in answer.iter_lines():
                lines += 1
        spent, grown = cpu_s(pids) - before, max(rss_mb(pid) for pid in pids) - memory
    assert lines == ITEMS, lines
    how = f"streamed export of {ITEMS} items with 2000 answers as JSON Lines, CPU of the web processes"
    yield Row("export_cpu_s", round(spent, 2), "s", 1, how)
    yield Row("export_grows_mb", round(max(0.0, grown), 1), "MB", None, how)


def _answer_more(stack: Stack, scene: dict[str, Any], count: int) -> None:
    with httpx.Client(base_url=stack.url, headers={"X-API-Key": scene["keys"][0]}, timeout=60) as client:
        for _ in range(count):
            turn = client.post(f"/api/v1/labeling-tasks/{scene['task']}/next").raise_for_status().json()
            pk = turn["assignment"]["id"]
            client.post(f"/api/v1/assignments/{pk}/submit", json={"answers": ANSWERS}).raise_for_status()


def _restart(stack: Stack) -> Iterable[Row]:
    stack.stop()
    begun = time.monotonic()
    stack.launch("--no-worker")
    while not stack.answers():
        time.sleep(0.02)
    yield Row(
        "restart_s",
        round(time.monotonic() - begun, 2),
        "s",
        5,
        "`manage.py up` on a used data folder to its first answer",
    )


def measure_queries() -> Iterable[Row]:
    """Statements per operation, counted inside a process of its own; BEGIN, COMMIT and SAVEPOINT are not counted."""
    return in_a_process("bench.queries")


def measure_team() -> Iterable[Row]:
    """A task of 100,000 items, 30 annotators and 5 auditors, inside a process of its own."""
    return in_a_process("bench.team")


def measure_crowd() -> Iterable[Row]:
    """A task of 100,000 items that five people answered each, inside a process of its own."""
    return in_a_process("bench.crowd")


def in_a_process(module: str) -> Iterable[Row]:
    """The rows that `module` prints when it runs in a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        environment = {
            **os.environ,
            "EARMARK_DATA_DIR": folder,
            "EARMARK_ALLOWED_HOSTS": "testserver",
            "EARMARK_JOBS_INLINE": "1",
        }
        command = [sys.executable, "-m", module]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
    for row in json.loads(done.stdout):
        yield Row(**row)


def pages(count: int) -> list[int]:
    """The page numbers that are asked for: drawn once, the same in every run."""
    return random.Random(7).choices(range(1, PAGES + 1), k=count)
