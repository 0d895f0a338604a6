"""The list of a person's workspaces, and the door of each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from workspaces.access import PersonRequest, WorkspaceRequest, in_workspace
from workspaces.actions import create_workspace
from workspaces.context import address
from workspaces.forms import WorkspaceForm
from workspaces.models import Role, Workspace
from workspaces.permissions import ROLE_LABELS, Right, can, matrix_rows

# Where a role's work is: the first page that this person may open.
LANDINGS = (
    ("annotations:tasks", Right.MANAGE_TASKS),
    ("annotations:labeling", Right.LABEL),
    ("annotations:reviews", Right.REVIEW),
    ("datasets:list", Right.READ_DATASETS),
    ("workspaces:members", Right.MANAGE_WORKSPACE),
)


@require_GET
def home(request: PersonRequest) -> HttpResponse:
    """My spaces, each with what this person is in it."""
    mine = request.user.roles_by_workspace
    rows = [
        (space, [role.label for role in Role if role in mine.get(space.pk, ())])
        for space in Workspace.objects.visible_to(request.user).with_figures()
    ]
    return render(request, "workspaces/home.html", {"rows": rows})


@require_GET
def menu(request: PersonRequest) -> HttpResponse:
    """The switcher's list, fetched when it is opened: pages that nobody switches on need no query for it."""
    return render(request, "workspaces/_menu.html", {"spaces": Workspace.objects.visible_to(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: PersonRequest) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied(_("Only a super admin creates workspaces. Ask whoever runs this server."))
    form = WorkspaceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        space = create_workspace(**form.cleaned_data, by=request.user)
        messages.success(request, _("“%(name)s” is ready. Invite the people who work in it.") % {"name": space.name})
        return redirect("workspaces:members", space.slug)
    return render(request, "workspaces/create.html", {"form": form})


@require_GET
@in_workspace()
def space(request: WorkspaceRequest) -> HttpResponse:
    """The door of a workspace leads to where this person's work is."""
    for name, right in LANDINGS:
        url = address(name, request.workspace.slug)
        if url and can(request.user, right, request.workspace.pk):
            return redirect(url)
    return render(request, "workspaces/nothing.html")


@require_GET
def help_page(request: PersonRequest) -> HttpResponse:
    return render(request, "workspaces/help.html", {"roles": ROLE_LABELS.values(), "matrix": matrix_rows()})
