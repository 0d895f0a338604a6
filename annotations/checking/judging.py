"""Asking the language model, one waiting result after the other, and doing what follows.

A result waits in the database until it is asked, so a model that is down, slow or out of its mind delays nothing and
loses nothing. Before each question its try is counted and the next one dated: a worker that is killed in the middle
costs that try, no more. What is in the database afterwards is the whole truth; what the model said is kept with it.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.checking import endpoint, prompts, replies
from annotations.checking.acting import act
from annotations.checking.words import asked_of
from annotations.models import Assignment, CheckResult, LabelingTask, Submission, TaskCheck
from workspaces.jobs import enqueue
from workspaces.models import Job

JUDGE = "annotations.judge"
# Seconds after each try but the last, unless the model asks for more.
BACK_OFF_S = (60, 600, 3600)
MOST_TRIES = len(BACK_OFF_S) + 1
MOST_SAID = 10_000
State = CheckResult.State
Kind = TaskCheck.Kind


def jobs_of(task: LabelingTask) -> Any:
    return Job.objects.filter(workspace=task.workspace_id, kind=JUDGE, args__task_id=str(task.pk))


def ask_if_idle(task: LabelingTask) -> None:
    """Have a worker ask what waits, unless one is at it. What that one has passed by is found by the sweep."""
    if not jobs_of(task).live().exists():
        enqueue(JUDGE, workspace=task.workspace, by=None, args={"task_id": str(task.pk)})


def due() -> QuerySet[CheckResult]:
    judged = TaskCheck.objects.filter(kind=Kind.JUDGE, is_active=True).values("task")
    rows = CheckResult.objects.filter(state=State.WAITING, ask_at__lte=timezone.now(), task__in=judged)
    return rows.filter(task__deleted_at=None)


def ask_again_what_is_due() -> None:
    if not endpoint.is_set_up():
        return
    tasks = LabelingTask.objects.filter(pk__in=due().order_by().values("task")[:500])
    for task in tasks.select_related("workspace"):
        ask_if_idle(task)


def ask_waiting(task: LabelingTask, *, job: Job) -> None:
    """Ask all that is due, until nothing is, or the model turns out not to answer at all."""
    check = TaskCheck.objects.filter(task=task, kind=Kind.JUDGE, is_active=True).first()
    if check is None or not endpoint.is_set_up():
        return
    rows = due().filter(task=task).order_by("ask_at", "id")
    done = 0
    while (result := rows.select_related("submission").first()) is not None:
        job.report(done=done, total=done + rows.count())
        if not _ask(result, task=task, check=check):
            return
        done += 1


def _ask(result: CheckResult, *, task: LabelingTask, check: TaskCheck) -> bool:
    """One question. False where it is of no use to ask another one now."""
    if result.tries >= MOST_TRIES:
        _fail(result, _("A worker was cut off while it asked, in the last try."))
        return True
    question = _question(result, task)
    if question is None:
        # Handed in anew or taken back meanwhile: what is there now has a check of its own.
        CheckResult.objects.filter(pk=result.pk, state=State.WAITING).delete()
        return True
    if not _claim(result):
        return True
    try:
        said = endpoint.ask(question.messages)
        found = question.read(said)
    except endpoint.NotAnswered as error:
        _put_off(result, error=str(error), wait_s=error.wait_s)
        return False
    except endpoint.NotReadable as error:
        _put_off(result, error=str(error), said=error.said)
        return True
    _keep(result, found=found, said=said, version=question.version, check=check, task=task)
    return True


class _Question:
    """What is asked about a result, and how the answer is read."""

    def __init__(self, task: LabelingTask, submissions: Iterable[Submission], *, together: bool) -> None:
        self._form = asked_of(task)
        self._answers = [submission.answers for submission in submissions]
        self._together = together
        self.version = prompts.MAJORITY if together else prompts.CONTRADICTIONS

    @property
    def messages(self) -> list[dict[str, str]]:
        if self._together:
            return prompts.majority(self._form, self._answers)
        return prompts.contradictions(self._form, self._answers[0])

    def read(self, said: str) -> list[dict[str, Any]]:
        if self._together:
            people = [prompts.letter(n) for n in range(len(self._answers))]
            return replies.majorities_in(said, aliases=prompts.shared(self._form, self._answers), people=people)
        return replies.contradictions_in(said, aliases=set(prompts.spoken(self._form, self._answers[0])))


def _question(result: CheckResult, task: LabelingTask) -> _Question | None:
    """None where the answers are not what they were when it was noted."""
    if result.submission is None:
        submissions = answers_of(result.item_id)
        question = _Question(task, submissions, together=True)
        return question if prompts.shared(asked_of(task), [one.answers for one in submissions]) else None
    if not _is_current(result.submission):
        return None
    return _Question(task, [result.submission], together=False)


def _is_current(submission: Submission) -> bool:
    there = [*Assignment.UNDECIDED, Assignment.State.APPROVED]
    turns = Assignment.objects.filter(pk=submission.assignment_id, revision=submission.revision, state__in=there)
    return turns.exists()


def answers_of(item_id: UUID) -> list[Submission]:
    """The last answers of all who answered an item, in the order of its turns."""
    there = [*Assignment.UNDECIDED, Assignment.State.APPROVED]
    rows = Submission.objects.filter(assignment__item=item_id, assignment__state__in=there)
    return list(rows.filter(revision=F("assignment__revision")).order_by("assignment__slot"))


def _claim(result: CheckResult) -> bool:
    """Count the try before it is made. Of two workers at the same result, one asks."""
    wait = timedelta(seconds=BACK_OFF_S[min(result.tries, len(BACK_OFF_S) - 1)])
    rows = CheckResult.objects.filter(pk=result.pk, state=State.WAITING, tries=result.tries)
    if not rows.update(tries=F("tries") + 1, ask_at=timezone.now() + wait):
        return False
    result.tries += 1
    return True


def _put_off(result: CheckResult, *, error: str, said: str = "", wait_s: float = 0) -> None:
    """It is asked again later, or never by itself after the last try. `done_at` is when it was asked last."""
    if result.tries >= MOST_TRIES:
        _fail(result, error, said=said)
        return
    wait = max(wait_s, BACK_OFF_S[result.tries - 1])
    _mine(result).update(
        error=error, said=storable(said), ask_at=timezone.now() + timedelta(seconds=wait), done_at=timezone.now()
    )


def _fail(result: CheckResult, error: str, *, said: str = "") -> None:
    _mine(result).update(state=State.FAILED, error=error, said=storable(said), ask_at=None, done_at=timezone.now())


def _mine(result: CheckResult) -> QuerySet[CheckResult]:
    return CheckResult.objects.filter(pk=result.pk, state=State.WAITING, tries=result.tries)


def storable(said: str) -> str:
    """What a model said, word for word as far as a database takes it, up to a length."""
    return "".join(letter for letter in said[:MOST_SAID] if letter != "\0" and not "\ud800" <= letter <= "\udfff")


@transaction.atomic
def _keep(
    result: CheckResult,
    *,
    found: list[dict[str, Any]],
    said: str,
    version: str,
    check: TaskCheck,
    task: LabelingTask,
) -> None:
    """Store the verdict and do what follows, both or neither. What is about several answers is a note, no more."""
    is_found = any(finding["code"] != "majority" for finding in found)
    fields = {
        "state": State.DONE,
        "verdict": CheckResult.Verdict.FOUND if is_found else CheckResult.Verdict.PASSED,
        "findings": found,
        "model": endpoint.model(),
        "prompt_version": version,
        "said": storable(said),
        "error": "",
        "ask_at": None,
        "done_at": timezone.now(),
    }
    if not _mine(result).update(**fields) or not is_found:
        return
    outcome: str = CheckResult.Outcome.FLAGGED
    if result.submission is not None:
        turns = Assignment.objects.select_related("task__workspace", "annotator")
        assignment = turns.get(pk=result.submission.assignment_id)
        outcome = act(assignment, result.submission, check=_as_it_is(check), findings=found, tells=True)
    CheckResult.objects.filter(pk=result.pk).update(outcome=outcome)


def _as_it_is(check: TaskCheck) -> TaskCheck:
    """The policy may have been made milder while the model thought."""
    found = TaskCheck.objects.filter(Q(pk=check.pk), is_active=True).first()
    return found or TaskCheck(kind=check.kind, action=TaskCheck.Action.FLAG)
