"""What of a task can be changed while it runs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations.actions import editing
from annotations.actions.deleting import citations
from annotations.belonging import refusal_to_delete
from annotations.form import form_of, instructions_html
from annotations.models import LabelingTask
from annotations.settings_form import TaskSettingsForm
from annotations.views.frame import frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def settings(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    form = TaskSettingsForm.of(task, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = _save(request, task, form)
        if status == 200:
            messages.success(request, _("Saved."))
            return redirect("annotations:task_settings", request.workspace.slug, task.pk)
    context = frame(request, task, "task_settings") | {
        "form": form,
        "version": editing.version_of(task),
        "is_running": task.state in editing.RUNNING,
        "questions": form_of(task),
        "html": instructions_html(form["instructions"].value() or ""),
        "citations": citations(task),
        "stays": refusal_to_delete(task),
    }
    return render(request, "annotations/task_settings.html", context, status=status)


def _save(request: WorkspaceRequest, task: LabelingTask, form: TaskSettingsForm) -> int:
    """200 when it was saved; otherwise what is wrong stands in the form."""
    if not form.is_valid():
        return 422
    changes, reason = form.changes()
    try:
        editing.edit(task, by=request.user, changes=changes, reason=reason, seen=request.POST.get("version", ""))
    except Invalid as refused:
        for loc, sentence, _kind in refused.problems:
            form.add_error(str(loc[-1]) if loc[-1] in form.fields else None, sentence)
        return 422
    except IllegalMove as refused:
        form.add_error(None, str(refused))
        return 409
    return 200
