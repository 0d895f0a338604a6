"""Datasets of rows and their rows on `/v5/`: what evaluations can be made of more than once."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.actions import row_sets as actions
from evaluations.actions.plans import SAID_OF_ROWS, checked_fields
from evaluations.api.frame import V5ViewSet, body_of, found_or_404, identity, workspace_of
from evaluations.api.parameters import ARCHIVED, TAGS, described, flag, refused, text_of, words
from evaluations.models import DatasetItem, DatasetItemVersion, EvaluationDataset
from evaluations.row_sets import contents_of, items_in
from evaluations.rows import Problem, checked_row, checked_rows
from evaluations.serializers.row_sets import (
    DatasetItemArchivedSerializer,
    DatasetItemBatchSerializer,
    DatasetItemPlanSerializer,
    DatasetItemSerializer,
    DatasetItemsSerializer,
    RowSetArchivedSerializer,
    RowSetChangeSerializer,
    RowSetPlanSerializer,
    RowSetSerializer,
)
from evaluations.tags import tagged
from workspaces.authentication import caller
from workspaces.errors import Invalid

NOT_THERE = {404: OpenApiResponse(description="There is nothing of this id for the caller.")}
VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="As it was in this version. Without it: as it is.")


def dataset_out(dataset: EvaluationDataset) -> dict[str, Any]:
    """A dataset as this door answers it."""
    return {
        "id": str(dataset.pk),
        "object": "dataset",
        "name": dataset.name,
        "description": dataset.description,
        "tags": dataset.tags,
        "current_version_num": dataset.version,
        "created_at": dataset.created_at,
        "created_by": identity(dataset.created_by),
        "archived_at": dataset.archived_at,
    }


def item_out(item: DatasetItem, content: DatasetItemVersion) -> dict[str, Any]:
    """A row with what it holds in one version, as this door answers it."""
    return {
        "id": str(item.pk),
        "object": "dataset.item",
        "dataset_id": str(item.dataset_id),
        "data": content.data,
        "files": content.files or None,
        "content_hash": content.content_hash,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "created_by": identity(item.created_by),
        "archived_at": item.archived_at,
    }


def items_out(items: "list[DatasetItem]", *, version: int | None = None) -> list[dict[str, Any]]:
    contents = contents_of(items, version=version)
    return [item_out(item, contents[item.pk]) for item in items]


def _dataset(request: Request, pk: str, *, archived: bool = True) -> EvaluationDataset:
    rows = EvaluationDataset.objects.select_related("created_by", "workspace")
    if not archived:
        rows = rows.filter(archived_at=None)
    return found_or_404(rows, pk, request=request, what=_("dataset"))


def _item(request: Request, pk: str) -> DatasetItem:
    rows = DatasetItem.objects.select_related("created_by", "dataset__workspace")
    return found_or_404(rows, pk, request=request, what=_("row of a dataset"))


class RowSetViewSet(V5ViewSet):
    """Datasets of rows."""

    serializer_class = RowSetSerializer
    queryset = EvaluationDataset.objects.none()
    sorts = {"created_at": "created_at", "name": "name"}

    @described(operation_id="v5_datasets_create", request=RowSetPlanSerializer, responses={201: RowSetSerializer})
    def create(self, request: Request) -> Response:
        """Store rows as a dataset in its first version."""
        body = body_of(request, RowSetPlanSerializer)
        fields = _fields({"name": None, **body})
        workspace, user = workspace_of(request), caller(request)
        rows = checked_rows(body.get("data"), body.get("files"), workspace=workspace, by=user)
        dataset = actions.create_row_set(workspace, **fields, rows=rows, by=user)
        return Response(dataset_out(dataset), status=status.HTTP_201_CREATED)

    @described(
        operation_id="v5_datasets_list",
        parameters=[OpenApiParameter("name", str, description="A part of its name, in any case."), TAGS, ARCHIVED],
        responses=RowSetSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The workspace's datasets of rows."""
        rows = EvaluationDataset.objects.visible_to(caller(request)).filter(workspace=workspace_of(request))
        if not flag(request, "include_archived"):
            rows = rows.filter(archived_at=None)
        if name := text_of(request, "name"):
            rows = rows.filter(name__icontains=name)
        text_of(request, "tags")
        rows = tagged(rows, words(request, "tags")).select_related("created_by")
        return self.page(request, rows, lambda found: [dataset_out(dataset) for dataset in found])

    @described(operation_id="v5_datasets_retrieve", parameters=[ARCHIVED], responses={200: RowSetSerializer})
    def retrieve(self, request: Request, dataset_id: str) -> Response:
        """One dataset of rows."""
        return Response(dataset_out(_dataset(request, dataset_id, archived=flag(request, "include_archived"))))

    @described(
        operation_id="v5_datasets_update",
        request=RowSetChangeSerializer,
        responses={200: RowSetSerializer},
    )
    def partial_update(self, request: Request, dataset_id: str) -> Response:
        """Change its name, description or tags, or take it out of the archive."""
        dataset = _dataset(request, dataset_id)
        body = body_of(request, RowSetChangeSerializer)
        if "restore" in body:
            if body != {"restore": True}:
                sentence = _('Send {"restore": true} alone: other fields are changed once it is restored.')
                raise Invalid([(("body", "restore"), sentence, "value_error")])
            actions.restore_row_set(dataset, by=caller(request))
        else:
            actions.change_row_set(dataset, _fields(body), by=caller(request))
        return Response(dataset_out(dataset))

    @described(operation_id="v5_datasets_archive", responses={200: RowSetArchivedSerializer})
    def destroy(self, request: Request, dataset_id: str) -> Response:
        """Put it into the archive. What was made of it stays as it is."""
        dataset = _dataset(request, dataset_id)
        actions.archive_row_set(dataset, by=caller(request))
        return Response({"id": str(dataset.pk), "deleted": True, "object": "dataset"})


class DatasetItemViewSet(V5ViewSet):
    """Rows of datasets, in any version."""

    serializer_class = DatasetItemSerializer
    queryset = DatasetItem.objects.none()
    sorts = {"created_at": "created_at", "updated_at": "updated_at"}

    @described(
        operation_id="v5_dataset_items_batch_create",
        request=DatasetItemBatchSerializer,
        responses={201: DatasetItemsSerializer},
    )
    def create(self, request: Request) -> Response:
        """Add rows to a dataset, as one new version of it."""
        body = body_of(request, DatasetItemBatchSerializer)
        dataset = _named_dataset(request, body.get("dataset_id"))
        rows = checked_rows(body.get("data"), body.get("files"), workspace=workspace_of(request), by=caller(request))
        items = actions.add_items(dataset, rows, by=caller(request))
        return Response({"object": "list", "items": items_out(items)}, status=status.HTTP_201_CREATED)

    @described(
        operation_id="v5_dataset_items_list",
        parameters=[
            OpenApiParameter("dataset_id", str, description="Of one dataset. Needed where a version is asked for."),
            VERSION,
            ARCHIVED,
        ],
        responses={200: DatasetItemSerializer(many=True), **NOT_THERE},
    )
    def list(self, request: Request) -> Response:
        """Rows of one dataset, or of all, in the order in which they were added."""
        rows = DatasetItem.objects.visible_to(caller(request)).filter(dataset__workspace=workspace_of(request))
        with_archived = flag(request, "include_archived")
        version = _version(request)
        if (dataset_id := request.query_params.get("dataset_id")) is not None:
            dataset = _dataset(request, dataset_id, archived=with_archived)
            _require_version(dataset, version)
            rows = rows.filter(dataset=dataset)
        elif version is not None:
            raise refused("dataset_id", _("Say of which dataset: a version is asked for."))
        if version is not None:
            rows = items_in(rows, version=version)
        elif not with_archived:
            rows = rows.filter(archived_at=None, dataset__archived_at=None)
        rows = rows.select_related("created_by")
        return self.page(request, rows, lambda found: items_out(found, version=version))

    @described(
        operation_id="v5_dataset_items_retrieve",
        parameters=[VERSION],
        responses={200: DatasetItemSerializer},
    )
    def retrieve(self, request: Request, item_id: str) -> Response:
        """One row, as it is or as it was."""
        item, version = _item(request, item_id), _version(request)
        _require_version(item.dataset, version)
        content = contents_of([item], version=version).get(item.pk)
        if content is None:
            sentence = _("The row “%(id)s” is not part of version %(version)d of its dataset.")
            raise NotFound(sentence % {"id": item.pk, "version": version})
        return Response(item_out(item, content))

    @described(
        operation_id="v5_dataset_items_update",
        request=DatasetItemPlanSerializer,
        responses={200: DatasetItemSerializer},
    )
    def partial_update(self, request: Request, item_id: str) -> Response:
        """Give a row other content altogether, as a new version of its dataset."""
        item = _item(request, item_id)
        body = body_of(request, DatasetItemPlanSerializer)
        row = checked_row(body.get("data"), body.get("files"), workspace=workspace_of(request), by=caller(request))
        actions.update_item(item, row, by=caller(request))
        return Response(items_out([item])[0])

    @described(operation_id="v5_dataset_items_archive", responses={200: DatasetItemArchivedSerializer})
    def destroy(self, request: Request, item_id: str) -> Response:
        """Leave a row out of its dataset from a new version on."""
        item = _item(request, item_id)
        actions.archive_item(item, by=caller(request))
        return Response({"id": str(item.pk), "deleted": True, "object": "dataset.item"})


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    """What a body says of the dataset itself, as it is stored."""
    problems: list[Problem] = []
    fields = checked_fields({name: body[name] for name in SAID_OF_ROWS if name in body}, problems=problems)
    if problems:
        raise Invalid(problems)
    return fields


def _named_dataset(request: Request, pk: Any) -> EvaluationDataset:
    """The dataset that a body names. Nothing of this id is 404, as in an address."""
    if not isinstance(pk, str):
        raise Invalid([(("body", "dataset_id"), _("Give the id of a dataset."), "value_error.missing")])
    return _dataset(request, pk)


def _require_version(dataset: EvaluationDataset, version: int | None) -> None:
    """404 for a version that the dataset has not come to yet."""
    if version is not None and version > dataset.version:
        sentence = _("The dataset “%(id)s” has no version %(version)d: its newest is %(newest)d.")
        raise NotFound(sentence % {"id": dataset.pk, "version": version, "newest": dataset.version})


def _version(request: Request) -> int | None:
    text = request.query_params.get("version")
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise refused("version", _("Give the number of a version: 1 is the first."))
    return int(text)


urlpatterns = [
    path("datasets", RowSetViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "datasets/<str:dataset_id>",
        RowSetViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("dataset-items", DatasetItemViewSet.as_view({"get": "list"})),
    path("dataset-items/batch", DatasetItemViewSet.as_view({"post": "create"})),
    path(
        "dataset-items/<str:item_id>",
        DatasetItemViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
]
