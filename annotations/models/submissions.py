"""What people answered, and what was thought of it. Rows here are written once and never change."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class SubmissionQuerySet(ScopedQuerySet["Submission"]):
    workspace_path = "assignment__task__workspace"


class Submission(models.Model):
    """An immutable revision of one person's answers to one item, with how long they worked and what they heard."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey("annotations.Assignment", on_delete=models.CASCADE, related_name="submissions")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    revision = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    active_ms = models.BigIntegerField(default=0)
    listened = models.JSONField(default=list, help_text=_("Played stretches, [start_ms, end_ms] each."))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["assignment_id", "revision"]
        verbose_name = _("submission")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "revision"], name="a_revision_is_given_once"),
            models.CheckConstraint(name="revisions_count_from_one", condition=Q(revision__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} r{self.revision}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A submission never changes; a correction is a new revision.")
        super().save(*args, **kwargs)


class ReasonCode(models.TextChoices):
    BOUNDARY_EARLY = "boundary_early", _("Boundary early")
    BOUNDARY_LATE = "boundary_late", _("Boundary late")
    MISSED_EVENT = "missed_event", _("Missed event")
    EXTRA_EVENT = "extra_event", _("Extra event")
    WRONG_LABEL = "wrong_label", _("Wrong label")
    WRONG_TEXT = "wrong_text", _("Wrong text")
    UNUSABLE_AUDIO = "unusable_audio", _("Unusable audio")
    OTHER = "other", _("Other")


class ReviewQuerySet(ScopedQuerySet["Review"]):
    workspace_path = "submission__assignment__task__workspace"


class Review(models.Model):
    """An auditor's verdict on one submission, and how it came about."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    class Origin(models.TextChoices):
        REVIEWED = "reviewed", _("looked at")
        BULK = "bulk", _("approved with the rest")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="review")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.REVIEWED)
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True)
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("review")
        constraints = [
            models.CheckConstraint(
                name="a_rejection_has_its_reason",
                condition=Q(verdict="approved") | (~Q(reason_code="") & ~Q(comment="")),
            )
        ]

    def __str__(self) -> str:
        return self.verdict
