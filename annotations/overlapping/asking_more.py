"""One more person where the answers to an item are not sure enough, or do not count any more."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from annotations.form import form_of
from annotations.models import Assignment, Grade, LabelingTask, Standing, Submission, TaskItem, TaskPerson
from annotations.overlapping.options import options_of
from annotations.overlapping.teams import leading_team
from annotations.quality.confidence import PRIOR, chance_of_right, confidence
from annotations.settling import settle
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, members_with

State = Assignment.State
# Turns whose answers are there and count, as long as nobody returns them.
ANSWERED = (*Assignment.DONE, State.PENDING_REVIEW)


@transaction.atomic
def replace(assignment: Assignment, *, by: User | None) -> Assignment | None:
    """Ask somebody else about the item of a turn that does not count any more; None where nobody is left to ask.

    The new turn is of the same team. A task that was done is open again. Call it after the turn was taken out, in the
    same transaction. `by` is None where a rule of the task did it.
    """
    _lock_item(assignment)
    added = _ask(assignment, team_id=assignment.team_id, by=by, data={"instead_of": str(assignment.pk)})
    if added is not None:
        settle(assignment.task, by=by, closely=True)
    return added


def ask_more_if_unsure(assignment: Assignment) -> None:
    """Dynamic overlap: once everybody who was asked about the item has answered, ask one more if that is not enough.

    Call it in the transaction of the answer. Of two people who hand in the last two answers at the same moment, the
    second waits here until the first is done, and sees both answers; the first still sees a turn without one.
    """
    task = assignment.task
    if task.dynamic_overlap is None or task.purpose != LabelingTask.Purpose.LABELING:
        return
    _lock_item(assignment)
    there = Assignment.objects.filter(item=assignment.item_id).exclude(state=State.CANCELLED)
    turns = list(there.values_list("team_id", "state"))
    lead = leading_team(task) if task.by_team else None
    asked = [state for team, state in turns if lead is None or team == lead.team_id or not lead.decides]
    if len(turns) >= task.dynamic_overlap or set(asked) & {*Assignment.LEFT_TO_LABEL}:
        return
    if len(turns) == 1 and task.overlap_percent < 100 and task.overlap > 1:
        # One of the items that one person is enough for, as whoever made the task said.
        return
    sure = _confidence(task, there.filter(team=lead.team_id) if lead is not None and lead.decides else there)
    if sure is not None and sure < task.dynamic_confidence:
        _ask(
            assignment,
            team_id=None if lead is None else lead.team_id,
            by=None,
            data={"confidence": round(sure, 4), "question": task.dynamic_alias},
        )


def _lock_item(assignment: Assignment) -> None:
    """Nobody else adds a turn to this item until the transaction ends.

    The item and not its turns: whoever hands one in holds it already, and two of them would wait for each other.
    """
    TaskItem.objects.select_for_update(no_key=True).filter(pk=assignment.item_id).values_list("pk").get()


def _confidence(task: LabelingTask, turns: Any) -> float | None:
    """How sure the answers make the likeliest one, 0 to 1; None where none counts or the question is another by now.

    What people say who were stopped in this task does not count.
    """
    question = next((row for row in form_of(task) if row.alias == task.dynamic_alias), None)
    options = options_of(question.type, question.configuration) if question else None
    if options is None:
        return None
    stopped = Standing.objects.filter(task=task, user=OuterRef("assignment__annotator"), state=Standing.State.STOPPED)
    rows = Submission.objects.filter(
        assignment__in=turns.filter(state__in=ANSWERED), revision=F("assignment__revision")
    )
    rows = rows.exclude(Exists(stopped)).order_by("assignment__slot")
    answers = [
        (person, given[task.dynamic_alias])
        for person, given in rows.values_list("assignment__annotator", "answers")
        if given.get(task.dynamic_alias) in options
    ]
    if not answers:
        return None
    known = chances(task, {person for person, _answer in answers})
    votes = [(answer, known.get(person, PRIOR)) for person, answer in answers]
    return confidence(votes, options=len(options))[1]


def chances(task: LabelingTask, people: Iterable[UUID]) -> dict[UUID, float]:
    """For those of the people who met control items of this task the chance that they answer rightly."""
    rows = Grade.objects.filter(task=task, user__in=list(people)).order_by().values_list("user")
    counted = rows.annotate(right=Count("pk", filter=Q(is_right=True)), n=Count("pk"))
    return {person: chance_of_right(right, n) for person, right, n in counted}


def _ask(assignment: Assignment, *, team_id: UUID | None, by: User | None, data: dict[str, Any]) -> Assignment | None:
    """One more open turn at the item, in the next free slot. Expects the item to be locked.

    Its place in the draw is that of the turn it follows from, so that an extra answer is as likely to be in the sample
    of a review as any other, and the sample need not be drawn anew.
    """
    if not _is_anybody_left(assignment, team_id=team_id):
        return None
    last = Assignment.objects.filter(item=assignment.item_id).order_by("-slot").values_list("slot", flat=True).first()
    added = Assignment.objects.create(
        task=assignment.task,
        item_id=assignment.item_id,
        team_id=team_id,
        slot=(last or 0) + 1,
        position=assignment.position,
        draw=assignment.draw,
        duration_ms=assignment.duration_ms,
    )
    AuditEvent.record(by=by, workspace_id=assignment.task.workspace_id, verb="ask_more", target=added, data=data)
    return added


def _is_anybody_left(assignment: Assignment, *, team_id: UUID | None) -> bool:
    """Somebody may label in the task and has nothing to do with the item yet: a turn for nobody would never be done."""
    task = assignment.task
    people = members_with(Right.LABEL, task.workspace)
    if team_id is not None:
        people = people.filter(teams=team_id)
    elif not task.labels_openly and not task.by_team:
        people = people.filter(seats__task=task, seats__kind=TaskPerson.Kind.LABELING)
    turns = Assignment.objects.filter(item=assignment.item_id)
    mine = Q(annotator=OuterRef("pk")) | Q(reviewer=OuterRef("pk")) | Q(approved_by=OuterRef("pk"))
    answers = Submission.objects.filter(assignment__item=assignment.item_id, author=OuterRef("pk"))
    return people.exclude(Exists(turns.filter(mine))).exclude(Exists(answers)).exists()
