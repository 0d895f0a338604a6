"""The row of one person's turn at one item: its states and what is known of it."""

from hashlib import blake2s
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from annotations.fates import MAX_WRITTEN
from annotations.models.items import TaskItem
from annotations.models.tasks import LabelingTask
from workspaces.ids import new_id
from workspaces.models import Stateful, Team, User


class Turn(Stateful):
    """One turn at one item: in the pool, with a person, waiting for a verdict, or done. Its verbs stand beside."""

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        ASSIGNED = "assigned", gettext_lazy("assigned")
        IN_PROGRESS = "in_progress", gettext_lazy("in progress")
        SUBMITTED = "submitted", gettext_lazy("submitted")
        PENDING_REVIEW = "pending_review", gettext_lazy("in review")
        REWORK = "rework", gettext_lazy("returned")
        APPROVED = "approved", gettext_lazy("approved")
        ESCALATED = "escalated", gettext_lazy("escalated")
        SKIPPED = "skipped", gettext_lazy("skipped")
        CANCELLED = "cancelled", gettext_lazy("cancelled")

    class Origin(models.TextChoices):
        """How the answers came to count."""

        NO_REVIEW = "no_review", gettext_lazy("no review")
        REVIEWED = "reviewed", gettext_lazy("reviewed")
        BULK = "bulk", gettext_lazy("approved with the rest")
        SAMPLE_PASS = "sample_pass", gettext_lazy("passed with its sample")
        RECHECKED = "rechecked", gettext_lazy("approved by two")
        ADJUDICATED = "adjudicated", gettext_lazy("adjudicated")

    class Correction(models.TextChoices):
        """How much the auditor who approved it had to change."""

        MINOR = "minor", gettext_lazy("minor")
        MAJOR = "major", gettext_lazy("major")

    TO_BEGIN = (State.OPEN, State.ASSIGNED, State.REWORK)
    LEFT_TO_LABEL = (*TO_BEGIN, State.IN_PROGRESS)
    LEFT_TO_REVIEW = (State.PENDING_REVIEW, State.ESCALATED)
    DONE = (State.SUBMITTED, State.APPROVED)
    WITH_ANNOTATOR = (State.ASSIGNED, State.IN_PROGRESS, State.REWORK)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Indexes and constraints that begin with task, item and annotator make a second one for each a burden.
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    item = models.ForeignKey(TaskItem, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    slot = models.PositiveSmallIntegerField(default=0)
    # The item's, repeated so that handing out the next one reads a single index and taking it in no table but this.
    position = models.PositiveIntegerField()
    duration_ms = models.BigIntegerField(default=0, help_text=gettext_lazy("Length of the item's longest recording."))
    annotator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )
    reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="review_assignments"
    )
    # Whose turn it is where a task is for teams; None: anybody's.
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    # In a training or an exam: which try it belongs to.
    attempt = models.PositiveSmallIntegerField(default=1)
    # Whether the answer agrees with what most people said, once enough have; None before, and where nobody asks.
    agrees = models.BooleanField(null=True, editable=False)
    state = models.CharField(max_length=15, choices=State.choices, default=State.OPEN)
    # Dealt work stays with its person; work from the pool goes back to the pool when it is left.
    is_dealt = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Somebody saved a draft of this turn once. False spares a look for one.
    has_drafts = models.BooleanField(default=False)
    # Likewise: somebody wrote a comment on it once.
    has_comments = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=0)
    # Since a manager last decided; `rejections` counts all of them.
    rework_count = models.PositiveSmallIntegerField(default=0)
    rejections = models.PositiveSmallIntegerField(default=0)
    # What the first verdict on the first submission was; nothing before there is one, or where none looked.
    first_pass = models.BooleanField(null=True, editable=False)
    origin = models.CharField(max_length=12, choices=Origin.choices, blank=True)
    correction = models.CharField(max_length=5, choices=Correction.choices, blank=True)
    # The turn's place in the task's seeded shuffle: reviews come in this order, and a sample is its beginning.
    draw = models.PositiveIntegerField(default=0)
    # 2 while a second auditor judges what `approved_by` approved.
    review_level = models.PositiveSmallIntegerField(default=1)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # A manager asked an auditor to settle it: whatever they decide ends it.
    for_adjudication = models.BooleanField(default=False)
    active_ms = models.BigIntegerField(default=0, help_text=gettext_lazy("Worked, over all submissions."))
    # What the last submission made of a model's suggestions, counted: see annotations.fates. Empty: there were none.
    fates = models.CharField(max_length=MAX_WRITTEN, blank=True, default="", editable=False)
    skip_reason = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.task_id} {self.position}.{self.slot}"

    @property
    def seen(self) -> str:
        """A short mark of what a manager decides by: it changes with the state, the annotator and the revision."""
        return blake2s(f"{self.state} {self.annotator_id} {self.revision}".encode(), digest_size=6).hexdigest()

    def audit_workspace_id(self) -> UUID:
        return self.task.workspace_id

    def _resting_state(self) -> str:
        if self.revision:
            return self.State.REWORK
        return self.State.ASSIGNED if self.is_dealt else self.State.OPEN
