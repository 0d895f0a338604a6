"""How a page finds its workspace and asks whether this person may see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from workspaces.models import User, Workspace
from workspaces.permissions import Right, require

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request by a logged-in person; LoginRequiredMiddleware sees to it."""

    user: User
    htmx: HtmxDetails


class WorkspaceRequest(PersonRequest):
    """A request by a logged-in person for a page below /w/<slug>/."""

    workspace: Workspace


View = Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]


def in_workspace(right: Right | None = None) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """For views below `/w/<slug>/`: sets `request.workspace`. A stranger gets 404, a member without `right` 403."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapped(request: Any, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request.workspace = get_object_or_404(Workspace.objects.visible_to(request.user), slug=slug)
            if right is not None:
                require(request.user, right, request.workspace.pk)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate
