"""Moving many annotation tasks at once, all of them or none: to another person, back to be redone, or to an auditor."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.actions import setting_right
from annotations.actions.handing_back import have_redone, have_reviewed
from annotations.models import Assignment, LabelingTask
from evaluations.annotation_tasks import COMPLETE, COMPLETED, PENDING_REDO, turns_in
from evaluations.models import Evaluation, EvaluationItem, EvaluationQueue
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User, Workspace

State = Assignment.State
# A request ends in seconds, and each turn is moved by its own verb.
MOST = 500


def move(
    workspace: Workspace, ids: Sequence[UUID], *, status: str | None, assigned_to: User | None, by: User
) -> list[Assignment]:
    """Make the changes with each of these turns, and return them in the order given; ids of none are skipped.

    Raises IllegalMove naming the first that cannot be changed so, and then none is.
    """
    return _with_each(workspace, ids, lambda turn: _move(turn, status=status, assigned_to=assigned_to, by=by), by=by)


def have_audited(
    evaluation: Evaluation,
    queue_id: str,
    item_ids: Sequence[UUID],
    *,
    first: User | None,
    second: User | None,
    by: User,
) -> list[Assignment]:
    """Have these auditors judge the turns at these rows: `first` those judged never, `second` those approved once.

    Rows that are none of the evaluation's, or whose answers were given beforehand, are skipped. Raises Invalid for a
    queue that is none, IllegalMove naming what cannot be changed so, and then nothing is.
    """
    queue = EvaluationQueue.objects.filter(evaluation=evaluation, queue_id=queue_id).select_related("labeling_task")
    task = found.labeling_task if (found := queue.first()) else None
    if task is None:
        sentence = _("The evaluation “%(id)s” has no queue “%(queue)s”.")
        named = {"id": evaluation.pk, "queue": queue_id[:100]}
        raise Invalid([(("body", "audit_assignment", "queue_id"), sentence % named, "value_error")])
    if not task.is_reviewed:
        sentence = _(
            "The queue “%(queue)s” has no review. Switch one on in the settings of its labeling task “%(task)s” first."
        )
        raise IllegalMove(sentence % {"queue": queue_id, "task": task.name})
    turns = _turns_at(task, evaluation, item_ids)
    return _with_each(
        evaluation.workspace, turns, lambda turn: _have_audited(turn, first=first, second=second, by=by), by=by
    )


def _turns_at(task: LabelingTask, evaluation: Evaluation, item_ids: Sequence[UUID]) -> list[UUID]:
    rows = EvaluationItem.objects.filter(evaluation=evaluation, pk__in=item_ids)
    positions = dict(rows.values_list("pk", "position"))
    turns = Assignment.objects.filter(task=task, position__in=positions.values())
    by_position = dict(turns.order_by("-slot").values_list("position", "pk"))
    wanted = [positions[pk] for pk in item_ids if pk in positions]
    return [by_position[position] for position in wanted if position in by_position]


def _with_each(
    workspace: Workspace, ids: Sequence[UUID], do: Callable[[Assignment], None], *, by: User
) -> list[Assignment]:
    with transaction.atomic():
        # In one order, so that two who move the same turns wait for each other and never deadlock.
        turns = list(turns_in(workspace, by).filter(pk__in=ids).order_by("pk"))
        for turn in turns:
            with _named(turn):
                _require_in_use(turn)
                do(turn)
        # As they are now: verbs write more than they show on the row they were given.
        moved = {turn.pk: turn for turn in turns_in(workspace, by).filter(pk__in=ids)}
    return [moved[pk] for pk in dict.fromkeys(ids) if pk in moved]


@contextmanager
def _named(turn: Assignment) -> Iterator[None]:
    try:
        yield
    except IllegalMove as refusal:
        sentence = _("The annotation task “%(id)s” cannot be changed so: %(why)s")
        raise IllegalMove(sentence % {"id": turn.pk, "why": refusal}) from refusal


def _require_in_use(turn: Assignment) -> None:
    queue: EvaluationQueue = turn.task.evaluation_queue
    if queue.evaluation.archived_at is not None:
        raise IllegalMove(_("its evaluation is archived. Restore that first."))


def _move(turn: Assignment, *, status: str | None, assigned_to: User | None, by: User) -> None:
    if status == PENDING_REDO:
        _redo(turn, by=by)
    elif status == COMPLETED and turn.state not in COMPLETE:
        raise IllegalMove(_("it is completed by whoever answers it, not from here."))
    if assigned_to is not None:
        _reassign(turn, to=assigned_to, by=by)


def _redo(turn: Assignment, *, by: User) -> None:
    if turn.state == State.REWORK or (turn.state == State.IN_PROGRESS and turn.revision):
        return
    if turn.state in Assignment.DONE:
        have_redone(turn, by=by)
    elif turn.state in (State.SKIPPED, State.CANCELLED, State.ESCALATED):
        setting_right.one(turn, "reopen", by=by)
    elif turn.state == State.PENDING_REVIEW:
        raise IllegalMove(_("it waits for its auditor, who returns it if it is to be redone."))
    else:
        raise IllegalMove(_("nothing was handed in for it yet."))


def _reassign(turn: Assignment, *, to: User, by: User) -> None:
    if turn.state in COMPLETE:
        raise IllegalMove(_("it is completed. Set its status to PENDING_REDO as well."))
    if turn.state == State.PENDING_REVIEW:
        raise IllegalMove(_("it was handed in and waits for its auditor. Use audit_assignment to choose who that is."))
    if turn.annotator_id == to.pk and turn.state in Assignment.WITH_ANNOTATOR:
        return
    if turn.state == State.IN_PROGRESS:
        setting_right.one(turn, "take_back", by=by)
    setting_right.one(turn, "reassign", to=to, by=by)


def _have_audited(turn: Assignment, *, first: User | None, second: User | None, by: User) -> None:
    if turn.state != State.PENDING_REVIEW:
        raise IllegalMove(_("it does not wait for a review now."))
    if turn.review_level == 1:
        if second is not None:
            raise IllegalMove(_("a second auditor is chosen once the first has approved it."))
        _give(turn, first, by=by)
    else:
        if first is not None and first.pk != turn.approved_by_id:
            raise IllegalMove(_("its first review is decided. Name a second auditor alone."))
        _give(turn, second, by=by)


def _give(turn: Assignment, to: User | None, *, by: User) -> None:
    if to is not None and turn.reviewer_id != to.pk:
        have_reviewed(turn, to=to, by=by)
