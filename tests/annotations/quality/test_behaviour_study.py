"""A simulated study: do the recommended rules stop people who do not listen, and leave others alone?

500 clips with three questions of four answers each; 19 experts who are right on about 90 %, 171 crowd workers of whom
30 answer at random, always the same, or too fast, and the others are right on 60 to 95 %. Each clip takes three answers
of each group; three of ten items are control items; who is stopped is replaced. Everything is drawn from a seed.
"""

from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from annotations.quality import behaviour
from annotations.quality.behaviour import CONTROLS, MAJORITY, STOP, TOO_FAST, Mark, agreeing, judge_shares

CLIPS, QUESTIONS, OPTIONS, EACH = 500, 3, 4, 3
CONTROL_RATE = 0.3
SPAMMERS = ("random", "same", "fast")
# So rarely is an honest answer too fast.
HASTE = 0.02
OPEN_AT_ONCE = 17
MOST_ROUNDS = 2000
RULES = [rule for rule in behaviour.recommended() if rule.action == STOP]


@dataclass
class Worker:
    group: str
    kind: str
    skill: float
    eagerness: float
    always: list[int]
    marks: dict[str, list[Mark]] = field(default_factory=lambda: {CONTROLS: [], MAJORITY: [], TOO_FAST: []})
    had: set[int] = field(default_factory=set)
    answers: int = 0
    stopped_by: str = ""

    def answer(self, truth, rng):
        if self.kind in ("same", "fast"):
            return self.always
        luck = rng.integers(1, OPTIONS + 1, len(truth))
        if self.kind == "random":
            return [int(chosen) - 1 for chosen in luck]
        is_right = rng.random(len(truth)) < self.skill
        return [
            right if knows else (right + int(1 + chosen % (OPTIONS - 1))) % OPTIONS
            for right, knows, chosen in zip(truth, is_right, luck, strict=True)
        ]


def people(rng):
    def worker(group, kind, skill):
        eagerness = rng.choice([0.1, 0.3, 0.6]) if kind == "honest" else 1.0
        return Worker(group, kind, skill, eagerness, clip(rng))

    experts = [worker("expert", "honest", float(np.clip(rng.normal(0.9, 0.03), 0.8, 0.97))) for _ in range(19)]
    spammers = [worker("crowd", SPAMMERS[n % 3], 0.0) for n in range(30)]
    return [*experts, *spammers, *(worker("crowd", "honest", rng.uniform(0.6, 0.95)) for _ in range(141))]


def clip(rng):
    return [int(answer) for answer in rng.integers(0, OPTIONS, QUESTIONS)]


class Study:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.seed = seed
        self.workers = people(self.rng)
        self.truth = [clip(self.rng) for _ in range(CLIPS)]
        self.given = {group: [{} for _ in range(CLIPS)] for group in ("expert", "crowd")}
        # Clips that want more answers, in order.
        self.open = {group: list(range(CLIPS)) for group in self.given}

    def run(self):
        for _ in range(MOST_ROUNDS):
            for number, worker in enumerate(self.workers):
                is_at_it = not worker.stopped_by and self.open[worker.group]
                if is_at_it and self.rng.random() < worker.eagerness:
                    self.work(worker, number)
            if not any(self.open.values()):
                return self
        raise AssertionError("the study does not end")

    def work(self, worker, number):
        if self.rng.random() < CONTROL_RATE:
            truth = clip(self.rng)
            right = sum(a == b for a, b in zip(worker.answer(truth, self.rng), truth, strict=True))
            worker.marks[CONTROLS].insert(0, Mark(right, QUESTIONS))
        elif not self.label(worker, number):
            return
        worker.answers += 1
        is_fast = worker.kind == "fast" or self.rng.random() < HASTE
        worker.marks[TOO_FAST].insert(0, Mark(int(is_fast)))
        self.judge(worker, number)

    def label(self, worker, number):
        some = list(islice((n for n in self.open[worker.group] if n not in worker.had), OPEN_AT_ONCE))
        if not some:
            return False
        n = int(self.rng.choice(some))
        worker.had.add(n)
        given = self.given[worker.group][n]
        given[number] = worker.answer(self.truth[n], self.rng)
        if len(given) == EACH:
            self.open[worker.group].remove(n)
            verdicts = agreeing([dict(enumerate(answer)) for answer in given.values()])
            for who, agrees in zip(given, verdicts, strict=True):
                if agrees is not None:
                    self.workers[who].marks[MAJORITY].insert(0, Mark(int(agrees)))
        return True

    def judge(self, worker, number):
        looks = behaviour.looks_now(f"{self.seed} {number} {worker.answers}")
        for rule in RULES:
            is_asked = rule.kind in worker.marks and (rule.kind == TOO_FAST or looks == (rule.kind == CONTROLS))
            if is_asked and judge_shares(rule, worker.marks[rule.kind]).fires:
                worker.stopped_by = rule.kind
                self.replace(worker, number)
                return

    def replace(self, worker, number):
        for n in worker.had:
            given = self.given[worker.group][n]
            if len(given) == EACH:
                self.open[worker.group] = sorted([*self.open[worker.group], n])
            given.pop(number, None)


def test_spammers_are_stopped_within_20_answers_and_honest_people_are_not():
    studies = [Study(seed).run() for seed in (1, 2)]
    workers = [worker for study in studies for worker in study.workers]
    honest = [worker for worker in workers if worker.kind == "honest"]
    spammers = [worker for worker in workers if worker.kind != "honest"]

    wrongly = [worker for worker in honest if worker.stopped_by]
    assert len(wrongly) / len(honest) <= 0.01, [(worker.skill, worker.answers) for worker in wrongly]
    assert sum(worker.answers for worker in spammers) / len(spammers) <= 20
    for kind in SPAMMERS:
        of_kind = [worker.answers for worker in spammers if worker.kind == kind]
        assert sum(of_kind) / len(of_kind) <= 25, kind
    # The few who are not stopped had no time to be: the study was over before.
    assert sum(bool(worker.stopped_by) for worker in spammers) / len(spammers) >= 0.9
