"""One person's turn at one item, and the verbs that move it."""

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models.submissions import Review, Submission
from annotations.models.tasks import LabelingTask, TaskItem, TaskPerson
from workspaces.errors import IllegalMove
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, Stateful, User


class AssignmentQuerySet(ScopedQuerySet["Assignment"]):
    workspace_path = "task__workspace"

    def expired(self) -> "AssignmentQuerySet":
        """Items somebody opened and left."""
        return self.filter(state=Assignment.State.IN_PROGRESS, lease_until__lt=timezone.now())

    def give_back_expired(self) -> int:
        """Release what was opened and left, here among at most 500 rows. Returns how many that were."""
        count = 0
        for assignment in self.expired().select_related("task")[:500]:
            try:
                assignment.release(by=None)
            except IllegalMove:
                continue  # its person came back, or another sweep was faster
            count += 1
        return count

    def open_to(self, user: User) -> "AssignmentQuerySet":
        """Turns in the pool at items this person has had no turn at."""
        theirs = Assignment.objects.filter(annotator=user, item=models.OuterRef("item"))
        return self.filter(state=Assignment.State.OPEN).exclude(models.Exists(theirs))

    def reviewable_by(self, user: User) -> "AssignmentQuerySet":
        """Work that waits for a verdict and is nobody else's to judge, never the person's own."""
        return self.filter(Q(reviewer=None) | Q(reviewer=user), state=Assignment.State.PENDING_REVIEW).exclude(
            annotator=user
        )


class Assignment(Stateful):
    """One turn at one item: in the pool, with a person, waiting for a verdict, or done."""

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

    TO_BEGIN = (State.OPEN, State.ASSIGNED, State.REWORK)
    LEFT_TO_LABEL = (*TO_BEGIN, State.IN_PROGRESS)
    LEFT_TO_REVIEW = (State.PENDING_REVIEW, State.ESCALATED)
    DONE = (State.SUBMITTED, State.APPROVED)
    WITH_ANNOTATOR = (State.ASSIGNED, State.IN_PROGRESS, State.REWORK)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="assignments")
    item = models.ForeignKey(TaskItem, on_delete=models.CASCADE, related_name="assignments")
    slot = models.PositiveSmallIntegerField(default=0)
    # The item's, repeated so that handing out the next one reads a single index and taking it in no table but this.
    position = models.PositiveIntegerField()
    duration_ms = models.BigIntegerField(default=0, help_text=gettext_lazy("Length of the item's longest recording."))
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="review_assignments"
    )
    state = models.CharField(max_length=15, choices=State.choices, default=State.OPEN)
    # Dealt work stays with its person; work from the pool goes back to the pool when it is left.
    is_dealt = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Somebody saved a draft of this turn once. False spares a look for one.
    has_drafts = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=0)
    rework_count = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin.choices, blank=True)
    skip_reason = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        # By the column: the name of the relation would order by all that it is ordered by.
        ordering = ["task_id", "position", "slot"]
        verbose_name = gettext_lazy("assignment")
        indexes = [
            models.Index(fields=["task", "state", "annotator", "position"], name="next_to_label"),
            models.Index(fields=["task", "state", "reviewer", "position"], name="next_to_review"),
            models.Index(fields=["task", "position", "slot"], name="items_in_order"),
            models.Index(fields=["annotator", "state"], name="work_of_a_person"),
            models.Index(fields=["lease_until"], name="leases", condition=Q(state="in_progress")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "slot"], name="a_turn_exists_once"),
            models.UniqueConstraint(
                fields=["item", "annotator"],
                name="an_item_comes_to_a_person_once",
                condition=Q(annotator__isnull=False),
            ),
            models.CheckConstraint(
                name="open_means_nobody_has_it",
                condition=Q(state="open", annotator=None)
                | Q(state="cancelled")
                | (~Q(state="open") & Q(annotator__isnull=False)),
            ),
            models.CheckConstraint(
                name="nobody_reviews_own_work",
                condition=~Q(reviewer=F("annotator")),
                violation_error_message=gettext_lazy("Nobody reviews their own work."),
            ),
            models.CheckConstraint(
                name="work_in_progress_has_a_lease", condition=~Q(state="in_progress") | Q(lease_until__isnull=False)
            ),
            models.CheckConstraint(
                name="done_says_how", condition=~Q(state__in=["submitted", "approved"]) | ~Q(origin="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.position}.{self.slot}"

    def audit_workspace_id(self) -> UUID:
        return self.task.workspace_id

    # What the annotator does

    def take(self, *, by: User) -> None:
        """Out of the pool. Of several who want it, one gets it; the others see IllegalMove."""
        self._move(
            [self.State.OPEN],
            self.State.IN_PROGRESS,
            by=by,
            verb="take",
            only=Q(annotator=None),
            annotator=by,
            lease_until=timezone.now() + self.task.lease,
        )

    def start(self, *, by: User) -> None:
        """Begin, or begin again, what is this person's already."""
        self._move(
            [self.State.ASSIGNED, self.State.REWORK],
            self.State.IN_PROGRESS,
            by=by,
            verb="start",
            only=Q(annotator=by),
            lease_until=timezone.now() + self.task.lease,
        )

    def renew(self, *, by: User, **changes: Any) -> bool:
        """Keep the item while its person is at it. Not a change of state, so no event."""
        mine = Assignment.objects.filter(pk=self.pk, annotator=by, state=self.State.IN_PROGRESS)
        return bool(mine.update(lease_until=timezone.now() + self.task.lease, **changes))

    def release(self, *, by: User | None) -> None:
        """Let it go: back to the pool it came from, or to wait with the person it was dealt to."""
        target = self._resting_state()
        changes: dict[str, Any] = {"lease_until": None}
        if target == self.State.OPEN:
            changes["annotator"] = None
        only = Q(annotator=self.annotator_id) if by else Q(annotator=self.annotator_id, lease_until__lt=timezone.now())
        self._move([self.State.IN_PROGRESS], target, by=by, verb="release" if by else "expire", only=only, **changes)

    def _resting_state(self) -> str:
        if self.revision:
            return self.State.REWORK
        return self.State.ASSIGNED if self.is_dealt else self.State.OPEN

    def skip(self, *, by: User, reason: str) -> None:
        self._move(
            [self.State.IN_PROGRESS],
            self.State.SKIPPED,
            by=by,
            verb="skip",
            only=Q(annotator=by),
            skip_reason=reason,
            lease_until=None,
        )

    @transaction.atomic(savepoint=False)
    def submit(
        self, *, by: User, answers: dict[str, Any], active_ms: int, listened: list[list[int]], revision: int
    ) -> Submission:
        """Store the answers as the next revision and pass the item on. `revision` is how many there were before."""
        reviewed = self.task.is_reviewed
        self._move(
            [self.State.IN_PROGRESS],
            self.State.PENDING_REVIEW if reviewed else self.State.SUBMITTED,
            by=by,
            verb="submit",
            only=Q(annotator=by, revision=revision),
            data={"revision": revision + 1},
            revision=revision + 1,
            origin="" if reviewed else self.Origin.NO_REVIEW,
            lease_until=None,
            submitted_at=timezone.now(),
        )
        return Submission.objects.create(
            assignment=self,
            author=by,
            revision=revision + 1,
            answers=answers,
            active_ms=active_ms,
            listened=listened,
        )

    # What the auditor does

    def claim_review(self, *, by: User) -> bool:
        """Keep this review for one auditor. False when another was faster."""
        rows = Assignment.objects.filter(pk=self.pk, state=self.State.PENDING_REVIEW, reviewer=None)
        won = bool(rows.exclude(annotator=by).update(reviewer=by))
        if won:
            self.reviewer = by
        return won

    @transaction.atomic(savepoint=False)
    def approve(self, *, by: User, submission: Submission, origin: str = Review.Origin.REVIEWED) -> Review:
        self._decide(self.State.APPROVED, by=by, submission=submission, verb="approve", origin=origin)
        return Review.objects.create(submission=submission, reviewer=by, verdict=Review.Verdict.APPROVED, origin=origin)

    @transaction.atomic(savepoint=False)
    def reject(self, *, by: User, submission: Submission, reason_code: str, comment: str) -> Review:
        """Back to its annotator with the reason; after `max_rework` times to a manager."""
        escalate = self.rework_count >= self.task.max_rework
        self._decide(
            self.State.ESCALATED if escalate else self.State.REWORK,
            by=by,
            submission=submission,
            verb="reject",
            origin="",
            rework_count=self.rework_count + 1,
            is_dealt=True,
        )
        return Review.objects.create(
            submission=submission,
            reviewer=by,
            verdict=Review.Verdict.REJECTED,
            reason_code=reason_code,
            comment=comment,
        )

    def _decide(self, target: str, *, by: User, submission: Submission, verb: str, **changes: Any) -> None:
        if by.pk == self.annotator_id:
            raise IllegalMove(_("Nobody reviews their own work."))
        self._move(
            [self.State.PENDING_REVIEW],
            target,
            by=by,
            verb=verb,
            only=(Q(reviewer=None) | Q(reviewer=by)) & Q(revision=submission.revision),
            data={"revision": submission.revision},
            reviewer=by,
            decided_at=timezone.now(),
            **changes,
        )

    # What changes hands

    def hand_over(self, *, kind: str, to: User, by: User) -> None:
        """Pass labeling that was not begun, or a review that was not decided, to another person."""
        changes: dict[str, Any] = {"reviewer": to}
        holder = Q(reviewer=self.reviewer_id)
        if kind == TaskPerson.Kind.LABELING:
            holder, changes = Q(annotator=self.annotator_id), {"annotator": to, "is_dealt": True}
        states = [
            state
            for state in (self.State.ASSIGNED, self.State.REWORK, self.State.PENDING_REVIEW)
            if state == self.state
        ]
        self._move(states, self.state, by=by, verb="transfer", only=holder, data={"to": str(to.pk)}, **changes)

    # What the manager does

    def reopen(self, *, by: User) -> None:
        """Put a skipped or escalated item back: to its person when it is theirs, else to the pool."""
        target = self._resting_state()
        changes: dict[str, Any] = {"annotator": None} if target == self.State.OPEN else {}
        self._move(
            [self.State.SKIPPED, self.State.ESCALATED],
            target,
            by=by,
            verb="reopen",
            only=Q(revision=self.revision, is_dealt=self.is_dealt),
            skip_reason="",
            rework_count=0,
            **changes,
        )

    def exclude(self, *, by: User) -> None:
        """Leave a skipped or escalated item out of the result."""
        self._move([self.State.SKIPPED, self.State.ESCALATED], self.State.CANCELLED, by=by, verb="exclude")


class Draft(models.Model):
    """Answers in the making, one row per person and turn.

    It outlives the turn, so nothing typed is lost when a lease ends. `revision` is the number of submissions there were
    when it was written: a draft of an earlier revision has been handed in and does not count any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    revision = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict)
    active_ms = models.BigIntegerField(default=0)
    listened = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = gettext_lazy("draft")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "author"], name="a_person_has_one_draft_of_a_turn")
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} v{self.version}"
