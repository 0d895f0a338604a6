"""What is known of a person's last answers in a task, the newest first, and whether people agree about an item.

Each look is one statement. Control items are part of the task they are mixed into, as far as speed and skipping go.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone

from annotations.form import form_of
from annotations.models import Assignment, Grade, LabelingTask, QuestionType, Standing, Submission, TaskItem
from annotations.models.assignments import AssignmentQuerySet
from annotations.quality import behaviour
from annotations.quality.behaviour import Mark
from workspaces.ids import first_id_at
from workspaces.models import AuditEvent, User

# Answers that can be the same as somebody else's.
COMPARED = (QuestionType.CATEGORICAL, QuestionType.RATING)
# With fewer answers than this a team has no majority of its own, and its people are compared with everybody.
LEAST_OF_A_TEAM = 3
# Skips in a row are those of one sitting.
SITTING = timedelta(hours=12)


class Dated(NamedTuple):
    """A mark and when it came about: what was before a rule fired, or was undone, does not count again."""

    mark: Mark
    at: datetime


def since(marks: Iterable[Dated], moment: datetime | None) -> list[Mark]:
    return [row.mark for row in marks if moment is None or row.at > moment]


def handed_in(task: LabelingTask, person: User) -> AssignmentQuerySet:
    """What this person handed in here, control items among it, the newest first."""
    rows = Assignment.objects.filter(annotator=person, submitted_at__isnull=False)
    return rows.filter(Q(task=task) | Q(task__controls_of=task)).order_by("-submitted_at")


def graded(task: LabelingTask, person: User, *, most: int) -> list[Dated]:
    """How they did on control items."""
    rows = Grade.objects.filter(task=task, user=person).order_by("-id")
    return [Dated(as_mark(right, detail), at) for right, detail, at in rows.values_list(*GRADED)[:most]]


GRADED = ("is_right", "detail", "created_at")


def as_mark(is_right: bool, detail: dict[str, dict[str, Any]]) -> Mark:
    """Each question of a control item counts by itself."""
    return Mark(sum(bool(one["right"]) for one in detail.values()), len(detail)) if detail else Mark(int(is_right))


def agreed(task: LabelingTask, person: User, *, most: int) -> list[Dated]:
    """Whether they agreed with the majority, item by item."""
    rows = Assignment.objects.filter(annotator=person, task=task, submitted_at__isnull=False, agrees__isnull=False)
    found: Any = rows.order_by("-submitted_at").values_list("agrees", "submitted_at")[:most]
    return [Dated(Mark(int(agrees)), at) for agrees, at in found]


# An answer as far as its speed goes: time worked, stretches heard, length of the recording, a revision each.
Effort = tuple[int, list[list[int]], int]


def were_fast(task: LabelingTask, person: User, *, most: int) -> list[Dated]:
    """Whether they were too fast, all their revisions of an item together."""
    turns = handed_in(task, person).values("pk")[:most]
    rows = Submission.objects.filter(assignment__in=turns, author=person).order_by()
    fields = ("assignment", "assignment__submitted_at", "active_ms", "listened", "assignment__duration_ms")
    efforts: dict[tuple[UUID, datetime], list[Effort]] = defaultdict(list)
    for pk, at, *effort in rows.values_list(*fields):
        efforts[pk, at].append(tuple(effort))
    found = [Dated(Mark(int(is_effort_too_fast(parts))), at) for (_pk, at), parts in efforts.items()]
    return sorted(found, key=lambda row: row.at, reverse=True)


def is_effort_too_fast(parts: Sequence[Effort]) -> bool:
    return behaviour.is_too_fast(
        active_ms=sum(active for active, _listened, _length in parts),
        heard_ms=behaviour.heard(stretch for _active, listened, _length in parts for stretch in listened),
        duration_ms=parts[0][2],
    )


def is_too_fast(submission: Submission, *, duration_ms: int) -> bool:
    return is_effort_too_fast([(submission.active_ms, submission.listened, duration_ms)])


def skipped(task: LabelingTask, person: User, *, most: int) -> list[tuple[bool, datetime]]:
    """What they did with their last items of this sitting: whether each was set aside, and when."""
    theirs = Assignment.objects.filter(annotator=person).filter(Q(task=task) | Q(task__controls_of=task))
    events = AuditEvent.objects.filter(actor=person, target_type="assignment", verb__in=["skip", "submit"])
    events = events.filter(id__gte=first_id_at(timezone.now() - SITTING), target_id__in=theirs.values("pk"))
    return [(verb == "skip", at) for verb, at in events.order_by("-id").values_list("verb", "at")[:most]]


def note_agreement(assignment: Assignment) -> bool:
    """Once nobody is at the item any more, say of each turn whether it agrees with the majority. True where it did.

    Two people who hand in the last two answers at the same moment would each see the other's turn as unfinished: the
    item is locked first, so that the second waits for the first. Teams are compared among themselves where they are
    large enough, since they may hear things differently.
    """
    lock_item(assignment)
    stopped = Standing.objects.filter(task=assignment.task_id, user=OuterRef("annotator"), state=Standing.State.STOPPED)
    turns = Assignment.objects.filter(item=assignment.item_id).exclude(Exists(stopped)).order_by("slot")
    turns = turns.exclude(state__in=[Assignment.State.CANCELLED, Assignment.State.SKIPPED])
    rows = list(turns.values_list("pk", "state", "team", "revision", "submissions__revision", "submissions__answers"))
    if any(state in Assignment.LEFT_TO_LABEL for _pk, state, *_rest in rows):
        return False
    aliases = [question.alias for question in form_of(assignment.task) if question.type in COMPARED]
    teams: dict[UUID | None, dict[UUID, dict[str, object]]] = defaultdict(dict)
    for pk, _state, team, last, revision, answers in rows:
        if revision == last:
            teams[team][pk] = {alias: _comparable(answers[alias]) for alias in aliases if alias in answers}
    everybody = {pk: given for answered in teams.values() for pk, given in answered.items()}
    of_all = dict(zip(everybody, behaviour.agreeing(list(everybody.values())), strict=True))
    verdicts: dict[UUID, bool | None] = {}
    for answered in teams.values():
        is_large = len(answered) >= LEAST_OF_A_TEAM
        own = behaviour.agreeing(list(answered.values())) if is_large else [of_all[pk] for pk in answered]
        verdicts |= dict(zip(answered, own, strict=True))
    _keep(verdicts)
    return True


def lock_item(assignment: Assignment) -> None:
    rows: QuerySet[TaskItem] = TaskItem.objects.select_for_update(no_key=True).filter(pk=assignment.item_id)
    rows.values_list("pk").get()


def _comparable(answer: object) -> object:
    return tuple(sorted(map(str, answer))) if isinstance(answer, list) else answer


def _keep(verdicts: dict[UUID, bool | None]) -> None:
    said = [
        When(pk__in=[pk for pk, found in verdicts.items() if found is which], then=which) for which in (True, False)
    ]
    if verdicts:
        Assignment.objects.filter(pk__in=list(verdicts)).update(agrees=Case(*said, default=None))
