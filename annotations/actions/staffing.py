"""People and numbers of a running task: who is added, who goes, who gets more, and who less."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations import notices
from annotations.actions.changing_hands import TakenMeanwhile
from annotations.actions.creating import Problem, Seat
from annotations.actions.shifting import hand_out, leave_reviews
from annotations.models import Assignment, LabelingTask, TaskPerson
from annotations.staff import Kind, Staff, staff_of
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, people_with, require

State = Assignment.State
SIDES = {Kind.LABELING: ("annotators", Right.LABEL), Kind.REVIEW: ("reviewers", Right.REVIEW)}
MOST = 10**9


@dataclass(frozen=True)
class Wanted:
    """The people a task is to have from now on. None leaves a side as it is; no seats open it to everybody."""

    annotators: Sequence[Seat] | None = None
    reviewers: Sequence[Seat] | None = None
    rest_in_pool: bool = False
    # Of the staff this was made from; another one since then refuses it. Empty: whatever it is now.
    version: str = ""

    def side(self, kind: str) -> Sequence[Seat] | None:
        return self.annotators if kind == Kind.LABELING else self.reviewers


@dataclass
class Shift:
    """What a change of numbers does to dealt work, by person: how many each gets, and how many they are relieved of."""

    more: dict[UUID, int] = field(default_factory=dict)
    less: dict[UUID, int] = field(default_factory=dict)


def set_people(task: LabelingTask, wanted: Wanted, *, by: User) -> Staff:
    """Make these the people of the task: all of it or, with Invalid or IllegalMove, nothing. Returns who is there now.

    A higher number is dealt from the pool; a lower one, or none, gives back what was dealt and not begun.
    """
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    if task.deleted_at is not None or task.state == LabelingTask.State.DRAFT:
        raise IllegalMove(_("People are changed once the task is open, and not after it was deleted."))
    for _attempt in range(2):
        try:
            with transaction.atomic():
                return _set(task, wanted, by=by)
        except (TakenMeanwhile, IntegrityError):
            continue  # somebody took, began or was given one of these items at this moment: look once more
    raise IllegalMove(_("People took or began these items at this moment. Try again."))


def _set(task: LabelingTask, wanted: Wanted, *, by: User) -> Staff:
    # Seats first, then turns, then the task: everybody who changes several of them locks them in this order.
    list(TaskPerson.objects.filter(task=task).order_by("pk").select_for_update())
    staff = staff_of(task)
    if wanted.version and wanted.version != staff.version:
        raise IllegalMove(_("People or numbers were changed meanwhile. Look at what is there now and change it again."))
    problems = [problem for kind in Kind for problem in _seat_problems(task, staff, wanted, kind)]
    if problems:
        raise Invalid(problems)
    if wanted.annotators is not None:
        _staff_labeling(task, staff, wanted)
    if wanted.reviewers is not None:
        _staff_review(task, staff, wanted.reviewers)
    changes = {str(kind): change for kind in Kind if (change := _seat(task, staff, wanted, kind))}
    if changes:
        opens = {LabelingTask.OPENNESS[kind]: not wanted.side(kind) for kind in changes}
        LabelingTask.objects.filter(pk=task.pk).update(**opens)
        for name, value in opens.items():
            setattr(task, name, value)
        AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="staff", target=task, data=changes)
        _tell(task, staff, wanted, by=by)
    return staff_of(task)


def _seat_problems(task: LabelingTask, staff: Staff, wanted: Wanted, kind: str) -> list[Problem]:
    seats = wanted.side(kind)
    name, right = SIDES[Kind(kind)]
    if not seats:
        return []
    problems: list[Problem] = []
    before = staff.of(kind)
    allowed = {user.pk for user in people_with(right, task.workspace)}
    seen: set[UUID] = set()
    for index, (user, quota) in enumerate((seat.user, seat.quota) for seat in seats):
        gets_more = user.pk not in before or (quota or 0) > (before[user.pk] or 0)
        if gets_more and user.pk not in allowed:
            sentence = _("%(person)s has no role for this in the workspace.") % {"person": user}
            problems.append((("body", name, index), sentence, "value_error"))
        if user.pk in seen:
            sentence = _("%(person)s is named twice.") % {"person": user}
            problems.append((("body", name, index), sentence, "value_error"))
        seen.add(user.pk)
        if quota is not None and not 0 <= quota <= MOST:
            problems.append((("body", name, index, "quota"), _("Give a whole number, or none."), "value_error"))
    if kind == Kind.LABELING and task.by_team:
        sentence = _("Teams label in this task. Who is in them is changed on the page of each team.")
        problems.append((("body", name), sentence, "value_error"))
    if kind == Kind.REVIEW and not task.is_reviewed:
        problems.append((("body", name), _("This task has no review, so it has no reviewers."), "value_error"))
    return problems


def _staff_labeling(task: LabelingTask, staff: Staff, wanted: Wanted) -> None:
    seats = wanted.annotators or ()
    before = staff.of(Kind.LABELING)
    shift = _shift(staff, seats, before)
    left = staff.in_pool + sum(shift.less.values()) - sum(shift.more.values())
    total = sum(seat.quota or 0 for seat in seats)
    if left < 0:
        raise _refused(
            _("The numbers add up to %(sum)d, but there is no more to give than makes %(wanted)d in all."),
            total, total + left,
        )  # fmt: skip
    if 0 < len(seats) < task.overlap and left:
        sentence = _("%(people)d named, but each item is for %(overlap)d people: name more.")
        detail = sentence % {"people": len(seats), "overlap": task.overlap}
        raise Invalid([(("body", "annotators"), detail, "value_error")])
    is_numbered = bool(seats) and all(seat.quota is not None for seat in seats)
    if is_numbered and left and not wanted.rest_in_pool:
        raise _refused(
            _("The numbers add up to %(sum)d of %(wanted)d: raise them, or leave the rest in the pool."),
            total, total + left,
        )  # fmt: skip
    missing = hand_out(task, more=shift.more, less=shift.less)
    if missing:
        raise _refused(
            _(
                "The numbers add up to %(sum)d, but no more than %(wanted)d can be dealt: "
                "each item comes to a person once."
            ),
            total, total - missing,
        )  # fmt: skip


def _refused(sentence: str, total: int, wanted: int) -> Invalid:
    return Invalid([(("body", "annotators"), sentence % {"sum": total, "wanted": wanted}, "value_error")])


def _shift(staff: Staff, seats: Sequence[Seat], before: dict[UUID, int | None]) -> Shift:
    """Who gets how many more or less, or Invalid where somebody has begun what would be taken from them."""
    shift, problems = Shift(), []
    for index, seat in enumerate(seats):
        load, was = staff.load(seat.user.pk), before.get(seat.user.pk)
        if seat.quota is None:
            # Without a number they take from the pool, and so what they were dealt goes back there.
            less = load.not_begun if was is not None else 0
        else:
            # A number counts what they have, but not what they took from the pool beyond an earlier number.
            base = load.held if was is None else min(load.held, was)
            if was is None or seat.quota > was:
                shift.more[seat.user.pk] = max(0, seat.quota - base)
            less = max(0, base - seat.quota) if was is None or seat.quota < was else 0
        if less > load.not_begun:
            problems.append(_too_few(seat, index, least=(seat.quota or 0) + less - load.not_begun))
        shift.less[seat.user.pk] = min(less, load.not_begun)
    problems += _removals(staff, shift, {seat.user.pk for seat in seats}, before, is_open=not seats)
    if problems:
        raise Invalid(problems)
    return shift


def _too_few(seat: Seat, index: int, *, least: int) -> Problem:
    sentence = _(
        "%(person)s has begun or done more than that: give at least %(least)d. What was begun is moved by a transfer."
    ) % {"person": seat.user, "least": least}
    return ("body", "annotators", index, "quota"), sentence, "value_error"


def _removals(
    staff: Staff, shift: Shift, named: Collection[UUID], before: dict[UUID, int | None], *, is_open: bool
) -> list[Problem]:
    """What was dealt to people who are not named any more goes back; what they have begun keeps them."""
    problems: list[Problem] = []
    for user_id, load in staff.loads.items():
        if user_id in named or (is_open and user_id not in before):
            continue
        if user_id in before and load.begun:
            sentence = ngettext(
                "%(person)s has begun %(begun)d item and cannot be removed before it is transferred.",
                "%(person)s has begun %(begun)d items and cannot be removed before they are transferred.",
                load.begun,
            )
            detail = sentence % {"person": staff.users[user_id], "begun": load.begun}
            problems.append((("body", "annotators"), detail, "value_error"))
        shift.less[user_id] = load.not_begun
    return problems


def _staff_review(task: LabelingTask, staff: Staff, seats: Sequence[Seat]) -> None:
    problems: list[Problem] = []
    for index, seat in enumerate(seats):
        held = staff.review_load(seat.user.pk).held
        if seat.quota is not None and seat.quota < held:
            sentence = _("%(person)s decided or holds %(least)d reviews: give at least %(least)d.")
            detail = sentence % {"person": seat.user, "least": held}
            problems.append((("body", "reviewers", index, "quota"), detail, "value_error"))
    named = {seat.user.pk for seat in seats}
    is_numbered = bool(seats) and all(seat.quota is not None for seat in seats)
    if is_numbered and task.review_mode == LabelingTask.ReviewMode.FULL:
        total = sum(seat.quota or 0 for seat in seats)
        wanted = to_review(task, named)
        if total < wanted:
            sentence = _(
                "The numbers add up to %(sum)d of %(wanted)d: raise them, or leave one reviewer without a number."
            )
            detail = sentence % {"sum": total, "wanted": wanted}
            problems.append((("body", "reviewers"), detail, "value_error"))
    if problems:
        raise Invalid(problems)
    gone = set(staff.of(Kind.REVIEW)) if not seats else set(staff.review_loads)
    leave_reviews(task, gone - named)


def to_review(task: LabelingTask, reviewers: Collection[UUID]) -> int:
    """Turns these people judged or will have to: all that count, but those that others approved."""
    turns = Assignment.objects.filter(task=task).exclude(state__in=[State.CANCELLED, State.SKIPPED])
    approved = turns.filter(state=State.APPROVED)
    return turns.count() - approved.count() + approved.filter(reviewer__in=list(reviewers)).count()


def _seat(task: LabelingTask, staff: Staff, wanted: Wanted, kind: str) -> dict[str, dict[str, int | None]]:
    """Store the seats of one side; returns what changed, by the person's id."""
    seats = wanted.side(kind)
    if seats is None:
        return {}
    before, after = staff.of(kind), {seat.user.pk: seat.quota for seat in seats}
    rows = TaskPerson.objects.filter(task=task, kind=kind)
    rows.filter(user__in=before.keys() - after.keys()).delete()
    added = {user: quota for user, quota in after.items() if user not in before}
    TaskPerson.objects.bulk_create(
        TaskPerson(task=task, user_id=user, kind=kind, quota=quota) for user, quota in added.items()
    )
    changed = {user: quota for user, quota in after.items() if user in before and quota != before[user]}
    for user, quota in changed.items():
        rows.filter(user=user).update(quota=quota)
    removed = {user: quota for user, quota in before.items() if user not in after}
    what = {"added": added, "changed": changed, "removed": removed}
    return {name: {str(user): quota for user, quota in found.items()} for name, found in what.items() if found}


def _tell(task: LabelingTask, staff: Staff, wanted: Wanted, *, by: User) -> None:
    """Those who are new, and those who got more than they had, of the number they have now."""
    for kind in Kind:
        before = staff.of(kind)
        news = {
            seat.user: seat.quota
            for seat in wanted.side(kind) or ()
            if seat.user.pk not in before or (seat.quota or 0) > (before[seat.user.pk] or 0)
        }
        if news:
            notices.assigned(task, news, kind=kind, by=by)
