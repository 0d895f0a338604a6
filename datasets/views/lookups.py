"""Finding the row an address names, in the workspace of the page."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from datasets.models import AnnotationSet, AudioFile, Dataset
from workspaces.access import WorkspaceRequest


def dataset_of(request: WorkspaceRequest, dataset_id: UUID) -> Dataset:
    rows = Dataset.objects.visible_to(request.user).filter(workspace=request.workspace)
    dataset = get_object_or_404(rows, pk=dataset_id)
    # The page knows its workspace; asking the database for it once more would tell nothing new.
    dataset.workspace = request.workspace
    return dataset


def audio_of(request: WorkspaceRequest, dataset: Dataset, audio_id: UUID) -> AudioFile:
    rows = AudioFile.objects.visible_to(request.user).filter(dataset=dataset).select_related("blob", "created_by")
    return get_object_or_404(rows, pk=audio_id)


def set_of(request: WorkspaceRequest, dataset: Dataset, set_id: UUID) -> AnnotationSet:
    rows = AnnotationSet.objects.visible_to(request.user).filter(dataset=dataset)
    found = get_object_or_404(rows.select_related("created_by", "based_on"), pk=set_id)
    found.dataset = dataset
    return found
