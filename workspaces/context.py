"""What every page needs: where we are, and what this person may do here."""

from typing import Any

from django.http import HttpRequest

from workspaces.permissions import rights_in


def navigation(request: HttpRequest) -> dict[str, Any]:
    workspace = getattr(request, "workspace", None)
    if workspace is None or not request.user.is_authenticated:
        return {}
    return {"workspace": workspace, "rights": {str(right) for right in rights_in(request.user, workspace.pk)}}
