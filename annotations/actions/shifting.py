"""Dealt work that goes back to the pool, and work from the pool that is dealt."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from annotations.actions.changing_hands import TakenMeanwhile, locked, swap
from annotations.models import Assignment, Draft, LabelingTask, Submission
from annotations.redealing import deal_more
from annotations.staff import NOT_BEGUN

State = Assignment.State
HANDS = ("annotator", "reviewer", "approved_by")


def hand_out(task: LabelingTask, *, more: Mapping[UUID, int], less: Mapping[UUID, int]) -> int:
    """Relieve people of what they have not begun, then deal from the pool. Returns how many could not be dealt: 0, or
    nothing was changed.

    Who may have which item is decided by what they had; which one they get, by the task's seed and the number of
    items that are dealt at this moment, so that it can be repeated.
    """
    given_back = {user: _last_of(task, user, n) for user, n in less.items() if n}
    needs = {user: n for user, n in more.items() if n}
    dealt = _deal(task, needs, given_back) if needs else {}
    if missing := sum(needs.values()) - sum(map(len, dealt.values())):
        return missing
    ids = {pk for turns in (*given_back.values(), *dealt.values()) for pk in turns}
    if len(locked(Assignment.objects.filter(task=task, state__in=[State.OPEN, State.ASSIGNED]), ids)) < len(ids):
        raise TakenMeanwhile
    for user, turns in given_back.items():
        back = {"annotator": (user, None), "has_drafts": (False, False), "state": State.OPEN, "is_dealt": False}
        swap(list(turns), [State.ASSIGNED], **back)
    for user, chosen in dealt.items():
        swap(chosen, [State.OPEN], annotator_id=(None, user), state=State.ASSIGNED, is_dealt=True)
    return 0


def _last_of(task: LabelingTask, user: UUID, n: int) -> dict[UUID, UUID]:
    """The last `n` turns of what waits for this person, with their items: they are at the first ones."""
    rows = Assignment.objects.filter(NOT_BEGUN, task=task, annotator=user).order_by("-position", "-slot")
    return dict(rows.values_list("pk", "item_id")[:n])


def _deal(
    task: LabelingTask, needs: Mapping[UUID, int], given_back: Mapping[UUID, Mapping[UUID, UUID]]
) -> dict[UUID, list[UUID]]:
    """For each person turns from the pool, what others give back among them."""
    turns = Assignment.objects.filter(task=task)
    pool = list(turns.filter(state=State.OPEN).order_by("position", "slot").values_list("pk", "item_id"))
    for items in given_back.values():
        pool += sorted(items.items())
    # Items by number: they are compared a million times.
    numbers = {item: number for number, item in enumerate(dict.fromkeys(item for _pk, item in pool))}
    n_dealt = turns.filter(is_dealt=True).count()
    dealt = deal_more(
        [numbers[item] for _pk, item in pool],
        needs=list(needs.values()),
        barred=[{numbers[item] for item in _had(task, user) if item in numbers} for user in needs],
        seed=f"{task.seed}:{n_dealt}",
    )
    return {user: [pool[place][0] for place in places] for user, places in zip(needs, dealt, strict=True)}


def _had(task: LabelingTask, user: UUID) -> set[UUID]:
    """Items this person has or had a turn at, or judged."""
    turns, item = Assignment.objects.filter(task=task), F("assignment__item")
    found: list[QuerySet[Any, UUID]] = [
        Submission.objects.filter(author=user, assignment__task=task).values_list(item, flat=True),
        Draft.objects.filter(author=user, assignment__task=task).values_list(item, flat=True),
    ]
    if task.is_shared:
        # With one turn per item, nobody has or judged another turn of what is in the pool.
        found += [turns.filter(**{who: user}).values_list("item_id", flat=True) for who in HANDS]
    return {pk for rows in found for pk in rows.order_by()}


def leave_reviews(task: LabelingTask, people: Collection[UUID]) -> None:
    """What waits for these auditors, or would come back to them, goes to whoever comes first."""
    for user in sorted(people):
        rows = Assignment.objects.filter(task=task, reviewer=user).exclude(state__in=Assignment.DONE)
        ids = list(rows.values_list("pk", flat=True))
        if len(locked(rows, ids)) < len(ids):
            raise TakenMeanwhile
        swap(ids, [*Assignment.State.values], reviewer=(user, None))
