"""Two teams at once, over HTTP: each item gets its people of each team, and nobody is at an item twice."""

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

ITEMS, OVERLAP = 60, 2
PEOPLE = 8 if os.environ.get("DATABASE_URL", "").startswith("postgres") else 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("teams"), name="teams").start("--no-worker")
    yield made
    made.close()


def test_two_teams_share_the_items_out(stack):
    asked = ["--items", str(ITEMS), "--people", str(PEOPLE), "--overlap", str(OVERLAP)]
    command = [sys.executable, "-m", "tests.scenes", "teams", *asked]
    scene = json.loads(subprocess.run(command, env=stack.environment, capture_output=True, check=True).stdout)

    def work(key):
        done = []
        with httpx.Client(base_url=stack.url, headers={"X-API-Key": key}, timeout=60) as client:
            while True:
                answer = client.post(f"/api/v1/labeling-tasks/{scene['task']}/next")
                if answer.status_code == 204:
                    return done
                assert answer.status_code == 200, answer.text
                turn = answer.json()
                sent = client.post(f"/api/v1/assignments/{turn['assignment']['id']}/submit", json={"answers": ANSWERS})
                assert sent.status_code == 200, sent.text
                done.append((turn["assignment"]["id"], turn["item"]["position"]))

    keys = [(team, key) for team, of_team in scene["keys"].items() for key in of_team]
    with ThreadPoolExecutor(len(keys)) as pool:
        per_person = list(pool.map(work, [key for _team, key in keys]))

    for done in per_person:
        assert max(Counter(position for _turn, position in done).values()) == 1
    for team in scene["keys"]:
        ours = [done for (whose, _key), done in zip(keys, per_person, strict=True) if whose == team]
        counts = Counter(position for done in ours for _turn, position in done)
        assert counts == dict.fromkeys(range(1, ITEMS + 1), OVERLAP)
    turns = Counter(turn for done in per_person for turn, _position in done)
    assert (max(turns.values()), len(turns)) == (1, 2 * OVERLAP * ITEMS)
    task = httpx.get(
        f"{stack.url}/api/v1/labeling-tasks/{scene['task']}", headers={"X-API-Key": scene["manager_key"]}
    ).json()
    assert task["state"] == "ready"
