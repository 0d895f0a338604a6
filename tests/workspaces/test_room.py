"""Long jobs leave a process of the worker to those that are short."""

import pytest

from config.celery import app
from tests.factories import JobFactory
from workspaces import jobs
from workspaces.jobs import handles, run
from workspaces.models import Job
from workspaces.room import place_for_a_long_job, places

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("processes", "number"), [(1, 1), (2, 1), (3, 2), (8, 7)])
def test_one_process_stays_free_where_there_are_several(settings, processes, number):
    settings.WORKER_PROCESSES = processes

    assert places() == number


def test_a_place_is_taken_once_and_free_again(settings):
    settings.WORKER_PROCESSES = 3

    with place_for_a_long_job() as first, place_for_a_long_job() as second, place_for_a_long_job() as third:
        assert (first, second, third) == (True, True, False)

    with place_for_a_long_job() as again:
        assert again


@pytest.fixture
def long_kind():
    """A kind of long job; what was done is in the list."""
    done: list[Job] = []

    @handles("test.long", is_long=True)
    def do(job: Job) -> None:
        done.append(job)
        job.complete()

    yield done
    del jobs.HANDLERS["test.long"]
    jobs.LONG.remove("test.long")


def test_a_long_job_without_a_place_waits_and_is_called_when_there_is_one(real_jobs, long_kind, monkeypatch):
    called = []
    monkeypatch.setattr(jobs, "hint", called.append)
    first, second = (JobFactory(kind="test.long") for _ in range(2))

    with place_for_a_long_job():
        run(job_id=str(second.pk))
        assert (long_kind, called) == ([], [])
        assert Job.objects.get(pk=second.pk).state == "pending"

    run(job_id=str(first.pk))
    assert (long_kind, called) == ([first], [second])
    run(job_id=str(second.pk))
    assert (long_kind, called) == ([first, second], [second])


def test_short_jobs_need_no_place(real_jobs, long_kind):
    jobs.HANDLERS["test"] = Job.complete
    job = JobFactory(kind="test")
    try:
        with place_for_a_long_job():
            run(job_id=str(job.pk))
    finally:
        del jobs.HANDLERS["test"]

    assert Job.objects.get(pk=job.pk).state == "completed"


def test_the_kinds_that_take_long():
    assert {"detectors.train", "detectors.infer"} <= jobs.LONG
    assert "datasets.import" not in jobs.LONG
    assert set(jobs.LONG) <= set(jobs.HANDLERS)
    assert app.conf.worker_prefetch_multiplier == 1
