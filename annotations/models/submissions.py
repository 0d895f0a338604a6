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
    # Found by the index `answers_of_a_turn`.
    assignment = models.ForeignKey(
        "annotations.Assignment", on_delete=models.CASCADE, related_name="submissions", db_index=False
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    revision = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    active_ms = models.BigIntegerField(default=0)
    listened = models.JSONField(default=list, help_text=_("Played stretches, [start_ms, end_ms] each."))
    # What a model had suggested, each with what became of it: see annotations.suggesting.
    suggested = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["assignment_id", "revision"]
        verbose_name = _("submission")
        indexes = [models.Index(fields=["assignment", "id"], name="answers_of_a_turn")]
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
        FIXED = "fixed", _("fixed and approved")
        REJECTED = "rejected", _("rejected")
        DROPPED = "dropped", _("dropped")

    class Origin(models.TextChoices):
        REVIEWED = "reviewed", _("looked at")
        BULK = "bulk", _("decided with the rest")
        SAMPLE_PASS = "sample_pass", _("decided by its sample")
        RECHECKED = "rechecked", _("looked at a second time")
        ADJUDICATED = "adjudicated", _("adjudicated")

    # Verdicts of somebody who opened the item.
    LOOKED_AT = (Origin.REVIEWED, Origin.RECHECKED, Origin.ADJUDICATED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Found by the index `reasons_of_verdicts`.
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.REVIEWED)
    correction = models.CharField(max_length=5, blank=True, help_text=_("Of a fix: minor or major."))
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True)
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("review")
        indexes = [
            models.Index(fields=["reviewer", "-id"], name="verdicts_of_an_auditor"),
            # Why work came back is counted without reading the rows, whose comments make them large.
            models.Index(fields=["submission", "verdict", "reason_code", "origin"], name="reasons_of_verdicts"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["submission", "origin"], name="a_submission_is_judged_once_in_each_way"),
            models.CheckConstraint(
                name="a_rejection_has_its_reason",
                condition=Q(verdict__in=["approved", "fixed"]) | (~Q(reason_code="") & ~Q(comment="")),
            ),
            models.CheckConstraint(
                name="a_fix_has_its_size",
                condition=(Q(verdict="fixed") & ~Q(correction="")) | (~Q(verdict="fixed") & Q(correction="")),
            ),
        ]

    def __str__(self) -> str:
        return self.verdict
