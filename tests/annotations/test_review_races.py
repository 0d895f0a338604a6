"""Verdicts, stops and taking back while others work on the same items: over HTTP against a real stack, one wins."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.annotations.factories import ANSWERS
from tests.stack import Stack

ROUNDS = 6
ITEMS = 40
QUESTIONS = [
    {"type": "regions", "name": "Marks"},
    {"type": "categorical", "name": "Pace", "configuration": {"choices": ["slow", "normal", "fast"]}},
]


class Team:
    """A manager, two annotators and two auditors, each with a key; tasks are made through the API."""

    def __init__(self, stack):
        command = [sys.executable, "-m", "tests.scenes", "team", "--items", str(ITEMS)]
        scene = json.loads(subprocess.run(command, env=stack.environment, capture_output=True, check=True).stdout)
        self.clients = {
            name: httpx.Client(base_url=f"{stack.url}/api/v1", headers={"X-API-Key": key}, timeout=60)
            for name, key in scene["keys"].items()
        }
        self.dataset = self.call("maja", "GET", "/datasets").json()["items"][0]["id"]

    def call(self, who, method, path, **body):
        return self.clients[who].request(method, path, json=body if method != "GET" else None)

    def post(self, who, path, **body):
        return self.call(who, "POST", path, **body)

    def make_task(self, **more):
        plan = {"dataset": self.dataset, "name": "Races", "questions": QUESTIONS, "review_mode": "full", **more}
        made = self.post("maja", "/labeling-tasks", **plan)
        assert made.status_code == 201, made.text
        return f"/labeling-tasks/{made.json()['id']}"

    def begin(self, task, who="omar"):
        answer = self.post(who, f"{task}/next")
        assert answer.status_code == 200, answer.text
        return f"/assignments/{answer.json()['assignment']['id']}"

    def hand_in(self, task):
        turn = self.begin(task)
        assert self.post("omar", f"{turn}/submit", answers=ANSWERS).status_code == 200
        return turn

    def look(self, turn):
        return self.call("maja", "GET", turn).json()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("verdicts"), name="verdicts").start("--no-worker")
    yield made
    made.close()


@pytest.fixture(scope="module")
def team(stack):
    made = Team(stack)
    yield made
    for client in made.clients.values():
        client.close()


def at_once(*calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def sentence(answer):
    detail = answer.json()["detail"]
    return detail if isinstance(detail, str) else detail[0]["msg"]


def test_a_verdict_while_the_review_is_transferred(team):
    task = team.make_task()
    body = {"kind": "review", "from": "ana@team.example", "to": "abel@team.example", "quantity": 1}
    for _round in range(ROUNDS):
        turn = team.hand_in(task)
        assert team.post("ana", f"{task}/next-review").json()["assignment"]["id"] in turn

        moved, judged = at_once(
            lambda: team.post("maja", f"{task}/transfers", **body),
            lambda turn=turn: team.post("ana", f"{turn}/approve", revision=1),
        )

        after = team.look(turn)
        if judged.status_code == 200:
            assert moved.status_code in (409, 422), moved.text
            assert "Nothing can be moved from Ana to Abel now." in sentence(moved)
            assert after["assignment"]["state"] == "approved"
        else:
            assert (moved.status_code, judged.status_code) in ((201, 403), (201, 409)), judged.text
            assert sentence(judged).endswith(".")
            assert (after["assignment"]["state"], after["assignment"]["reviewer"]["name"]) == ("pending_review", "Abel")
            assert team.post("abel", f"{turn}/approve", revision=1).status_code == 200
        assert [row["verdict"] for row in team.look(turn)["history"]] == ["approved"]


def test_two_auditors_judge_the_same_item(team):
    task = team.make_task()
    reason = {"reason_code": "boundary_late", "comment": "starts before the word"}
    for _round in range(ROUNDS):
        turn = team.hand_in(task)

        answers = at_once(
            lambda turn=turn: team.post("ana", f"{turn}/approve", revision=1),
            lambda turn=turn: team.post("abel", f"{turn}/drop", revision=1, **reason),
        )

        assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])
        loser = next(answer for answer in answers if answer.status_code != 200)
        assert sentence(loser).endswith(".")
        assert len(team.look(turn)["history"]) == 1


def test_a_verdict_and_a_submission_while_the_task_is_stopped(team):
    task = team.make_task()
    for _round in range(ROUNDS):
        waiting, open_one = team.hand_in(task), team.begin(task, "orla")

        stopped, judged, handed_in = at_once(
            lambda: team.post("maja", f"{task}/stop"),
            lambda turn=waiting: team.post("ana", f"{turn}/approve", revision=1),
            lambda turn=open_one: team.post("orla", f"{turn}/submit", answers=ANSWERS, revision=0),
        )

        assert stopped.status_code == 200, stopped.text
        assert team.look(waiting)["assignment"]["state"] == (
            "approved" if judged.status_code == 200 else "pending_review"
        )
        state = team.look(open_one)["assignment"]["state"]
        assert state == ("pending_review" if handed_in.status_code == 200 else "open")
        for answer in (judged, handed_in):
            if answer.status_code != 200:
                assert (answer.status_code, sentence(answer)[-1]) == (409, "."), answer.text
        assert team.post("maja", f"{task}/resume").status_code == 200
        # Whoever was refused goes on where they were.
        if handed_in.status_code != 200:
            assert team.post("orla", f"{open_one}/open").status_code == 200
            assert team.post("orla", f"{open_one}/submit", answers=ANSWERS, revision=0).status_code == 200
        if judged.status_code != 200:
            assert team.post("ana", f"{waiting}/approve", revision=1).status_code == 200


def test_a_submission_while_the_item_is_taken_back(team):
    task = team.make_task()
    for _round in range(ROUNDS):
        turn = team.begin(task)

        taken, handed_in = at_once(
            lambda turn=turn: team.post("maja", f"{turn}/take-back"),
            lambda turn=turn: team.post("omar", f"{turn}/submit", answers=ANSWERS, revision=0),
        )

        assert sorted([taken.status_code, handed_in.status_code]) == [200, 409], (taken.text, handed_in.text)
        after = team.look(turn)["assignment"]
        if handed_in.status_code == 200:
            assert (after["state"], after["revision"]) == ("pending_review", 1)
            assert "state" in sentence(taken)
        else:
            assert (after["state"], after["revision"]) == ("open", 0)
            assert sentence(handed_in).endswith(".")


def test_one_person_in_two_windows_gets_one_turn_of_an_item(team):
    """Both turns of each item wait in the pool, and the same person asks for one in several windows."""
    task = team.make_task(overlap=2)
    for _round in range(ROUNDS):
        answers = at_once(*[lambda: team.post("omar", f"{task}/next")] * 4)

        assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
        turns = {answer.json()["item"]["id"]: answer.json()["assignment"]["id"] for answer in answers}
        assert len({answer.json()["assignment"]["id"] for answer in answers}) == len(turns)
        for turn in turns.values():
            assert team.post("omar", f"/assignments/{turn}/submit", answers=ANSWERS).status_code == 200
