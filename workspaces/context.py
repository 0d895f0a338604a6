"""What every page needs: where we are, and what this person may do here."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.notices import Bell
from workspaces.permissions import Right, rights_in


@dataclass(frozen=True)
class Entry:
    """A line of the navigation: shown to whoever has one of `rights`, current on every page below its address."""

    name: str
    label: "str | Promise"
    rights: frozenset[Right]


# Pages of the rooms above are named, not imported; a room that is not there yet has no line.
NAVIGATION = (
    (
        Entry("datasets:list", _("Datasets"), frozenset({Right.READ_DATASETS})),
        Entry("detectors:models", _("Models"), frozenset({Right.READ_DATASETS})),
        Entry("annotations:labeling", _("My labeling"), frozenset({Right.LABEL})),
        Entry("annotations:reviews", _("My review"), frozenset({Right.REVIEW})),
        Entry("annotations:tasks", _("Task management"), frozenset({Right.MANAGE_TASKS})),
        Entry("evaluations:list", _("Evaluations"), frozenset({Right.MANAGE_TASKS})),
        Entry("annotations:questions", _("Questions"), frozenset({Right.MANAGE_TASKS})),
        Entry("annotations:vocabularies", _("Word pools"), frozenset({Right.MANAGE_TASKS})),
        Entry("annotations:skills", _("Skills and exams"), frozenset({Right.MANAGE_TASKS})),
    ),
    (
        Entry("workspaces:members", _("Members"), frozenset({Right.MANAGE_WORKSPACE})),
        Entry("workspaces:teams", _("Teams"), frozenset({Right.MANAGE_WORKSPACE})),
        Entry("workspaces:keys", _("API keys"), frozenset({Right.MANAGE_WORKSPACE})),
        Entry("workspaces:audit", _("Audit log"), frozenset({Right.MANAGE_WORKSPACE})),
    ),
)


def address(name: str, slug: str) -> str | None:
    """The address of a page of a workspace, or None where no such page is served."""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return None


def lines(rights: frozenset[Right], *, slug: str, path: str) -> list[list[dict[str, Any]]]:
    """The navigation for these rights, in groups; empty groups are left out."""
    groups = []
    for group in NAVIGATION:
        shown = [
            {"label": entry.label, "url": url, "is_current": path.startswith(url)}
            for entry in group
            if entry.rights & rights and (url := address(entry.name, slug))
        ]
        if shown:
            groups.append(shown)
    return groups


def navigation(request: HttpRequest) -> dict[str, Any]:
    workspace = getattr(request, "workspace", None)
    if workspace is None or not request.user.is_authenticated:
        return {}
    rights = rights_in(request.user, workspace.pk)
    return {
        "workspace": workspace,
        "rights": {str(right) for right in rights},
        "bell": Bell(request.user, workspace.pk),
        "navigation": lines(rights, slug=workspace.slug, path=request.path),
    }
