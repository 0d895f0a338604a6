"""Where a person stands in a task, and what their last answer changes about it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils import timezone

from annotations.behaviour import evidence, sentences, verbs
from annotations.behaviour.rules import as_rule, has_majority
from annotations.models import Assignment, LabelingTask, QualityRule, Standing, StandingEvent, Submission
from annotations.quality import behaviour
from annotations.quality.behaviour import Judgement, Rule
from workspaces.errors import IllegalMove
from workspaces.models import User
from workspaces.permissions import Right, can

Kind = QualityRule.Kind


class KeptOut(IllegalMove):
    """This person gets no items here now; the message says why, and of a pause until when. `extra` is answered too."""

    def __init__(self, sentence: str, *, state: str) -> None:
        self.state = state
        self.extra = {"standing": state}
        super().__init__(sentence)


def require_good_standing(task: LabelingTask, *, by: User) -> None:
    """Raise KeptOut (409) for somebody who is paused or stopped in this task, with the reason and until when."""
    task = task.shown
    if can(by, Right.MANAGE_TASKS, task.workspace_id):
        return
    caps = Q(rules__kind=Kind.DAILY_CAP, rules__is_active=True)
    rows = LabelingTask.objects.filter(pk=task.pk).annotate(
        mine=FilteredRelation("standings", condition=Q(standings__user=by)),
        cap=FilteredRelation("rules", condition=caps),
    )
    state, until, reason, cap = rows.values_list("mine__state", "mine__until", "mine__reason", "cap__least").get()
    if state is not None:
        standing = Standing(state=state, until=until, reason=reason)
        if standing.keeps_out():
            action = behaviour.STOP if state == Standing.State.STOPPED else behaviour.PAUSE
            raise KeptOut(sentences.told(action, reason, until=until), state=state)
    if cap is not None:
        _require_room(task, Rule(Kind.DAILY_CAP.value, behaviour.PAUSE, least=cap), by=by)


def _require_room(task: LabelingTask, rule: Rule, *, by: User) -> None:
    now = timezone.now()
    last = evidence.handed_in(task, by).filter(submitted_at__gt=now - behaviour.DAY)
    moments: list[Any] = list(last.values_list("submitted_at", flat=True)[: rule.least])
    if until := behaviour.capped_until(rule, moments, now=now):
        raise KeptOut(sentences.capped(rule.least, until=until), state=Standing.State.PAUSED.value)


def after_submission(assignment: Assignment, submission: Submission, *, by: User) -> None:
    """Ask the rules that an answer can set off. In the submission's transaction.

    A rule that fired counts anew from then on, and so do all of its kind once a manager undid it.
    """
    task = assignment.task.shown
    if not _is_subject(task, by):
        return
    ruled = _Ruled(task, by)
    if not ruled.rows:
        return
    is_of_task = assignment.task_id == task.pk
    if Kind.MAJORITY in ruled.kinds and is_of_task and has_majority(task):
        evidence.note_agreement(assignment)
    looks = _looks(ruled, assignment)
    if Kind.TOO_FAST in ruled.kinds and evidence.is_too_fast(submission, duration_ms=assignment.duration_ms):
        looks.append(Kind.TOO_FAST)
    _follow(assignment, ruled, _shares(ruled, looks), by=by)


def after_skip(assignment: Assignment, *, by: User) -> None:
    """Ask the rules that a skipped item can set off. In its transaction."""
    task = assignment.task.shown
    if not _is_subject(task, by):
        return
    ruled = _Ruled(task, by)
    rules = [row for row in ruled.rows if row.kind == Kind.SKIPS]
    if not rules:
        return
    acts = evidence.skipped(task, by, most=max(row.least for row in rules))
    found = []
    for row in rules:
        since = ruled.since(row)
        counted = [was_skipped for was_skipped, at in acts if since is None or at > since]
        found.append((row, behaviour.judge_skips(as_rule(row), counted)))
    _follow(assignment, ruled, found, by=by)


def _is_subject(task: LabelingTask, person: User) -> bool:
    """Rules are for those who label, and only where answers are wanted."""
    return task.purpose == LabelingTask.Purpose.LABELING and not can(person, Right.MANAGE_TASKS, task.workspace_id)


@dataclass
class _Ruled:
    """The rules of a task, and since when the work of this person counts for each: one statement."""

    task: LabelingTask
    person: User

    def __post_init__(self) -> None:
        of_person = FilteredRelation("events", condition=Q(events__user=self.person))
        every = QualityRule.objects.filter(task=self.task).annotate(mine=of_person)
        found: dict[Any, QualityRule] = {}
        self._fired: dict[Any, list[datetime]] = defaultdict(list)
        self._undone: dict[str, list[datetime]] = defaultdict(list)
        fields = [field.attname for field in QualityRule._meta.concrete_fields]
        for *values, fired, undone in every.values_list(*fields, "mine__created_at", "mine__undone_at"):
            row = QualityRule(**dict(zip(fields, values, strict=True)))
            found[row.pk] = row
            self._fired[row.pk] += [fired] if fired else []
            self._undone[row.kind] += [undone] if undone else []
        self.rows = [row for row in found.values() if row.is_active]
        self.kinds = {row.kind for row in self.rows}

    def since(self, row: QualityRule) -> datetime | None:
        return max([*self._fired[row.pk], *self._undone[row.kind]], default=None)


def _looks(ruled: _Ruled, assignment: Assignment) -> list[str]:
    """Of control items and majority one is looked at with an answer, by chance: see behaviour.looks_now."""
    looks_at_controls = behaviour.looks_now(f"{assignment.task.seed} {assignment.pk} {assignment.revision}")
    if Kind.CONTROLS in ruled.kinds and looks_at_controls:
        return [Kind.CONTROLS]
    return [Kind.MAJORITY] if Kind.MAJORITY in ruled.kinds and has_majority(ruled.task) else []


READ: dict[str, Callable[..., list[evidence.Dated]]] = {
    Kind.CONTROLS: evidence.graded,
    Kind.MAJORITY: evidence.agreed,
    Kind.TOO_FAST: evidence.were_fast,
}


def _shares(ruled: _Ruled, kinds: Iterable[str]) -> list[tuple[QualityRule, Judgement]]:
    found = []
    for kind in kinds:
        rules = [row for row in ruled.rows if row.kind == kind]
        marks = READ[kind](ruled.task, ruled.person, most=max(as_rule(row).span for row in rules))
        for row in rules:
            found.append((row, behaviour.judge_shares(as_rule(row), evidence.since(marks, ruled.since(row)))))
    return found


def _follow(assignment: Assignment, ruled: _Ruled, found: Iterable[tuple[QualityRule, Judgement]], *, by: User) -> None:
    """Do what the gravest rule that fires asks for. What was done stands as `told` on the turn, for the answer."""
    firing = [(row, judgement) for row, judgement in found if judgement.fires]
    if not firing:
        return
    row, judgement = max(firing, key=lambda pair: behaviour.ACTIONS.index(pair[0].action))
    share = None if judgement.share is None else round(judgement.share, 1)
    cause = verbs.Cause(
        reason=sentences.reason(as_rule(row)),
        rule_id=row.pk,
        kind=row.kind,
        figures={"n": judgement.n, "share": share, "threshold": row.threshold, "window": row.window},
    )
    if event := verbs.fire(ruled.task, by, row, cause):
        assignment.told = event  # type: ignore[attr-defined]


def told_with(assignment: Assignment) -> dict[str, Any] | None:
    """What followed from the verb that was just done with this turn, as its person is told; None where nothing did."""
    event: StandingEvent | None = getattr(assignment, "told", None)
    if event is None:
        return None
    return {
        "state": verbs.LEADS_TO[event.action].value,
        "text": sentences.told(event.action, event.reason, until=event.until),
    }
