"""What all tabs of one labeling task show: the head with state and moves, and the tabs."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy

from annotations.belonging import refusal_to_resume
from annotations.forms import GenerateForm
from annotations.models import Assignment, ItemResult, LabelingTask
from annotations.permissions import allowed_task_moves
from workspaces.access import WorkspaceRequest

TABS = (
    ("task", gettext_lazy("Progress")),
    ("task_items", gettext_lazy("Items")),
    ("task_people", gettext_lazy("People")),
    ("quality", gettext_lazy("Quality")),
    ("task_settings", gettext_lazy("Settings")),
)


def frame(request: WorkspaceRequest, task: LabelingTask, tab: str) -> dict[str, Any]:
    moves = allowed_task_moves(request.user, task)
    rows = Assignment.objects.filter(task=task, state__in=Assignment.AT_A_STOP).order_by().values_list("state")
    at_a_stop = dict(rows.annotate(Count("pk")))
    return {
        "task": task,
        "moves": moves,
        # Why it stays stopped, where it does not go on by itself.
        "rests": refusal_to_resume(task) if "resume" in moves else None,
        # How many items wait for the manager stands beside the tab that shows them.
        "tabs": [
            (
                reverse(f"annotations:{name}", args=[request.workspace.slug, task.pk]),
                label,
                name == tab,
                sum(at_a_stop.values()) if name == "task_items" else 0,
            )
            for name, label in TABS
        ],
        # There from the start: the button that opens it may come while somebody looks on.
        "generate_form": GenerateForm(),
        "left_out": at_a_stop.get(Assignment.State.SKIPPED, 0),
        "disputed": ItemResult.objects.filter(task=task, state=ItemResult.State.DISPUTED).count()
        if "generate" in moves
        else 0,
        "asks_to_generate": "generate" in request.GET and "generate" in moves,
    }
