"""Quality > Checks: what is checked in a task, what was found, and what people make of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotations.checking import endpoint, findings
from annotations.checking.form import ChecksForm
from annotations.checking.policy import checks_of, set_checks
from annotations.models import CheckResult, LabelingTask
from annotations.views.quality_frame import quality_frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def checks(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    if request.htmx:
        return render(request, "annotations/_check_results.html", {"task": task, **_results(request, task)})
    form = ChecksForm.of(checks_of(task), request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = _save(request, task, form)
        if status == 200:
            messages.success(request, _("Saved. Checks count for what is handed in from now on."))
            return redirect("annotations:quality_checks", request.workspace.slug, task.pk)
    known = {"is_set_up": endpoint.is_set_up(), "model": endpoint.model(), "host": endpoint.host()}
    context = quality_frame(request, task, "quality_checks") | {
        "form": form,
        "endpoint": known,
        "last": findings.last_answer(task),
        "can_change": task.purpose == LabelingTask.Purpose.LABELING,
        **_results(request, task),
    }
    return render(request, "annotations/quality_checks.html", context, status=status)


def _save(request: WorkspaceRequest, task: LabelingTask, form: ChecksForm) -> int:
    """200 when it was saved; otherwise what is wrong stands in the form."""
    if not form.is_valid():
        return 422
    try:
        set_checks(task, form.given(), by=request.user)
    except Invalid as refused:
        for _loc, sentence, _kind in refused.problems:
            form.add_error(None, sentence)
        return 422
    except IllegalMove as refused:
        form.add_error(None, str(refused))
        return 409
    return 200


def _results(request: WorkspaceRequest, task: LabelingTask) -> dict[str, Any]:
    """One page of what was found, or asked, and how much there is of each kind."""
    counted = findings.counts(task)
    wish = request.GET.get("shown", "")
    shown = wish if wish in findings.SHOWN else "flagged"
    page = Paginator(findings.results_of(task, shown=shown), findings.PAGE).get_page(request.GET.get("page"))
    behind = findings.turns_behind(page.object_list)
    for result in page.object_list:
        result.found = findings.what_is_found(result)  # type: ignore[attr-defined]
        result.turns = behind[result.pk]  # type: ignore[attr-defined]
    return {
        "counts": counted,
        "kinds": [(name, label, counted[name]) for name, (label, _where) in findings.SHOWN.items()],
        "shown": shown,
        "page": page,
        "is_busy": counted["waiting"] > 0,
    }


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def move(request: WorkspaceRequest, task_id: UUID, result_id: UUID) -> HttpResponse:
    """Clear one result, or have the model asked again about it."""
    task = task_or_404(request, task_id)
    result = get_object_or_404(CheckResult.objects.select_related("item", "task__workspace"), pk=result_id, task=task)
    verb = findings.ask_again if request.POST.get("move") == "ask_again" else findings.clear
    try:
        verb(result, by=request.user)
    except IllegalMove as refused:
        messages.warning(request, str(refused))
    return _back(request, task)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def ask_again(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Have the model asked about all that it could not be asked about."""
    task = task_or_404(request, task_id)
    try:
        count = findings.ask_all_again(task, by=request.user)
        sentence = ngettext("It is asked about %(n)d answer again.", "It is asked about %(n)d answers again.", count)
        messages.success(request, sentence % {"n": count})
    except IllegalMove as refused:
        messages.warning(request, str(refused))
    return _back(request, task)


def _back(request: WorkspaceRequest, task: LabelingTask) -> HttpResponse:
    response = redirect("annotations:quality_checks", request.workspace.slug, task.pk)
    shown = request.POST.get("shown", "")
    if shown in findings.SHOWN:
        response["Location"] += f"?shown={shown}"
    return response
