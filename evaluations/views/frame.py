"""What all tabs of one evaluation show: the head with status and moves, and the tabs."""

from hashlib import blake2s
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluations.exporting import FORMATS
from evaluations.models import Evaluation
from evaluations.progress import progress_of
from workspaces.access import WorkspaceRequest

TABS = (
    ("evaluation", gettext_lazy("Progress")),
    ("answers", gettext_lazy("Answers")),
    ("items", gettext_lazy("Items")),
    ("settings", gettext_lazy("Settings")),
)


def frame(request: WorkspaceRequest, evaluation: Evaluation, tab: str) -> dict[str, Any]:
    progress = progress_of([evaluation])[evaluation.pk]
    return {
        "evaluation": evaluation,
        "progress": progress,
        "status": progress.status,
        "seen": mark_of(evaluation),
        "tabs": [
            (reverse(f"evaluations:{name}", args=[request.workspace.slug, evaluation.pk]), label, name == tab)
            for name, label in TABS
        ],
        "formats": list(FORMATS),
    }


def mark_of(evaluation: Evaluation) -> str:
    """A short mark of what people can change here: another one whenever that has changed."""
    state = (evaluation.name, evaluation.description, evaluation.tags, evaluation.archived_at)
    return blake2s(repr(state).encode(), digest_size=6).hexdigest()
