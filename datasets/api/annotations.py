"""Annotations of a version over JSON, and which files somebody listened to for it."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.actions.annotations import (
    add_annotations,
    change_annotation,
    mark_listened,
    remove_annotation,
    unmark_listened,
)
from datasets.api.annotation_sets import valid_types
from datasets.api.lookups import dataset_for, id_from, id_in_query, set_for
from datasets.models import Annotation, AnnotationSet, ListenedFile
from datasets.serializers.annotations import (
    AnnotationBulkOutSerializer,
    AnnotationBulkSerializer,
    AnnotationOutSerializer,
    AnnotationSerializer,
    ListenedSerializer,
    ListenSerializer,
    told,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.permissions import Right


class AnnotationViewSet(viewsets.GenericViewSet[Annotation]):
    """Add, list, change and remove annotations. A published version refuses all but the list."""

    scope = "datasets"
    serializer_class = AnnotationSerializer
    queryset = Annotation.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(
        parameters=[OpenApiParameter("audio_file_id"), OpenApiParameter("artifact_type")],
        responses=AnnotationOutSerializer(many=True),
    )
    def list(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        audio_id = id_in_query(request, "audio_file_id")
        chosen = self._set(request, dataset_id, annotation_set_id, right=Right.READ_DATASETS)
        rows = Annotation.objects.filter(annotation_set=chosen).order_by("id")
        if audio_id is not None:
            rows = rows.filter(audio_file=audio_id)
        if name := request.query_params.get("artifact_type"):
            # No type has such a character in its name, and one of the databases would not look for it.
            rows = rows.filter(artifact_type=name) if "\0" not in name else rows.none()
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(_told(chosen, page))

    @extend_schema(responses={201: AnnotationOutSerializer})
    def create(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        row = self._checked(AnnotationSerializer(data=request.data))
        chosen = self._set(request, dataset_id, annotation_set_id, right=Right.EDIT_DATASETS)
        made = add_annotations(chosen, [row], by=caller(request), place=lambda _n: ("body",))
        return Response(_told(chosen, made)[0], status=status.HTTP_201_CREATED)

    @extend_schema(request=AnnotationBulkSerializer, responses={201: AnnotationBulkOutSerializer})
    def bulk(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        """Add many at once: all of them, or none."""
        rows = self._checked(AnnotationBulkSerializer(data=request.data))["annotations"]
        chosen = self._set(request, dataset_id, annotation_set_id, right=Right.EDIT_DATASETS)
        made = add_annotations(chosen, rows, by=caller(request), place=lambda n: ("body", "annotations", n))
        body = {"created": len(made), "annotations": _told(chosen, made)}
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses=AnnotationOutSerializer)
    def partial_update(self, request: Request, dataset_id: str, annotation_set_id: str, annotation_id: str) -> Response:
        changes = self._checked(AnnotationSerializer(data=request.data, partial=True))
        found = self._annotation(request, dataset_id, annotation_set_id, annotation_id)
        chosen = found.annotation_set
        changed = change_annotation(found, changes, by=caller(request))
        return Response(_told(chosen, [changed])[0])

    def destroy(self, request: Request, dataset_id: str, annotation_set_id: str, annotation_id: str) -> Response:
        remove_annotation(self._annotation(request, dataset_id, annotation_set_id, annotation_id), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _checked(self, serializer: Any) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _set(self, request: Request, dataset_id: str, annotation_set_id: str, *, right: Right) -> AnnotationSet:
        return set_for(request, dataset_for(request, dataset_id, right=right), annotation_set_id)

    def _annotation(self, request: Request, dataset_id: str, set_id: str, annotation_id: str) -> Annotation:
        """Of a version that may be changed by whoever asks."""
        pk = id_from(annotation_id, name="annotation_id")
        chosen = self._set(request, dataset_id, set_id, right=Right.EDIT_DATASETS)
        found = Annotation.objects.visible_to(caller(request)).filter(annotation_set=chosen, pk=pk).first()
        if found is None:
            raise NotFound(_("Annotation not found"))
        found.annotation_set = chosen
        return found


class ListenedViewSet(viewsets.GenericViewSet[ListenedFile]):
    """Which files somebody listened to from end to end: what is not marked on those is not there."""

    scope = "datasets"
    serializer_class = ListenedSerializer
    queryset = ListenedFile.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    def list(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        chosen = set_for(request, dataset_for(request, dataset_id, right=Right.READ_DATASETS), annotation_set_id)
        page = self.paginate_queryset(ListenedFile.objects.filter(annotation_set=chosen).order_by("id")) or []
        return self.get_paginated_response(ListenedSerializer(page, many=True).data)

    @extend_schema(request=ListenSerializer, responses={204: None})
    def mark(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        """Mark files as listened to. A file that is marked already is marked anew."""
        asked = ListenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        files, types = asked.validated_data["audio_file_ids"], asked.validated_data["artifact_types"]
        chosen = set_for(request, dataset_for(request, dataset_id, right=Right.EDIT_DATASETS), annotation_set_id)
        mark_listened(chosen, files, by=caller(request), types=types)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[OpenApiParameter("audio_file_id", required=True)], responses={204: None})
    def unmark(self, request: Request, dataset_id: str, annotation_set_id: str) -> Response:
        """Take back that somebody listened to a file. It may be unmarked already."""
        audio_id = id_in_query(request, "audio_file_id")
        if audio_id is None:
            raise Invalid([(("query", "audio_file_id"), _("Say which file."), "value_error.missing")])
        chosen = set_for(request, dataset_for(request, dataset_id, right=Right.EDIT_DATASETS), annotation_set_id)
        unmark_listened(chosen, [audio_id], by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _told(chosen: AnnotationSet, rows: "list[Annotation]") -> "list[dict[str, Any]]":
    types = valid_types(chosen)
    return [told(row, is_valid=types is None or row.artifact_type in types) for row in rows]
