"""Making evaluations, and what becomes of them: changed, archived, restored."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.actions.managing import let_go
from annotations.models import LabelingTask
from evaluations.actions.plans import CheckedPlan, EvaluationPlan, checked, checked_fields
from evaluations.actions.row_sets import create_row_set
from evaluations.asked import AskedTask
from evaluations.beginning import begin
from evaluations.labeling import make_labeling_task, name_for
from evaluations.layouts import Problem
from evaluations.models import (
    DatasetItem,
    Evaluation,
    EvaluationDataset,
    EvaluationFile,
    EvaluationItem,
    EvaluationQueue,
    EvaluationTask,
)
from workspaces.bulk import BulkRows
from workspaces.errors import IllegalMove, Invalid
from workspaces.ids import new_id
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require

__all__ = ["EvaluationPlan", "archive", "create_evaluation", "restore", "update"]

# Rows of an evaluation that are made ready for the database at a time.
SLICE = 5000


def create_evaluation(plan: EvaluationPlan, *, by: User) -> Evaluation:
    """An evaluation with its rows and tasks, handed out if its files are read. Raises Invalid and stores nothing."""
    require(by, Right.CREATE_TASKS, plan.workspace.pk)
    ready = checked(plan, by=by)
    try:
        with transaction.atomic():
            evaluation = _store(plan, ready, by=by)
    except IntegrityError as error:
        # Between the check and the end of the transaction somebody deleted a file, and it was not used yet.
        sentence = _("One of these files was deleted at this moment. Send the evaluation again without it.")
        raise Invalid([(("body", "files"), sentence, "value_error")]) from error
    # Where jobs are done at once, they have changed it by now.
    evaluation.refresh_from_db()
    return evaluation


def _store(plan: EvaluationPlan, ready: CheckedPlan, *, by: User) -> Evaluation:
    dataset, sources = ready.dataset, ready.sources
    if ready.new_dataset is not None:
        dataset = create_row_set(plan.workspace, **ready.new_dataset, by=by)
        sources = _sources_of(dataset)
    evaluation = Evaluation.objects.create(
        workspace=plan.workspace,
        dataset=dataset,
        dataset_version=dataset.version if dataset else None,
        n_items=len(ready.rows),
        created_by=by,
        **ready.fields,
    )
    _store_rows(evaluation, ready, sources=sources)
    store_tasks(evaluation, ready.tasks)
    for queue in evaluation.queues.order_by("id"):
        make_labeling_task(queue, by=by)
    data = {"name": evaluation.name, "rows": len(ready.rows), "tasks": len(ready.tasks)}
    AuditEvent.record(by=by, workspace_id=plan.workspace.pk, verb="create", target=evaluation, data=data)
    begin(evaluation.pk)
    return evaluation


def _sources_of(dataset: EvaluationDataset) -> list[tuple[UUID, int]]:
    items = DatasetItem.objects.filter(dataset=dataset).order_by("id").values_list("pk", flat=True)
    return [(pk, dataset.version) for pk in items]


def _store_rows(evaluation: Evaluation, ready: CheckedPlan, *, sources: Sequence[tuple[UUID, int]]) -> None:
    each = ("id", "position", "data", "files", "dataset_item_id", "dataset_item_version")
    items = BulkRows(EvaluationItem, each=each, evaluation_id=evaluation.pk)
    files = BulkRows(EvaluationFile, each=("id", "item_id", "key", "audio_id"))
    for start in range(0, len(ready.rows), SLICE):
        rows = ready.rows[start : start + SLICE]
        ids = [new_id() for _row in rows]
        came_from: Sequence[tuple[Any, Any]] = sources[start : start + SLICE] or [(None, None)] * len(rows)
        numbered = enumerate(zip(ids, rows, came_from, strict=True), start=start + 1)
        items.write(items.prepared((pk, n, row.data, row.files, *source) for n, (pk, row, source) in numbered))
        named = zip(ids, rows, strict=True)
        files.write(
            files.prepared((new_id(), pk, key, UUID(audio)) for pk, row in named for key, audio in row.files.items())
        )


def store_tasks(evaluation: Evaluation, tasks: Sequence[AskedTask]) -> list[EvaluationTask]:
    """These tasks behind those that are there, with the queues that are new."""
    last = evaluation.tasks.aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    queues = {queue.queue_id: queue for queue in evaluation.queues.all()}
    for task in tasks:
        if task.queue_id not in queues:
            queues[task.queue_id] = EvaluationQueue.objects.create(evaluation=evaluation, queue_id=task.queue_id)
    return EvaluationTask.objects.bulk_create(
        EvaluationTask(
            evaluation=evaluation,
            queue=queues[task.queue_id],
            question=task.question,
            alias=task.alias,
            position=position,
            required=task.required,
            layout=task.layout,
            prefill_from=task.prefill_from,
        )
        for position, task in enumerate(tasks, start=first)
    )


@transaction.atomic
def update(evaluation: Evaluation, changes: dict[str, Any], *, by: User) -> None:
    """Change name, description, tags or metadata; metadata is merged as RFC 7396 says. Raises Invalid, IllegalMove."""
    require(by, Right.CREATE_TASKS, evaluation.workspace_id)
    locked(evaluation)
    require_not_archived(evaluation)
    problems: list[Problem] = []
    merged = dict(changes)
    if isinstance(changes.get("metadata"), dict):
        merged["metadata"] = merge_patch(evaluation.metadata, changes["metadata"])
    known = {name: value for name, value in merged.items() if name in ("name", "description", "tags", "metadata")}
    fields = checked_fields(known, problems=problems)
    if problems:
        raise Invalid(problems)
    before = {name: getattr(evaluation, name) for name in fields}
    fields = {name: value for name, value in fields.items() if before[name] != value}
    if not fields:
        return
    for name, value in fields.items():
        setattr(evaluation, name, value)
    evaluation.save(update_fields=list(fields))
    if "name" in fields:
        for queue in evaluation.queues.exclude(labeling_task=None):
            labeling = LabelingTask.objects.filter(evaluation_queue=queue)
            labeling.update(name=name_for(evaluation, queue.queue_id))
    said = {name: {"before": before[name], "after": value} for name, value in fields.items()}
    note(evaluation, by=by, verb="change", data={"changes": said})


def merge_patch(target: Any, patch: Any) -> Any:
    """`target` changed as RFC 7396 says: null takes a key away, objects are merged, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def archive(evaluation: Evaluation, *, by: User) -> None:
    """Take it out of lists and stop the work on it. One that is archived stays so.

    What people have open goes back to where it rests, as when a task is stopped, and likewise in a transaction of its
    own: whoever hands in at this moment locks both the other way round.
    """
    for task in _archive(evaluation, by=by):
        let_go(task, by=by)


@transaction.atomic
def _archive(evaluation: Evaluation, *, by: User) -> list[LabelingTask]:
    """Returns the labeling tasks that it stopped."""
    require(by, Right.CREATE_TASKS, evaluation.workspace_id)
    locked(evaluation)
    if evaluation.archived_at is not None:
        return []
    stopped = []
    evaluation.archived_at = timezone.now()
    evaluation.save(update_fields=["archived_at"])
    for queue in evaluation.queues.select_related("labeling_task__workspace"):
        if queue.labeling_task and queue.labeling_task.is_running:
            queue.labeling_task.stop(by=by)
            queue.is_paused = True
            queue.save(update_fields=["is_paused"])
            stopped.append(queue.labeling_task)
    note(evaluation, by=by, verb="archive")
    return stopped


@transaction.atomic
def restore(evaluation: Evaluation, *, by: User) -> None:
    """Take it out of the archive and let the work go on that the archive stopped. One that is in use stays so."""
    require(by, Right.CREATE_TASKS, evaluation.workspace_id)
    locked(evaluation)
    if evaluation.archived_at is None:
        return
    evaluation.archived_at = None
    evaluation.save(update_fields=["archived_at"])
    for queue in evaluation.queues.filter(is_paused=True).select_related("labeling_task__workspace"):
        if queue.labeling_task and queue.labeling_task.state == LabelingTask.State.STOPPED:
            queue.labeling_task.resume(by=by)
        queue.is_paused = False
        queue.save(update_fields=["is_paused"])
    note(evaluation, by=by, verb="restore")
    begin(evaluation.pk)
    evaluation.refresh_from_db()


def locked(evaluation: Evaluation) -> None:
    """Read the row anew and keep others from changing it until the transaction ends."""
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    evaluation.refresh_from_db()


def require_not_archived(evaluation: Evaluation) -> None:
    if evaluation.archived_at is not None:
        raise IllegalMove(
            _("The evaluation “%(id)s” is archived. Restore it before you change it.") % {"id": evaluation.pk}
        )


def note(evaluation: Evaluation, *, by: User, verb: str, data: dict[str, Any] | None = None) -> None:
    AuditEvent.record(
        by=by,
        workspace_id=evaluation.workspace_id,
        verb=verb,
        target=evaluation,
        data={"name": evaluation.name, **(data or {})},
    )
