from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.actions import delete_team, save_team
from workspaces.forms import TeamForm
from workspaces.models import Team
from workspaces.permissions import Right


@require_GET
@in_workspace(Right.MANAGE_WORKSPACE)
def teams(request: WorkspaceRequest) -> HttpResponse:
    rows = Team.objects.visible_to(request.user).filter(workspace=request.workspace).annotate(n=Count("members"))
    return render(request, "workspaces/teams.html", {"teams": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_WORKSPACE)
def new_team(request: WorkspaceRequest) -> HttpResponse:
    return _edit(request, Team(workspace=request.workspace))


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_WORKSPACE)
def team(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(Team.objects.visible_to(request.user), pk=pk, workspace=request.workspace))


def _edit(request: WorkspaceRequest, row: Team) -> HttpResponse:
    form = TeamForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        save_team(row, members=form.cleaned_data["members"], by=request.user)
        messages.success(request, _("“%(name)s” is stored.") % {"name": row.name})
        return redirect("workspaces:teams", request.workspace.slug)
    return render(request, "workspaces/team.html", {"form": form, "team": row})


@require_POST
@in_workspace(Right.MANAGE_WORKSPACE)
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Team.objects.visible_to(request.user), pk=pk, workspace=request.workspace)
    delete_team(row, by=request.user)
    messages.success(request, _("“%(name)s” is deleted; its people stay members.") % {"name": row.name})
    return redirect("workspaces:teams", request.workspace.slug)
