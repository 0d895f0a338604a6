"""Transfers while others move, open and hand in the same items: over HTTP against a real stack, nothing is lost."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.annotations.factories import ANSWERS
from tests.stack import Stack

PEOPLE = 4
EACH = 15


class Team:
    """A task dealt to four people, EACH items for each, and clients that act as they and as their manager."""

    def __init__(self, stack):
        arguments = ["--items", str(PEOPLE * EACH), "--people", str(PEOPLE), "--dealt"]
        command = [sys.executable, "-m", "tests.scenes", "loop", *arguments]
        scene = json.loads(subprocess.run(command, env=stack.environment, capture_output=True, check=True).stdout)
        self.task = f"/api/v1/labeling-tasks/{scene['task']}"
        self.manager = self._client(stack, scene["manager_key"])
        self.annotators = [self._client(stack, key) for key in scene["keys"]]

    @staticmethod
    def _client(stack, key):
        return httpx.Client(base_url=stack.url, headers={"X-API-Key": key}, timeout=60)

    def transfer(self, holder, to, quantity, **more):
        names = {"from": f"annotator{holder}@loop.example", "to": f"annotator{to}@loop.example"}
        return self.manager.post(
            f"{self.task}/transfers", json={"kind": "labeling", "quantity": quantity, **names, **more}
        )

    def staff(self):
        """(number, held, not begun, begun, done) of each annotator."""
        rows = self.manager.get(f"{self.task}/people").json()["annotators"]
        by_email = {row["user"]["email"]: row for row in rows}
        names = ("quota", "held", "not_begun", "begun", "done")
        people = [by_email[f"annotator{n}@loop.example"] for n in range(PEOPLE)]
        return [tuple(row[name] for name in names) for row in people]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("races"), name="races").start("--no-worker")
    yield made
    made.close()


@pytest.fixture(scope="module")
def team(stack):
    made = Team(stack)
    yield made
    for client in (made.manager, *made.annotators):
        client.close()


def at_once(*calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_two_managers_move_the_same_items_at_the_same_moment(team):
    for _round in range(5):
        n_before = team.staff()[0][1]
        answers = at_once(
            lambda n=n_before: team.transfer(0, 1, n),
            lambda n=n_before: team.transfer(0, 2, n),
        )

        assert sorted(answer.status_code for answer in answers) in ([201, 409], [201, 422])
        loser = next(answer.json()["detail"] for answer in answers if answer.status_code != 201)
        sentence = loser if isinstance(loser, str) else loser[0]["msg"]
        assert "can be moved from Annotator 0 to Annotator" in sentence
        winner = 1 if answers[0].status_code == 201 else 2
        staff = team.staff()
        assert (staff[0][:2], sum(row[1] for row in staff)) == ((0, 0), PEOPLE * EACH)
        assert [row[0] for row in staff] == [row[1] for row in staff]
        assert team.transfer(winner, 0, n_before).status_code == 201


def test_the_same_request_sent_many_times_moves_once(team):
    before = team.staff()
    answers = at_once(*[lambda: team.transfer(3, 0, 2, idempotency_key="once")] * 6)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert team.staff()[3][1] == before[3][1] - 2
    assert team.transfer(0, 3, 2).status_code == 201


def label(client, task, *, until):
    """Next, submit, next ...; returns what was handed in, and the sentences of what came too late."""
    done, late = [], []
    while not until():
        answer = client.post(f"{task}/next")
        if answer.status_code == 409:
            late.append(answer.json()["detail"])
            continue
        if answer.status_code == 204:
            break
        assert answer.status_code == 200, answer.text
        turn = answer.json()["assignment"]["id"]
        answer = client.post(f"/api/v1/assignments/{turn}/submit", json={"answers": ANSWERS})
        if answer.status_code == 409:
            late.append(answer.json()["detail"])
        else:
            assert answer.status_code == 200, answer.text
            done.append(turn)
    return done, late


def test_a_transfer_while_its_holder_opens_and_hands_in(team):
    """One after the other goes from the one who labels, what is open on the desk last, until nothing is left."""
    is_over = False

    def move_all():
        nonlocal is_over
        moved = 0
        for _attempt in range(10 * EACH):
            answer = team.transfer(1, 2, 1, with_begun=True)
            if answer.status_code == 201:
                moved += 1
            elif "Nothing can be moved" in answer.text:
                break
            else:
                assert answer.status_code in (409, 422), answer.text
        is_over = True
        return moved

    before = team.staff()
    moved, (done, late) = at_once(move_all, lambda: label(team.annotators[1], team.task, until=lambda: is_over))

    staff = team.staff()
    assert len(set(done)) == len(done)
    assert len(done) + moved == before[1][1]
    assert (staff[1][1:], staff[2][1]) == ((len(done), 0, 0, len(done)), before[2][1] + moved)
    assert sum(row[1] for row in staff) == PEOPLE * EACH
    assert all(sentence for sentence in late)
    # Whoever got them finds all of them, once.
    rest, _late = label(team.annotators[2], team.task, until=lambda: False)
    assert len(set(rest)) == len(rest) == staff[2][1]
    assert not set(rest) & set(done)
    assert team.staff()[2][1:] == (len(rest), 0, 0, len(rest))


def test_numbers_change_while_people_open_and_hand_in(team):
    """A manager takes back and gives out what somebody is working through: what was begun stays, what is not, moves."""
    is_over = False
    version = {"rest_in_pool": True}

    def change():
        nonlocal is_over
        statuses = []
        for number in (5, EACH, 8, EACH):
            seats = [{"user": f"annotator{n}@loop.example", "quota": row[0]} for n, row in enumerate(team.staff())]
            seats[3]["quota"] = max(number, sum(team.staff()[3][3:]))
            statuses.append(team.manager.put(f"{team.task}/people", json={"annotators": seats, **version}))
        is_over = True
        return statuses

    answers, (done, _late) = at_once(change, lambda: label(team.annotators[3], team.task, until=lambda: is_over))

    assert {answer.status_code for answer in answers} <= {200, 409, 422}
    assert 200 in {answer.status_code for answer in answers}
    assert len(set(done)) == len(done)
    staff = team.staff()
    in_pool = team.manager.get(f"{team.task}/people").json()["in_pool"]
    assert sum(row[1] for row in staff) + in_pool == PEOPLE * EACH
    assert all(row[1] >= row[0] for row in staff)
