"""How far evaluations are: counted from the turns of their labeling tasks whenever somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from annotations.models import Assignment, LabelingTask
from evaluations.models import Evaluation, EvaluationItem, EvaluationQueue

# A turn in one of these may still change what its row is answered with.
PENDING = (*Assignment.LEFT_TO_LABEL, *Assignment.LEFT_TO_REVIEW)


@dataclass(frozen=True)
class Progress:
    """Rows of an evaluation. Each is pending while a turn at it is open, else successful; failed ones have no turns."""

    total: int
    pending: int
    failed: int

    @property
    def successful(self) -> int:
        return self.total - self.pending - self.failed

    @property
    def status(self) -> Evaluation.Status:
        if self.pending:
            return Evaluation.Status.RUNNING
        if self.total and self.failed == self.total:
            return Evaluation.Status.FAILED
        return Evaluation.Status.COMPLETED


def progress_of(evaluations: Sequence[Evaluation]) -> dict[UUID, Progress]:
    """By the evaluation's id, in two queries however many there are."""
    ids = [evaluation.pk for evaluation in evaluations]
    # Rows that are still to be handed out have no turns yet.
    unfilled = Q(labeling_task=None) | Q(labeling_task__state=LabelingTask.State.DRAFT)
    waiting = set(
        EvaluationQueue.objects.filter(unfilled, evaluation__in=ids).order_by().values_list("evaluation", flat=True)
    )
    turns = Assignment.objects.filter(task__evaluation_queue__evaluation__in=ids, state__in=PENDING).order_by()
    path = "task__evaluation_queue__evaluation"
    counted = dict(turns.values(path).annotate(n=Count("position", distinct=True)).values_list(path, "n"))
    progress = {}
    for evaluation in evaluations:
        left = evaluation.n_items - evaluation.n_failed
        pending = left if evaluation.pk in waiting else counted.get(evaluation.pk, 0)
        progress[evaluation.pk] = Progress(total=evaluation.n_items, pending=pending, failed=evaluation.n_failed)
    return progress


def failed_items_of(evaluation: Evaluation, *, most: int = 100) -> list[dict[str, str]]:
    """The first rows that nobody can be asked about, with why."""
    if not evaluation.n_failed:
        return []
    rows = EvaluationItem.objects.filter(evaluation=evaluation).exclude(errors={}).order_by("position")
    found = ((pk, next(iter(errors.values()))) for pk, errors in rows.values_list("pk", "errors")[:most])
    return [{"item_id": str(pk), "error": error["message"], "error_type": error["type"]} for pk, error in found]
