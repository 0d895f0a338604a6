"""What people may change of an evaluation, and archiving and restoring it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from evaluations.actions import evaluations as actions
from evaluations.forms import EvaluationForm
from evaluations.views.frame import frame, mark_of
from evaluations.views.lists import evaluation_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.permissions import Right

SAID = {
    "archive": gettext_lazy("“%(name)s” is archived: its labeling tasks are stopped, its answers stay."),
    "restore": gettext_lazy("“%(name)s” is restored, and what the archive stopped goes on."),
}
STALE = gettext_lazy("Somebody else changed this evaluation meanwhile. What it is now stands below; change it anew.")


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def settings(request: WorkspaceRequest, evaluation_id: UUID) -> HttpResponse:
    """Name, description and tags; what was changed by somebody else meanwhile is shown anew instead."""
    evaluation = evaluation_or_404(request, evaluation_id)
    form, status, is_stale = EvaluationForm(evaluation), 200, False
    if request.method == "POST":
        if request.POST.get("seen", "") != mark_of(evaluation):
            status, is_stale = 409, True
        else:
            form = EvaluationForm(evaluation, request.POST)
            status = 422
            if form.is_valid():
                actions.update(evaluation, form.cleaned_data, by=request.user)
                messages.success(request, _("Saved."))
                return redirect("evaluations:settings", request.workspace.slug, evaluation.pk)
            evaluation = evaluation_or_404(request, evaluation_id)
    context: dict[str, Any] = frame(request, evaluation, "settings") | {
        "form": form,
        "stale": STALE if is_stale else "",
    }
    return render(request, "evaluations/settings.html", context, status=status)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def move(request: WorkspaceRequest, evaluation_id: UUID) -> HttpResponse:
    """Archive or restore."""
    evaluation, verb = evaluation_or_404(request, evaluation_id), request.POST.get("move", "")
    # A page that is open still may offer what somebody has done meanwhile.
    if verb == "archive" and evaluation.archived_at is None:
        actions.archive(evaluation, by=request.user)
    elif verb == "restore" and evaluation.archived_at is not None:
        actions.restore(evaluation, by=request.user)
    elif verb in SAID:
        raise IllegalMove(_("Somebody else has done that already. Reload the page."))
    else:
        raise IllegalMove(_("There is no such move. Reload the page."))
    messages.success(request, SAID[verb] % {"name": evaluation.name})
    return redirect("evaluations:evaluation", request.workspace.slug, evaluation.pk)
