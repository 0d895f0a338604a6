"""Settling what people disagree about: handing out disputed items, and keeping an auditor's final answers.

The queue is in order of what settling an item is expected to win. An item that an auditor has open is not given to
another for a while; what decides in the end is that an answer is refused where the item is not as it was seen.
"""

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.aggregating import running
from annotations.aggregating.lanes import Lanes, lanes_of
from annotations.answers import clean, clean_effort
from annotations.form import form_of
from annotations.models import (
    Adjudication,
    Assignment,
    ItemResult,
    LabelingTask,
    Review,
    Submission,
    TaskItem,
    TaskPerson,
)
from annotations.permissions import require_running, require_seat
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User, Workspace
from workspaces.permissions import Right, can

# An item somebody opened and left is given to others again after so many seconds.
HELD_S = 15 * 60
AT_ONCE = 50
HOWS = ("answer", "median", "union", "consensus", "own")
MAX_NOTE = 2000


def disputed(task: LabelingTask) -> QuerySet[ItemResult]:
    """What waits to be settled, by what settling it wins."""
    rows = ItemResult.objects.filter(task=task, state=ItemResult.State.DISPUTED)
    return rows.order_by("-gain", "position")


def tasks_to_settle(user: User, workspace: Workspace) -> list[tuple[LabelingTask, int]]:
    """Where this auditor may settle something: tasks with how many items are disputed in each, most first."""
    tasks = LabelingTask.objects.visible_to(user).present().campaigns().filter(workspace=workspace)
    mine = tasks.staffed_by(user, kind=TaskPerson.Kind.REVIEW).exclude(
        state__in=[LabelingTask.State.DRAFT, LabelingTask.State.STOPPED]
    )
    rows = ItemResult.objects.filter(task__in=mine.order_by(), state=ItemResult.State.DISPUTED).order_by()
    counts = dict(rows.values_list("task").annotate(Count("pk")))
    if not counts:
        return []
    found = LabelingTask.objects.filter(pk__in=counts)
    return sorted(((task, counts[task.pk]) for task in found), key=lambda row: -row[1])


def for_auditor(rows: QuerySet[ItemResult], user: User) -> QuerySet[ItemResult]:
    """Without items that this person labeled, or had to."""
    fixes = Review.objects.filter(submission__assignment=OuterRef("pk"), verdict=Review.Verdict.FIXED, reviewer=user)
    answers = Submission.objects.filter(author=user, assignment=OuterRef("pk"))
    turns = Assignment.objects.filter(item=OuterRef("item"))
    had = Q(annotator=user) | (Q(Exists(answers)) & ~Q(Exists(fixes)))
    return rows.exclude(Exists(turns.filter(had)))


def has_labeled(user: User, item: TaskItem) -> bool:
    turns = Assignment.objects.filter(item=item)
    return turns.exists() and not turns.not_labeled_by(user).exists()


def require_sight(user: User, task: LabelingTask, item: TaskItem) -> None:
    """Managers look, auditors of the task settle; whoever labeled the item sees nobody else's answers (403)."""
    if can(user, Right.MANAGE_TASKS, task.workspace_id):
        return
    require_seat(user, task, right=Right.REVIEW)
    if has_labeled(user, item):
        raise PermissionDenied(_("You labeled this item, so somebody else settles it."))


def require_adjudicator(user: User, task: LabelingTask, item: TaskItem | None = None) -> None:
    """An auditor of the task who never labeled the item (403), while the task is there and not stopped (409)."""
    require_seat(user, task, right=Right.REVIEW)
    if item is not None and has_labeled(user, item):
        raise PermissionDenied(_("You labeled this item, so somebody else settles it."))
    require_running(task)


def next_for(task: LabelingTask, *, by: User, after: UUID | None = None) -> TaskItem | None:
    """The disputed item that is worth most and nobody else has open, kept for this auditor; None: nothing waits.

    `after` was passed over: what comes behind it is next, and it only comes again once nothing else does.
    """
    require_adjudicator(by, task)
    waiting = for_auditor(disputed(task), by)
    passed = ItemResult.objects.filter(item=after, task=task).first() if after else None
    if passed is not None:
        let_go(passed.item_id, by=by)
        behind = waiting.filter(Q(gain__lt=passed.gain) | Q(gain=passed.gain, position__gt=passed.position))
        found = _hold_first(behind, by) or _hold_first(waiting.exclude(item=after), by) or _hold_first(waiting, by)
    else:
        found = _hold_first(waiting, by)
    return TaskItem.objects.get(pk=found) if found else None


def _hold_first(rows: QuerySet[ItemResult], by: User) -> UUID | None:
    candidates = list(rows.values_list("item_id", flat=True)[:AT_ONCE])
    held = cache.get_many([_key(pk) for pk in candidates])
    for pk in candidates:
        holder = held.get(_key(pk))
        if holder == str(by.pk) or (holder is None and cache.add(_key(pk), str(by.pk), HELD_S)):
            return pk
    return None


def let_go(item_id: UUID, *, by: User) -> None:
    if cache.get(_key(item_id)) == str(by.pk):
        cache.delete(_key(item_id))


def _key(item_id: UUID) -> str:
    return f"adjudicated-by:{item_id}"


@transaction.atomic
def adjudicate(task: LabelingTask, item: TaskItem, *, by: User, body: dict[str, Any]) -> Adjudication:
    """Keep these as the final answers to the item. `seen` says what the auditor looked at: refused if it changed."""
    require_adjudicator(by, task, item)
    TaskItem.objects.select_for_update().get(pk=item.pk)
    shown = lanes_of(task, item)
    if not shown.lanes:
        raise IllegalMove(_("Nobody has answered this item yet."))
    if body.get("seen") != shown.seen:
        raise IllegalMove(_("Somebody settled this item, or an answer to it changed. Reload to see what is there now."))
    length = max(Assignment.objects.filter(item=item).values_list("duration_ms", flat=True))
    answers = clean(form_of(task), body.get("answers"), duration_ms=length, complete=True)
    active_ms, _listened = clean_effort(body, duration_ms=length)
    made = Adjudication.objects.create(
        item=item, task=task, answers=answers, how=_how(shown, body), note=_note(body), by=by, active_ms=active_ms
    )
    _put(task, item, made)
    AuditEvent.record(
        by=by, workspace_id=task.workspace_id, verb="settle_item", target=task,
        data={"item": str(item.pk), "position": item.position, "how": made.how},
    )  # fmt: skip
    transaction.on_commit(lambda: let_go(item.pk, by=by))
    return made


def _put(task: LabelingTask, item: TaskItem, made: Adjudication) -> None:
    """Into the result, at once; where there is none yet it is computed."""
    row = ItemResult.objects.filter(item=item).first()
    if row is None:
        running.run_one(task, item.pk)
        return
    row.values = running.with_final(row.values, made)
    row.state, row.gain, row.confidence, row.computed_at = ItemResult.State.ADJUDICATED, 0, 1.0, timezone.now()
    row.save(update_fields=["values", "state", "gain", "confidence", "computed_at"])


def _note(body: dict[str, Any]) -> str:
    note = body.get("note", "")
    if not isinstance(note, str) or len(note) > MAX_NOTE or "\0" in note:
        sentence = _("Write at most %(most)d characters.") % {"most": MAX_NOTE}
        raise Invalid([(("body", "note"), sentence, "value_error")])
    return note.strip()


def _how(shown: Lanes, body: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Where each answer was taken from; what is not said was the auditor's own."""
    given = body.get("how", {})
    wrong = _("Say for each question how, and which turn it was taken from: {alias: {how, assignment}}.")
    if not isinstance(given, dict):
        raise Invalid([(("body", "how"), wrong, "type_error.dict")])
    known = {question.alias for question in form_of(shown.task)}
    turns = {str(lane.assignment_id) for lane in shown.lanes}
    kept: dict[str, dict[str, str]] = {}
    for alias, one in given.items():
        is_right = alias in known and isinstance(one, dict) and one.get("how") in HOWS
        turn = one.get("assignment") if isinstance(one, dict) else None
        if not is_right or (turn is not None and turn not in turns):
            raise Invalid([(("body", "how", str(alias)), wrong, "value_error")])
        kept[alias] = {"how": one["how"]} | ({"assignment": turn} if turn else {})
    return kept
