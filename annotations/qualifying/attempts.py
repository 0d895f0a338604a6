"""Tries at a training or an exam: beginning one, its items in this person's order, and what comes of it.

Turns are made when they are handed out. A try has its items from the beginning on, since they follow from the seed, the
person and the number of the try: those not had in an earlier try come first.
"""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import Assignment, Attempt, Grade, LabelingTask, SkillValue, TaskItem
from annotations.qualifying.mixing import drawn
from annotations.qualifying.new_turns import new_turn
from annotations.qualifying.skills import set_value
from workspaces.errors import IllegalMove
from workspaces.models import User

State = Assignment.State
TRIES = 5
NEARLY = 1e-9


def attempts_of(task: LabelingTask, *, user: User) -> list[Attempt]:
    """Their tries, the newest first."""
    return list(Attempt.objects.filter(task=task, user=user).order_by("-number"))


def how_far_in(task: LabelingTask, *, user: User) -> dict[str, int]:
    """Of the try that is under way, else of the last one."""
    last = Attempt.objects.filter(task=task, user=user).order_by("-number").values_list("n_done", "n_items").first()
    return dict(zip(("done", "total"), last or (0, 0), strict=True))


def next_try_at(task: LabelingTask, last: Attempt | None) -> datetime | None:
    """When somebody whose last try this was may begin another; None: never, or while one is under way."""
    if last is None:
        return timezone.now()
    if last.state != Attempt.State.FAILED or task.retry_after_hours is None or last.finished_at is None:
        return None
    return last.finished_at + timedelta(hours=task.retry_after_hours)


def begin(task: LabelingTask, *, by: User) -> Attempt:
    """Begin a try. Raises IllegalMove where there is one under way, it is passed, or it is too early."""
    last = Attempt.objects.filter(task=task, user=by).order_by("-number").first()
    moment = next_try_at(task, last)
    if last is not None and (moment is None or moment > timezone.now()):
        raise IllegalMove(_refusal(last, moment))
    n_items = TaskItem.objects.filter(task=task, key__isnull=False).count()
    if not n_items:
        raise IllegalMove(_("There is nothing in it yet."))
    size = min(task.attempt_size or n_items, n_items)
    try:
        with transaction.atomic():
            return Attempt.objects.create(task=task, user=by, number=last.number + 1 if last else 1, n_items=size)
    except IntegrityError:
        # In another window the same person began it at this moment.
        return Attempt.objects.get(task=task, user=by, state=Attempt.State.RUNNING)


def _refusal(last: Attempt, moment: datetime | None) -> str:
    if last.state == Attempt.State.RUNNING:
        return _("You are in the middle of it. Go on with that.")
    if last.state == Attempt.State.PASSED:
        return _("You have passed it.")
    if moment is None:
        return _("There is one try at this, and you had it.")
    return _("Another try is possible from %(moment)s on.") % {"moment": f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"}


def next_lesson(task: LabelingTask, *, by: User) -> Assignment | None:
    """This person's next item of a training or an exam, begun; None when their try is over.

    The first try begins with the first item. Others are begun on purpose, see `begin`.
    """
    for _again in range(TRIES):
        last = Attempt.objects.filter(task=task, user=by).order_by("-number").first()
        if last is None:
            last = begin(task, by=by)
        if last.state != Attempt.State.RUNNING:
            return None
        try:
            with transaction.atomic():
                return _next_of(task, last, by=by)
        except IntegrityError:
            continue  # another window, or another person at the same item, was a moment faster
    return None


def _next_of(task: LabelingTask, attempt: Attempt, *, by: User) -> Assignment | None:
    # Two windows of one person wait for each other, where the database can; elsewhere the constraints decide.
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    theirs = Assignment.objects.filter(task=task, annotator=by)
    begun = theirs.filter(attempt=attempt.number, state__in=Assignment.WITH_ANNOTATOR).first()
    if begun is not None:
        begun.task = task
        if begun.state != State.IN_PROGRESS:
            begun.start(by=by)
        return begun
    had = list(theirs.values_list("item", "attempt"))
    item = _next_item(task, attempt, had=had)
    if item is None:
        if attempt.state == Attempt.State.RUNNING:
            finish(task, attempt)
        return None
    turn = new_turn(task, item[0], by=by, position=item[1], attempt=attempt.number)
    turn.task = task
    turn.start(by=by)
    return turn


def _next_item(task: LabelingTask, attempt: Attempt, *, had: list[tuple[UUID, int]]) -> tuple[UUID, int] | None:
    """The item that comes next in this try, with its position; None when as many were given as it has."""
    now = {item for item, number in had if number == attempt.number}
    if len(now) >= attempt.n_items:
        return None
    before = Counter(item for item, number in had if number < attempt.number)
    rows = TaskItem.objects.filter(task=task, key__isnull=False).exclude(pk__in=now).values_list("pk", "position")
    places = (
        (before[pk], drawn(task.seed, attempt.user_id, attempt.number, pk), pk, position) for pk, position in rows
    )
    first = min(places, default=None)
    return first and (first[2], first[3])


def count_answer(task: LabelingTask, *, user: User, number: int, first: bool, done: bool) -> Attempt | None:
    """Count one answer in their try: `first` when the first answer to an item was right, `done` when the item is over.

    Finishes the try with its last item. In the transaction of the answer.
    """
    attempt = Attempt.objects.select_for_update().filter(task=task, user=user, number=number).first()
    if attempt is None or attempt.state != Attempt.State.RUNNING:
        return attempt
    attempt.n_right += first
    attempt.n_done += done
    attempt.save(update_fields=["n_right", "n_done"])
    if attempt.n_done >= attempt.n_items:
        finish(task, attempt)
    return attempt


def finish(task: LabelingTask, attempt: Attempt) -> None:
    """Say what came of it, and what the person can do now."""
    attempt.score = _score(task, attempt)
    passed = attempt.score + NEARLY >= task.pass_percent
    attempt.state = Attempt.State.PASSED if passed else Attempt.State.FAILED
    attempt.finished_at = timezone.now()
    attempt.save(update_fields=["state", "score", "finished_at"])
    if task.skill_id is not None:
        source = SkillValue.Source.EXAM if task.purpose == task.Purpose.EXAM else SkillValue.Source.TRAINING
        set_value(task.skill_id, attempt.user, value=attempt.score, source=source, by=None)


def _score(task: LabelingTask, attempt: Attempt) -> float:
    """Per cent: of a training the items right at first, of an exam each item by its share of right questions."""
    if not attempt.n_items:
        return 0.0
    if task.purpose != task.Purpose.EXAM:
        return round(100 * attempt.n_right / attempt.n_items, 4)
    grades = Grade.objects.filter(task=task, user=attempt.user_id, assignment__attempt=attempt.number)
    return round(100 * (grades.aggregate(sum=Sum("share"))["sum"] or 0) / attempt.n_items, 4)
