"""Where an invitation's link leads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workspaces.actions import accept, join_as_new
from workspaces.errors import IllegalMove
from workspaces.forms import JoinForm
from workspaces.models import Invitation, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody signed in accepts; somebody new makes an account; a link that is no good says why."""
    invitation = Invitation.behind(token)
    if invitation is None or not invitation.is_pending:
        return _no_good(request, invitation)
    try:
        if isinstance(request.user, User):
            return _as_somebody(request, invitation, person=request.user)
        return _as_new(request, invitation)
    except IllegalMove:
        # Another used the same link while this page was open.
        return _no_good(request, Invitation.behind(token))


def _as_somebody(request: HttpRequest, invitation: Invitation, *, person: User) -> HttpResponse:
    wrong = bool(invitation.email) and invitation.email != person.email
    if request.method == "POST":
        accept(invitation, by=person)
        return _welcome(request, invitation)
    context = {"invitation": invitation, "is_wrong_person": wrong}
    return render(request, "workspaces/join_accept.html", context, status=403 if wrong else 200)


def _as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    known = bool(invitation.email) and User.objects.filter(email=invitation.email).exists()
    form = JoinForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if request.method == "POST" and not known and form.is_valid():
        user = join_as_new(invitation, **form.cleaned_data)
        login(request, user, backend=BACKEND)
        return _welcome(request, invitation)
    return render(request, "workspaces/join.html", {"invitation": invitation, "form": form, "is_known": known})


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome to “%(space)s”.") % {"space": invitation.workspace.name})
    return redirect("workspaces:space", invitation.workspace.slug)


def _no_good(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """404 for a link that never was one or was withdrawn, 410 for one that is used or too old."""
    context: dict[str, Any] = {"invitation": invitation}
    return render(request, "workspaces/join_no_good.html", context, status=410 if invitation else 404)
