"""My figures: what one person labeled and judged, and why work of theirs came back."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotations import charts
from annotations.models import LabelingTask
from annotations.my_figures import Own
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right, rights_in


@require_GET
@in_workspace()
def my_figures(request: WorkspaceRequest) -> HttpResponse:
    """Of all tasks of the space, or of one. Everybody sees their own and nobody else's."""
    rights = rights_in(request.user, request.workspace.pk) & {Right.LABEL, Right.REVIEW}
    if not rights:
        raise PermissionDenied(_("Figures are of those who label or review, and your role here does neither."))
    tasks = LabelingTask.objects.visible_to(request.user).present().filter(workspace=request.workspace)
    pk = _id(request, "task")
    task = tasks.filter(pk=pk).first() if pk else None
    own = Own(request.user, task or request.workspace)
    parts: dict[str, Any] = {}
    drawn: dict[str, Any] = {}
    if Right.LABEL in rights:
        remarks, older = own.page_of_remarks(before=_id(request, "before"))
        reasons = own.reasons()
        parts |= {"labeled": own.labeled(), "remarks": remarks, "older": older}
        drawn["labeled"] = charts.own_days_chart(own.labeled_per_day(), label=_("labeled"))
        if reasons:
            drawn["reasons"] = charts.reasons_chart(reasons)
    if Right.REVIEW in rights:
        parts["reviewed"] = own.reviewed()
        drawn["decided"] = charts.own_days_chart(own.decided_per_day(), label=_("decided"))
    context = {
        "task": task,
        "tasks": _worked_in(own, request, tasks),
        "charts": drawn,
        "panels": charts.panels(drawn),
        **parts,
    }
    return render(request, "annotations/my_figures.html", context)


def _worked_in(own: Own, request: WorkspaceRequest, tasks: Any) -> list[tuple[UUID, str]]:
    """Tasks in which this person has or judges something, the newest first."""
    everywhere = Own(own.user, request.workspace).turns().order_by()
    ids = set(everywhere.filter(annotator=own.user).values_list("task", flat=True).distinct())
    ids |= set(everywhere.filter(reviewer=own.user).values_list("task", flat=True).distinct())
    return list(tasks.filter(pk__in=ids).order_by("-id").values_list("pk", "name")[:200])


def _id(request: WorkspaceRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
