"""One labeling task, for those who manage it: progress, items, people, settings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations import task_figures, turns
from annotations.actions import managing
from annotations.actions.generating import ask_to_generate
from annotations.form import form_of, instructions_html
from annotations.forms import GenerateForm, TaskSettingsForm
from annotations.models import Assignment, LabelingTask, ReasonCode
from annotations.permissions import allowed_moves, allowed_task_moves, require_move
from annotations.progress import live_every_ms
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.models import Job
from workspaces.pagination import total
from workspaces.permissions import Right

REASONS = dict(ReasonCode.choices)
TABS = (
    ("task", gettext_lazy("Progress")),
    ("task_items", gettext_lazy("Items")),
    ("task_people", gettext_lazy("People")),
    ("task_settings", gettext_lazy("Settings")),
)


def _frame(request: WorkspaceRequest, task: LabelingTask, tab: str) -> dict[str, Any]:
    """What all tabs show: the head with state and moves, and the tabs."""
    moves = allowed_task_moves(request.user, task)
    skipped = Assignment.objects.filter(task=task, state=Assignment.State.SKIPPED)
    return {
        "task": task,
        "moves": moves,
        "tabs": [
            (reverse(f"annotations:{name}", args=[request.workspace.slug, task.pk]), label, name == tab)
            for name, label in TABS
        ],
        "generate_form": GenerateForm() if "generate" in moves else None,
        "left_out": skipped.count() if "generate" in moves else 0,
        "asks_to_generate": "generate" in request.GET,
    }


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def progress(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    segments, job = task_figures.segments_of_one(task), task_figures.last_job(task)
    is_busy = job is not None and job.state in (Job.State.PENDING, Job.State.RUNNING)
    context = _frame(request, task, "task") | {
        "segments": segments,
        "every_ms": live_every_ms(segments.total, is_busy=is_busy),
        "figures": task_figures.figures_of(task),
        "people": task_figures.annotator_rows(task),
        "job": job,
    }
    template = "annotations/_progress.html" if request.htmx else "annotations/task.html"
    return render(request, template, context)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def items(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    wanted = _filter(request)
    found = wanted.turns_of(task)
    page = turns.page_of(found, after=_place(request.GET.get("after")), before=_place(request.GET.get("before")))
    for turn in page.rows:
        turn.task = task
        turn.reason = REASONS.get(turn.rejected_for, "")  # type: ignore[attr-defined]
        turn.manager_moves = set(allowed_moves(request.user, turn)) & {"reopen", "exclude"}  # type: ignore[attr-defined]
    context = _frame(request, task, "task_items") | {
        "wanted": wanted,
        "is_filtered": wanted != turns.TurnFilter(),
        "page": page,
        "total": total(found),
        "states": Assignment.State.choices,
        "people": turns.people_in(task),
        "query": _query(request),
    }
    return render(request, "annotations/task_items.html", context)


def _filter(request: WorkspaceRequest) -> turns.TurnFilter:
    state = request.GET.get("state", "")
    try:
        person = UUID(request.GET.get("person", ""))
    except ValueError:
        person = None
    return turns.TurnFilter(
        state=state if state in Assignment.State.values else "", person=person, search=request.GET.get("q", "").strip()
    )


def _place(text: str | None) -> turns.Place | None:
    position, _dot, slot = (text or "").partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (position, slot)):
        return None
    return int(position), int(slot)


def _query(request: WorkspaceRequest) -> str:
    """What was looked for, without the place, to go on with."""
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    return kept.urlencode()


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def turn(request: WorkspaceRequest, task_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Put a skipped or escalated item back, or leave it out."""
    task = task_or_404(request, task_id)
    found = get_object_or_404(Assignment.objects.visible_to(request.user).filter(task=task), pk=assignment_id)
    found.task = task
    verb = request.POST.get("move", "")
    if verb not in ("reopen", "exclude"):
        raise IllegalMove(_("There is no such move. Reload the page."))
    require_move(request.user, verb, found)
    (managing.reopen if verb == "reopen" else managing.exclude)(found, by=request.user)
    said = _("Item %(n)d is back at work.") if verb == "reopen" else _("Item %(n)d is left out of the result.")
    messages.success(request, said % {"n": found.position})
    query = request.POST.get("query", "")
    return redirect(
        f"{reverse('annotations:task_items', args=[request.workspace.slug, task.pk])}{'?' if query else ''}{query}"
    )


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def people(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    context = _frame(request, task, "task_people") | {
        "annotators": task_figures.annotator_rows(task),
        "reviewers": task_figures.reviewer_rows(task),
        "seats": set(task.people.values_list("kind", flat=True).distinct()),
    }
    return render(request, "annotations/task_people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def settings(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    form = TaskSettingsForm.of(task, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            managing.edit(task, by=request.user, changes=form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("annotations:task_settings", request.workspace.slug, task.pk)
    context = _frame(request, task, "task_settings") | {
        "form": form,
        "questions": form_of(task.pk),
        "html": instructions_html(form["instructions"].value() or ""),
    }
    return render(request, "annotations/task_settings.html", context, status=422 if form.errors else 200)


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
