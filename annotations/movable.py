"""Which turns could go from one person to another: what is with whom, and who may have which item."""

from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When

from annotations.models import Assignment, Draft, LabelingTask, Submission, Transfer
from annotations.models.assignments import AssignmentQuerySet
from annotations.overlapping.teams import within_teams

State = Assignment.State
# What was not begun goes first, then what was begun once and left, what was returned, and what somebody has open.
_ORDER = Case(
    When(state=State.ASSIGNED, has_drafts=False, then=Value(0)),
    When(state=State.ASSIGNED, then=Value(1)),
    When(state=State.REWORK, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def movable(
    task: LabelingTask, *, kind: str, holder: Any, to: Any = None, with_begun: bool = False
) -> AssignmentQuerySet:
    """The turns that could move, first to go first; with `to`, only those that this person may have.

    Labeling: dealt and returned work, and with `with_begun` what the holder has open. Review: what waits for a verdict.
    """
    if kind == Transfer.Kind.REVIEW:
        rows = Assignment.objects.filter(task=task, reviewer=holder, state=State.PENDING_REVIEW)
        # What the holder has not seen before, then what came back to them, each in the order of the draw.
        return (for_reviewer(rows, to) if to else rows).order_by("revision", "draw")
    states = [State.ASSIGNED, State.REWORK, *([State.IN_PROGRESS] if with_begun else [])]
    rows = Assignment.objects.filter(task=task, annotator=holder, state__in=states)
    return (for_annotator(rows, to) if to else rows).order_by(_ORDER, "position", "slot")


def for_annotator(rows: AssignmentQuerySet, user: Any) -> AssignmentQuerySet:
    """Turns at items of which this person has and had no other turn, and which they never judged.

    Where teams label, only those of a team of theirs. A turn that was theirs may come back to them, so that a transfer
    can be taken back; but not one in which their own draft waits: two people's drafts do not become one.
    """
    other_turns = Assignment.objects.filter(item=OuterRef("item"))
    answers = Submission.objects.filter(assignment__item=OuterRef("item"), author=user)
    drafts = Draft.objects.filter(assignment__item=OuterRef("item"), author=user)
    handed_in_here = Q(assignment=OuterRef("pk"), revision__lt=OuterRef("revision"))
    return within_teams(rows, user).exclude(
        Exists(other_turns.filter(Q(annotator=user) | Q(reviewer=user) | Q(approved_by=user)))
        | Exists(answers.exclude(assignment=OuterRef("pk")))
        | Exists(drafts.exclude(handed_in_here))
    )


def for_reviewer(rows: AssignmentQuerySet, user: Any) -> AssignmentQuerySet:
    """Turns at items this person never labeled, not even in part, and which they did not approve themselves.

    Only annotators write drafts before anything was handed in; later ones may be an auditor's own correction.
    """
    turns = Assignment.objects.filter(item=OuterRef("item"), annotator=user)
    answers = Submission.objects.filter(assignment__item=OuterRef("item"), author=user)
    drafts = Draft.objects.filter(assignment__item=OuterRef("item"), author=user, revision=0)
    mine = Q(approved_by__isnull=False, approved_by=user)
    return rows.exclude(Exists(turns) | Exists(answers) | Exists(drafts)).exclude(mine)


def most_movable(task: LabelingTask, *, kind: str, holder: Any, to: Any = None) -> dict[str, int]:
    """How many could move as they are, and how many more that the holder has open."""
    rows = movable(task, kind=kind, holder=holder, to=to, with_begun=True).order_by()
    if kind == Transfer.Kind.REVIEW:
        return {"movable": rows.count(), "begun": 0}
    begun = Q(state=State.IN_PROGRESS)
    return rows.aggregate(movable=Count("pk", filter=~begun), begun=Count("pk", filter=begun))


def held(task: LabelingTask, *, kind: str) -> dict[UUID, int]:
    """By person: how many turns they have that could change hands, those they have open among them."""
    who = "reviewer" if kind == Transfer.Kind.REVIEW else "annotator"
    states = [State.PENDING_REVIEW] if kind == Transfer.Kind.REVIEW else Assignment.WITH_ANNOTATOR
    rows = Assignment.objects.filter(task=task, state__in=states, **{f"{who}__isnull": False}).order_by()
    return dict(rows.values_list(F(who)).annotate(Count("pk")))
