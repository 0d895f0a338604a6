"""What a person may do with a task or a turn now: one answer for buttons, API and checks alike."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from annotations.models import Assignment, LabelingTask, TaskPerson, Transfer
from workspaces.errors import IllegalMove
from workspaces.models import User
from workspaces.permissions import Right, can, require

State = Assignment.State

# Which states a move starts from, and who makes it: the annotator, an auditor, or a manager.
ANNOTATOR_MOVES = {
    "open": {State.OPEN, State.ASSIGNED, State.REWORK, State.IN_PROGRESS},
    "submit": {State.IN_PROGRESS},
    "skip": {State.IN_PROGRESS},
    "release": {State.IN_PROGRESS},
}
JUDGED_IN = {State.PENDING_REVIEW}
AUDITOR_MOVES = dict.fromkeys(("approve", "fix", "reject", "drop", "let_go"), JUDGED_IN)
MANAGER_MOVES = {
    "reopen": {State.SKIPPED, State.ESCALATED, State.CANCELLED},
    "reassign": {State.OPEN, State.ASSIGNED, State.REWORK, State.SKIPPED, State.ESCALATED},
    "adjudicate": {State.ESCALATED},
    "take_back": {State.IN_PROGRESS},
    "exclude": {State.SKIPPED, State.ESCALATED},
}
TASK_MOVES: dict[str, set[str]] = {
    "stop": {LabelingTask.State.OPEN, LabelingTask.State.REVIEWING},
    "resume": {LabelingTask.State.STOPPED},
    "generate": {LabelingTask.State.READY, LabelingTask.State.GENERATED},
    "edit": set(LabelingTask.State.values),
    "delete": set(LabelingTask.State.values),
}


def allowed_moves(user: User, assignment: Assignment) -> list[str]:
    """The moves this person can make on this turn right now, in a fixed order."""
    task, state = assignment.task, assignment.state
    moves: list[str] = []
    if _goes_on(task):
        if assignment.annotator_id == user.pk and can(user, Right.LABEL, task.workspace_id):
            moves += [move for move, states in ANNOTATOR_MOVES.items() if state in states]
            if task.is_lesson:
                # There is an answer to each of its items.
                moves = [move for move in moves if move != "skip"]
        elif was_left_by(user, assignment) and can(user, Right.LABEL, task.workspace_id):
            moves.append("open")
        if _may_judge(user, assignment):
            moves += [move for move, states in AUDITOR_MOVES.items() if state in states]
            if assignment.for_adjudication:
                moves.remove("reject")
            if assignment.reviewer_id is None:
                moves.remove("let_go")
    is_there = task.deleted_at is None and task.state != LabelingTask.State.DRAFT
    if is_there and can(user, Right.MANAGE_TASKS, task.workspace_id):
        moves += [move for move, states in MANAGER_MOVES.items() if state in states]
    return moves


def _goes_on(task: LabelingTask) -> bool:
    """Control items that somebody has begun are handed in although the last of the others was meanwhile."""
    shown = task.shown
    is_done = shown is not task and shown.state in (LabelingTask.State.READY, LabelingTask.State.GENERATED)
    return shown.is_running or (is_done and shown.deleted_at is None)


def was_left_by(user: User, assignment: Assignment) -> bool:
    """It went back to the pool while this person was away, and nobody has taken it since: their draft waits there."""
    is_waiting = assignment.state == State.OPEN and assignment.has_drafts
    return is_waiting and assignment.drafts.filter(author=user, revision=assignment.revision).exists()


def had_given_away(user: User, assignment: Assignment) -> bool:
    """Work of this person went to whoever has the item now, and perhaps this item: their page may not know it yet."""
    return Transfer.objects.filter(
        task=assignment.task_id, from_user=user, to_user=assignment.annotator_id, kind=TaskPerson.Kind.LABELING
    ).exists()


def allowed_task_moves(user: User, task: LabelingTask) -> list[str]:
    if not can(user, Right.MANAGE_TASKS, task.workspace_id):
        return []
    if task.deleted_at is not None:
        return ["restore"]
    return [move for move, states in TASK_MOVES.items() if task.state in states]


def _may_judge(user: User, assignment: Assignment) -> bool:
    return (
        can(user, Right.REVIEW, assignment.task.workspace_id)
        and assignment.state in JUDGED_IN
        and assignment.reviewer_id in (None, user.pk)
        and assignment.approved_by_id != user.pk
        and is_asked_for(assignment)
        and has_seat_in(user, assignment.task, kind=TaskPerson.Kind.REVIEW)
        and not has_labeled(user, assignment)
    )


def has_labeled(user: User, assignment: Assignment) -> bool:
    """The answers are theirs, or they have or had a turn at the same item, so they judge none of them."""
    if assignment.annotator_id == user.pk:
        return True
    return not Assignment.objects.filter(pk=assignment.pk).not_labeled_by(user).exists()


def is_asked_for(assignment: Assignment) -> bool:
    """Somebody is to look at it one by one: in a sampled review what was drawn, sent to a second, or to be settled."""
    return (
        not assignment.task.is_sampled
        or assignment.draw < assignment.task.sample_size
        or assignment.review_level > 1
        or assignment.for_adjudication
    )


def may_read(user: User, assignment: Assignment) -> bool:
    """A person sees own work, work they judge, and as a manager all of it: nobody reads a colleague's answers."""
    if can(user, Right.MANAGE_TASKS, assignment.task.workspace_id):
        return True
    if assignment.annotator_id == user.pk or was_left_by(user, assignment):
        return True
    if not can(user, Right.REVIEW, assignment.task.workspace_id) or not assignment.revision:
        return False
    # An auditor sees what was handed in to them at any time, and what waits for whoever takes it.
    if user.pk in (assignment.reviewer_id, assignment.approved_by_id):
        return True
    is_free = assignment.reviewer_id is None and assignment.state == State.PENDING_REVIEW
    is_seated = is_free and has_seat_in(user, assignment.task, kind=TaskPerson.Kind.REVIEW)
    return is_seated and not has_labeled(user, assignment)


def require_move(user: User, move: str, assignment: Assignment) -> None:
    """Raise PermissionDenied (403) for the wrong person, IllegalMove (409) for the wrong moment."""
    task = assignment.task
    if move in ANNOTATOR_MOVES:
        require(user, Right.LABEL, task.workspace_id)
        if assignment.annotator_id != user.pk and not (move == "open" and assignment.state == State.OPEN):
            # Work that went back to the pool was theirs a moment ago: that is a moment gone by, not a missing right.
            if assignment.annotator_id is None or assignment.drafts.filter(author=user).exists():
                require_running(task)
                raise IllegalMove(_("This item is not yours any more: it went back to the pool. Take the next one."))
            if had_given_away(user, assignment):
                raise IllegalMove(_("This item is not yours any more: it was transferred. Take the next one."))
            raise PermissionDenied(_("This item is with somebody else."))
    elif move in AUDITOR_MOVES:
        _require_judge(user, move, assignment)
    else:
        require(user, Right.MANAGE_TASKS, task.workspace_id)
        require_there(task)
        return
    require_running(task)


def _require_judge(user: User, move: str, assignment: Assignment) -> None:
    require_seat(user, assignment.task, right=Right.REVIEW)
    if assignment.annotator_id == user.pk:
        raise PermissionDenied(_("Nobody reviews their own work."))
    if has_labeled(user, assignment):
        raise PermissionDenied(_("You labeled this item too, so somebody else reviews it."))
    if assignment.reviewer_id not in (None, user.pk):
        raise PermissionDenied(_("Another auditor reviews this item."))
    if assignment.approved_by_id == user.pk:
        raise PermissionDenied(_("You approved this item yourself; somebody else judges it a second time."))
    if move == "let_go":
        return
    if move == "reject" and assignment.for_adjudication:
        raise IllegalMove(_("This item was given to you to settle: approve it, mend it, or drop it."))
    if not is_asked_for(assignment):
        raise IllegalMove(_("This item is not in the sample: it is decided when the sample is closed."))


def require_there(task: LabelingTask) -> None:
    """Its items can be moved by a manager: it is not deleted and not still being filled."""
    if task.deleted_at is not None:
        raise IllegalMove(task.refusal("manage"))
    if task.state == LabelingTask.State.DRAFT:
        raise IllegalMove(_("This labeling task is still being filled. Wait until it is open."))


def require_running(task: LabelingTask) -> None:
    task = task.shown
    if task.deleted_at is not None:
        raise IllegalMove(_("This labeling task was deleted."))
    if task.state == LabelingTask.State.STOPPED:
        raise IllegalMove(_("This labeling task is stopped. Your drafts are kept; ask its manager when it goes on."))
    if task.state == LabelingTask.State.DRAFT:
        raise IllegalMove(_("This labeling task is not open yet."))


KIND_OF_RIGHT = {Right.LABEL: TaskPerson.Kind.LABELING, Right.REVIEW: TaskPerson.Kind.REVIEW}


def has_seat_in(user: User, task: LabelingTask, *, kind: str) -> bool:
    # Control items are labeled by whoever labels the others, and reviewed by nobody.
    task = task.shown if kind == TaskPerson.Kind.LABELING else task
    if task.is_open_for(kind):
        return True
    if task.by_team and kind == TaskPerson.Kind.LABELING:
        return task.teams.filter(team__members=user).exists()
    return TaskPerson.objects.filter(task=task, kind=kind, user=user).exists()


def require_seat(user: User, task: LabelingTask, *, right: Right) -> None:
    """The person has the right, and a seat in this task where people are named for it."""
    require(user, right, task.workspace_id)
    kind = KIND_OF_RIGHT[right]
    if not has_seat_in(user, task, kind=kind):
        raise PermissionDenied(_("You are not among the people of this labeling task. Ask its manager."))
