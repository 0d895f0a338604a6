"""Work that a worker does. The row is the truth, the message to the worker only a hint."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models.scoping import ScopedQuerySet


class LeaseLost(Exception):
    """Another worker has this job now; whatever this one still does must not count."""


class JobQuerySet(ScopedQuerySet["Job"]):
    def due(self) -> "JobQuerySet":
        """Jobs nobody works on: never started, or left by a worker that stopped renewing its lease."""
        return self.filter(Q(state=Job.State.PENDING) | Q(state=Job.State.RUNNING, lease_until__lt=timezone.now()))

    def forgotten(self) -> "JobQuerySet":
        """Due jobs whose last hint is old enough to be taken for lost."""
        return self.due().filter(hinted_at__lt=timezone.now() - timedelta(seconds=settings.JOB_SWEEP_SECONDS))

    def live(self) -> "JobQuerySet":
        return self.filter(state__in=[Job.State.PENDING, Job.State.RUNNING])


class Job(models.Model):
    """One piece of work, with its progress and its end as people see them."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        RUNNING = "running", _("running")
        COMPLETED = "completed", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="jobs")
    created_by = models.ForeignKey("workspaces.User", on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True)
    hinted_at = models.DateTimeField(default=timezone.now)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    idempotency_key = models.CharField(max_length=200, unique=True, null=True)  # noqa: DJ001 - many have none
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("job")
        indexes = [
            models.Index(
                fields=["state", "hinted_at"], name="jobs_to_do", condition=Q(state__in=["pending", "running"])
            ),
            models.Index(fields=["workspace", "-id"], name="jobs_by_workspace"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_running_job_is_claimed",
                condition=~Q(state="running") | Q(claim__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(name="a_failed_job_says_why", condition=~Q(state="failed") | ~Q(error="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def percent(self) -> int:
        if self.state == self.State.COMPLETED:
            return 100
        return min(99, 100 * self.progress_done // self.progress_total) if self.progress_total else 0

    def take(self) -> bool:
        """Claim the job for this worker: one conditional UPDATE, so one of many wins."""
        now = timezone.now()
        claim: UUID = uuid4()
        won = (
            Job.objects.due()
            .filter(pk=self.pk)
            .update(
                state=self.State.RUNNING,
                claim=claim,
                tries=models.F("tries") + 1,
                lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
                started_at=now,
            )
        )
        if won:
            self.refresh_from_db()
            # Between the UPDATE and this read nobody can take it: the lease has just begun.
            self.claim = claim
        return bool(won)

    def renew(self) -> bool:
        """Keep the lease. False means it was lost: too slow, taken over, or cancelled."""
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        return bool(self._mine().update(lease_until=until))

    def report(self, *, done: int, total: int) -> None:
        """Tell how far it is; raises LeaseLost when the work should stop."""
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        if not self._mine().update(progress_done=done, progress_total=total, lease_until=until):
            raise LeaseLost

    def complete(self) -> None:
        """Mark done. Call it in the transaction that makes the output visible: then both happen, or neither."""
        self._finish(self.State.COMPLETED)

    def fail(self, error: str) -> None:
        self._finish(self.State.FAILED, error=error)

    def cancel(self) -> bool:
        return bool(
            Job.objects.live().filter(pk=self.pk).update(state=self.State.CANCELLED, finished_at=timezone.now())
        )

    def retry(self) -> bool:
        """Let a failed or cancelled job begin anew, with all its tries. False when it is in neither state."""
        ended = Job.objects.filter(pk=self.pk, state__in=[self.State.FAILED, self.State.CANCELLED])
        return bool(
            ended.update(
                state=self.State.PENDING,
                claim=None,
                lease_until=None,
                tries=0,
                error="",
                finished_at=None,
                hinted_at=timezone.now(),
            )
        )

    def give_back(self) -> None:
        """Let another try begin at once, after something that time may heal."""
        self._mine().update(state=self.State.PENDING, claim=None, lease_until=None)

    def _mine(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.pk, state=self.State.RUNNING, claim=self.claim)

    def _finish(self, state: str, **changes: Any) -> None:
        if not self._mine().update(state=state, finished_at=timezone.now(), **changes):
            raise LeaseLost
        self.state = state
