"""What happened in a workspace, newest first."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.audit_words import sentences
from workspaces.forms import AuditFilterForm
from workspaces.models import AuditEvent
from workspaces.permissions import Right

PAGE = 50


@require_GET
@in_workspace(Right.MANAGE_WORKSPACE)
def audit(request: WorkspaceRequest) -> HttpResponse:
    """Pages by position: ids sort by time, so the next page begins where this one ended."""
    form = AuditFilterForm(request.GET, workspace=request.workspace)
    visible = AuditEvent.objects.visible_to(request.user).filter(workspace=request.workspace)
    events = form.narrow(visible).select_related("actor", "api_key").order_by("-id")
    if before := _position(request.GET.get("before", "")):
        events = events.filter(id__lt=before)
    rows = list(events[: PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    newest = query.urlencode()
    if more := len(rows) > PAGE:
        query["before"] = str(rows[PAGE - 1].pk)
    context = {
        "form": form,
        "rows": sentences(rows[:PAGE]),
        "older": query.urlencode() if more else "",
        "newest": newest,
        "is_first": not before,
        "is_filtered": any(value for name, value in request.GET.items() if name != "before"),
    }
    return render(request, "workspaces/audit.html", context)


def _position(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
