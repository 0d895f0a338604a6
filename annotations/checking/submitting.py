"""What is checked when an answer is handed in."""

from django.utils import timezone

from annotations.checking.acting import act
from annotations.checking.judging import answers_of, ask_if_idle
from annotations.checking.prompts import has_words, shared
from annotations.checking.sentences import stored
from annotations.checking.words import asked_of
from annotations.models import Assignment, CheckResult, Submission, TaskCheck, TaskItem
from annotations.quality import checks

Kind = TaskCheck.Kind
State = CheckResult.State


def check(assignment: Assignment, submission: Submission) -> None:
    """Run the rules now, and note what a language model is to be asked. In the submission's transaction.

    Rules treat control items as all others: who hands in what they return would see which items never come back.
    """
    task = assignment.task
    active = {row.kind: row for row in TaskCheck.objects.filter(task=task.shown, is_active=True)}
    if Kind.RULES in active:
        _by_rules(assignment, submission, active[Kind.RULES])
    # What came back is handed in anew, and checked then.
    if Kind.JUDGE in active and task.shown is task and assignment.state in Assignment.UNDECIDED:
        _note_for_judge(assignment, submission, active[Kind.JUDGE])


def _by_rules(assignment: Assignment, submission: Submission, rules: TaskCheck) -> None:
    found = stored(
        checks.check(
            rules.settings,
            form=asked_of(assignment.task),
            answers=submission.answers,
            listened=submission.listened,
            active_ms=submission.active_ms,
            duration_ms=assignment.duration_ms,
        )
    )
    outcome = act(assignment, submission, check=rules, findings=found) if found else CheckResult.Outcome.NONE
    CheckResult.objects.create(
        task=assignment.task,
        item_id=assignment.item_id,
        submission=submission,
        kind=Kind.RULES,
        verdict=CheckResult.Verdict.FOUND if found else CheckResult.Verdict.PASSED,
        findings=found,
        outcome=outcome,
        done_at=timezone.now(),
    )


def _note_for_judge(assignment: Assignment, submission: Submission, judge: TaskCheck) -> None:
    form = asked_of(assignment.task)
    waiting = {
        "task": assignment.task,
        "item_id": assignment.item_id,
        "kind": Kind.JUDGE,
        "state": State.WAITING,
        "ask_at": timezone.now(),
    }
    is_asked = judge.settings["contradictions"] and has_words(form, submission.answers)
    if is_asked:
        CheckResult.objects.create(submission=submission, **waiting)
    is_compared = judge.settings["majority"] and _is_full(assignment)
    if is_compared:
        is_compared = bool(shared(form, [one.answers for one in answers_of(assignment.item_id)]))
    if is_compared:
        # Of an item whose answers changed meanwhile, what waits is about answers that are not there any more.
        CheckResult.objects.filter(item=assignment.item_id, submission=None, state=State.WAITING).delete()
        CheckResult.objects.create(**waiting)
    if is_asked or is_compared:
        ask_if_idle(assignment.task)


def _is_full(assignment: Assignment) -> bool:
    """Nobody is left to answer. The item is locked, so that of two who hand in at once the second sees the first."""
    TaskItem.objects.select_for_update().get(pk=assignment.item_id)
    turns = Assignment.objects.filter(item=assignment.item_id)
    return not turns.filter(state__in=Assignment.LEFT_TO_LABEL).exists()
