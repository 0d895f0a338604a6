"""A simulated study through the API: experts and a crowd describe clips, control items find out who does not listen.

500 clips, three answers of 19 experts and three of 171 crowd workers each, 12 of whom are spammers. What comes of it is
compared with what is true: see `bench.study_people`.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import httpx

from annotations.quality.behaviour import recommended
from bench.processes import cpu_s, tree
from bench.rows import Row
from bench.study_people import SCALES, Person, World
from tests.stack import Stack

SIZES = {"clips": 500, "controls": 90, "experts": 19, "crowd": 171, "spammers": 12}
EACH, CONTROL_PERCENT, CLIENTS = 3, 30, 6
# Rounds in which people come back or not; far more than it takes.
MOST_ROUNDS = 2000
WAIT_S = 300


class Caller(Protocol):
    """Calls the API with a key: (status, body), the body {} where there is none."""

    def __call__(self, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]: ...


@dataclass(frozen=True)
class Outcome:
    """Shares of 1; `spammer_answers` are answers handed in until each spammer was stopped, on average."""

    spammer_answers: float
    spammers_stopped: int
    honest_stopped: float
    majority: float
    best_worker: float
    aggregated: float
    decided: float
    answers: int


class Study:
    """`side_by_side` does something for several people at once, or one after the other."""

    def __init__(
        self, world: World, scene: dict[str, Any], call: Caller, side_by_side: Callable[..., Iterable[Any]] = map
    ) -> None:
        self.world, self.scene, self.call, self.side_by_side = world, scene, call, side_by_side
        self.task = self._manage("post", "labeling-tasks", self._plan())["id"]

    def _manage(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.call(self.scene["manager_key"], method, path, body)
        if status >= 400:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer

    def _plan(self) -> dict[str, Any]:
        words = {"vocabulary": self.scene["vocabulary"], "min": 0, "max": 5}
        return {
            "dataset": self.scene["dataset"],
            "name": "Voices",
            "questions": [
                *(
                    {
                        "type": "categorical",
                        "name": alias.title(),
                        "alias": alias,
                        "configuration": {"choices": list(values), "ordered": True, "escape": ["variable"]},
                    }
                    for alias, values in SCALES.items()
                ),
                *(
                    {
                        "type": "words",
                        "name": facet.title(),
                        "alias": facet,
                        "required": False,
                        "configuration": {**words, "facets": [facet]},
                    }
                    for facet in ("emotion", "voice")
                ),
            ],
            "teams": [{"team_id": pk, "overlap": EACH} for pk in self.scene["teams"].values()],
            "review_mode": "none",
            "seed": 7,
        }

    def prepare(self) -> None:
        """Rules as they are recommended, control items, checks that note what they find."""
        rules = [asdict(rule) for rule in recommended()]
        self._about("put", "rules", {"rules": rules, "replaces_answers": True})
        items = [
            {"audio_file_id": self.scene["controls"][clip.filename], "expected": clip.scales}
            for clip in self.world.controls
        ]
        self._about("post", "controls", {"percent": CONTROL_PERCENT, "items": items})
        self._about("put", "checks", {"rules": {"is_active": True, "action": "flag"}})

    def _about(self, method: str, what: str, body: Any = None) -> Any:
        return self._manage(method, f"labeling-tasks/{self.task}/{what}", body)

    def label(self) -> None:
        """Everybody comes back as often as they like, until nobody gets anything any more."""
        import random  # noqa: TID251 - who comes when is the same in every run

        rng = random.Random(1)
        idle = 0
        for _ in range(MOST_ROUNDS):
            here = [one for one in self.world.people if not one.is_over and (idle or rng.random() < one.eagerness)]
            rng.shuffle(here)
            # All of them are waited for: nobody is at two items at once.
            if any(list(self.side_by_side(self._one_more, here))):
                idle = 0
            elif idle:
                # Everybody who is left was asked, and there is nothing for any of them.
                return
            else:
                idle = 1
        raise AssertionError(f"Not done after {MOST_ROUNDS} rounds.")

    def _one_more(self, person: Person) -> bool:
        key = self.scene["keys"][person.number]
        status, turn = self.call(key, "post", f"labeling-tasks/{self.task}/next")
        if status == 409:
            person.is_over = True
        if status in (204, 409):
            return False
        assert status == 200, (status, turn)
        clip = self.world.by_name[turn["item"]["files"][0]["filename"]]
        body = self.world.handed_in(person, clip)
        status, answer = self.call(key, "post", f"assignments/{turn['assignment']['id']}/submit", body)
        assert status == 200, (status, answer)
        person.answers += 1
        if not clip.filename.startswith("voice"):
            person.said[clip.filename] = {alias: body["answers"][alias] for alias in SCALES}
        return True

    def pages(self, what: str) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            mark = "&" if "?" in what else "?"
            found = self._about("get", f"{what}{mark}page={page}&page_size=100")
            yield from found["items"]
            if page * 100 >= found["total"]:
                return
            page += 1

    def results(self) -> dict[str, dict[str, Any]]:
        """What the answers come to by file name, once all of it is computed from all of them."""
        names = {row["id"]: row["files"][0]["filename"] for row in self.pages("items")}
        asked_at = datetime.fromtimestamp(time.time(), UTC)
        self._about("post", "aggregate")
        rows: list[dict[str, Any]] = []
        for _ in self._patiently("results"):
            rows = list(self.pages("results"))
            if len(rows) == len(self.world.clips) and all(
                datetime.fromisoformat(row["computed_at"]) >= asked_at for row in rows
            ):
                break
        return {names[row["item"]]: row["values"] for row in rows}

    def report(self) -> dict[str, Any]:
        """The figures of the quality report, computed from all answers."""
        self._about("post", "quality")
        found: dict[str, Any] = {}
        for _ in self._patiently("report"):
            found = self._about("get", "quality")
            if found["computed_at"] and found["job"]["state"] == "completed" and not found["answers_since"]:
                break
        return dict(found["figures"])

    @staticmethod
    def _patiently(what: str) -> Iterator[None]:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            yield
            time.sleep(0.5)
        raise AssertionError(f"No {what} within {WAIT_S} s.")

    def outcome(self) -> Outcome:
        stopped = {row["user"]["id"] for row in self.pages("standings") if row["state"] == "stopped"}
        is_stopped = {person.number: self.scene["users"][person.number] in stopped for person in self.world.people}
        spammers = [person for person in self.world.people if not person.is_honest]
        honest = [person for person in self.world.people if person.is_honest]
        results = self.results()
        right = [
            results[clip.filename][alias]["value"] == clip.scales[alias]
            for clip in self.world.clips
            for alias in SCALES
        ]
        decided = [results[clip.filename][alias]["value"] is not None for clip in self.world.clips for alias in SCALES]
        return Outcome(
            spammer_answers=sum(person.answers for person in spammers) / len(spammers),
            spammers_stopped=sum(is_stopped[person.number] for person in spammers),
            honest_stopped=sum(is_stopped[person.number] for person in honest) / len(honest),
            majority=majority(self.world),
            best_worker=best_worker(self.world),
            aggregated=sum(right) / len(right),
            decided=sum(decided) / len(decided),
            answers=sum(person.answers for person in self.world.people),
        )


def majority(world: World) -> float:
    """Of the scales, how many the most frequent of all answers gets right; a tie counts for what guessing would."""
    points, asked = 0.0, 0
    for clip in world.clips:
        said = [person.said[clip.filename] for person in world.people if clip.filename in person.said]
        for alias, truth in clip.scales.items():
            votes = Counter(answer[alias] for answer in said)
            most = max(votes.values(), default=0)
            first = [value for value, count in votes.items() if count == most]
            points += (truth in first) / max(1, len(first))
            asked += 1
    return points / asked


def best_worker(world: World, *, least: int = 50) -> float:
    """How much the best of those gets right who answered so many clips, or as many as anybody."""
    least = min(least, max(len(person.said) for person in world.people))

    def share(person: Person) -> float:
        right = [
            value == world.by_name[name].scales[alias]
            for name, said in person.said.items()
            for alias, value in said.items()
        ]
        return sum(right) / len(right)

    return max(share(person) for person in world.people if len(person.said) >= least)


class Http:
    """The API of a running stack; a connection for each thread."""

    def __init__(self, url: str) -> None:
        self.url, self._own = url, threading.local()

    def __call__(self, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = httpx.Client(base_url=self.url, timeout=120)
        answer = client.request(method.upper(), f"/api/v1/{path}", json=body, headers={"X-API-Key": key})
        return answer.status_code, answer.json() if answer.content else {}


def measure() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        stack = Stack(Path(folder), name="study")
        stack.start()
        try:
            yield from _measured(stack)
        finally:
            stack.close()


def _measured(stack: Stack) -> Iterable[Row]:
    command = [sys.executable, "-m", "bench.study_scene", json.dumps(SIZES)]
    done = subprocess.run(command, env=stack.environment, stdout=subprocess.PIPE, check=True)
    assert stack.process is not None
    pids = tree(stack.process.pid)
    before, begun = cpu_s(pids), time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as threads:
        study = Study(World(**SIZES), json.loads(done.stdout), Http(stack.url), threads.map)
        study.prepare()
        study.label()
    found = study.outcome()
    wall_s, spent_s = time.monotonic() - begun, cpu_s(pids) - before
    print_report(study)
    how = (
        f"{SIZES['clips']} clips, {EACH} answers of {SIZES['experts']} experts and {EACH} of {SIZES['crowd']} crowd "
        f"workers each, {CONTROL_PERCENT} % control items, recommended rules, over HTTP"
    )
    spammers = f"answers a spammer hands in until stopped, mean of {SIZES['spammers']}, "
    yield Row("study_spammer_answers", round(found.spammer_answers, 1), "answers", 20, f"{spammers}{how}")
    yield Row("study_spammers_stopped", found.spammers_stopped, "people", SIZES["spammers"], how, is_floor=True)
    yield Row("study_honest_stopped_pct", round(100 * found.honest_stopped, 2), "%", 1, f"wrongly stopped; {how}")
    yield Row("study_accuracy_majority", round(found.majority, 4), "share", None, "plain majority of all answers")
    yield Row(
        "study_accuracy_best_worker", round(found.best_worker, 4), "share", None, "of those with 50 clips or more"
    )
    least = max(found.majority, found.best_worker)
    how_aggregated = f"results of the scales that are true, {100 * found.decided:.1f} % decided; better than both above"
    yield Row("study_accuracy_aggregated", round(found.aggregated, 4), "share", round(least, 4), how_aggregated, True)
    yield Row("study_wall_s", round(wall_s, 1), "s", None, f"{found.answers} answers with {CLIENTS} clients; {how}")
    yield Row("study_server_cpu_s", round(spent_s, 1), "s", None, "CPU of all processes of the server for that")


def print_report(study: Study) -> None:
    """The comparison of the teams, as the report's page has it."""
    figures = study.report()
    teams = figures["teams"]

    def line(name: str, values: Iterable[Any], form: str = "{:.2f}") -> None:
        shown = ("-" if value is None else form.format(value) for value in values)
        print(f"{name:<34}" + "".join(f"{value:>12}" for value in shown), file=sys.stderr)

    line("", (team["name"] for team in teams), "{}")
    for name in ("people", "answers", "items"):
        line(name, (team[name] for team in teams), "{:,}")
    for question in figures["questions"]:
        agreement = [question["agreement"].get(team["id"], {}) for team in teams]
        line(f"two people agree: {question['name']}", (found.get("percent") for found in agreement))
        line(f"alpha: {question['name']}", (found.get("alpha", {}).get("value") for found in agreement))
        if question["words"]:
            words = [question["words"].get(team["id"]) or {} for team in teams]
            line(f"different words: {question['name']}", (found.get("distinct") for found in words), "{:,}")
            line(f"words per answer: {question['name']}", (found.get("per_answer") for found in words))
    line("answers that are what holds", (team["accuracy"]["share"] for team in teams))
    line("right on control items", (team["controls"]["share"] for team in teams))
    line("seconds per answer, median", ((team["median_ms"] or 0) / 1000 for team in teams), "{:.1f}")
    line("cost per item", (team["cost_per_item"] for team in teams), "{:.3f}")
