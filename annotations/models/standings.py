"""Rules about how people work in a task, and where each person stands by them."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotations.models.tasks import LabelingTask
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class QualityRule(models.Model):
    """When somebody's work gives cause for it, warn, pause or stop them. What the numbers mean depends on `kind`."""

    class Kind(models.TextChoices):
        CONTROLS = "controls", _("right on control items")
        MAJORITY = "majority", _("agrees with the majority")
        TOO_FAST = "too_fast", _("too fast for what there is to hear")
        SKIPS = "skips", _("skips in a row")
        DAILY_CAP = "daily_cap", _("items a day")

    class Action(models.TextChoices):
        WARN = "warn", _("warn")
        PAUSE = "pause", _("pause")
        STOP = "stop", _("stop")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    action = models.CharField(max_length=5, choices=Action.choices, default=Action.WARN)
    # controls, majority: per cent below which it fires; too_fast: per cent of fast answers from which it fires.
    threshold = models.FloatField(null=True, blank=True)
    # Answers there must be before it may fire; skips, daily_cap: the number itself.
    least = models.PositiveIntegerField()
    # The last so many answers count; 0: all of them.
    window = models.PositiveIntegerField(default=0)
    pause_hours = models.FloatField(default=24)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "action", "id"]
        verbose_name = _("rule")
        constraints = [
            models.CheckConstraint(name="a_rule_needs_a_number", condition=Q(least__gte=1)),
            # It could never fire.
            models.CheckConstraint(
                name="a_window_holds_what_is_needed", condition=Q(window=0) | Q(window__gte=models.F("least"))
            ),
            models.CheckConstraint(name="a_pause_has_a_length", condition=Q(pause_hours__gt=0)),
        ]

    def __str__(self) -> str:
        return self.kind


class StandingQuerySet(ScopedQuerySet["Standing"]):
    workspace_path = "task__workspace"


class Standing(models.Model):
    """Where a person stands in a task. No row: nothing was ever said."""

    class State(models.TextChoices):
        GOOD = "good", _("good")
        WARNED = "warned", _("warned")
        PAUSED = "paused", _("paused")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="standings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="standings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.GOOD)
    # Of a pause: when it ends by itself.
    until = models.DateTimeField(null=True, blank=True)
    # What the person reads.
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["user__name"]
        verbose_name = _("standing")
        constraints = [
            models.UniqueConstraint(fields=["task", "user"], name="a_person_stands_once_in_a_task"),
            models.CheckConstraint(
                name="a_pause_ends", condition=(Q(state="paused") & Q(until__isnull=False)) | ~Q(state="paused")
            ),
        ]

    def __str__(self) -> str:
        return self.state

    def keeps_out(self, now: datetime | None = None) -> bool:
        """Whether this person may not label in the task now."""
        if self.state == self.State.STOPPED:
            return True
        return self.state == self.State.PAUSED and self.until is not None and self.until > (now or timezone.now())


class StandingEventQuerySet(ScopedQuerySet["StandingEvent"]):
    workspace_path = "task__workspace"


class StandingEvent(models.Model):
    """One time that a rule fired, or that a manager warned, paused or stopped somebody. It can be undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="standing_events", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="standing_events")
    # None: a manager did it, or the rule is not there any more.
    rule = models.ForeignKey(QualityRule, on_delete=models.SET_NULL, null=True, related_name="events")
    kind = models.CharField(max_length=10, choices=QualityRule.Kind.choices, blank=True)
    action = models.CharField(max_length=5, choices=QualityRule.Action.choices)
    # What was seen: {"n": answers, "share": per cent, ...}, for managers.
    figures = models.JSONField(default=dict)
    reason = models.TextField()
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = StandingEventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("change of a standing")
        verbose_name_plural = _("changes of standings")
        indexes = [models.Index(fields=["task", "user", "-id"], name="standing_of_a_person")]

    def __str__(self) -> str:
        return f"{self.action} {self.kind}"
