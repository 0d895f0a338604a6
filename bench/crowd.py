"""A task of 100,000 items that two teams answered, five people each item, and what is computed of it.

`python -m bench.crowd` prints JSON rows. It runs in a data folder of its own. What measures something on that task is
a function in MEASURES: it gets the crowd and yields rows, in the order they stand in.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import django
import numpy as np

from bench.quality import quality
from bench.rows import Row

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ITEMS, EXPERTS, WORKERS = 100_000, 10, 20
# People of each team that answer an item; the first team decides.
OVERLAP = (3, 2)
BATCH = 5000
PACES = ("slow", "normal", "fast", "variable")
WORDS = {"joy": ("happy", "cheerful", "excited"), "sadness": ("sad", "gloomy"), "anger": ("angry", "irritated")}


@dataclass(frozen=True)
class Crowd:
    """A space with its people, and the labeling task that all of them have answered."""

    workspace: Any
    manager: Any
    teams: list[Any]
    people: list[Any]
    task: Any


def make_crowd(*, items: int = ITEMS, overlap: tuple[int, int] = OVERLAP, **plan: Any) -> Crowd:
    """All items answered: a pace, a rating, words of a pool and a number each. Wants a database with its tables."""
    from annotations.overlapping.planned import TeamSeat
    from bench.team import recordings
    from tests.annotations.factories import make_task
    from workspaces.actions import create_workspace
    from workspaces.models import Membership, Role, Team, User

    workspace = create_workspace(name="Crowd", slug="crowd")

    def member(kind: str, number: int, role: Role) -> User:
        user = User.objects.create_user(f"{kind}{number}@crowd.example", None, name=f"{kind.title()} {number:02}")
        Membership.objects.create(workspace=workspace, user=user, role=role)
        return user

    manager = member("manager", 1, Role.ADMINISTRATOR)
    experts = [member("expert", number, Role.OPERATOR) for number in range(EXPERTS)]
    workers = [member("worker", number, Role.OPERATOR) for number in range(WORKERS)]
    teams = [Team.objects.create(workspace=workspace, name=name) for name in ("Experts", "Crowd")]
    teams[0].members.set(experts)
    teams[1].members.set(workers)
    seats = [TeamSeat(team, number, decides=not n) for n, (team, number) in enumerate(zip(teams, overlap, strict=True))]
    dataset = recordings(workspace, items)
    task = make_task(
        dataset, by=manager, questions=_questions(workspace, manager), teams=seats, review_mode="none", **plan
    )
    crowd = Crowd(workspace, manager, teams, [*experts, *workers], task)
    _answer(crowd, (experts, workers), overlap)
    return crowd


def _questions(workspace: Any, manager: Any) -> tuple[Any, ...]:
    from annotations.actions.plans import AskedQuestion
    from annotations.words import vocabularies

    pool = vocabularies.create_vocabulary(workspace, name="Emotions", by=manager)
    version = vocabularies.draft_of(pool, by=manager)
    for family, words in WORDS.items():
        for word in words:
            values = {"word": word, "labels": {"en": word}, "facet": "emotion", "family": family}
            vocabularies.put_term(version, values=values, by=manager)
    vocabularies.publish(version, by=manager)
    scale = {"choices": list(PACES), "ordered": True, "escape": ["variable"]}
    steps = {"steps": 5, "min_label": "bad", "max_label": "good"}
    words_ = {"vocabulary": str(pool.pk), "version": 1, "facets": ["emotion"], "max": 5, "cannot_judge": True}
    return (
        AskedQuestion(type="categorical", name="Pace", configuration=scale),
        AskedQuestion(type="rating", name="Quality", configuration=steps),
        AskedQuestion(type="words", name="Emotions", configuration=words_),
        AskedQuestion(type="number", name="Speakers", configuration={"min": 0, "max": 20}, required=False),
    )


def _answer(crowd: Crowd, teams: tuple[list[Any], list[Any]], overlap: tuple[int, int]) -> None:
    """Every turn handed in, three answers in four right. Written straight: what is measured is reading them."""
    from django.db import connection, transaction
    from django.utils import timezone

    from annotations.models import Assignment, Submission
    from workspaces.bulk import BulkRows
    from workspaces.ids import new_id

    now, draw = timezone.now(), np.random.default_rng(7)
    codes = [word for words in WORDS.values() for word in words]
    fields = {field.name: field for field in Assignment._meta.concrete_fields}
    prepared_id = fields["id"].get_db_prep_value
    prepared_time = fields["submitted_at"].get_db_prep_value
    answers = BulkRows(Submission, each=("id", "assignment_id", "author_id", "answers", "active_ms"), revision=1,
                       created_at=now)  # fmt: skip
    of_slot = [0] * overlap[0] + [1] * overlap[1]
    turns = Assignment.objects.filter(task=crowd.task).order_by("position", "slot")
    last = -1
    while rows := list(
        turns.filter(position__gt=last, position__lte=last + BATCH).values_list("id", "position", "slot")
    ):
        given, updates = [], []
        truth = draw.integers(0, 3, size=(BATCH + 1, 4))
        seen = np.where(draw.random((len(rows), 4)) < 0.75, truth[[row[1] - last - 1 for row in rows]],
                        draw.integers(0, 4, size=(len(rows), 4)))  # fmt: skip
        for (pk, position, slot), (pace, rating, word, number) in zip(rows, seen.tolist(), strict=True):
            team = teams[of_slot[slot]]
            person = team[(position * overlap[of_slot[slot]] + slot) % len(team)]
            said = {
                "pace": PACES[pace],
                "quality": rating + 1,
                "speakers": number,
                "emotions": {"terms": [codes[word]]},
            }
            given.append((new_id(), pk, person.pk, said, 20_000 + 1000 * rating))
            updates.append((
                prepared_id(person.pk, connection), prepared_time(now - timedelta(minutes=slot), connection),
                prepared_id(pk, connection),
            ))  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            answers.write(answers.prepared(given))
            cursor.executemany(
                "UPDATE annotations_assignment SET annotator_id = %s, submitted_at = %s, state = 'submitted',"
                " origin = 'no_review', revision = 1, active_ms = 20000 WHERE id = %s",
                updates,
            )
        last += BATCH
    crowd.task.settle(by=None, closely=True)


def aggregate(crowd: Crowd) -> Iterable[Row]:
    """Computing all results of the task, as a worker does."""
    import resource

    from annotations.aggregating.running import run

    before, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = run(crowd.task)
    spent = time.process_time() - before
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    how = f"CPU of one process: {kept:,} items x {sum(OVERLAP)} answers to 4 questions, two teams; {more:.0f} MB more"
    yield Row("aggregate_100k_s", round(spent, 2), "s", 20, how)


MEASURES: tuple[Callable[[Crowd], Iterable[Row]], ...] = (aggregate, quality)


def rows() -> Iterator[Row]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    crowd = make_crowd()
    for measure in MEASURES:
        yield from measure(crowd)


def main() -> None:
    django.setup()
    print(json.dumps([asdict(row) for row in rows()]))


if __name__ == "__main__":
    main()
