"""Datasets over JSON."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from datasets import actions
from datasets.api.lookups import dataset_for, readable, workspace_to_write_in
from datasets.models import AnnotationSet, Dataset
from datasets.serializers.datasets import DatasetRowSerializer, DatasetSerializer
from workspaces.authentication import caller
from workspaces.permissions import Right


class DatasetViewSet(viewsets.GenericViewSet[Dataset]):
    """Make, list, read, change and delete datasets."""

    scope = "datasets"
    serializer_class = DatasetSerializer
    queryset = Dataset.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(responses=DatasetRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """What people and programs made; not where Earmark itself keeps what was uploaded for something else."""
        sets = AnnotationSet.objects.filter(dataset=OuterRef("pk")).order_by().values("dataset")
        rows = readable(request, Dataset.objects.visible_to(caller(request)).filter(purpose=""))
        rows = rows.with_figures().annotate(annotation_set_count=Subquery(sets.annotate(n=Count("pk")).values("n")))
        page = self.paginate_queryset(rows.prefetch_related("artifact_types")) or []
        for dataset in page:
            # A subquery that groups nothing answers NULL.
            for name in ("audio_count", "annotation_set_count", "audio_ms"):
                setattr(dataset, name, getattr(dataset, name) or 0)
        return self.get_paginated_response(DatasetRowSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        data = self._checked(request)
        slug = request.data.get("workspace") if isinstance(request.data, dict) else ""
        dataset = actions.create_dataset(
            workspace_to_write_in(caller(request), slug=slug if isinstance(slug, str) else ""),
            by=caller(request),
            name=data["name"],
            description=data.get("description") or "",
            types=data.get("artifact_types", ()),
        )
        return Response(DatasetSerializer(dataset).data, status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, dataset_id: str) -> Response:
        return Response(DatasetSerializer(dataset_for(request, dataset_id, right=Right.READ_DATASETS)).data)

    def partial_update(self, request: Request, dataset_id: str) -> Response:
        data = self._checked(request, partial=True)
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        description = (data["description"] or "") if "description" in data else None
        actions.update_dataset(
            dataset,
            by=caller(request),
            name=data.get("name"),
            description=description,
            types=data.get("artifact_types"),
        )
        return Response(DatasetSerializer(dataset).data)

    def destroy(self, request: Request, dataset_id: str) -> Response:
        actions.delete_dataset(dataset_for(request, dataset_id, right=Right.EDIT_DATASETS), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _checked(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        serializer = DatasetSerializer(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)
