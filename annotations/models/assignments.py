"""One person's turn at one item, with all its verbs, and questions about many of them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from annotations.models.annotating import Annotated
from annotations.models.checked import Checked
from annotations.models.judging import Judged
from annotations.models.setting_right import SetRight
from annotations.models.submissions import Review, Submission
from annotations.models.tasks import LabelingTask
from annotations.models.taught import Taught
from workspaces.errors import IllegalMove
from workspaces.models import StatefulQuerySet, User

WHAT_IS_SUMMED = ("revision", "duration_ms", "active_ms", "rejections", "first_pass")


class AssignmentQuerySet(StatefulQuerySet["Assignment"]):
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
        """Turns in the pool at items this person has had no turn at, and judged none of."""
        mine = Q(annotator=user) | Q(reviewer=user) | Q(approved_by=user)
        theirs = Assignment.objects.filter(mine, item=models.OuterRef("item"))
        return self.filter(state=Assignment.State.OPEN).exclude(models.Exists(theirs))

    def not_labeled_by(self, user: User) -> "AssignmentQuerySet":
        """Turns at items of which this person never had a turn, and which they never answered but as an auditor."""
        # From the item to its turns to their answers, a few rows each; a person's answers may be very many.
        here = {"assignment": models.OuterRef("pk"), "revision__gte": 1}
        answers = Submission.objects.filter(author=user, **here)
        fixed = {"submission__assignment": models.OuterRef("pk"), "verdict": Review.Verdict.FIXED}
        fixes = Review.objects.filter(reviewer=user, **fixed)
        turns = Assignment.objects.filter(item=models.OuterRef("item"))
        had = Q(annotator=user) | (Q(models.Exists(answers)) & ~Q(models.Exists(fixes)))
        return self.exclude(models.Exists(turns.filter(had)))

    def reviewable_by(self, user: User) -> "AssignmentQuerySet":
        """Work that waits for a verdict and is nobody else's to judge, never at an item the person labeled."""
        rows = self.filter(Q(reviewer=None) | Q(reviewer=user), state=Assignment.State.PENDING_REVIEW)
        return rows.exclude(approved_by=user, approved_by__isnull=False).not_labeled_by(user)

    def give_back_left_reviews(self) -> int:
        """Let others review what an auditor kept and left for longer than a day. Returns how many that were."""
        left = self.filter(state=Assignment.State.PENDING_REVIEW, lease_until__lt=timezone.now())
        return left.update(reviewer=None, lease_until=None)

    def asked_of_reviewers(self, task: LabelingTask) -> "AssignmentQuerySet":
        """What waits for somebody to look at it: everything, or in a sampled review what was drawn."""
        rows = self.filter(task=task, state=Assignment.State.PENDING_REVIEW)
        if not task.is_sampled:
            return rows
        return rows.filter(Q(draw__lt=task.sample_size) | Q(review_level__gt=1) | Q(for_adjudication=True))


class Assignment(Annotated, Checked, Judged, SetRight, Taught):
    """A turn and its verbs: the annotator's, those of automatic checks, the auditor's and the manager's."""

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        # By the column: the name of the relation would order by all that it is ordered by.
        ordering = ["task_id", "position", "slot"]
        verbose_name = gettext_lazy("assignment")
        indexes = [
            models.Index(fields=["task", "state", "annotator", "position"], name="next_to_label"),
            models.Index(fields=["task", "state", "reviewer", "draw"], name="next_to_review"),
            models.Index(fields=["task", "position", "slot"], name="items_in_order"),
            models.Index(fields=["annotator", "state"], name="work_of_a_person"),
            models.Index(fields=["annotator", "-submitted_at"], name="handed_in_last"),
            models.Index(fields=["lease_until"], name="leases", condition=Q(state="in_progress")),
            # The figures of a task, each read from an index alone.
            models.Index(
                fields=["task", "annotator", "state", *WHAT_IS_SUMMED, "submitted_at"], name="figures_of_people"
            ),
            models.Index(
                fields=["task", "submitted_at", "annotator"],
                name="labeled_by_day",
                condition=Q(submitted_at__isnull=False),
            ),
            models.Index(
                fields=["task", "decided_at", "origin", "annotator", "reviewer"],
                name="decided_by_day",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(
                fields=["task", "reviewer", "decided_at", "origin", "rejections"],
                name="figures_of_reviewers",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(
                fields=["task", "approved_by"], name="approved_by_the_first", condition=Q(approved_by__isnull=False)
            ),
            models.Index(fields=["task", "fates", "annotator"], name="suggestions_taken", condition=~Q(fates="")),
            # A team that is ahead of another does not walk past what is left to the other.
            models.Index(
                fields=["task", "team", "state", "position"], name="next_of_a_team", condition=Q(team__isnull=False)
            ),
            # With the number in it, so that asking for more than none is worth more than asking for the task alone.
            models.Index(
                fields=["task", "rejections", "annotator", "id"], name="returned_once", condition=Q(rejections__gt=0)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "slot"], name="a_turn_exists_once"),
            models.UniqueConstraint(
                fields=["item", "annotator", "attempt"],
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
                name="nobody_judges_an_item_twice",
                condition=Q(approved_by=None) | Q(reviewer=None) | ~Q(reviewer=F("approved_by")),
                violation_error_message=gettext_lazy("Somebody else judges an item a second time."),
            ),
            models.CheckConstraint(
                name="work_in_progress_has_a_lease", condition=~Q(state="in_progress") | Q(lease_until__isnull=False)
            ),
            models.CheckConstraint(
                name="done_says_how", condition=~Q(state__in=["submitted", "approved"]) | ~Q(origin="")
            ),
        ]
