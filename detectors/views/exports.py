"""Taking along what a model found."""

from uuid import UUID

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from detectors.exporting import FORMATS, exported
from detectors.views.lookups import analysis_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right


@require_safe
@in_workspace(Right.READ_DATASETS)
def export(request: WorkspaceRequest, analysis_id: UUID, kind: str) -> HttpResponseBase:
    """All detections as a file of one of FORMATS."""
    inference = analysis_of(request, analysis_id)
    if kind not in FORMATS:
        raise Http404
    made = exported(inference, kind)
    return StreamingHttpResponse(
        made.pieces,
        content_type=made.content_type,
        headers={"Content-Disposition": content_disposition_header(True, made.filename) or "attachment"},
    )
