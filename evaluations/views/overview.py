"""How far one evaluation is, who has to do it, and what was answered."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from annotations.models import Assignment, LabelingTask, QuestionType, TaskPerson
from annotations.progress import Segments, live_every_ms, segments_of
from datasets.formats.tables import csv_table
from datasets.models import AudioFile
from evaluations.answers_read import latest_texts, tallies_of
from evaluations.charts import Figures, Panel, figures_of
from evaluations.models import Evaluation, EvaluationFile, EvaluationQueue, EvaluationTask
from evaluations.progress import Progress
from evaluations.views.frame import frame
from evaluations.views.lists import evaluation_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right

READY, FAILED = AudioFile.Status.READY, AudioFile.Status.FAILED
LEFT_OUT = (Assignment.State.SKIPPED, Assignment.State.CANCELLED)
MOST_NAMED = 6


@dataclass(frozen=True)
class QueueRow:
    """A queue: its questions, the labeling task in which people answer them, how far that is, and who may do it."""

    queue: EvaluationQueue
    tasks: list[EvaluationTask]
    segments: Segments
    # Names of those who are named for it; None where anybody who labels may.
    people: list[str] | None

    @property
    def labeling_task(self) -> LabelingTask | None:
        return self.queue.labeling_task

    @property
    def named(self) -> str:
        names = self.people or []
        more = len(names) - MOST_NAMED
        return ", ".join(names[:MOST_NAMED]) + (f" +{more}" if more > 0 else "")


def tasks_of(evaluation: Evaluation) -> list[EvaluationTask]:
    """What is asked, in order, with questions and queues."""
    found = EvaluationTask.objects.filter(evaluation=evaluation).select_related("question", "queue__labeling_task")
    return list(found.order_by("position", "id"))


def queues_of(tasks: list[EvaluationTask]) -> list[QueueRow]:
    queues = {task.queue_id: task.queue for task in tasks}
    of_tasks = {queue.labeling_task_id for queue in queues.values() if queue.labeling_task_id}
    segments = segments_of(of_tasks)
    named: dict[UUID, list[str]] = {}
    seats = TaskPerson.objects.filter(task__in=of_tasks, kind=TaskPerson.Kind.LABELING).order_by("user__name")
    for pk, name in seats.values_list("task_id", "user__name"):
        named.setdefault(pk, []).append(name)
    return [
        QueueRow(
            queue,
            [task for task in tasks if task.queue_id == pk],
            segments.get(queue.labeling_task_id, Segments()) if queue.labeling_task_id else Segments(),
            named.get(queue.labeling_task_id) if queue.labeling_task_id else None,
        )
        for pk, queue in queues.items()
    ]


@dataclass(frozen=True)
class FileCounts:
    """Recordings of the rows: those still being read, and those that cannot be."""

    total: int
    reading: int
    failed: int


def files_of(evaluation: Evaluation) -> FileCounts:
    files = EvaluationFile.objects.filter(item__evaluation=evaluation).order_by()
    if evaluation.begun_at is not None:
        # All were read before it began; looking at each of thousands again would say the same.
        return FileCounts(total=files.count(), reading=0, failed=0)
    found = dict(files.values_list("audio__status").annotate(n=Count("*")))
    known = found.get(READY, 0), found.get(FAILED, 0)
    total = sum(found.values())
    return FileCounts(total=total, reading=total - sum(known), failed=known[1])


def reason_of(progress: Progress, files: FileCounts, queues: list[QueueRow]) -> str:
    """Why it is what it is, in a sentence."""
    if files.reading:
        sentence = ngettext(
            "%(n)s file is still being read; the rows go to the annotators once all are.",
            "%(n)s files are still being read; the rows go to the annotators once all are.",
            files.reading,
        )
        return sentence % {"n": f"{files.reading:,}"}
    if progress.pending:
        sentence = ngettext("%(n)s row waits for answers.", "%(n)s rows wait for answers.", progress.pending)
        if any(row.segments.in_review or row.segments.escalated for row in queues):
            sentence = ngettext(
                "%(n)s row waits for answers or their review.",
                "%(n)s rows wait for answers or their review.",
                progress.pending,
            )
        return sentence % {"n": f"{progress.pending:,}"}
    if progress.failed:
        sentence = ngettext(
            "A file of %(n)s row cannot be read.", "Files of %(n)s rows cannot be read.", progress.failed
        )
        return sentence % {"n": f"{progress.failed:,}"}
    if not progress.total:
        return _("It has no rows.")
    if not queues:
        return _("Nothing is asked of its rows.")
    asked = [row.queue.labeling_task_id for row in queues]
    if Assignment.objects.filter(task__in=asked, state__in=LEFT_OUT).exists():
        return _("Every row is answered, or was left out.")
    return _("Every row is answered.")


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def overview(request: WorkspaceRequest, evaluation_id: UUID) -> HttpResponse:
    evaluation = evaluation_or_404(request, evaluation_id)
    tasks, files = tasks_of(evaluation), files_of(evaluation)
    queues = queues_of(tasks)
    context = frame(request, evaluation, "evaluation")
    context |= {
        "tasks": tasks,
        "queues": queues,
        "files": files,
        "reason": reason_of(context["progress"], files, queues),
        "metadata": json.dumps(evaluation.metadata, ensure_ascii=False, indent=2) if evaluation.metadata else "",
        "every_ms": live_every_ms(evaluation.n_items, is_busy=files.reading > 0),
    }
    return render(request, "evaluations/_overview.html" if request.htmx else "evaluations/overview.html", context)


def figures(evaluation: Evaluation, *, with_latest: bool = True) -> list[Figures]:
    tasks = tasks_of(evaluation)
    texts = [task for task in tasks if task.question.type == QuestionType.FREE_TEXT] if with_latest else []
    latest = {task.alias: latest_texts(evaluation, task) for task in texts}
    return figures_of(tasks, tallies_of(evaluation, tasks), latest=latest)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def answers(request: WorkspaceRequest, evaluation_id: UUID) -> HttpResponse:
    """Every question with its chart and table."""
    evaluation = evaluation_or_404(request, evaluation_id)
    found = figures(evaluation)
    context: dict[str, Any] = frame(request, evaluation, "answers")
    context |= {
        "figures": found,
        "charts": {panel.name: panel.chart for one in found for panel in one.panels},
        "every_ms": live_every_ms(evaluation.n_items),
    }
    return render(request, "evaluations/_answers.html" if request.htmx else "evaluations/answers.html", context)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def chart_table(request: WorkspaceRequest, evaluation_id: UUID, name: str) -> HttpResponseBase:
    """The table of one chart as CSV."""
    evaluation = evaluation_or_404(request, evaluation_id)
    for one in figures(evaluation, with_latest=False):
        for panel in one.panels:
            if panel.name == name:
                return _download(panel, filename=f"{evaluation.name} {one.task.alias} {panel.title}".strip())
    raise Http404


def _download(panel: Panel, *, filename: str) -> StreamingHttpResponse:
    rows = (dict(zip(panel.heads, row, strict=True)) for row in panel.rows)
    return StreamingHttpResponse(
        csv_table(rows, columns=panel.heads),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{filename}.csv") or "attachment"},
    )
