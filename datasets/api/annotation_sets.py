"""Versions of a dataset's annotations over JSON."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.actions.annotation_sets import delete_draft, publish_set, start_draft
from datasets.api.lookups import dataset_for, set_for, sets_of
from datasets.models import Annotation, AnnotationSet, Dataset
from datasets.serializers.annotations import (
    AnnotationSetDetailSerializer,
    AnnotationSetSerializer,
    NewSetSerializer,
    told,
)
from datasets.set_figures import SetFigures, figures_of_sets
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.permissions import Right

# More annotations than these are not held together to be answered.
STREAMED_FROM = 2000
PIECE_ROWS = 500


class AnnotationSetViewSet(viewsets.GenericViewSet[AnnotationSet]):
    """Start, list, read, publish and delete versions."""

    scope = "datasets"
    serializer_class = AnnotationSetSerializer
    queryset = AnnotationSet.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    def list(self, request: Request, dataset_id: str) -> Response:
        dataset = dataset_for(request, dataset_id, right=Right.READ_DATASETS)
        page = self.paginate_queryset(sets_of(request, dataset).order_by("-version")) or []
        context = {"figures": figures_told(dataset, page)}
        return self.get_paginated_response(AnnotationSetSerializer(page, many=True, context=context).data)

    @extend_schema(request=NewSetSerializer, responses={201: AnnotationSetSerializer})
    def create(self, request: Request, dataset_id: str) -> Response:
        asked = NewSetSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        origin = None
        if based_on := asked.validated_data.get("based_on"):
            origin = sets_of(request, dataset).filter(pk=based_on).first()
            if origin is None:
                sentence = _("The dataset has no annotation set of this id.")
                raise Invalid([(("body", "based_on"), sentence, "value_error")])
        made = start_draft(dataset, by=caller(request), based_on=origin)
        return Response(set_told(dataset, made), status=status.HTTP_201_CREATED)

    @extend_schema(responses=AnnotationSetDetailSerializer)
    def retrieve(self, request: Request, dataset_id: str, annotation_set_id: str) -> HttpResponseBase:
        dataset = dataset_for(request, dataset_id, right=Right.READ_DATASETS)
        chosen = set_for(request, dataset, annotation_set_id)
        head = set_told(dataset, chosen)
        rows = told_annotations(chosen)
        if head["total_annotations"] <= STREAMED_FROM:
            return Response({**head, "annotations": list(rows)})
        return StreamingHttpResponse(_pieces(head, rows), content_type="application/json")

    @extend_schema(request=None, responses=AnnotationSetSerializer)
    def publish(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        """Fix a draft for ever. From then on models can be trained on it, and nothing of it changes."""
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        chosen = set_for(request, dataset, annotation_set_id)
        publish_set(chosen, by=caller(request))
        chosen.refresh_from_db()
        return Response(set_told(dataset, chosen))

    def destroy(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        """Delete a draft. What is published stays."""
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        delete_draft(set_for(request, dataset, annotation_set_id), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def set_told(dataset: Dataset, chosen: AnnotationSet) -> dict[str, Any]:
    context = {"figures": figures_told(dataset, [chosen])}
    return dict(AnnotationSetSerializer(chosen, context=context).data)


def figures_told(dataset: Dataset, sets: "list[AnnotationSet]") -> dict[UUID, dict[str, Any]]:
    """The figures of each set: those it was published with, or counted now."""
    unknown = [row for row in sets if row.figures is None]
    counted = figures_of_sets(dataset, unknown) if unknown else {}
    return {row.pk: row.figures or _told(counted[row.pk]) for row in sets}


def _told(figures: SetFigures) -> dict[str, Any]:
    return {
        "total_annotations": figures.total,
        "total_positive_duration_ms": figures.ms,
        "annotations_by_type": {row.name: row.n for row in figures.counted},
    }


def told_annotations(chosen: AnnotationSet) -> "Iterator[dict[str, Any]]":
    """All annotations of a set as they are told, in the order in which they came."""
    types = valid_types(chosen)
    rows = Annotation.objects.filter(annotation_set=chosen).order_by("id")
    for row in rows.iterator(chunk_size=PIECE_ROWS):
        yield told(row, is_valid=types is None or row.artifact_type in types)


def valid_types(chosen: AnnotationSet) -> set[str] | None:
    """The types that annotations of a set may have; None for a published one, whose annotations stay as they were."""
    if chosen.state == AnnotationSet.State.PUBLISHED:
        return None
    return set(chosen.dataset.artifact_types.values_list("name", flat=True))


def _pieces(head: dict[str, Any], rows: "Iterator[dict[str, Any]]") -> Iterator[str]:
    yield JSONRenderer().render(head).decode()[:-1] + ',"annotations":['
    batch: list[str] = []
    comma = ""
    for row in rows:
        batch.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        if len(batch) == PIECE_ROWS:
            yield comma + ",".join(batch)
            batch, comma = [], ","
    if batch:
        yield comma + ",".join(batch)
    yield "]}"
