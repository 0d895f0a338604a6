"""Making a labeling task: its form, its items, its people and the deal, all at once or not at all.

A large task gets its items from a worker and opens when they are all there.
"""

import secrets
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.actions.plans import AskedQuestion, Problem, Seat, TaskPlan, problems_of
from annotations.filling import AT_ONCE, Recordings, fill, open_filled, ready_audio
from annotations.jobs import FILL
from annotations.models import LabelingTask, Question, TaskPerson, TaskQuestion, TaskTeam
from annotations.overlapping.planned import TeamSeat
from annotations.questions import alias_for, clean_configuration
from workspaces.errors import IllegalMove, Invalid
from workspaces.jobs import enqueue, hint
from workspaces.models import AuditEvent, Job, User
from workspaces.permissions import Right, require

__all__ = [
    "AskedQuestion",
    "Problem",
    "Seat",
    "TaskPlan",
    "TeamSeat",
    "create_task",
    "fill_again",
    "filling_job",
    "problems_of",
]


def create_task(plan: TaskPlan, *, by: User) -> LabelingTask:
    """A labeling task over the dataset's ready files, dealt to its people. Raises Invalid and stores nothing.

    It is open, or with more than AT_ONCE items a draft that a worker fills and opens: see `filling_job`.
    """
    task = _create(plan, by=by)
    if task.state == LabelingTask.State.DRAFT:
        # Where jobs are done at once, it has been filled by now.
        task.refresh_from_db(fields=["state", "sample_size"])
    return task


@transaction.atomic
def _create(plan: TaskPlan, *, by: User) -> LabelingTask:
    workspace = plan.dataset.workspace
    require(by, Right.CREATE_TASKS, workspace.pk)
    n_items = ready_audio(plan.dataset).count()
    if plan.seed is None:
        plan = replace(plan, seed=secrets.randbits(31))
    if problems := problems_of(plan, n_items=n_items):
        raise Invalid(problems)
    task = plan.as_task()
    task.created_by = by
    task.save(force_insert=True)
    AuditEvent.record(
        by=by, workspace_id=workspace.pk, verb="create", target=task, data={"seed": task.seed, "items": n_items}
    )
    _store_form(task, plan, by=by)
    _store_people(task, plan)
    if n_items <= AT_ONCE:
        fill(task, rows=Recordings(task, n_items=n_items), numbers=plan.numbers())
        open_filled(task, by=by)
    else:
        numbers = [(str(person), number) for person, number in plan.numbers()]
        args = {"task_id": str(task.pk), "items": n_items, "numbers": numbers}
        enqueue(FILL, workspace=workspace, by=by, args=args, idempotency_key=f"{FILL}:{task.pk}")
    return task


def filling_job(task: LabelingTask) -> Job | None:
    """The work of storing this task's items while they are not all there; None for a task that is open."""
    if task.state != LabelingTask.State.DRAFT:
        return None
    return Job.objects.filter(idempotency_key=f"{FILL}:{task.pk}").first()


@transaction.atomic
def fill_again(task: LabelingTask, *, by: User) -> None:
    """Go on filling a task whose filling failed. Raises IllegalMove when there is nothing to go on with."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    job = filling_job(task)
    if job is None or not job.retry():
        raise IllegalMove(_("This task is being filled, or has all its items. Reload to see how far it is."))
    transaction.on_commit(lambda: hint(job))


def _store_form(task: LabelingTask, plan: TaskPlan, *, by: User) -> None:
    taken: set[str] = set()
    for position, asked in enumerate(plan.questions):
        question = _question(task, asked, position=position, by=by)
        alias = asked.alias or alias_for(question.name, taken=taken)
        if alias in taken:
            sentence = _("The alias “%(alias)s” stands there twice.") % {"alias": alias}
            raise Invalid([(("body", "questions", position, "alias"), sentence, "value_error")])
        taken.add(alias)
        TaskQuestion.objects.create(
            task=task, question=question, alias=alias, required=asked.required, position=position
        )


def _question(task: LabelingTask, asked: AskedQuestion, *, position: int, by: User) -> Question:
    if asked.question_id:
        found = Question.objects.filter(workspace=task.workspace, archived_at=None, pk=asked.question_id).first()
        if found is None:
            where = ("body", "questions", position, "question_id")
            raise Invalid([(where, _("There is no such question in this workspace."), "value_error")])
        return found
    # Name and configuration were checked with the whole plan; this gives the configuration its stored shape.
    return Question.objects.create(
        workspace=task.workspace,
        type=asked.type,
        name=asked.name.strip(),
        prompt=asked.prompt,
        configuration=clean_configuration(asked.type, asked.configuration, dataset=task.dataset),
        created_by=by,
    )


def _store_people(task: LabelingTask, plan: TaskPlan) -> None:
    sides = ((TaskPerson.Kind.LABELING, plan.annotators), (TaskPerson.Kind.REVIEW, plan.reviewers))
    TaskPerson.objects.bulk_create(
        TaskPerson(task=task, user=seat.user, kind=kind, quota=seat.quota) for kind, seats in sides for seat in seats
    )
    TaskTeam.objects.bulk_create(
        TaskTeam(task=task, team=seat.team, overlap=seat.overlap, decides=seat.decides, position=position)
        for position, seat in enumerate(plan.teams)
    )
