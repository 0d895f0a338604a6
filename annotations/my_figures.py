"""One person's own figures, in one task or in all tasks of a workspace. Nobody else's are in them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from annotations.days import UNSEEN, last_days, per_day
from annotations.models import Assignment, LabelingTask, Review
from annotations.models.assignments import AssignmentQuerySet
from annotations.task_figures import Tally, tallies, time_per_verdict
from annotations.turns import with_name
from workspaces.models import User, Workspace

State = Assignment.State
SHOWN_REMARKS = 25


@dataclass(frozen=True)
class Own:
    """What belongs to this person in a task, or in all present tasks of a workspace."""

    user: User
    where: LabelingTask | Workspace

    def turns(self) -> AssignmentQuerySet:
        """Turns of that place, of whomever. Control items are labeled like all others, and counted like them."""
        if isinstance(self.where, LabelingTask) and self.where.control_percent:
            return Assignment.objects.filter(Q(task=self.where) | Q(task__controls_of=self.where))
        if isinstance(self.where, LabelingTask):
            return Assignment.objects.filter(task=self.where)
        return Assignment.objects.filter(task__workspace=self.where, task__deleted_at=None)

    def reviews(self) -> QuerySet[Review]:
        if isinstance(self.where, LabelingTask):
            return Review.objects.filter(submission__assignment__task=self.where)
        return Review.objects.filter(
            submission__assignment__task__workspace=self.where, submission__assignment__task__deleted_at=None
        )

    def labeled(self) -> Tally:
        """What they hold now and what became of it."""
        total = Tally()
        for _pk, tally in tallies(self.turns().filter(annotator=self.user)):
            total.add(tally)
        return total

    def labeled_per_day(self) -> dict[date, int]:
        handed_in = self.turns().filter(annotator=self.user, submitted_at__isnull=False)
        return per_day(handed_in, "submitted_at", last_days())

    def remarks(self) -> QuerySet[Review]:
        """Why work of theirs came back or was dropped, while the item is theirs; newest first."""
        return (
            self.reviews()
            .filter(
                submission__author=self.user,
                submission__assignment__annotator=self.user,
                verdict__in=[Review.Verdict.REJECTED, Review.Verdict.DROPPED],
            )
            .order_by("-id")
        )

    def reasons(self) -> dict[str, int]:
        """How often their work came back, by reason code."""
        return dict(self.remarks().order_by().values_list("reason_code").annotate(n=Count("*")))

    def page_of_remarks(self, *, before: UUID | None = None) -> tuple[list[Review], UUID | None]:
        """SHOWN_REMARKS of the remarks with `item_name`, and where older ones begin if there are some."""
        rows = self.remarks()
        if before is not None:
            rows = rows.filter(pk__lt=before)
        # Names of files are looked up for the rows shown, not for all that had to be sorted.
        ids = list(rows.values_list("pk", flat=True)[: SHOWN_REMARKS + 1])
        shown = ids[:SHOWN_REMARKS]
        found = Review.objects.filter(pk__in=shown).select_related("submission__assignment__task", "reviewer")
        page = list(with_name(found, item="submission__assignment__item").order_by("-id"))
        return page, shown[-1] if len(ids) > SHOWN_REMARKS else None

    def reviewed(self) -> "Reviewed":
        """Their verdicts on items they opened."""
        given = self.reviews().filter(reviewer=self.user, origin__in=Review.LOOKED_AT).order_by()
        rows = list(given.values_list("verdict").annotate(n=Count("*"), at=Max("created_at")))
        counts = {verdict: n for verdict, n, _at in rows}
        return Reviewed(
            waiting=self.turns().filter(reviewer=self.user, state=State.PENDING_REVIEW).count(),
            approved=counts.get(Review.Verdict.APPROVED, 0),
            fixed=counts.get(Review.Verdict.FIXED, 0),
            rejected=counts.get(Review.Verdict.REJECTED, 0),
            dropped=counts.get(Review.Verdict.DROPPED, 0),
            ms_each=time_per_verdict(self.turns(), [self.user.pk]).get(self.user.pk),
            last_at=max((at for _verdict, _n, at in rows), default=None),
        )

    def decided_per_day(self) -> dict[date, int]:
        decided = self.turns().filter(~Q(origin__in=UNSEEN), reviewer=self.user, decided_at__isnull=False)
        return per_day(decided, "decided_at", last_days())


@dataclass(frozen=True)
class Reviewed:
    """`waiting` turns are kept for them; the others count verdicts by kind. `ms_each` is the time per verdict."""

    waiting: int
    approved: int
    fixed: int
    rejected: int
    dropped: int
    ms_each: float | None
    last_at: datetime | None

    @property
    def decided(self) -> int:
        return self.approved + self.fixed + self.rejected + self.dropped
