import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from tests.factories import JobFactory, UserFactory, WorkspaceFactory
from workspaces import jobs
from workspaces.jobs import JobFailed, enqueue, run, sweep
from workspaces.models import Job, Workspace
from workspaces.models.jobs import LeaseLost

pytestmark = pytest.mark.django_db
State = Job.State


@contextmanager
def handled_by(handler: Callable[[Job], None], *, kind: str = "test") -> Iterator[None]:
    """While the block runs, jobs of this kind are done by `handler`."""
    jobs.HANDLERS[kind] = handler
    try:
        yield
    finally:
        del jobs.HANDLERS[kind]


def taken(**fields) -> Job:
    job = JobFactory(**fields)
    assert job.take()
    return job


def lapse(job: Job) -> None:
    """Let the lease of a running job run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def stored(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


# Claiming


def test_take_succeeds_once():
    job = JobFactory()

    outcomes = [Job.objects.get(pk=job.pk).take() for _ in range(3)]

    assert outcomes == [True, False, False]
    assert (stored(job).state, stored(job).tries) == (State.RUNNING, 1)


@pytest.mark.django_db(transaction=True)
def test_take_succeeds_once_among_racing_workers():
    job = JobFactory()

    def race(_number: int) -> bool:
        try:
            return Job.objects.get(pk=job.pk).take()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(race, range(8)))

    assert sorted(outcomes) == [False] * 7 + [True]
    assert stored(job).tries == 1


def test_take_again_after_the_lease_ran_out_counts_a_second_try():
    job = taken()
    lapse(job)

    other = Job.objects.get(pk=job.pk)

    assert other.take()
    assert (stored(job).tries, stored(job).claim) == (2, other.claim)
    assert other.claim != job.claim


@pytest.mark.parametrize("state", [State.COMPLETED, State.FAILED, State.CANCELLED])
def test_take_refuses_what_has_ended(state):
    job = JobFactory(state=state, error="why")

    assert not job.take()
    assert stored(job).state == state


# Fencing: a worker that lost its job changes nothing any more


@pytest.mark.parametrize(
    "step",
    [Job.complete, lambda job: job.fail("broken"), lambda job: job.report(done=1, total=2)],
    ids=["complete", "fail", "report"],
)
def test_a_worker_that_lost_its_lease_changes_nothing(step):
    slow = taken()
    lapse(slow)
    quick = Job.objects.get(pk=slow.pk)
    quick.take()
    before = Job.objects.values().get(pk=slow.pk)

    with pytest.raises(LeaseLost):
        step(slow)

    assert Job.objects.values().get(pk=slow.pk) == before


def test_a_worker_that_lost_its_lease_can_neither_renew_it_nor_give_the_job_back():
    slow = taken()
    lapse(slow)
    quick = Job.objects.get(pk=slow.pk)
    quick.take()
    before = Job.objects.values().get(pk=slow.pk)

    renewed = slow.renew()
    slow.give_back()

    assert not renewed
    assert Job.objects.values().get(pk=slow.pk) == before


def test_output_of_a_worker_that_lost_its_lease_is_rolled_back():
    job = taken()
    job.cancel()

    def publish() -> None:
        with transaction.atomic():
            WorkspaceFactory(slug="output")
            job.complete()

    with pytest.raises(LeaseLost):
        publish()

    assert not Workspace.objects.filter(slug="output").exists()


def test_renew_moves_the_end_of_the_lease():
    job = taken()
    lapse(job)

    assert job.renew()
    assert stored(job).lease_until > timezone.now()


# The way through the states


def test_cancel_ends_what_has_not_ended_yet():
    pending, running, done = JobFactory(), taken(), JobFactory(state=State.COMPLETED)

    assert [job.cancel() for job in (pending, running, done)] == [True, True, False]
    assert [stored(job).state for job in (pending, running, done)] == [
        State.CANCELLED,
        State.CANCELLED,
        State.COMPLETED,
    ]


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (1, 3, 33), (3, 3, 99)])
def test_percent_is_whole_only_when_the_output_is_there(done, total, percent):
    job = taken()
    job.report(done=done, total=total)

    before = stored(job).percent
    job.complete()

    assert (before, stored(job).percent) == (percent, 100)


@pytest.mark.parametrize(
    "fields", [{"state": State.RUNNING}, {"state": State.FAILED, "error": ""}], ids=["unclaimed", "speechless"]
)
def test_the_database_refuses_states_that_make_no_sense(fields):
    job = JobFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**fields)


# Asking for work


def test_enqueue_with_the_same_key_gives_the_same_job():
    workspace, by = WorkspaceFactory(), UserFactory()

    first = enqueue("test", workspace=workspace, by=by, args={"n": 1}, idempotency_key="once")
    second = enqueue("test", workspace=workspace, by=by, args={"n": 2}, idempotency_key="once")

    assert (second.pk, second.args) == (first.pk, {"n": 1})
    assert Job.objects.count() == 1


def test_enqueue_sends_nothing_when_the_transaction_fails(django_capture_on_commit_callbacks):
    done = []

    def ask_and_break() -> None:
        with transaction.atomic():
            enqueue("test", workspace=WorkspaceFactory(), by=None, args={})
            raise ZeroDivisionError

    with (
        handled_by(lambda job: done.append(job.pk)),
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
    ):
        ask_and_break()

    assert (done, Job.objects.count()) == ([], 0)


def test_enqueue_has_the_work_done_after_the_commit(django_capture_on_commit_callbacks):
    with handled_by(Job.complete), django_capture_on_commit_callbacks(execute=True):
        job = enqueue("test", workspace=WorkspaceFactory(), by=None, args={})
        before = stored(job).state

    assert (before, stored(job).state) == (State.PENDING, State.COMPLETED)


# Doing it


def test_run_delivered_twice_does_the_work_once():
    seen = []

    def handler(job: Job) -> None:
        seen.append(job.pk)
        job.complete()

    job = JobFactory()
    with handled_by(handler):
        run(str(job.pk))
        run(str(job.pk))

    assert seen == [job.pk]


def test_run_of_a_job_that_is_gone_does_nothing():
    assert run("01890000-0000-7000-8000-000000000000") is None


def refuse(_job: Job) -> None:
    raise JobFailed("This file is not audio.")


def crash(_job: Job) -> None:
    raise KeyError("a secret of the inside")


def disk_full(_job: Job) -> None:
    raise OSError(28, "No space left on device")


def lose(job: Job) -> None:
    job.cancel()
    job.report(done=1, total=2)


@pytest.mark.parametrize(
    ("handler", "state", "sentence"),
    [
        (refuse, State.FAILED, "This file is not audio."),
        (crash, State.FAILED, "Something went wrong inside Earmark."),
        (disk_full, State.PENDING, ""),
        (lose, State.CANCELLED, ""),
    ],
)
def test_run_ends_as_the_work_did(handler, state, sentence):
    job = JobFactory()

    with handled_by(handler):
        run(str(job.pk))

    assert stored(job).state == state
    assert stored(job).error.startswith(sentence)
    assert "secret" not in stored(job).error


def test_run_tells_the_app_in_the_transaction_that_gives_up(monkeypatch):
    told = []
    monkeypatch.setitem(jobs.GAVE_UP, "test", lambda job, sentence: told.append((job.pk, sentence)))
    job = JobFactory()

    with handled_by(refuse):
        run(str(job.pk))

    assert told == [(job.pk, "This file is not audio.")]


def test_run_gives_up_after_enough_tries(settings):
    settings.JOB_MAX_TRIES = 2
    job = JobFactory()

    with handled_by(disk_full):
        for _ in range(4):
            run(str(job.pk))

    assert (stored(job).state, stored(job).tries) == (State.FAILED, 3)
    assert stored(job).error.startswith("It was tried 2 times")


# Sweeping up


def long_ago() -> dict[str, object]:
    return {"hinted_at": timezone.now() - timedelta(minutes=1)}


def test_sweep_does_what_was_forgotten_and_nothing_else():
    forgotten = JobFactory(**long_ago())
    left = taken(**long_ago())
    lapse(left)
    fresh = JobFactory()
    alive = taken(**long_ago())
    ended = JobFactory(state=State.CANCELLED, **long_ago())

    with handled_by(Job.complete):
        swept = sweep()

    states = [stored(job).state for job in (forgotten, left, fresh, alive, ended)]
    assert swept == 2
    assert states == [State.COMPLETED, State.COMPLETED, State.PENDING, State.RUNNING, State.CANCELLED]


def test_sweep_takes_no_more_than_asked_and_the_oldest_first():
    waiting = [JobFactory(**long_ago()) for _ in range(3)]

    with handled_by(Job.complete):
        sweep(limit=2)

    assert [stored(job).state for job in waiting] == [State.COMPLETED, State.COMPLETED, State.PENDING]


def test_a_chore_that_fails_keeps_no_other_from_being_done(monkeypatch):
    done = []
    chores = [jobs.Chore(do=lambda: 1 // 0, every_s=10), jobs.Chore(do=lambda: done.append("second"), every_s=10)]
    monkeypatch.setattr(jobs, "CHORES", chores)

    jobs.do_chores(now=1)
    jobs.do_chores(now=5)
    jobs.do_chores(now=11)

    assert done == ["second", "second"]


def test_a_chore_that_waits_for_another_machine_holds_up_no_other_and_runs_once_at_a_time(monkeypatch):
    answered, begun, done = threading.Event(), [], []

    def wait() -> None:
        begun.append("again")
        answered.wait(10)

    slow = jobs.Chore(do=wait, every_s=10, waits=True)
    monkeypatch.setattr(jobs, "CHORES", [slow, jobs.Chore(do=lambda: done.append("other"), every_s=10)])

    jobs.do_chores(now=1)
    jobs.do_chores(now=20)
    assert (begun, done) == (["again"], ["other", "other"])

    answered.set()
    slow.thread.join(10)
    jobs.do_chores(now=40)
    slow.thread.join(10)
    assert begun == ["again", "again"]
