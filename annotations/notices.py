"""Who is told when work changes hands, comes back or is finished: in the transaction in which it does."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from annotations.models import Assignment, Comment, LabelingTask, TaskPerson, Transfer
from datasets.models import ProcessedDataset
from workspaces.models import Job, User
from workspaces.notices import notify
from workspaces.permissions import Right, can, people_with

# By the kind of work: somebody who labels and reviews in one task hears of both.
ASSIGNED = {TaskPerson.Kind.LABELING: "labeling_assigned", TaskPerson.Kind.REVIEW: "review_assigned"}
TRANSFERRED = {TaskPerson.Kind.LABELING: "labeling_transferred", TaskPerson.Kind.REVIEW: "review_transferred"}
RETURNED = "work_returned"
READY = "task_ready"
GENERATED = "dataset_generated"
NOT_GENERATED = "dataset_not_generated"
NOT_FILLED = "task_not_filled"
COMMENTED = "comment"
ESCALATED = "item_escalated"
TO_SETTLE = "item_to_settle"
# What happened to somebody's standing in a task, by the move.
STANDING = {
    "warn": "standing_warned",
    "pause": "standing_paused",
    "stop": "standing_stopped",
    "undo": "standing_restored",
}
PERSON_STOPPED = "person_stopped"
MOST_TEXT = 200


def _tell(
    people: Iterable[User | None], kind: str, task: LabelingTask, *, by: User | None = None, about: UUID | None = None,
    times: int = 1, **data: object,
) -> None:  # fmt: skip
    """Tell all but `by`, who is named as the one who did it."""
    notify(
        [user for user in people if user is not None],
        kind=kind,
        workspace_id=task.workspace_id,
        target_id=about or task.pk,
        data={"task_id": str(task.pk), "task": task.name, **data},
        times=times,
        who=by,
        by=by,
    )


def _in_charge(task: LabelingTask) -> list[User]:
    """Whoever made the task, or all managers when a program made it or that person manages no more."""
    maker = task.created_by
    if maker and maker.is_active and not maker.is_service and can(maker, Right.MANAGE_TASKS, task.workspace_id):
        return [maker]
    return list(people_with(Right.MANAGE_TASKS, task.workspace))


def assigned(task: LabelingTask, people: Mapping[User, int | None], *, kind: str, by: User) -> None:
    """People were named for a task, each with a number or None for the pool."""
    for user, number in people.items():
        _tell([user], ASSIGNED[TaskPerson.Kind(kind)], task, by=by, number=number)


def given(assignment: Assignment, *, to: User, by: User) -> None:
    """A manager gave one turn to another person to label."""
    _tell([to], TRANSFERRED[TaskPerson.Kind.LABELING], assignment.task, by=by)


def given_many(task: LabelingTask, count: int, *, to: User, by: User) -> None:
    """So many at once, or none. The same holds for the others that end in `many`."""
    if count:
        _tell([to], TRANSFERRED[TaskPerson.Kind.LABELING], task, by=by, times=count)


def transferred(transfer: Transfer) -> None:
    kind = TRANSFERRED[TaskPerson.Kind(transfer.kind)]
    _tell([transfer.to_user], kind, transfer.task, by=transfer.created_by, times=transfer.quantity)


def returned(assignment: Assignment, *, by: User | None) -> None:
    _tell([assignment.annotator], RETURNED, assignment.task, by=by, assignment_id=str(assignment.pk))


def returned_many(task: LabelingTask, counts: Mapping[User, int], *, by: User) -> None:
    for user, count in counts.items():
        _tell([user], RETURNED, task, by=by, times=count)


def escalated(assignment: Assignment, *, by: User) -> None:
    """It came back too often: whoever is in charge decides."""
    _tell(_in_charge(assignment.task), ESCALATED, assignment.task, by=by)


def escalated_many(task: LabelingTask, count: int, *, by: User) -> None:
    if count:
        _tell(_in_charge(task), ESCALATED, task, by=by, times=count)


def to_settle(assignment: Assignment, *, to: User, by: User) -> None:
    _tell([to], TO_SETTLE, assignment.task, by=by, assignment_id=str(assignment.pk))


def to_settle_many(task: LabelingTask, count: int, *, to: User, by: User) -> None:
    if count:
        _tell([to], TO_SETTLE, task, by=by, times=count)


def ready(task: LabelingTask) -> None:
    """The last verdict was given, or the last item handed in. Whoever did it is told too: it is easily missed."""
    _tell(_in_charge(task), READY, task)


def generated(task: LabelingTask, job: Job, *, made: ProcessedDataset) -> None:
    _tell([job.created_by], GENERATED, task, version=made.version, dataset_id=str(made.dataset_id))


def not_generated(task: LabelingTask, job: Job, *, error: str) -> None:
    _tell([job.created_by], NOT_GENERATED, task, error=error)


def not_filled(task: LabelingTask, job: Job, *, error: str) -> None:
    """A large task cannot get its items: whoever made it decides, or whoever told it to try again."""
    _tell({job.created_by, *_in_charge(task)}, NOT_FILLED, task, error=error)


def commented(comment: Comment) -> None:
    """Annotator, reviewer and whoever made the task are told, but the one who wrote it."""
    turn = comment.assignment
    task = turn.task.shown
    _tell(
        {person for person in (turn.annotator, turn.reviewer, task.created_by) if person},
        COMMENTED,
        task,
        by=comment.author,
        about=turn.pk,
        assignment_id=str(turn.pk),
        at_ms=comment.at_ms,
        text=comment.text[:MOST_TEXT],
    )


def standing_changed(
    task: LabelingTask, person: User, move: str, *, reason: str, until: datetime | None, by: User | None
) -> None:
    """Somebody was warned, paused, stopped or put back; of a stop by a rule whoever is in charge hears as well."""
    _tell([person], STANDING[move], task, by=by, reason=reason, until=until.isoformat() if until else "")
    if move == "stop" and by is None:
        notify(
            _in_charge(task),
            kind=PERSON_STOPPED,
            workspace_id=task.workspace_id,
            target_id=task.pk,
            data={"task_id": str(task.pk), "task": task.name},
            who=person,
        )
