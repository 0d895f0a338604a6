"""Taking an evaluation's rows along with their answers."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from evaluations.exporting import FORMATS, exported
from evaluations.identities import identity
from evaluations.views.lists import evaluation_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def export(request: WorkspaceRequest, evaluation_id: UUID, kind: str) -> HttpResponseBase:
    """Every row with its answers as a file of one of FORMATS, sent from disk in pieces."""
    evaluation = evaluation_or_404(request, evaluation_id)
    if kind not in FORMATS:
        raise Http404
    try:
        with exported(evaluation, kind=kind, created_by=identity(evaluation.created_by)) as path:
            # Open, it can be read to its end after its name is gone.
            file = path.open("rb")
    except Invalid as refusal:
        raise IllegalMove(str(refusal)) from refusal
    return FileResponse(
        file, as_attachment=True, filename=f"{evaluation.name}.{kind}", content_type=f"{FORMATS[kind]}; charset=utf-8"
    )
