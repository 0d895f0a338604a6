"""Running jobs: how they are asked for, claimed, kept alive and swept up.

An app registers its work with `@handles("kind")` in its own `jobs.py`. A handler gets the claimed Job, may run twice,
writes its output under a temporary name, and calls `job.complete()` in the transaction that makes the output visible.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import IntegrityError, OperationalError, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workspaces.mailing import mail_notices
from workspaces.models import Job, Notice, User, Workspace
from workspaces.models.jobs import LeaseLost
from workspaces.room import place_for_a_long_job

logger = logging.getLogger(__name__)
Handler = Callable[[Job], None]
GaveUp = Callable[[Job, str], None]
HANDLERS: dict[str, Handler] = {}
GAVE_UP: dict[str, GaveUp] = {}
LONG: set[str] = set()
CHORES: list["Chore"] = []


class JobFailed(Exception):
    """The work cannot be done however often it is tried; the message is for the person who asked."""


def handles(kind: str, *, gave_up: GaveUp | None = None, is_long: bool = False) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job. `gave_up(job, sentence)` runs in the transaction that marks it failed.

    Of long ones only so many run at once that a process stays free for the others: see `workspaces.room`.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if is_long:
            LONG.add(kind)
        if gave_up is not None:
            GAVE_UP[kind] = gave_up
        return handler

    return register


@dataclass
class Chore:
    """Something to tidy up every so often in each worker process. Done twice, or never, it must do no harm."""

    do: Callable[[], object]
    every_s: float
    next_at: float = 0.0
    # It may have to wait for another machine, so it gets a thread of its own: the sweep must go on.
    waits: bool = False
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Do it; or where it waits, begin with it unless it is still at it from last time."""
        if not self.waits:
            self._do()
        elif self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._do_apart, daemon=True, name="earmark-chore")
            self.thread.start()

    def _do_apart(self) -> None:
        try:
            self._do()
        finally:
            connections.close_all()

    def _do(self) -> None:
        try:
            self.do()
        except Exception:
            logger.exception("A chore failed; it will be tried again in %d s.", self.every_s)


def every(seconds: float, *, waits: bool = False) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a chore: done once soon after a worker starts, and then every `seconds`."""

    def register(do: Callable[[], object]) -> Callable[[], object]:
        CHORES.append(Chore(do=do, every_s=seconds, waits=waits))
        return do

    return register


def do_chores(*, now: float) -> None:
    """Do what is due at `now` (seconds of a monotonic clock). One that fails does not keep others from being done."""
    for chore in CHORES:
        if now < chore.next_at:
            continue
        chore.next_at = now + chore.every_s
        chore.start()


def enqueue(
    kind: str, *, workspace: Workspace, by: User | None, args: dict[str, Any], idempotency_key: str | None = None
) -> Job:
    """Write the job in the caller's transaction and send the hint once it is committed.

    With an idempotency key the job that already has it is returned, and nothing is sent.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, workspace=workspace, created_by=by, args=args, idempotency_key=idempotency_key
            )
    except IntegrityError:
        if idempotency_key is None:
            raise
        return Job.objects.get(idempotency_key=idempotency_key)
    transaction.on_commit(lambda: hint(job))
    return job


def hint(job: Job) -> None:
    """Tell the workers that there is something to do. A broker that is down delays the job until the sweep, no more."""
    try:
        run.delay(str(job.pk))
    except run.OperationalError:
        logger.warning("The broker does not answer; job %s waits for the sweep.", job.pk)


@shared_task(name="earmark.run", acks_late=True)
def run(job_id: str) -> None:
    """Claim one job and do it. Safe to deliver twice: the second claim finds nothing to take."""
    job = Job.objects.select_related("workspace", "created_by").filter(pk=job_id).first()
    if job is None:
        return
    # Inline jobs are waited for by whoever asked: there is nobody to come back later.
    if job.kind not in LONG or settings.CELERY_TASK_ALWAYS_EAGER:
        _run(job)
        return
    with place_for_a_long_job() as is_free:
        if is_free:
            _run(job)
    if is_free:
        _call_next_long_one()


def _call_next_long_one() -> None:
    """There is a place again. Those that found none left their hint behind; the sweep would come to them later."""
    waiting = Job.objects.due().filter(kind__in=LONG).order_by("id").first()
    if waiting is not None:
        hint(waiting)


def _run(job: Job) -> None:
    if not job.take():
        return
    if job.tries > settings.JOB_MAX_TRIES:
        _give_up(
            job,
            _("It was tried %(tries)d times and never came to an end. Ask whoever runs this server to look at the log.")
            % {"tries": job.tries - 1},
        )
        return
    with kept_alive(job):
        _do(job)


def _do(job: Job) -> None:
    try:
        HANDLERS[job.kind](job)
    except LeaseLost:
        logger.info("Job %s was taken over or cancelled.", job.pk)
    except JobFailed as error:
        _give_up(job, str(error))
    except (OSError, OperationalError):
        # A full disk, a storage that does not answer, a locked database may heal; the next try begins anew.
        logger.exception("Job %s will be tried again.", job.pk)
        job.give_back()
    except Exception:
        logger.exception("Job %s failed.", job.pk)
        _give_up(
            job,
            _("Something went wrong inside Earmark. The log of the worker has the details under job %(job)s.")
            % {"job": job.pk},
        )


def _give_up(job: Job, sentence: str) -> None:
    """Mark the job failed, and whatever waits for it, in one transaction."""
    try:
        with transaction.atomic():
            job.fail(sentence)
            if hook := GAVE_UP.get(job.kind):
                hook(job, sentence)
    except LeaseLost:
        logger.info("Job %s was taken over or cancelled.", job.pk)


@contextmanager
def kept_alive(job: Job) -> Iterator[None]:
    """Renew the lease from a thread, so that a step which reports nothing for long is not taken for dead."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(settings.JOB_LEASE_SECONDS / 3):
                if not job.renew():
                    return
        finally:
            connections.close_all()

    # Inline jobs (tests, commands) share the caller's transaction; a second connection would only wait for it.
    if settings.CELERY_TASK_ALWAYS_EAGER:
        yield
        return
    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def sweep(*, limit: int = 50) -> int:
    """Send hints again for due jobs whose hint seems lost. Returns how many."""
    jobs = list(Job.objects.forgotten().order_by("id")[:limit])
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(hinted_at=timezone.now())
    for job in jobs:
        hint(job)
    return len(jobs)


class Sweeper(threading.Thread):
    """One in every worker process; sweeping twice is harmless."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="earmark-sweep")
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(settings.JOB_SWEEP_SECONDS):
            try:
                sweep()
                do_chores(now=time.monotonic())
            except Exception:
                logger.exception("The sweep failed; it goes on.")
            finally:
                connections.close_all()


_sweepers: list[Sweeper] = []


@worker_ready.connect
def start_sweeping(**_kwargs: Any) -> None:
    sweeper = Sweeper()
    _sweepers.append(sweeper)
    sweeper.start()


@worker_shutting_down.connect
def stop_sweeping(**_kwargs: Any) -> None:
    for sweeper in _sweepers:
        sweeper.stopped.set()


every(60, waits=True)(mail_notices)


@every(3600)
def forget_old_notices() -> None:
    Notice.objects.forgettable().delete()
