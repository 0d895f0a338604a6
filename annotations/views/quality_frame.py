"""What all pages of a task's Quality tab show: the frame of the task, and the sub-tabs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from annotations.models import LabelingTask
from annotations.views.frame import frame
from workspaces.access import WorkspaceRequest

# The names of the pages, in order; the first is what the tab itself opens. For managers alone, like the other tabs.
SUBTABS = (
    ("quality", gettext_lazy("Report")),
    ("quality_results", gettext_lazy("Results")),
    ("quality_people", gettext_lazy("People")),
    ("quality_controls", gettext_lazy("Control items")),
    ("quality_checks", gettext_lazy("Checks")),
)


def quality_frame(request: WorkspaceRequest, task: LabelingTask, subtab: str) -> dict[str, Any]:
    """Of a page whose template extends `annotations/_quality_frame.html` and fills its block `subtab`."""
    subtabs = [
        (reverse(f"annotations:{name}", args=[request.workspace.slug, task.pk]), label, name == subtab)
        for name, label in SUBTABS
    ]
    return frame(request, task, "quality") | {"subtabs": subtabs}
