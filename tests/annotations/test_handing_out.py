"""Many annotators at once, over HTTP against a real stack: nothing is handed out twice and nothing is lost."""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.annotations.factories import ANSWERS
from tests.stack import Stack

ITEMS = 400
CLIENTS = 32 if os.environ.get("DATABASE_URL", "").startswith("postgres") else 8


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("loop"), name="loop").start("--no-worker")
    yield made
    made.close()


def test_clients_share_the_items_out(stack):
    command = [sys.executable, "-m", "tests.scenes", "loop", "--items", str(ITEMS), "--people", str(CLIENTS)]
    scene = json.loads(subprocess.run(command, env=stack.environment, capture_output=True, check=True).stdout)

    def work(key):
        done = []
        with httpx.Client(base_url=stack.url, headers={"X-API-Key": key}, timeout=60) as client:
            while True:
                answer = client.post(f"/api/v1/labeling-tasks/{scene['task']}/next")
                if answer.status_code == 204:
                    return done
                assert answer.status_code == 200, answer.text
                turn = answer.json()["assignment"]["id"]
                answer = client.post(f"/api/v1/assignments/{turn}/submit", json={"answers": ANSWERS})
                assert answer.status_code == 200, answer.text
                done.append(turn)

    with ThreadPoolExecutor(CLIENTS) as pool:
        per_client = list(pool.map(work, scene["keys"]))

    counts = Counter(turn for done in per_client for turn in done)
    assert max(counts.values()) == 1
    assert len(counts) == ITEMS
    progress = httpx.get(
        f"{stack.url}/api/v1/labeling-tasks/{scene['task']}/progress", headers={"X-API-Key": scene["manager_key"]}
    ).json()
    assert progress["by_state"]["submitted"] == ITEMS
    assert progress["state"] == "ready"
