"""What a review has come to: first verdicts, what waits, and what they say about everything nobody opened."""

import math
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from annotations.models import Assignment, LabelingTask, Review
from annotations.quality.bounds import upper_bound

State = Assignment.State
Verdict = Review.Verdict
# Before the rest may be approved at once, so many must have been looked at.
FLOOR_ITEMS, FLOOR_SHARE = 20, 0.10


@dataclass(frozen=True)
class ReviewFigures:
    """Items by the first verdict of somebody who opened them; in a sampled review since it was last sent back.

    `waiting` is what a closing would decide: work that waits for a first verdict. `floor` is what a partial review asks
    for, `sample_decided` how many of the `sample_size` drawn need no look any more. `bound` is the share that is wrong
    at most, with 95 % confidence; None while nothing was decided. `by_origin` counts what is done by how it came about.
    """

    decided: int
    rejected: int
    fixed: int
    dropped: int
    floor: int
    waiting: int
    sample_size: int
    sample_decided: int
    bound: float | None
    by_origin: dict[str, int]

    @property
    def errors(self) -> int:
        return self.rejected + self.fixed + self.dropped

    @property
    def refused(self) -> int:
        return self.rejected + self.dropped

    @property
    def to_floor(self) -> int:
        return max(0, self.floor - self.decided)

    @property
    def sample_left(self) -> int:
        return self.sample_size - self.sample_decided


def floor_of(total: int) -> int:
    """How many of `total` items in review must be decided one by one before the rest may be approved at once."""
    return min(total, max(FLOOR_ITEMS, math.ceil(FLOOR_SHARE * total)))


def review_figures(task: LabelingTask) -> ReviewFigures:
    counts = _counts(task)
    verdicts = _first_verdicts(task, counts)
    decided = verdicts.total()
    wrong = {name: verdicts[name] for name in (Verdict.REJECTED, Verdict.FIXED, Verdict.DROPPED)}
    return ReviewFigures(
        decided=decided,
        rejected=wrong[Verdict.REJECTED],
        fixed=wrong[Verdict.FIXED],
        dropped=wrong[Verdict.DROPPED],
        floor=floor_of(counts["handed_in"]) if task.review_mode == LabelingTask.ReviewMode.PARTIAL else 0,
        waiting=counts["waiting"],
        sample_size=counts["sample"],
        sample_decided=counts["sample"] - counts["sample_left"],
        bound=upper_bound(sum(wrong.values()), decided) if decided else None,
        by_origin={origin: counts[origin] for origin in Assignment.Origin.values if counts[origin]},
    )


def _counts(task: LabelingTask) -> dict[str, int]:
    drawn = Q(draw__lt=task.sample_size) if task.is_sampled else Q(pk=None)
    left = Q(state=State.PENDING_REVIEW) | Q(state__in=Assignment.LEFT_TO_LABEL, revision=0)
    origins = {
        origin: Count("pk", filter=Q(origin=origin, state__in=Assignment.DONE)) for origin in Assignment.Origin.values
    }
    found: dict[str, int] = (
        Assignment.objects.filter(task=task)
        .order_by()
        .aggregate(
            handed_in=Count("pk", filter=Q(submitted_at__isnull=False)),
            waiting=Count("pk", filter=Q(state=State.PENDING_REVIEW, review_level=1, for_adjudication=False)),
            sample=Count("pk", filter=drawn),
            sample_left=Count("pk", filter=drawn & left),
            good=Count("pk", filter=Q(first_pass=True)),
            wrong=Count("pk", filter=Q(first_pass=False)),
            **origins,
        )
    )
    return found


def _first_verdicts(task: LabelingTask, counts: dict[str, int]) -> Counter[str]:
    """First verdicts by kind. What was sent back with its sample is judged anew, and earlier verdicts say no more."""
    looked_at = Review.objects.filter(submission__assignment__task=task, origin=Review.Origin.REVIEWED)
    closed = _last_sent_back(task)
    if closed is not None:
        first: dict[object, str] = {}
        for turn, verdict in looked_at.filter(pk__gt=closed).values_list("submission__assignment_id", "verdict"):
            first.setdefault(turn, verdict)
        return Counter(first.values())
    # Plain approvals are counted on the turns already, so only the others are looked up.
    others = looked_at.filter(submission__assignment__first_pass=False, submission__revision=1).order_by()
    rows = others.values_list("verdict").annotate(n=Count("pk")) if counts["wrong"] else ()
    return Counter({Verdict.APPROVED: counts["good"], **dict(rows)})


def _last_sent_back(task: LabelingTask) -> object:
    """The id of the last verdict by which a closing returned work; ids rise with time."""
    if not task.is_sampled:
        return None
    returned = Assignment.objects.filter(task=task, rejections__gt=0)
    rows = Review.objects.filter(submission__assignment__in=returned.order_by())
    rows = rows.filter(origin=Review.Origin.SAMPLE_PASS, verdict=Verdict.REJECTED)
    return rows.order_by("-pk").values_list("pk", flat=True).first()
