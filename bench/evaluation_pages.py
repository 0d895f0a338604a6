"""What the pages of an evaluation of 25,000 rows cost, most of them answered: `python -m bench.evaluation_pages`.

It prints JSON rows, and runs in a data folder of its own.
"""

import json
import os
import random  # noqa: TID251 - the same answers in every run
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import django

from bench.figures import TIMES, cpu_ms, serving
from bench.processes import rss_mb
from bench.rows import Row
from bench.server import in_a_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ITEMS = 25_000
BATCH = 5000
SCHEMA = {"type": "object", "properties": {"voice": {"enum": ["clear", "muffled"]}, "polite": {"type": "boolean"}}}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "marks": ("timestamp", {"multi": True}),
    "verdict": ("categorical", {"choices": ["good", "bad", "unclear"]}),
    "stars": ("rating", {"steps": 5, "min_label": "poor", "max_label": "fine"}),
    "count": ("number", {}),
    "note": ("free_text", {}),
    "sheet": ("form", {"form_schema": SCHEMA}),
}


def rows() -> Iterator[Row]:
    from django.core.management import call_command

    from workspaces.actions import create_workspace
    from workspaces.models import Membership, Role, User

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    workspace = create_workspace(name="Bench", slug="bench")
    people = {}
    for role in (Role.ADMINISTRATOR, Role.OPERATOR):
        people[role] = User.objects.create_user(f"{role}@bench.example", "bench", name=str(role.label))
        Membership.objects.create(workspace=workspace, user=people[role], role=role)
    evaluation = _evaluation(workspace, people[Role.ADMINISTRATOR])
    _answered(evaluation, people[Role.OPERATOR])
    yield from _counting(evaluation)
    yield from _pages(evaluation, people[Role.ADMINISTRATOR])


def _evaluation(workspace: Any, manager: Any) -> Any:
    """ITEMS rows with a file each and a question of every type, handed out."""
    from evaluations.models import Evaluation
    from tests.evaluations.factories import make_evaluation, make_question, task_of
    from workspaces.jobs import run
    from workspaces.models import Job

    tasks = [
        task_of(make_question(workspace, kind, configuration=how), alias=alias) for alias, (kind, how) in KINDS.items()
    ]
    made = make_evaluation(workspace, by=manager, rows=ITEMS, tasks=tasks)
    # Where jobs are not done at once, nobody else is there to do them.
    for job in Job.objects.due():
        run(str(job.pk))
    return Evaluation.objects.get(pk=made.pk)


def _answered(evaluation: Any, operator: Any) -> None:
    """Nine rows in ten are answered. Written straight: what is measured is reading it."""
    from django.utils import timezone

    from annotations.models import Assignment, Submission

    draw = random.Random(7)
    turns = Assignment.objects.filter(task__evaluation_queue__evaluation=evaluation).order_by("position")
    ids = list(turns.filter(position__lte=ITEMS * 9 // 10).values_list("pk", flat=True))
    assert len(ids) == ITEMS * 9 // 10, len(ids)
    turns.filter(position__lte=len(ids)).order_by().update(
        state="submitted", origin="no_review", revision=1, annotator=operator, submitted_at=timezone.now()
    )
    Submission.objects.bulk_create(
        (Submission(assignment_id=pk, author=operator, revision=1, answers=_answer(draw)) for pk in ids),
        batch_size=BATCH,
    )


def _answer(draw: random.Random) -> dict[str, Any]:
    return {
        "marks": sorted(draw.randrange(10_000) for _ in range(draw.randrange(5))),
        "verdict": draw.choice(["good", "bad", "unclear"]),
        "stars": draw.randint(1, 5),
        "count": draw.randint(0, 400) / 4,
        "note": "said wrongly " * draw.randrange(6),
        "sheet": {"voice": draw.choice(["clear", "muffled"]), "polite": draw.random() < 0.8},
    }


def _counting(evaluation: Any) -> Iterable[Row]:
    """All answers read and added up, nothing of it kept from before."""
    from django.core.cache import caches

    from evaluations.views.overview import figures

    figures(evaluation)
    caches["process"].clear()
    before, begun = rss_mb(os.getpid()), time.process_time()
    figures(evaluation)
    spent, grown = 1000 * (time.process_time() - begun), rss_mb(os.getpid()) - before
    how = f"all answers of {ITEMS:,} rows with six questions read and added up, nothing kept from before"
    yield Row("evaluation_figures_25k_cpu_ms", round(spent, 1), "ms", 1000, how)
    yield Row("evaluation_figures_25k_grows_mb", round(max(0.0, grown), 1), "MB", 20, how)


def _pages(evaluation: Any, manager: Any) -> Iterable[Row]:
    page = f"/w/bench/evaluations/{evaluation.pk}/"
    addresses = {
        "answers": f"{page}answers/",
        "progress": page,
        "items": f"{page}items/?after=20000",
        "answered rows": f"{page}items/?status=completed&after=10000",
        "list": "/w/bench/evaluations/",
    }
    with serving() as stack:
        spent = {name: cpu_ms(stack, manager, address) for name, address in addresses.items()}
    each = ", ".join(f"{name} {ms:.0f} ms" for name, ms in spent.items())
    how = f"the dearest live part of {each}; CPU of the web process over HTTP, mean of {TIMES}, {ITEMS:,} rows"
    yield Row("evaluation_page_25k_cpu_ms", max(spent.values()), "ms", 150, how)


def measure() -> Iterable[Row]:
    """The rows, measured inside a process of its own."""
    return in_a_process("bench.evaluation_pages")


def main() -> None:
    django.setup()
    print(json.dumps([asdict(row) for row in rows()]))


if __name__ == "__main__":
    main()
