"""What the manager does with a turn that came to a stop."""

from typing import Any

from django.db.models import Q

from annotations.models.turns import Turn
from workspaces.models import User

# Where turns rest that are let go or put back: which, in what state, and what changes with it. Every turn is in one.
RESTING: tuple[tuple[Q, str, dict[str, Any]], ...] = (
    (Q(revision__gt=0), Turn.State.REWORK, {}),
    (Q(revision=0, is_dealt=True, annotator__isnull=False), Turn.State.ASSIGNED, {}),
    (Q(revision=0) & (Q(is_dealt=False) | Q(annotator=None)), Turn.State.OPEN, {"annotator": None}),
)


class SetRight(Turn):
    class Meta:
        abstract = True

    # Where a turn is once nobody works at it any more.
    AT_A_STOP = (Turn.State.SKIPPED, Turn.State.ESCALATED)

    def reopen(self, *, by: User) -> None:
        """Put back what was set aside, left out or dropped: to its person when it is theirs, else to the pool."""
        target = self._resting_state() if self.annotator_id else self.State.OPEN
        changes: dict[str, Any] = {"annotator": None} if target == self.State.OPEN else {}
        self._move(
            [*self.AT_A_STOP, self.State.CANCELLED],
            target,
            by=by,
            verb="reopen",
            only=Q(revision=self.revision, is_dealt=self.is_dealt, annotator=self.annotator_id),
            skip_reason="",
            rework_count=0,
            **changes,
        )

    def exclude(self, *, by: User) -> None:
        """Leave it out of the result."""
        self._move([*self.AT_A_STOP], self.State.CANCELLED, by=by, verb="exclude")

    def reassign(self, *, to: User, by: User) -> None:
        """Give it to another person, who begins anew or corrects what was handed in."""
        self._move(
            [*self.AT_A_STOP, self.State.OPEN, self.State.ASSIGNED, self.State.REWORK],
            self.State.REWORK if self.revision else self.State.ASSIGNED,
            by=by,
            verb="reassign",
            only=Q(revision=self.revision, annotator=self.annotator_id) & (Q(reviewer=None) | ~Q(reviewer=to)),
            data={"to": str(to.pk)},
            annotator=to,
            is_dealt=True,
            skip_reason="",
            rework_count=0,
        )

    def send_to_adjudication(self, *, to: User | None, by: User) -> None:
        """Have an auditor settle it, a certain one or whoever comes first: they approve, fix or drop it."""
        self._move(
            [self.State.ESCALATED],
            self.State.PENDING_REVIEW,
            by=by,
            verb="adjudicate",
            only=~Q(annotator=to) if to else None,
            data={"to": str(to.pk)} if to else None,
            reviewer=to,
            approved_by=None,
            review_level=1,
            for_adjudication=True,
        )

    def take_back(self, *, by: User) -> None:
        """Take an item from whoever has it open; their draft is kept."""
        target = self._resting_state()
        changes: dict[str, Any] = {"annotator": None} if target == self.State.OPEN else {}
        self._move(
            [self.State.IN_PROGRESS],
            target,
            by=by,
            verb="take_back",
            only=Q(annotator=self.annotator_id),
            lease_until=None,
            **changes,
        )

    def redo(self, *, by: User) -> None:
        """Give what counted already back to its annotator, to be handed in anew."""
        self._move(
            [*self.DONE],
            self.State.REWORK,
            by=by,
            verb="redo",
            only=Q(revision=self.revision, annotator=self.annotator_id),
            data={"revision": self.revision},
            is_dealt=True,
            origin="",
            correction="",
            rework_count=0,
            approved_by=None,
            review_level=1,
        )

    def give_review(self, *, to: User, by: User) -> None:
        """Have a certain auditor judge what waits for a verdict, whoever had it before."""
        self._move(
            [self.State.PENDING_REVIEW],
            self.State.PENDING_REVIEW,
            by=by,
            verb="give_review",
            only=~Q(annotator=to) & (Q(approved_by=None) | ~Q(approved_by=to)) & Q(review_level=self.review_level),
            data={"to": str(to.pk)},
            reviewer=to,
            lease_until=None,
        )
