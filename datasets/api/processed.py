"""Processed datasets over JSON."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.api.answers import SENT_BY_BUCKET
from datasets.api.lookups import id_from, readable
from datasets.models import ProcessedDataset
from datasets.serializers.processed import ProcessedDatasetDetailSerializer, ProcessedDatasetSerializer
from datasets.serving import serve
from workspaces.authentication import caller
from workspaces.permissions import Right, require


class ProcessedDatasetViewSet(viewsets.GenericViewSet[ProcessedDataset]):
    """What labeling tasks came to: list, read the manifest, download the archive."""

    scope = "datasets"
    serializer_class = ProcessedDatasetSerializer
    queryset = ProcessedDataset.objects.none()

    @extend_schema(parameters=[OpenApiParameter("dataset_id"), OpenApiParameter("task_id")])
    def list(self, request: Request) -> Response:
        rows = readable(request, ProcessedDataset.objects.visible_to(caller(request)))
        rows = rows.select_related("created_by").defer("manifest").order_by("-id")
        for name in ("dataset_id", "task_id"):
            if value := request.query_params.get(name):
                rows = rows.filter(**{name: id_from(value, name=name)})
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(ProcessedDatasetSerializer(page, many=True).data)

    @extend_schema(responses=ProcessedDatasetDetailSerializer)
    def retrieve(self, request: Request, processed_id: str) -> Response:
        return Response(ProcessedDatasetDetailSerializer(self._row(request, processed_id)).data)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY, 302: SENT_BY_BUCKET})
    def download(self, request: Request, processed_id: str) -> HttpResponseBase:
        row = self._row(request, processed_id)
        return archive_of(request, row)

    def _row(self, request: Request, processed_id: str) -> ProcessedDataset:
        rows = ProcessedDataset.objects.visible_to(caller(request)).select_related("created_by")
        row = rows.filter(pk=id_from(processed_id, name="processed_id")).first()
        if row is None:
            raise NotFound(_("Processed dataset not found"))
        require(caller(request), Right.READ_DATASETS, row.workspace_id)
        return row


def archive_of(request: Any, row: ProcessedDataset) -> HttpResponseBase:
    """The archive as a download."""
    return serve(
        getattr(request, "_request", request),
        row.archive,
        content_type="application/zip",
        download_name=row.download_name,
    )
