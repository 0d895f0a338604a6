"""What the figures of a team's task cost the web process, over HTTP, once most of it is labeled and reviewed."""

import os
import random  # noqa: TID251 - the same work in every run
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.processes import cpu_s
from bench.rows import Row
from bench.server import web_processes
from tests.stack import Stack

TIMES = 15
DAYS = 25
BATCH = 2000


def progress(team: Any) -> Iterable[Row]:
    """The Progress tab's live part and GET progress for the manager; the lists of one annotator and one auditor."""
    work(team)
    page = f"/w/{team.workspace.slug}"
    addresses = {
        "api": (team.manager, f"/api/v1/labeling-tasks/{team.task.pk}/progress"),
        "page": (team.manager, f"{page}/tasks/{team.task.pk}/"),
        "labeling": (team.annotators[0], f"{page}/labeling/"),
        "review": (team.auditors[0], f"{page}/review/"),
    }
    with serving() as stack:
        spent = {name: cpu_ms(stack, user, address) for name, (user, address) in addresses.items()}
    how = f"CPU of the web process over HTTP per request, mean of {TIMES}, 3 in 4 items handed in and most judged"
    both = f"API {spent['api']:.0f} ms, live part {spent['page']:.0f} ms"
    yield Row("progress_100k_cpu_ms", max(spent["api"], spent["page"]), "ms", 150, f"the dearer of {both}; {how}")
    yield Row("labeling_100k_cpu_ms", spent["labeling"], "ms", 100, f"live part of My labeling; {how}")
    yield Row("review_100k_cpu_ms", spent["review"], "ms", 100, f"live part of My review; {how}")


@contextmanager
def serving() -> Iterator[Stack]:
    """A web process on the data folder of this process."""
    from django.db import connections

    connections.close_all()
    folder = Path(os.environ["EARMARK_DATA_DIR"])
    stack = Stack(folder, name="bench-figures", EARMARK_ALLOWED_HOSTS="localhost")
    stack.start("--no-worker")
    try:
        yield stack
    finally:
        stack.close()


def cpu_ms(stack: Stack, user: Any, address: str) -> float:
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    with httpx.Client(base_url=stack.url, cookies=cookies, headers={"HX-Request": "true"}, timeout=60) as client:
        for _ in range(3):
            client.get(address).raise_for_status()
        before = cpu_s(web_processes(stack))
        for _ in range(TIMES):
            answer = client.get(address)
            assert answer.status_code == httpx.codes.OK, (address, answer.status_code)
        return round(1000 * (cpu_s(web_processes(stack)) - before) / TIMES, 1)


def work(team: Any) -> None:
    """Three items in four handed in over DAYS days, two of three of them judged, one in ten of those returned.

    Written straight: what is measured is reading it.
    """
    from django.utils import timezone

    from annotations.models import Assignment

    draw, now = random.Random(7), timezone.now()
    turns = Assignment.objects.filter(task=team.task, state="assigned").order_by("position")
    for _ in range(0, turns.count() * 3 // 4, BATCH):
        rows = list(turns[:BATCH])
        for row in rows:
            row.state, row.revision, row.active_ms = "pending_review", 1, draw.randint(5_000, 300_000)
            row.submitted_at = now - timedelta(seconds=draw.randint(0, DAYS * 86_400))
        _judge(team, rows, draw)


def _judge(team: Any, rows: list[Any], draw: random.Random) -> None:
    from annotations.models import Assignment, ReasonCode, Review, Submission

    submissions, reviews = [], []
    for row in rows:
        submission = Submission(assignment=row, author_id=row.annotator_id, revision=1, answers={})
        submissions.append(submission)
        if draw.random() > 2 / 3:
            continue
        row.reviewer, row.decided_at = draw.choice(team.auditors), row.submitted_at + timedelta(hours=1)
        row.first_pass = draw.random() > 0.1
        verdict = {"submission": submission, "reviewer": row.reviewer}
        if row.first_pass:
            row.state, row.origin = "approved", "reviewed"
            reviews.append(Review(**verdict, verdict="approved"))
        else:
            row.state, row.rejections, row.rework_count = "rework", 1, 1
            reason = draw.choice(ReasonCode.values)
            reviews.append(Review(**verdict, verdict="rejected", reason_code=reason, comment="starts late"))
    fields = ["state", "revision", "active_ms", "submitted_at", "reviewer", "decided_at", "first_pass", "origin"]
    # As rows that are there already: an UPDATE of so many fields for so many rows takes minutes.
    Assignment.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=[*fields, "rejections", "rework_count"]
    )
    Submission.objects.bulk_create(submissions)
    Review.objects.bulk_create(reviews)
