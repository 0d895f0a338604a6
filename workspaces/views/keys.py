from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.actions import create_api_key, revoke_api_key
from workspaces.forms import ApiKeyForm
from workspaces.models import ApiKey
from workspaces.permissions import Right


@require_GET
@in_workspace(Right.MANAGE_WORKSPACE)
def keys(request: WorkspaceRequest) -> HttpResponse:
    rows = ApiKey.objects.visible_to(request.user).filter(workspace=request.workspace).select_related("user")
    return render(request, "workspaces/keys.html", {"keys": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_WORKSPACE)
def new_key(request: WorkspaceRequest) -> HttpResponse:
    """The answer to the POST shows the secret: stored nowhere, it could not be shown after a redirect."""
    form = ApiKeyForm(request.POST if request.method == "POST" else None, workspace=request.workspace)
    if request.method == "POST" and form.is_valid():
        key, secret = create_api_key(
            workspace=request.workspace,
            by=request.user,
            name=form.cleaned_data["name"],
            user=form.cleaned_data["user"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at,
        )
        return render(request, "workspaces/key_made.html", {"key": key, "secret": secret})
    return render(request, "workspaces/key.html", {"form": form})


@require_POST
@in_workspace(Right.MANAGE_WORKSPACE)
def revoke(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    rows = ApiKey.objects.visible_to(request.user).filter(workspace=request.workspace).select_related("user")
    key = get_object_or_404(rows, pk=pk)
    revoke_api_key(key, by=request.user)
    messages.success(request, _("“%(name)s” is revoked and opens nothing any more.") % {"name": key.name})
    return redirect("workspaces:keys", request.workspace.slug)
