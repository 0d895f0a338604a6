"""Who is in a workspace and as what, and who is invited."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.actions import invite, remove_member, set_roles, withdraw
from workspaces.forms import InvitationForm, RolesForm
from workspaces.mail import send_invitation
from workspaces.models import Invitation, Membership, Role, Team, User
from workspaces.permissions import Right


@require_GET
@in_workspace(Right.MANAGE_WORKSPACE)
def members(request: WorkspaceRequest) -> HttpResponse:
    roles: dict[UUID, set[str]] = {}
    for person, role in Membership.objects.filter(workspace=request.workspace).values_list("user_id", "role"):
        roles.setdefault(person, set()).add(role)
    teams: dict[UUID, list[str]] = {}
    for person, team in Team.objects.filter(workspace=request.workspace).values_list("members", "name"):
        teams.setdefault(person, []).append(team)
    rows = [
        (person, [role.label for role in Role if role in roles[person.pk]], teams.get(person.pk, []))
        for person in request.workspace.people().order_by("name", "email")
    ]
    pending = Invitation.objects.pending().filter(workspace=request.workspace).select_related("invited_by")
    invitations = [(row, link_of(request, row)) for row in pending]
    return render(request, "workspaces/members.html", {"rows": rows, "invitations": invitations})


def link_of(request: WorkspaceRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("workspaces:join", args=[invitation.token]))


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_WORKSPACE)
def new_invitation(request: WorkspaceRequest) -> HttpResponse:
    form = InvitationForm(request.POST if request.method == "POST" else None, workspace=request.workspace)
    if request.method == "POST" and form.is_valid():
        invitation = invite(request.workspace, by=request.user, **form.cleaned_data)
        if send_invitation(invitation, link=link_of(request, invitation)):
            messages.success(request, _("The invitation was sent to %(email)s.") % {"email": invitation.email})
        else:
            messages.success(request, _("The link is ready: copy it below and pass it on. No mail was sent."))
        return redirect("workspaces:members", request.workspace.slug)
    return render(request, "workspaces/invite.html", {"form": form})


@require_POST
@in_workspace(Right.MANAGE_WORKSPACE)
def withdraw_invitation(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk, workspace=request.workspace)
    withdraw(invitation, by=request.user)
    messages.success(request, _("The invitation is withdrawn; its link leads nowhere."))
    return redirect("workspaces:members", request.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_WORKSPACE)
def member(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(request.workspace.people(), pk=pk)
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": held_by(person, request)})
    if request.method == "POST" and form.is_valid():
        set_roles(request.workspace, person=person, roles=form.cleaned_data["roles"], by=request.user)
        messages.success(request, _("The roles of %(name)s are stored.") % {"name": person})
        return redirect("workspaces:members", request.workspace.slug)
    return render(request, "workspaces/member.html", {"form": form, "person": person})


def held_by(person: User, request: WorkspaceRequest) -> list[str]:
    return list(person.memberships.filter(workspace=request.workspace).values_list("role", flat=True))


@require_POST
@in_workspace(Right.MANAGE_WORKSPACE)
def remove(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(request.workspace.people(), pk=pk)
    remove_member(request.workspace, person=person, by=request.user)
    messages.success(request, _("%(name)s is no member any more.") % {"name": person})
    if person == request.user and not request.user.is_superuser:
        return redirect("workspaces:home")
    return redirect("workspaces:members", request.workspace.slug)
