"""The labeling tasks of an evaluation: one for each of its queues, in which people answer."""

import secrets

from django.utils.translation import gettext as _

from annotations.models import Assignment, LabelingTask, TaskPerson, TaskQuestion
from datasets.actions import evaluation_files
from evaluations.models import Evaluation, EvaluationQueue, EvaluationTask
from workspaces.ids import new_id
from workspaces.models import AuditEvent, User

USUAL = "default"


def name_for(evaluation: Evaluation, queue_id: str) -> str:
    return evaluation.name if queue_id == USUAL else f"{evaluation.name} · {queue_id}"


def make_labeling_task(queue: EvaluationQueue, *, by: User | None) -> LabelingTask:
    """A draft for this queue with the queue's form, without items yet. Anybody of the workspace may label in it.

    Where the queue has one already, the new one takes its place, with its settings and its people.
    """
    evaluation, old = queue.evaluation, queue.labeling_task
    if old is None:
        task = LabelingTask(
            workspace=evaluation.workspace,
            dataset=evaluation_files(evaluation.workspace, by),
            name=name_for(evaluation, queue.queue_id),
            created_by=by,
        )
    else:
        task = LabelingTask.objects.get(pk=old.pk)
        task.pk, task.state, task.stopped_in = new_id(), LabelingTask.State.DRAFT, ""
    task.seed = secrets.randbits(31)
    task.save(force_insert=True)
    if old is not None:
        TaskPerson.objects.filter(task=old).update(task=task)
    about = {"seed": task.seed, "evaluation": str(evaluation.pk)}
    AuditEvent.record(by=by, workspace_id=evaluation.workspace_id, verb="create", target=task, data=about)
    queue.labeling_task = task
    queue.save(update_fields=["labeling_task"])
    store_form(queue)
    return task


def store_form(queue: EvaluationQueue) -> None:
    """Make the labeling task ask what the queue's tasks ask, and have every process read its form anew."""
    assert queue.labeling_task_id is not None
    task = LabelingTask.objects.select_for_update().get(pk=queue.labeling_task_id)
    task.form.all().delete()
    tasks = EvaluationTask.objects.filter(queue=queue).order_by("position", "id")
    TaskQuestion.objects.bulk_create(
        TaskQuestion(
            task=task,
            question_id=asked.question_id,
            alias=asked.alias,
            required=asked.required,
            layout=asked.layout,
            queue=queue.queue_id,
            position=position,
        )
        for position, asked in enumerate(tasks)
    )
    task.form_revision += 1
    task.save(update_fields=["form_revision"])


def is_begun_by_people(evaluation: Evaluation) -> bool:
    """Whether somebody has taken, got or finished a turn of it: what is asked is settled from then on."""
    turns = Assignment.objects.filter(task__evaluation_queue__evaluation=evaluation)
    return turns.exclude(state=Assignment.State.OPEN).exists()


def why_it_stays(task: LabelingTask) -> str | None:
    """What keeps a labeling task from being deleted by itself: that it is part of an evaluation."""
    name = Evaluation.objects.filter(queues__labeling_task=task).values_list("name", flat=True).first()
    if name is None:
        return None
    return _("This labeling task belongs to the evaluation “%(name)s”. Archive the evaluation instead.") % {
        "name": name
    }


def why_it_rests(task: LabelingTask) -> str | None:
    """What keeps a stopped labeling task from going on by itself: that its evaluation is archived."""
    archived = Evaluation.objects.filter(queues__labeling_task=task, archived_at__isnull=False)
    name = archived.values_list("name", flat=True).first()
    if name is None:
        return None
    return _("The evaluation “%(name)s” is archived, and this labeling task rests with it. Restore the evaluation.") % {
        "name": name
    }
