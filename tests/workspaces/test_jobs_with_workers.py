"""Jobs through a real broker and real worker processes. A kind nobody handles is enough: it ends, and says so."""

import pytest
from django.utils import timezone

from tests.factories import WorkspaceFactory
from tests.workers import wait_until
from workspaces.jobs import enqueue
from workspaces.models import Job


def all_ended() -> bool:
    return not Job.objects.live().exists()


@pytest.fixture
def ask(real_jobs):
    workspace = WorkspaceFactory()
    return lambda: enqueue("nobody-does-this", workspace=workspace, by=None, args={})


def outcomes() -> set[tuple[str, int]]:
    return set(Job.objects.values_list("state", "tries"))


def test_a_worker_does_what_is_asked(workers, ask):
    workers.start()

    for _ in range(10):
        ask()

    wait_until(all_ended, what=workers.log)
    assert (Job.objects.count(), outcomes()) == (10, {("failed", 1)})


def test_work_asked_for_while_nobody_worked_is_done_once_somebody_does(workers, ask):
    for _ in range(10):
        ask()

    workers.start()

    wait_until(all_ended, what=workers.log)
    assert outcomes() == {("failed", 1)}


def test_work_whose_message_was_lost_is_swept_up(workers, ask):
    from config.celery import app

    ask()
    with app.connection_for_write() as link:
        lost = app.control.purge(connection=link)

    workers.start()

    wait_until(all_ended, what=workers.log)
    assert (lost, outcomes()) == (1, {("failed", 1)})


def test_work_left_by_a_worker_that_vanished_is_taken_over(workers, ask):
    job = ask()
    # What a worker leaves behind that was killed right after its claim.
    assert job.take()
    Job.objects.update(lease_until=timezone.now(), hinted_at=timezone.now())

    workers.start()

    wait_until(all_ended, what=workers.log)
    assert outcomes() == {("failed", 2)}


def test_killed_workers_lose_nothing(workers, ask):
    workers.start()
    for number in range(30):
        ask()
        if number in (10, 20):
            workers.kill()
            workers.start()

    wait_until(all_ended, what=workers.log)
    assert {state for state, _ in outcomes()} == {"failed"}
    assert Job.objects.count() == 30
