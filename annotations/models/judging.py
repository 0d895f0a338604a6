"""What the auditor does with a turn."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models.submissions import Review, Submission
from annotations.models.turns import Turn
from workspaces.errors import IllegalMove
from workspaces.models import User

# How long a review waits for the auditor who opened it, before it goes to others.
KEPT_FOR = timedelta(days=1)


class Judged(Turn):
    class Meta:
        abstract = True

    def claim_review(self, *, by: User) -> bool:
        """Keep this review for one auditor, for a day if they leave it. False when another was faster."""
        rows = type(self)._default_manager.filter(pk=self.pk, state=self.State.PENDING_REVIEW, reviewer=None)
        rows = rows.filter(~Q(annotator=by) & (Q(approved_by=None) | ~Q(approved_by=by)))
        until = timezone.now() + KEPT_FOR
        won = bool(rows.update(reviewer=by, lease_until=until))
        if won:
            self.reviewer, self.lease_until = by, until
        return won

    def let_go(self, *, by: User) -> None:
        """Leave a review that was kept to whoever comes first."""
        self._move(
            [self.State.PENDING_REVIEW],
            self.State.PENDING_REVIEW,
            by=by,
            verb="let_go",
            only=Q(reviewer=by),
            reviewer=None,
            lease_until=None,
        )

    @property
    def judged_as(self) -> str:
        """How a verdict given now comes about: by looking, by looking again, or by settling an argument."""
        if self.for_adjudication:
            return Review.Origin.ADJUDICATED
        return Review.Origin.RECHECKED if self.review_level > 1 else Review.Origin.REVIEWED

    @transaction.atomic(savepoint=False)
    def approve(self, *, by: User, submission: Submission) -> Review:
        """Let it count as it is: at once, or where a second level has drawn it, when another auditor agrees."""
        origin = self.judged_as
        self._accept(by=by, submission=submission, verb="approve", first_pass=True)
        return Review.objects.create(submission=submission, reviewer=by, verdict=Review.Verdict.APPROVED, origin=origin)

    @transaction.atomic(savepoint=False)
    def fix(
        self,
        *,
        by: User,
        submission: Submission,
        answers: dict[str, Any],
        size: str,
        active_ms: int,
        listened: list[list[int]],
        suggested: Sequence[dict[str, Any]] = (),
        fates: str = "",
    ) -> Review:
        """Approve it with the auditor's own correction, which is a revision of its own: both authors are kept."""
        origin = self.judged_as
        fixed = submission.revision + 1
        changes = {"revision": fixed, "correction": size, "fates": fates}
        self._accept(by=by, submission=submission, verb="fix", first_pass=False, **changes)
        Submission.objects.create(
            assignment_id=self.pk,
            author=by,
            revision=fixed,
            answers=answers,
            active_ms=active_ms,
            listened=listened,
            suggested=list(suggested),
        )
        return Review.objects.create(
            submission=submission, reviewer=by, verdict=Review.Verdict.FIXED, correction=size, origin=origin
        )

    @transaction.atomic(savepoint=False)
    def reject(self, *, by: User, submission: Submission, reason_code: str, comment: str) -> Review:
        """Back to its annotator with the reason; after `max_rework` times to a manager."""
        if self.for_adjudication:
            raise IllegalMove(_("This item was given to you to settle: approve it, mend it, or drop it."))
        origin = self.judged_as
        escalate = self.rework_count >= self.task.max_rework
        self._decide(
            self.State.ESCALATED if escalate else self.State.REWORK,
            by=by,
            submission=submission,
            verb="reject",
            origin="",
            rework_count=self.rework_count + 1,
            rejections=self.rejections + 1,
            is_dealt=True,
            **self._first_verdict(submission, is_good=False),
        )
        return Review.objects.create(
            submission=submission,
            reviewer=by,
            verdict=Review.Verdict.REJECTED,
            origin=origin,
            reason_code=reason_code,
            comment=comment,
        )

    @transaction.atomic(savepoint=False)
    def drop(self, *, by: User, submission: Submission, reason_code: str, comment: str) -> Review:
        """Leave it out of the result: it cannot be mended."""
        origin = self.judged_as
        self._decide(
            self.State.CANCELLED,
            by=by,
            submission=submission,
            verb="drop",
            for_adjudication=False,
            **self._first_verdict(submission, is_good=False),
        )
        return Review.objects.create(
            submission=submission,
            reviewer=by,
            verdict=Review.Verdict.DROPPED,
            origin=origin,
            reason_code=reason_code,
            comment=comment,
        )

    def _accept(self, *, by: User, submission: Submission, verb: str, first_pass: bool, **changes: Any) -> None:
        changes |= self._first_verdict(submission, is_good=first_pass)
        at_first_level = self.judged_as == Review.Origin.REVIEWED
        if at_first_level and self.task.rechecks(self.draw):
            # The next auditor takes it from those that wait; `approved_by` keeps it from the one who approved it.
            self._decide(
                self.State.PENDING_REVIEW,
                by=by,
                submission=submission,
                verb=verb,
                review_level=2,
                approved_by=by,
                reviewer=None,
                **changes,
            )
        else:
            self._decide(
                self.State.APPROVED,
                by=by,
                submission=submission,
                verb=verb,
                origin=self.judged_as,
                for_adjudication=False,
                **changes,
            )

    def _first_verdict(self, submission: Submission, *, is_good: bool) -> dict[str, bool]:
        is_first = submission.revision == 1 and self.first_pass is None
        return {"first_pass": is_good} if is_first else {}

    def _decide(self, target: str, *, by: User, submission: Submission, verb: str, **changes: Any) -> None:
        if by.pk == self.annotator_id:
            raise IllegalMove(_("Nobody reviews their own work."))
        if by.pk == self.approved_by_id:
            raise IllegalMove(_("You approved this item yourself; somebody else judges it a second time."))
        self._move(
            [self.State.PENDING_REVIEW],
            target,
            by=by,
            verb=verb,
            only=(Q(reviewer=None) | Q(reviewer=by)) & Q(revision=submission.revision, review_level=self.review_level),
            data={"revision": submission.revision},
            **{"reviewer": by, "decided_at": timezone.now(), "lease_until": None, **changes},
        )
