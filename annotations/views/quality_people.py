"""Quality > People: how each person works, where they stand, and the rules of the task. And one's own standing."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from annotations.behaviour import people
from annotations.behaviour.finding import require_own
from annotations.behaviour.forms import RulesForm
from annotations.behaviour.own import own_standing
from annotations.behaviour.rules import has_majority, recommended_for, rules_of, set_rules
from annotations.models import LabelingTask
from annotations.views.quality_frame import quality_frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import Invalid
from workspaces.permissions import Right

PAGE = 50
LIVE_EVERY_MS = 5000


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def quality_people(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    if request.method == "POST":
        return _set_rules(request, task)
    form = RulesForm(rules_of(task), has_majority=has_majority(task))
    return _show(request, task, form, is_edited="edit" in request.GET)


def _set_rules(request: WorkspaceRequest, task: LabelingTask) -> HttpResponse:
    verb = request.POST.get("do", "save")
    if verb == "recommended":
        set_rules(task, recommended_for(task), by=request.user)
        messages.success(request, _("The recommended rules are set. They count from the next answer on."))
        return redirect("annotations:quality_people", request.workspace.slug, task.pk)
    form = RulesForm((), has_majority=has_majority(task), data=request.POST)
    if verb == "add":
        form.add()
        return _show(request, task, form, is_edited=True)
    rules = form.rules()
    if rules is None:
        return _show(request, task, form, is_edited=True, status=422)
    try:
        set_rules(task, rules, by=request.user, replaces_answers="replaces_answers" in request.POST)
    except Invalid as problem:
        form.attach(problem)
        return _show(request, task, form, is_edited=True, status=422)
    messages.success(request, _("The rules are saved. They count from the next answer on."))
    return redirect("annotations:quality_people", request.workspace.slug, task.pk)


def _show(
    request: WorkspaceRequest, task: LabelingTask, form: RulesForm, *, is_edited: bool, status: int = 200
) -> HttpResponse:
    rows = people.people_of(task)
    search = request.GET.get("q", "").strip().lower()
    if search:
        rows = [row for row in rows if search in f"{row.user.name} {row.user.email} {' '.join(row.teams)}".lower()]
    number = _page(request, len(rows))
    shown = people.with_events(task, rows[number * PAGE : (number + 1) * PAGE])
    is_posted = request.method == "POST"
    context = {
        "people": shown,
        "n_people": len(rows),
        "search": search,
        "is_searched": bool(search),
        "page_number": number,
        "n_pages": -(-len(rows) // PAGE),
        "before": number if number else None,
        "after": number + 2 if (number + 1) * PAGE < len(rows) else None,
        "rules": form,
        "is_edited": is_edited or not form.rows,
        "replaces_answers": "replaces_answers" in request.POST if is_posted else task.replaces_answers,
        "has_controls": task.control_percent > 0,
        "has_majority": form.has_majority,
        "is_campaign": task.purpose == LabelingTask.Purpose.LABELING,
        "every_ms": LIVE_EVERY_MS,
        "address": request.get_full_path(),
    }
    if request.htmx:
        return render(request, "annotations/_standings.html", {"task": task, **context})
    context = quality_frame(request, task, "quality_people") | context
    return render(request, "annotations/quality_people.html", context, status=status)


def _page(request: WorkspaceRequest, count: int) -> int:
    """The page that was asked for, from 0, within what there is."""
    text = request.GET.get("page", "1")
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return max(0, min(wanted - 1, (count - 1) // PAGE))


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def standings_csv(request: WorkspaceRequest, task_id: UUID) -> HttpResponseBase:
    return people.download(task_or_404(request, task_id))


@require_GET
@in_workspace(Right.LABEL)
def my_standing(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Where the person who looks stands in one task, and why."""
    tasks = LabelingTask.objects.visible_to(request.user).present()
    task = tasks.filter(pk=task_id, workspace=request.workspace).first()
    if task is None:
        raise Http404
    require_own(task, request.user)
    return render(request, "annotations/my_standing.html", {"task": task, "own": own_standing(task, request.user)})
