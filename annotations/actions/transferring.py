"""Moving work from one person to another, by person and quantity."""

from django.db import IntegrityError, transaction
from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from annotations.models import Assignment, LabelingTask, TaskPerson, Transfer
from annotations.models.assignments import AssignmentQuerySet
from annotations.permissions import require_running
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right, people_with, require

State = Assignment.State
_OWN = {Transfer.Kind.LABELING: Right.TRANSFER_OWN_LABELING, Transfer.Kind.REVIEW: Right.TRANSFER_OWN_REVIEWS}
_WORK = {Transfer.Kind.LABELING: Right.LABEL, Transfer.Kind.REVIEW: Right.REVIEW}
# What was not begun goes before what was returned; what somebody has open stays with them.
_ORDER = Case(When(state=State.ASSIGNED, then=Value(0)), default=Value(1), output_field=IntegerField())


def require_transfer(user: User, task: LabelingTask, *, kind: str, holder: User) -> None:
    """Own work with the right for one's own, anybody else's with the right to transfer for others."""
    right = _OWN[Transfer.Kind(kind)] if holder.pk == user.pk else Right.TRANSFER_FOR_OTHERS
    require(user, right, task.workspace_id)


def movable(task: LabelingTask, *, kind: str, holder: User, to: User | None = None) -> AssignmentQuerySet:
    """The turns that could move, first to go first; with `to`, none at whose item that person had a turn."""
    if kind == Transfer.Kind.REVIEW:
        rows = Assignment.objects.filter(task=task, reviewer=holder, state=State.PENDING_REVIEW)
        rows = rows.exclude(item__assignments__annotator=to) if to else rows
        return rows.order_by("position", "slot")
    rows = Assignment.objects.filter(task=task, annotator=holder, state__in=[State.ASSIGNED, State.REWORK])
    if to:
        rows = rows.exclude(item__assignments__annotator=to).exclude(item__assignments__reviewer=to)
    return rows.order_by(_ORDER, "position", "slot")


def transfer(
    task: LabelingTask, *, by: User, kind: str, holder: User, to: User, quantity: int, idempotency_key: str = ""
) -> Transfer:
    """Move `quantity` items from `holder` to `to`, all or none. The same key a second time moves nothing more."""
    require_transfer(by, task, kind=kind, holder=holder)
    require_running(task)
    if idempotency_key and (done := task.transfers.filter(idempotency_key=idempotency_key).first()):
        return done
    _check_target(task, kind=kind, holder=holder, to=to)
    try:
        with transaction.atomic():
            record = Transfer.objects.create(
                task=task,
                kind=kind,
                from_user=holder,
                to_user=to,
                quantity=quantity,
                idempotency_key=idempotency_key or None,
                created_by=by,
            )
            _move(record, by=by)
    except IntegrityError:
        # Another request with this key, or one that gave the same item to the same person, was faster.
        done = task.transfers.filter(idempotency_key=idempotency_key).first() if idempotency_key else None
        if done is None:
            raise IllegalMove(_("Some of these items were moved meanwhile. Look again and repeat.")) from None
        return done
    return record


def _check_target(task: LabelingTask, *, kind: str, holder: User, to: User) -> None:
    where: tuple[str | int, ...] = ("body", "to")
    if to.pk == holder.pk:
        raise Invalid([(where, _("The items are with this person already."), "value_error")])
    if to not in people_with(_WORK[Transfer.Kind(kind)], task.workspace):
        sentence = _("%(person)s has no role for this in the workspace.") % {"person": to}
        raise Invalid([(where, sentence, "value_error")])


def _move(record: Transfer, *, by: User) -> None:
    task, kind, quantity = record.task, record.kind, record.quantity
    rows = list(movable(task, kind=kind, holder=record.from_user, to=record.to_user)[:quantity])
    if len(rows) < quantity:
        most = len(rows)
        sentence = _("Only %(most)d items can be moved from %(holder)s to %(to)s.") % {
            "most": most, "holder": record.from_user, "to": record.to_user
        }  # fmt: skip
        raise Invalid([(("body", "quantity"), sentence, "value_error")])
    for assignment in rows:
        assignment.task = task
        assignment.hand_over(kind=kind, to=record.to_user, by=by)
    _change_quota(task, record.from_user, kind=kind, by=-quantity)
    _change_quota(task, record.to_user, kind=kind, by=quantity)


def _change_quota(task: LabelingTask, user: User, *, kind: str, by: int) -> None:
    """Numbers follow the items. Somebody new gets a seat when the task names its people."""
    seats = TaskPerson.objects.filter(task=task, kind=kind)
    seat = seats.filter(user=user)
    if seat.exists():
        seat.filter(quota__isnull=False).update(quota=Greatest(F("quota") + by, 0))
    elif by > 0 and seats.exists():
        TaskPerson.objects.create(task=task, user=user, kind=kind, quota=by)
