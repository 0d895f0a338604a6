"""What a manager does with turns that came to a stop, or that somebody else should do: one of them, or many at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations import notices
from annotations.models import Assignment, LabelingTask, Review, TaskPerson
from annotations.models.assignments import AssignmentQuerySet
from annotations.models.setting_right import RESTING
from annotations.overlapping.teams import foreign_to
from annotations.permissions import MANAGER_MOVES, require_move, require_there
from annotations.settling import settle
from annotations.turns import TurnFilter
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right, people_with, require

State = Assignment.State
# So many rows in one transaction: others who want to write wait no longer than for this.
SLICE = 500
# A request ends in seconds; whoever has more to move narrows the filter, or transfers by quantity.
MOST = 10_000
# The right that somebody needs who is given items by a move, and the kind of seat.
RECEIVER = {
    "reassign": (Right.LABEL, TaskPerson.Kind.LABELING),
    "adjudicate": (Right.REVIEW, TaskPerson.Kind.REVIEW),
}


# Why a turn stays that somebody else moved since the manager looked.
CHANGED = gettext_lazy("it was changed meanwhile")


class ChangedMeanwhile(IllegalMove):
    """The turn is another now than the manager saw."""

    def __init__(self) -> None:
        super().__init__(_("This cannot be done now: it was changed meanwhile. Look again and decide anew."))


class SelectionChanged(IllegalMove):
    """Others match now than the manager saw. `extra` goes into the answer."""

    def __init__(self, count: int) -> None:
        self.extra = {"count": count}
        sentence = ngettext(
            "The selection changed meanwhile: %(count)d item matches now. Look again and repeat.",
            "The selection changed meanwhile: %(count)d items match now. Look again and repeat.",
            count,
        )
        super().__init__(sentence % {"count": count})


@dataclass
class Outcome:
    """How many were moved, and for each reason how many were not."""

    done: int = 0
    refused: "Counter[str]" = field(default_factory=Counter)
    # Before the move: whose the moved turns were.
    holders: "Counter[UUID | None]" = field(default_factory=Counter)

    @property
    def has_changed(self) -> bool:
        """Some were not moved because they are others now than the manager saw."""
        return str(CHANGED) in self.refused

    @property
    def n_refused(self) -> int:
        return self.refused.total()

    def reasons(self) -> str:
        """The reasons with their numbers, in one line; empty when nothing was refused."""
        return "; ".join(f"{sentence} ({n})" if n > 1 else sentence for sentence, n in self.refused.most_common())


def require_receiver(task: LabelingTask, move: str, to: User | None) -> None:
    """Raise Invalid unless this person may be given items by this move; adjudication may be left to whoever comes."""
    if move not in RECEIVER:
        return
    where: tuple[str | int, ...] = ("body", "to")
    if to is None:
        if move == "adjudicate":
            return
        raise Invalid([(where, _("Choose who gets it."), "value_error.missing")])
    if to not in people_with(RECEIVER[move][0], task.workspace):
        sentence = _("%(person)s has no role for this in the workspace.") % {"person": to}
        raise Invalid([(where, sentence, "value_error")])


def one(turn: Assignment, move: str, *, by: User, to: User | None = None, seen: str | None = None) -> None:
    """Make one of MANAGER_MOVES with one turn. Raises IllegalMove with the reason when it cannot be done now.

    `seen` is the turn's mark when the manager looked: when it has another by now, that is ChangedMeanwhile.
    """
    require_move(by, move, turn)
    task = turn.task
    require_receiver(task, move, to)
    try:
        with transaction.atomic():
            _lock_seats(task, move)
            held = Assignment.objects.select_for_update(of=("self",)).get(pk=turn.pk)
            held.task = task
            if seen is not None and held.seen != seen:
                raise ChangedMeanwhile
            if reason := _obstacles([held], move, to=to).get(held.pk):
                raise IllegalMove(_("This cannot be done now: %(reason)s.") % {"reason": reason})
            holder = held.annotator
            _make(held, move, by=by, to=to)
            _give_seats(task, move, to=to, gained=1, lost=Counter([holder.pk if holder else None]))
            settle(task, by=by, closely=True)
            _tell_of_one(held, move, to=to, by=by)
    except IntegrityError:
        # Another manager gave an item's other turn to the same person at this moment.
        raise IllegalMove(turn.refusal(move)) from None
    for name in ("state", "annotator_id", "reviewer_id", "is_dealt", "lease_until", "for_adjudication", "rework_count"):
        setattr(turn, name, getattr(held, name))


def _make(turn: Assignment, move: str, *, by: User, to: User | None) -> None:
    if move == "reassign" and to is not None:
        turn.reassign(to=to, by=by)
    elif move == "adjudicate":
        turn.send_to_adjudication(to=to, by=by)
    elif move == "reopen":
        turn.reopen(by=by)
    elif move == "exclude":
        turn.exclude(by=by)
    else:
        turn.take_back(by=by)


def _tell_of_one(turn: Assignment, move: str, *, to: User | None, by: User) -> None:
    if move == "reassign" and to is not None:
        notices.given(turn, to=to, by=by)
    elif move == "adjudicate" and to is not None:
        notices.to_settle(turn, to=to, by=by)
    elif move == "reopen" and turn.annotator_id is not None:
        notices.returned(turn, by=by)


@dataclass(frozen=True)
class Selection:
    """The turns a manager means: what a filter finds, or certain ones.

    `seen` has marks by id, of when the manager looked; a turn with another one by now is not moved.
    """

    only: TurnFilter = field(default_factory=TurnFilter)
    ids: Sequence[UUID] | None = None
    seen: Mapping[UUID, str] = field(default_factory=dict)

    def turns_of(self, task: LabelingTask) -> AssignmentQuerySet:
        return self.only.turns_of(task) if self.ids is None else Assignment.objects.filter(task=task, pk__in=self.ids)


def many(
    task: LabelingTask, move: str, *, by: User, selection: Selection, to: User | None = None, expect: int | None = None
) -> Outcome:
    """Make a move with every turn of a selection that it can be made with; the others are counted by their reason.

    `expect` is how many the manager saw: when others match by now nothing is moved (SelectionChanged). It runs in
    slices, each a transaction of its own: when it is interrupted, what was done is whole, and repeating does the rest.
    """
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    if move not in MANAGER_MOVES:
        raise Invalid(
            [(("body", "move"), _("Choose one of: %(moves)s.") % {"moves": ", ".join(MANAGER_MOVES)}, "value_error")]
        )
    require_receiver(task, move, to)
    ids = _meant(task, selection, expect=expect)
    outcome = Outcome()
    for start in range(0, len(ids), SLICE):
        _move_slice(task, move, ids[start : start + SLICE], seen=selection.seen, by=by, to=to, outcome=outcome)
    return outcome


def _meant(task: LabelingTask, selection: Selection, *, expect: int | None) -> list[UUID]:
    if selection.ids is not None and len(selection.ids) > MOST:
        raise Invalid([(("body", "ids"), _("Send at most %(most)d ids.") % {"most": MOST}, "value_error")])
    found = selection.turns_of(task)
    rows = found.order_by("position", "slot").values_list("pk", flat=True)
    ids = list(rows[: MOST + 1])
    count = len(ids) if len(ids) <= MOST else found.count()
    if expect is not None and count != expect:
        raise SelectionChanged(count)
    if count > MOST:
        sentence = _(
            "%(count)d items match; at most %(most)d can be moved at once. Narrow the filter, say to one person."
        )
        raise Invalid([(("body", "only"), sentence % {"count": count, "most": MOST}, "value_error")])
    return ids


def _move_slice(
    task: LabelingTask,
    move: str,
    ids: Sequence[UUID],
    *,
    seen: Mapping[UUID, str],
    by: User,
    to: User | None,
    outcome: Outcome,
) -> None:
    for is_last_try in (False, True):
        try:
            with transaction.atomic():
                _lock_seats(task, move)
                rows = Assignment.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
                found = list(
                    rows.only(
                        "task",
                        "item",
                        "state",
                        "annotator",
                        "revision",
                        "reviewer",
                        "approved_by",
                        "position",
                        "slot",
                        "team",
                    )
                )
                changed = {turn.pk: str(CHANGED) for turn in found if seen.get(turn.pk, turn.seen) != turn.seen}
                reasons = changed | _obstacles([turn for turn in found if turn.pk not in changed], move, to=to)
                free = [turn for turn in found if turn.pk not in reasons]
                lost = Counter(turn.annotator_id for turn in free)
                moved = _move_all(task, move, [turn.pk for turn in free], by=by, to=to)
                _give_seats(task, move, to=to, gained=moved, lost=lost)
                _tell_of_many(task, move, free, to=to, by=by)
                settle(task, by=by, closely=True)
        except IntegrityError:
            # Another manager gave the same items to the same person at this moment; now it can be seen which.
            if is_last_try:
                raise
            continue
        outcome.done += moved
        outcome.holders += lost
        outcome.refused += Counter(reasons.values())
        return


def _move_all(task: LabelingTask, move: str, ids: Sequence[UUID], *, by: User, to: User | None) -> int:
    """The verb of one turn for rows that are locked and free to be moved. Returns how many that were."""
    rows = Assignment.objects.filter(pk__in=ids)
    moved = 0
    for only, target, changes in _parts(move, to=to):
        data = {"to": str(to.pk)} if to else None
        sources = [str(state) for state in MANAGER_MOVES[move]]
        part = rows.filter(only)
        moved += len(
            part.move_many(sources, target, by=by, verb=move, workspace_id=task.workspace_id, data=data, **changes)
        )
    return moved


def _parts(move: str, *, to: User | None) -> Iterator[tuple[Q, str, dict[str, Any]]]:
    """Which turns go to which state, and what else of them changes. A turn is in one part."""
    if move in ("reopen", "take_back"):
        extra: dict[str, Any] = {"lease_until": None} if move == "take_back" else {"skip_reason": "", "rework_count": 0}
        yield from ((only, target, {**extra, **changes}) for only, target, changes in RESTING)
    elif move == "exclude":
        yield Q(), State.CANCELLED, {}
    elif move == "reassign":
        given = {"annotator": to, "is_dealt": True, "skip_reason": "", "rework_count": 0}
        yield Q(revision__gt=0), State.REWORK, given
        yield Q(revision=0), State.ASSIGNED, given
    else:
        asked = {"reviewer": to, "approved_by": None, "review_level": 1, "for_adjudication": True}
        yield Q(), State.PENDING_REVIEW, asked


def _obstacles(turns: Sequence[Assignment], move: str, *, to: User | None) -> dict[UUID, str]:
    """Why each of these turns that cannot be moved cannot, by id; those that can are not in it."""
    labels = dict(State.choices)
    wrong = [turn for turn in turns if turn.state not in MANAGER_MOVES[move]]
    reasons = {turn.pk: _("the state is “%(state)s”") % {"state": labels[State(turn.state)]} for turn in wrong}
    if to is None:
        return reasons
    free = [turn for turn in turns if turn.pk not in reasons]
    if move == "reassign":
        reasons |= {turn.pk: _("it is with this person already") for turn in free if turn.annotator_id == to.pk}
    items = {turn.item_id for turn in free}
    labeled = set(Assignment.objects.filter(item__in=items, annotator=to).values_list("item", flat=True))
    judged = _judged(items, to) if move == "reassign" else set()
    foreign = foreign_to(to, free) if move == "reassign" else set()
    taken: set[UUID] = set()
    for turn in sorted(free, key=lambda turn: (turn.position, turn.slot)):
        if turn.pk in reasons:
            continue
        if turn.item_id in labeled or turn.item_id in taken:
            reasons[turn.pk] = _("this person has a turn at the same item")
        elif turn.item_id in judged:
            reasons[turn.pk] = _("this person has judged the item")
        elif turn.pk in foreign:
            reasons[turn.pk] = _("it belongs to a team this person is not in")
        elif move == "reassign":
            taken.add(turn.item_id)
    return reasons


def _judged(items: set[UUID], user: User) -> set[UUID]:
    """Those of the items that this person judges or has judged."""
    now = Assignment.objects.filter(Q(reviewer=user) | Q(approved_by=user), item__in=items)
    before = Review.objects.filter(reviewer=user, submission__assignment__item__in=items)
    return set(now.values_list("item", flat=True)) | set(before.values_list("submission__assignment__item", flat=True))


def _lock_seats(task: LabelingTask, move: str) -> None:
    """Seats before turns, as in a transfer: two that change both wait for each other, and never deadlock."""
    if move in RECEIVER:
        seats = TaskPerson.objects.filter(task=task, kind=RECEIVER[move][1])
        list(seats.order_by("pk").select_for_update().values_list("pk", flat=True))


def _give_seats(task: LabelingTask, move: str, *, to: User | None, gained: int, lost: "Counter[UUID | None]") -> None:
    """Numbers follow the items, and whoever is given some has a seat where people are named."""
    if to is None or not gained or move not in RECEIVER:
        return
    kind = RECEIVER[move][1]
    seats = TaskPerson.objects.filter(task=task, kind=kind, quota__isnull=False)
    if move == "reassign":
        for holder, n in lost.items():
            seats.filter(user=holder).update(quota=Greatest(F("quota") - n, 0))
    if TaskPerson.objects.filter(task=task, kind=kind, user=to).exists():
        seats.filter(user=to).update(quota=F("quota") + gained)
    elif not task.is_open_for(kind) and not (task.by_team and kind == TaskPerson.Kind.LABELING):
        TaskPerson.objects.create(task=task, user=to, kind=kind, quota=gained)


def _tell_of_many(task: LabelingTask, move: str, turns: Sequence[Assignment], *, to: User | None, by: User) -> None:
    if not turns:
        return
    if move == "reassign" and to is not None:
        notices.given_many(task, len(turns), to=to, by=by)
    elif move == "adjudicate" and to is not None:
        notices.to_settle_many(task, len(turns), to=to, by=by)
    elif move == "reopen":
        pks = [turn.pk for turn in turns]
        kept = Assignment.objects.filter(pk__in=pks, annotator__isnull=False).select_related("annotator")
        notices.returned_many(task, Counter(turn.annotator for turn in kept if turn.annotator), by=by)
