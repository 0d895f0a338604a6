"""Finding the row an address names, in the workspace of the page."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404

from datasets.models import ArtifactType
from detectors.models import Detector, InferenceJob, TrainingJob
from detectors.showing import colors_of
from workspaces.access import WorkspaceRequest

RowT = TypeVar("RowT", bound=Model)


def detectors_of(request: WorkspaceRequest) -> QuerySet[Detector]:
    return Detector.objects.visible_to(request.user).filter(workspace=request.workspace)


def detector_of(request: WorkspaceRequest, detector_id: UUID) -> Detector:
    detector = get_object_or_404(detectors_of(request).select_related("dataset", "created_by"), pk=detector_id)
    detector.workspace = request.workspace
    return detector


def training_of(request: WorkspaceRequest, training_id: UUID) -> TrainingJob:
    rows = TrainingJob.objects.visible_to(request.user).filter(workspace=request.workspace)
    found = rows.select_related("job", "dataset", "annotation_set", "created_by", "detector")
    return get_object_or_404(found, pk=training_id)


def analyses_of(request: WorkspaceRequest) -> QuerySet[InferenceJob]:
    return InferenceJob.objects.visible_to(request.user).filter(workspace=request.workspace)


def analysis_of(request: WorkspaceRequest, analysis_id: UUID) -> InferenceJob:
    """With its figures and its model."""
    rows = analyses_of(request).with_figures().select_related("detector", "created_by")  # type: ignore[attr-defined]
    inference: InferenceJob = get_object_or_404(rows, pk=analysis_id)
    inference.workspace = request.workspace
    return inference


def shown_colors(types: Iterable[str], dataset_id: UUID | None) -> dict[str, str]:
    """The colours that these types have in the dataset they came from, and some for those that have none."""
    known: dict[str, str] = {}
    if dataset_id is not None:
        known = {kind.name: kind.shown_color for kind in ArtifactType.objects.filter(dataset=dataset_id)}
    return colors_of(types, known)


def page_of(rows: QuerySet[RowT], request: WorkspaceRequest, *, size: int) -> tuple[Sequence[RowT], Any]:
    """`size` rows, the newest first, from the one after `after` on, and the id that the next page begins behind."""
    found = rows.order_by("-pk")
    try:
        found = found.filter(pk__lt=UUID(request.GET["after"]))
    except (KeyError, ValueError):
        pass
    shown = list(found[: size + 1])
    return shown[:size], shown[size - 1].pk if len(shown) > size else None
