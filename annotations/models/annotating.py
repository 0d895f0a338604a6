"""What the annotator does with a turn."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.models.submissions import Submission
from annotations.models.turns import Turn
from workspaces.models import User


class Annotated(Turn):
    class Meta:
        abstract = True

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
        mine = type(self)._default_manager.filter(pk=self.pk, annotator=by, state=self.State.IN_PROGRESS)
        return bool(mine.update(lease_until=timezone.now() + self.task.lease, **changes))

    def release(self, *, by: User | None) -> None:
        """Let it go: back to the pool it came from, or to wait with the person it was dealt to."""
        target = self._resting_state()
        changes: dict[str, Any] = {"lease_until": None}
        if target == self.State.OPEN:
            changes["annotator"] = None
        only = Q(annotator=self.annotator_id) if by else Q(annotator=self.annotator_id, lease_until__lt=timezone.now())
        self._move([self.State.IN_PROGRESS], target, by=by, verb="release" if by else "expire", only=only, **changes)

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
        self,
        *,
        by: User,
        answers: dict[str, Any],
        active_ms: int,
        listened: list[list[int]],
        revision: int,
        suggested: Sequence[dict[str, Any]] = (),
        fates: str = "",
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
            correction="",
            review_level=1,
            approved_by=None,
            for_adjudication=False,
            active_ms=self.active_ms + active_ms,
            fates=fates,
            lease_until=None,
            submitted_at=timezone.now(),
        )
        return Submission.objects.create(
            assignment_id=self.pk,
            author=by,
            revision=revision + 1,
            answers=answers,
            active_ms=active_ms,
            listened=listened,
            suggested=list(suggested),
        )
