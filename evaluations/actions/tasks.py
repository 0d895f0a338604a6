"""Asking something else in an evaluation: while nobody has begun to answer, tasks are added and changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.actions.deleting import discard
from annotations.models import LabelingTask
from evaluations.actions.evaluations import locked, note, require_not_archived, store_tasks
from evaluations.asked import AskedTask, RowChecks, questions_of, read_configuration, read_tasks
from evaluations.beginning import hand_out, note_unreadable
from evaluations.labeling import is_begun_by_people, make_labeling_task, store_form
from evaluations.layouts import Location, Problem
from evaluations.models import Evaluation, EvaluationItem, EvaluationQueue, EvaluationTask
from evaluations.work_rows import keys_heard
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right, require


@transaction.atomic
def add_task(evaluation: Evaluation, given: object, *, by: User) -> EvaluationTask:
    """Ask one more question of all rows. Raises Invalid, and IllegalMove once somebody has begun to answer."""
    _require_changeable(evaluation, by=by)
    at: Location = ("body", "task")
    tasks, problems = read_tasks([given], workspace=evaluation.workspace, by=by, at=at)
    # It was sent alone, not in a list.
    problems = [((*at, *where[3:]), sentence, kind) for where, sentence, kind in problems]
    if problems:
        raise Invalid(problems)
    asked = AskedTask(**{**vars(tasks[0]), "at": (*at, "configuration")})
    others = list(evaluation.tasks.values_list("alias", flat=True))
    if asked.alias in others:
        sentence = _("This evaluation has a task “%(alias)s” already. Give this one another alias.")
        raise Invalid([((*at, "alias"), sentence % {"alias": asked.alias}, "value_error")])
    _check_rows(evaluation, asked, aliases=others, is_new=True)
    before = _works_of(evaluation)
    (task,) = store_tasks(evaluation, [asked])
    _follow(evaluation, before, by=by)
    note(evaluation, by=by, verb="add_task", data={"alias": asked.alias})
    return task


@transaction.atomic
def update_task(evaluation: Evaluation, task: EvaluationTask, configuration: object, *, by: User) -> None:
    """Replace all that is asked under an alias. Raises Invalid, and IllegalMove once somebody has begun to answer."""
    _require_changeable(evaluation, by=by)
    task.refresh_from_db()
    at: Location = ("body", "configuration")
    problems: list[Problem] = []
    named = [configuration.get("question_id")] if isinstance(configuration, dict) else []
    questions = questions_of(named, workspace=evaluation.workspace, by=by)
    asked = read_configuration(configuration, alias=task.alias, questions=questions, at=at, problems=problems)
    if asked is None:
        raise Invalid(problems)
    earlier = evaluation.tasks.filter(position__lt=task.position).values_list("alias", flat=True)
    _check_rows(evaluation, asked, aliases=list(earlier), is_new=False)
    before = _works_of(evaluation)
    task.queue, _is_new = EvaluationQueue.objects.get_or_create(evaluation=evaluation, queue_id=asked.queue_id)
    task.question, task.layout, task.required = asked.question, asked.layout, asked.required
    task.prefill_from = asked.prefill_from
    task.save()
    _follow(evaluation, before, by=by)
    note(evaluation, by=by, verb="change_task", data={"alias": task.alias})


def _require_changeable(evaluation: Evaluation, *, by: User) -> None:
    """Nobody else changes it until the transaction ends."""
    require(by, Right.CREATE_TASKS, evaluation.workspace_id)
    locked(evaluation)
    require_not_archived(evaluation)
    named = {"id": evaluation.pk}
    if is_begun_by_people(evaluation):
        raise IllegalMove(
            _("People have begun to answer the evaluation “%(id)s”, so its tasks stay. Make another evaluation.")
            % named
        )
    is_draft = {"labeling_task__state": LabelingTask.State.DRAFT}
    if evaluation.begun_at is not None and evaluation.queues.filter(**is_draft).exists():
        raise IllegalMove(_("The rows of the evaluation “%(id)s” are being handed out. Try again in a minute.") % named)


def _check_rows(evaluation: Evaluation, asked: AskedTask, *, aliases: Sequence[str], is_new: bool) -> None:
    checks = RowChecks([asked], aliases=aliases, are_sent=False)
    rows = EvaluationItem.objects.filter(evaluation=evaluation).order_by("position").values_list("data", "files")
    for index, (data, files) in enumerate(rows.iterator()):
        checks.look_at(index, data, files)
        if is_new and asked.alias in data:
            sentence = _("The data of row %(row)d has a key “%(alias)s” already. Give the task another alias.")
            sentence %= {"row": index + 1, "alias": asked.alias}
            raise Invalid([((*asked.at[:-1], "alias"), sentence, "value_error")])
    if problems := checks.end():
        raise Invalid(problems)


def _work_of(tasks: Iterable[EvaluationTask]) -> tuple[Any, ...]:
    """What of a queue decides its items and turns: their main recordings, and the answers they begin with."""
    tasks = list(tasks)
    begins = [(task.alias, task.question_id, task.prefill_from) for task in tasks if task.prefill_from]
    return (keys_heard(tasks), begins, all(task.prefill_from for task in tasks) if begins else False)


def _works_of(evaluation: Evaluation) -> dict[str, tuple[Any, ...]]:
    """By the queue's name, of those that have tasks."""
    by_queue: dict[str, list[EvaluationTask]] = {}
    for task in evaluation.tasks.select_related("queue").order_by("position", "id"):
        by_queue.setdefault(task.queue.queue_id, []).append(task)
    return {name: _work_of(tasks) for name, tasks in by_queue.items()}


def _follow(evaluation: Evaluation, before: dict[str, tuple[Any, ...]], *, by: User) -> None:
    """Make the labeling tasks ask what the evaluation's tasks ask now, and hand rows out anew where they changed."""
    after = _works_of(evaluation)
    has_begun = evaluation.begun_at is not None
    if has_begun:
        note_unreadable(evaluation)
        evaluation.save(update_fields=["n_failed"])
    for queue in evaluation.queues.select_related("labeling_task__workspace", "evaluation__workspace"):
        name, old = queue.queue_id, queue.labeling_task
        if name not in after:
            queue.delete()
        elif old is None or (has_begun and before.get(name) != after[name]):
            make_labeling_task(queue, by=by)
            if has_begun:
                hand_out(queue, by=by)
        else:
            store_form(queue)
            continue
        if old is not None:
            discard(old, by=by)
