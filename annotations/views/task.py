"""How far one labeling task is, and generating its dataset."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotations import charts, proposing, task_figures
from annotations.actions import editing, managing
from annotations.actions.creating import filling_job
from annotations.actions.generating import ask_to_generate
from annotations.forms import GenerateForm
from annotations.models import Assignment, LabelingTask
from annotations.progress import live_every_ms
from annotations.reporting import report_of
from annotations.views.figures import choices, headings, sorted_people, wanted
from annotations.views.frame import frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.models import Job
from workspaces.permissions import Right

ORIGINS = dict(Assignment.Origin.choices)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def progress(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    context = frame(request, task, "task") | _figures(request, task)
    job = context["job"] = task_figures.last_job(task)
    context["filling"] = filling_job(task)
    listening = context["listening"] = proposing.how_far(task, n_items=context["report"].whole.n_items)
    context["unheard"] = proposing.unheard(task) if listening and listening.failed else []
    is_busy = task.state == LabelingTask.State.DRAFT or (listening is not None and listening.is_busy)
    is_busy = is_busy or (job is not None and job.state in (Job.State.PENDING, Job.State.RUNNING))
    context["every_ms"] = live_every_ms(context["segments"].total, is_busy=is_busy)
    template = "annotations/_progress.html" if request.htmx else "annotations/task.html"
    return render(request, template, context)


def _figures(request: WorkspaceRequest, task: LabelingTask) -> dict[str, Any]:
    asked = wanted(request)
    report = report_of(task, only=asked.only)
    drawn = charts.charts_of(report)
    return {
        "report": report,
        "segments": report.whole.segments,
        "wanted": asked,
        "people": sorted_people(report, asked.sort),
        "headings": headings(request, asked, is_reviewed=task.is_reviewed),
        "charts": drawn,
        "panels": charts.panels(drawn),
        "origins": [(label, report.by_origin[origin]) for origin, label in ORIGINS.items() if report.by_origin[origin]],
        "query": request.GET.urlencode(),
        **({} if request.htmx else choices(request, report)),
    }


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def suggest(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Have the model go on after its work has failed."""
    task = task_or_404(request, task_id)
    editing.suggest_again(task, by=request.user)
    return redirect("annotations:task", request.workspace.slug, task.pk)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def generate(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Ask for a processed dataset; the Progress tab shows how far it is."""
    task = task_or_404(request, task_id)
    managing.require_task_move(request.user, "generate", task)
    form = GenerateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what goes into the processed dataset."))
        return redirect(f"{reverse('annotations:task', args=[request.workspace.slug, task.pk])}?generate")
    ask_to_generate(task, by=request.user, options=form.cleaned_data)
    return redirect("annotations:task", request.workspace.slug, task.pk)
