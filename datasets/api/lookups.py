"""Finding the row an address names, for somebody who may see it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from datasets.models import AnnotationSet, AudioFile, Dataset
from datasets.models.annotation_sets import AnnotationSetQuerySet
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User, Workspace
from workspaces.permissions import RIGHT_LABELS, Right, require, workspace_ids_with


def id_from(text: str, *, name: str, where: str = "path") -> UUID:
    """The id in an address; 422 names the part that is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid([((where, name), _("This is not a UUID."), "type_error.uuid")]) from error


def id_in_query(request: Request, name: str) -> UUID | None:
    """The id by which a list is narrowed down, if there is one."""
    text = request.query_params.get(name)
    return id_from(text, name=name, where="query") if text else None


def dataset_for(request: Request, dataset_id: str, *, right: Right) -> Dataset:
    """The dataset, if it exists for the caller (else 404) and the caller has this right there (else 403)."""
    pk = id_from(dataset_id, name="dataset_id")
    rows = Dataset.objects.visible_to(caller(request)).select_related("workspace")
    dataset = rows.filter(pk=pk).first()
    if dataset is None:
        raise NotFound(_("Dataset not found"))
    require(caller(request), right, dataset.workspace_id)
    return dataset


def files_of(request: Request, dataset: Dataset) -> QuerySet[AudioFile]:
    return AudioFile.objects.visible_to(caller(request)).filter(dataset=dataset)


def audio_for(request: Request, dataset: Dataset, audio_id: str) -> AudioFile:
    """The file of this dataset, with its blob and its workspace, or 404."""
    rows = files_of(request, dataset).select_related("blob", "workspace")
    audio = rows.filter(pk=id_from(audio_id, name="audio_id")).first()
    if audio is None:
        raise NotFound(_("Audio file not found"))
    return audio


def sets_of(request: Request, dataset: Dataset) -> AnnotationSetQuerySet:
    return AnnotationSet.objects.visible_to(caller(request)).filter(dataset=dataset)


def set_for(request: Request, dataset: Dataset, annotation_set_id: str) -> AnnotationSet:
    """The annotation set of this dataset, or 404."""
    found = sets_of(request, dataset).filter(pk=id_from(annotation_set_id, name="annotation_set_id")).first()
    if found is None:
        raise NotFound(_("Annotation set not found"))
    found.dataset = dataset
    return found


def readable(request: Request, rows: Any) -> Any:
    """Those rows whose datasets the caller may read; 403 for somebody who may read none anywhere."""
    ids = workspace_ids_with(caller(request), Right.READ_DATASETS)
    if ids is None:
        return rows
    if not ids:
        raise PermissionDenied(
            _("Your role does not include: %(right)s.") % {"right": RIGHT_LABELS[Right.READ_DATASETS]}
        )
    return rows.filter(workspace__in=ids)


def workspace_to_write_in(user: User, *, slug: str) -> Workspace:
    """The workspace named, or the only one in which the caller may make datasets."""
    rows = Workspace.objects.visible_to(user)
    if slug:
        workspace = rows.filter(slug=slug).first()
        if workspace is None:
            raise Invalid([(("body", "workspace"), _("There is no workspace of this name."), "value_error")])
        require(user, Right.EDIT_DATASETS, workspace.pk)
        return workspace
    ids = workspace_ids_with(user, Right.EDIT_DATASETS)
    found = list((rows if ids is None else rows.filter(pk__in=ids))[:2])
    if not found:
        raise PermissionDenied(
            _("Your role does not include: %(right)s.") % {"right": RIGHT_LABELS[Right.EDIT_DATASETS]}
        )
    if len(found) > 1:
        sentence = _("Name the workspace: you may make datasets in several.")
        raise Invalid([(("body", "workspace"), sentence, "value_error.missing")])
    return found[0]
