"""Moving work from one person to another: by the person who has it, or by a manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations import notices
from annotations.actions.changing_hands import Held, TakenMeanwhile, locked, sliced, swap
from annotations.models import Assignment, Draft, LabelingTask, TaskPerson, Transfer
from annotations.movable import most_movable, movable
from annotations.overlapping.teams import colleagues_of
from annotations.permissions import require_running
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, can, people_with, require

State = Assignment.State
OWN = {Transfer.Kind.LABELING: Right.TRANSFER_OWN_LABELING, Transfer.Kind.REVIEW: Right.TRANSFER_OWN_REVIEWS}
WORK = {Transfer.Kind.LABELING: Right.LABEL, Transfer.Kind.REVIEW: Right.REVIEW}
MAX_REASON = 1000


@dataclass(frozen=True)
class Asked:
    """A transfer somebody asks for: `quantity` items of `holder`'s to `to`."""

    kind: str
    holder: User
    to: User
    quantity: int
    with_begun: bool = False
    reason: str = ""
    idempotency_key: str = ""

    def is_made_by(self, made: Transfer, *, by: User) -> bool:
        """Whether `made` is this very transfer."""
        was = (made.kind, made.from_user_id, made.to_user_id, made.quantity, made.with_begun, made.reason)
        is_same = was == (self.kind, self.holder.pk, self.to.pk, self.quantity, self.with_begun, self.reason)
        return is_same and made.created_by_id == by.pk


def require_transfer(user: User, task: LabelingTask, *, kind: str, holder: User) -> None:
    """Own work with the right for one's own, anybody else's with the right to transfer for others."""
    right = OWN[Transfer.Kind(kind)] if holder.pk == user.pk else Right.TRANSFER_FOR_OTHERS
    require(user, right, task.workspace_id)


def require_for_others(user: User, task: LabelingTask) -> None:
    require(user, Right.TRANSFER_FOR_OTHERS, task.workspace_id)


def transfers_for(user: User, task: LabelingTask) -> QuerySet[Transfer]:
    """The task's transfers, newest first: all of them for its managers, for others those they are part of."""
    made = Transfer.objects.visible_to(user).filter(task=task).order_by("-id")
    if not can(user, Right.TRANSFER_FOR_OTHERS, task.workspace_id):
        made = made.filter(Q(from_user=user) | Q(to_user=user) | Q(created_by=user))
    return made.select_related("from_user", "to_user", "created_by")


def require_moment(user: User, task: LabelingTask) -> None:
    """While a task is stopped its managers may still move work; those who work in it wait until it goes on."""
    is_stopped = task.state == LabelingTask.State.STOPPED and task.deleted_at is None
    if not (is_stopped and can(user, Right.TRANSFER_FOR_OTHERS, task.workspace_id)):
        require_running(task)


def receivers(task: LabelingTask, *, kind: str, holder: User | None) -> list[User]:
    """Active members with the role for this work, but the one who has it."""
    people = people_with(WORK[Transfer.Kind(kind)], task.workspace)
    if task.by_team and kind == Transfer.Kind.LABELING:
        allowed = colleagues_of(holder, task)
        people = [user for user in people if user.pk in allowed]
    return [user for user in people if holder is None or user.pk != holder.pk]


def transfer(task: LabelingTask, asked: Asked, *, by: User) -> Transfer:
    """Move the items, all or none. The same key a second time moves nothing more.

    When some were taken meanwhile it is tried once more with what is left then.
    """
    require_transfer(by, task, kind=asked.kind, holder=asked.holder)
    if done := _made_before(task, asked, by=by):
        return done
    require_moment(by, task)
    _check(task, asked)
    for _attempt in range(2):
        try:
            with transaction.atomic():
                return _make(task, asked, by=by)
        except (TakenMeanwhile, IntegrityError):
            # The same request sent twice, or another one that was faster with the same items.
            if done := _made_before(task, asked, by=by):
                return done
    sentence = _("Some of these items were begun, handed in or moved at this moment. %(left)s")
    raise IllegalMove(sentence % {"left": _most(task, asked)})


def _made_before(task: LabelingTask, asked: Asked, *, by: User) -> Transfer | None:
    if not asked.idempotency_key:
        return None
    done: Transfer | None = task.transfers.filter(idempotency_key=asked.idempotency_key).first()
    if done is not None and not asked.is_made_by(done, by=by):
        raise IllegalMove(_("This key was used for another transfer. Send a new key with a new transfer."))
    return done


def _check(task: LabelingTask, asked: Asked) -> None:
    problems: list[tuple[tuple[str | int, ...], str, str]] = []
    if asked.to.pk == asked.holder.pk:
        problems.append((("body", "to"), _("The items are with this person already."), "value_error"))
    elif asked.to not in receivers(task, kind=asked.kind, holder=asked.holder):
        sentence = _("%(person)s has no role for this in the workspace.") % {"person": asked.to}
        if task.by_team and asked.kind == Transfer.Kind.LABELING and can(asked.to, Right.LABEL, task.workspace_id):
            sentence = _("%(person)s is in no team of %(holder)s's here: work moves within a team.")
            sentence %= {"person": asked.to, "holder": asked.holder}
        problems.append((("body", "to"), sentence, "value_error"))
    if asked.quantity < 1:
        problems.append((("body", "quantity"), _("Give a number of at least 1."), "value_error"))
    if len(asked.reason) > MAX_REASON or "\0" in asked.reason:
        sentence = _("Give a reason of up to %(most)d characters.") % {"most": MAX_REASON}
        problems.append((("body", "reason"), sentence, "value_error"))
    if problems:
        raise Invalid(problems)


def _make(task: LabelingTask, asked: Asked, *, by: User) -> Transfer:
    seats = TaskPerson.objects.filter(task=task, kind=asked.kind)
    # Seats first, then turns, then the task: everybody who changes several of them locks them in this order.
    list(seats.filter(user__in=[asked.holder, asked.to]).order_by("pk").select_for_update())
    rows = movable(task, kind=asked.kind, holder=asked.holder, to=asked.to, with_begun=asked.with_begun)
    chosen = list(rows.values_list("pk", flat=True)[: asked.quantity])
    if len(chosen) < asked.quantity:
        raise Invalid([(("body", "quantity"), _most(task, asked), "value_error")])
    turns = locked(rows, chosen)
    if len(turns) < asked.quantity:
        raise TakenMeanwhile
    _hand_over(turns, asked)
    _follow_with_number(task, asked.holder, kind=asked.kind, by=-asked.quantity)
    _follow_with_number(task, asked.to, kind=asked.kind, by=asked.quantity)
    record = Transfer.objects.create(
        task=task,
        kind=asked.kind,
        from_user=asked.holder,
        to_user=asked.to,
        quantity=asked.quantity,
        with_begun=asked.with_begun,
        reason=asked.reason,
        idempotency_key=asked.idempotency_key or None,
        created_by=by,
    )
    items = {turn.pk: turn.item_id for turn in turns}
    _record(record, [items[pk] for pk in chosen], by=by)
    return record


def _record(record: Transfer, items: Sequence[UUID], *, by: User) -> None:
    AuditEvent.record(
        by=by,
        workspace_id=record.task.workspace_id,
        verb="transfer",
        target=record.task,
        data={
            "kind": record.kind,
            "from": str(record.from_user_id),
            "to": str(record.to_user_id),
            "quantity": record.quantity,
            "items": [str(pk) for pk in items],
            "reason": record.reason,
        },
    )
    notices.transferred(record)


def _hand_over(turns: Sequence[Held], asked: Asked) -> None:
    """Give the turns to the other person, as they are; what was open rests with them until they begin."""
    if asked.kind == Transfer.Kind.REVIEW:
        # The day for which the holder kept a review that was handed out is over with them.
        ids = [turn.pk for turn in turns]
        swap(ids, [State.PENDING_REVIEW], reviewer=(asked.holder, asked.to), lease_until=None)
        return
    resting = [turn.pk for turn in turns if turn.state != State.IN_PROGRESS]
    swap(resting, [State.ASSIGNED, State.REWORK], annotator=(asked.holder, asked.to), is_dealt=True)
    for is_returned, state in ((False, State.ASSIGNED), (True, State.REWORK)):
        begun = [turn.pk for turn in turns if turn.state == State.IN_PROGRESS and bool(turn.revision) == is_returned]
        swap(
            begun,
            [State.IN_PROGRESS],
            annotator=(asked.holder, asked.to),
            state=state,
            is_dealt=True,
            lease_until=None,
        )
    _send_drafts_along([turn.pk for turn in turns if turn.has_drafts], asked)


def _send_drafts_along(ids: Sequence[UUID], asked: Asked) -> None:
    """What was typed goes with the item; who wrote the first of it stays written there."""
    for part in sliced(ids):
        rows = Draft.objects.filter(assignment__in=part, revision=F("assignment__revision"), author=asked.holder)
        begun = list(rows.values_list("pk", "assignment_id"))
        # What the new person wrote here of an earlier revision was handed in, and counts no more.
        Draft.objects.filter(assignment__in=[turn for _pk, turn in begun], author=asked.to).delete()
        begun_by = Coalesce(F("begun_by"), Value(asked.holder.pk))
        Draft.objects.filter(pk__in=[pk for pk, _turn in begun]).update(author=asked.to, begun_by=begun_by)


def _follow_with_number(task: LabelingTask, user: User, *, kind: str, by: int) -> None:
    """Numbers follow the items. Somebody new gets a seat when the task names its people."""
    seats = TaskPerson.objects.filter(task=task, kind=kind)
    seat = seats.filter(user=user)
    if seat.exists():
        seat.filter(quota__isnull=False).update(quota=Greatest(F("quota") + by, 0))
    elif by > 0 and not task.is_open_for(kind) and not (task.by_team and kind == TaskPerson.Kind.LABELING):
        TaskPerson.objects.create(task=task, user=user, kind=kind, quota=by)


def _most(task: LabelingTask, asked: Asked) -> str:
    """The sentence that says how many can be moved now."""
    most = most_movable(task, kind=asked.kind, holder=asked.holder, to=asked.to)
    n = most["movable"] + (most["begun"] if asked.with_begun else 0)
    names = {"n": n, "holder": asked.holder, "to": asked.to}
    if not n:
        said = _("Nothing can be moved from %(holder)s to %(to)s now.") % names
    else:
        said = ngettext(
            "Only %(n)d item can be moved from %(holder)s to %(to)s.",
            "Only %(n)d items can be moved from %(holder)s to %(to)s.",
            n,
        ) % names  # fmt: skip
    if most["begun"] and not asked.with_begun:
        more = ngettext(
            "%(begun)d more was begun and moves only when you say so.",
            "%(begun)d more were begun and move only when you say so.",
            most["begun"],
        )
        said = f"{said} {more % most}"
    return said
