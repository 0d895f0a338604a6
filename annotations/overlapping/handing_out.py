"""Which of the turns in the pool somebody gets where several people answer an item: chance decides.

Chance can be repeated: it follows from the task's seed. Were they handed out in order, the same people who work at the
same time would meet at item after item.
"""

from hashlib import blake2s
from uuid import UUID

from django.db import transaction

from annotations.models import Assignment, LabelingTask
from annotations.models.assignments import AssignmentQuerySet
from annotations.overlapping.teams import team_ids_of
from workspaces.errors import IllegalMove
from workspaces.models import User

# Chance chooses among so many: the further apart what people get, the longer until the first items have all answers.
AMONG = 50


def take_at_random(task: LabelingTask, *, by: User) -> Assignment | None:
    """Take one of the first AMONG turns that this person may have; None where there is none.

    Whoever loses one to somebody faster tries the next. Taking is a compare-and-swap, so nothing is handed out twice.
    """
    rows = open_turns(task, by=by)
    while found := list(rows.values_list("pk", "item_id")[:AMONG]):
        for pk, _item in sorted(found, key=lambda row: chance(task, person=by.pk, item=row[1])):
            turn = Assignment.objects.filter(pk=pk).first()
            if turn is None:
                continue
            turn.task = task
            try:
                with transaction.atomic():
                    turn.take(by=by)
            except IllegalMove:
                continue  # somebody was faster
            return turn
    return None


def open_turns(task: LabelingTask, *, by: User) -> AssignmentQuerySet:
    """The turns in the pool that this person may have, in the order of the items."""
    rows = Assignment.objects.open_to(by).filter(task=task, annotator=None)
    if task.by_team:
        rows = rows.filter(team__in=team_ids_of(by, task))
    return rows.order_by("position", "slot")


def chance(task: LabelingTask, *, person: UUID, item: UUID) -> bytes:
    """What a person's order of the items is by: the same for the same seed, another one for everybody."""
    return blake2s(b"%d:%b:%b" % (task.seed, person.bytes, item.bytes), digest_size=8).digest()
