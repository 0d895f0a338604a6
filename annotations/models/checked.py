"""What automatic checks do with a turn whose answers they find fault with."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.models.submissions import Submission
from annotations.models.turns import Turn
from workspaces.errors import IllegalMove


class Checked(Turn):
    class Meta:
        abstract = True

    # Handed in, and nobody has decided about it.
    UNDECIDED = (Turn.State.SUBMITTED, Turn.State.PENDING_REVIEW)

    def return_by_check(self, reasons: Sequence[str], *, submission: Submission) -> None:
        """Back to its annotator with the reasons, as long as it may come back: after `max_rework` times it stays."""
        if self.rework_count >= self.task.max_rework:
            raise IllegalMove(_("It came back so often already that a person decides."))
        self._follow_check(
            self.State.REWORK,
            reasons,
            submission=submission,
            verb="return_by_check",
            is_dealt=True,
            rework_count=self.rework_count + 1,
        )

    def reject_by_check(self, reasons: Sequence[str], *, submission: Submission) -> None:
        """Left out of the result, with the reasons. Whoever calls it has somebody else asked."""
        self._follow_check(self.State.CANCELLED, reasons, submission=submission, verb="reject_by_check")

    def _follow_check(
        self, target: str, reasons: Sequence[str], *, submission: Submission, verb: str, **changes: Any
    ) -> None:
        """Only while the answers that were checked are the last ones, nobody decided, and no auditor has them open."""
        self._move(
            [*self.UNDECIDED],
            target,
            by=None,
            verb=verb,
            only=Q(
                revision=submission.revision,
                rework_count=self.rework_count,
                review_level=1,
                for_adjudication=False,
                approved_by=None,
                lease_until=None,
            ),
            data={"revision": submission.revision, "reasons": list(reasons)},
            origin="",
            **changes,
        )
