"""Letting models listen, over JSON. There is no call to start: a file that is confirmed is analysed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.api.lookups import id_from, readable
from datasets.api.uploads import offered
from datasets.models import AudioFile
from datasets.serving import disposition
from detectors import actions
from detectors.api.lookups import found_for
from detectors.api.negotiating import OneAnswer
from detectors.exporting import FORMATS, exported
from detectors.learning.settings import DetectionConfig
from detectors.models import Detector, InferenceFile, InferenceJob
from detectors.serializers import (
    InferenceConfirmSerializer,
    InferenceFileSerializer,
    InferenceJobDetailSerializer,
    InferenceJobSerializer,
    InferenceUploadSerializer,
    OfferSerializer,
    StartInferenceSerializer,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.permissions import Right


class InferenceJobViewSet(viewsets.GenericViewSet[InferenceJob]):
    """Let a model listen to files, and read what it found."""

    scope = "datasets"
    serializer_class = InferenceJobSerializer
    queryset = InferenceJob.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(request=StartInferenceSerializer, responses={201: InferenceJobSerializer})
    def create(self, request: Request) -> Response:
        """Make a job that files can be handed to; those of `audio_ids` are handed to it at once."""
        asked = StartInferenceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        body: dict[str, Any] = asked.validated_data
        rows = Detector.objects.select_related("workspace")
        detector = found_for(request, rows, body["model_id"], right=Right.EDIT_DATASETS, sentence=_("Model not found"))
        inference = actions.start_inference(
            detector,
            by=caller(request),
            config=body.get("config") or DetectionConfig(),
            audio_files=_recordings(request, detector, body.get("audio_ids") or []),
        )
        row = _job(request, inference.pk, right=Right.READ_DATASETS)
        return Response(InferenceJobSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=InferenceJobSerializer(many=True))
    def list(self, request: Request) -> Response:
        rows = readable(request, InferenceJob.objects.visible_to(caller(request)))
        page = self.paginate_queryset(rows.order_by("-id")) or []
        # Counting files only of what is shown: there may be very many.
        shown = InferenceJob.objects.filter(pk__in=[row.pk for row in page]).with_figures().order_by("-id")
        return self.get_paginated_response(InferenceJobSerializer(shown, many=True).data)

    @extend_schema(responses=InferenceJobDetailSerializer)
    def retrieve(self, request: Request, job_id: str) -> Response:
        row = _job(request, id_from(job_id, name="job_id"), right=Right.READ_DATASETS)
        return Response(InferenceJobDetailSerializer(row).data)

    @extend_schema(request=InferenceUploadSerializer, responses={201: OfferSerializer})
    def upload_url(self, request: Request, job_id: str) -> Response:
        """Ask for a form to send one file by."""
        pk = id_from(job_id, name="job_id")
        asked = InferenceUploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        inference = _job(request, pk, right=Right.EDIT_DATASETS)
        file, offer = actions.offer_inference_upload(inference, by=caller(request), **asked.validated_data)
        names = {"file_id": str(file.pk), "audio_id": str(file.pk)}
        return Response({**offered(request, offer), **names}, status=status.HTTP_201_CREATED)

    @extend_schema(request=InferenceConfirmSerializer, responses=InferenceFileSerializer)
    def confirm(self, request: Request, job_id: str) -> Response:
        """Say that the bytes of a file were sent. It is analysed then; said twice, nothing more happens."""
        pk = id_from(job_id, name="job_id")
        asked = InferenceConfirmSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        inference = _job(request, pk, right=Right.EDIT_DATASETS)
        file = _file(inference, asked.validated_data["file_id"])
        return Response(InferenceFileSerializer(actions.confirm_inference_upload(file, by=caller(request))).data)

    @extend_schema(responses=InferenceFileSerializer)
    def file(self, request: Request, job_id: str, file_id: str) -> Response:
        pk, file_pk = id_from(job_id, name="job_id"), id_from(file_id, name="file_id")
        inference = _job(request, pk, right=Right.READ_DATASETS)
        return Response(InferenceFileSerializer(_file(inference, file_pk)).data)


class ExportView(viewsets.GenericViewSet[InferenceJob]):
    """What was found, as a file."""

    scope = "datasets"
    queryset = InferenceJob.objects.none()
    content_negotiation_class = OneAnswer

    @extend_schema(
        parameters=[OpenApiParameter("format", enum=FORMATS, description="Without it: json.")],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def export(self, request: Request, job_id: str) -> HttpResponseBase:
        """What was found so far: as JSON, as a table, or as label tracks for Audacity (in a ZIP where several)."""
        pk = id_from(job_id, name="job_id")
        kind = request.query_params.get("format") or "json"
        if kind not in FORMATS:
            raise ValidationError({"format": [_("Give one of: %(known)s.") % {"known": ", ".join(FORMATS)}]})
        export = exported(_job(request, pk, right=Right.READ_DATASETS), kind)
        headers = {"Content-Disposition": disposition(export.filename), "X-Content-Type-Options": "nosniff"}
        return StreamingHttpResponse(export.pieces, content_type=export.content_type, headers=headers)


def _job(request: Request, pk: UUID, *, right: Right) -> InferenceJob:
    rows = InferenceJob.objects.select_related("workspace").with_figures()
    return found_for(request, rows, pk, right=right, sentence=_("Inference job not found"))


def _file(inference: InferenceJob, pk: UUID) -> InferenceFile:
    rows = inference.files.select_related("audio_file__workspace", "inference_job__workspace")
    file = rows.filter(pk=pk).first()
    if file is None:
        raise NotFound(_("File not found"))
    return file


def _recordings(request: Request, detector: Detector, ids: list[UUID]) -> list[AudioFile]:
    """The recordings of these ids, in their order and each once. 422 names those that are none of the workspace's."""
    rows = AudioFile.objects.visible_to(caller(request)).filter(workspace=detector.workspace_id)
    found = rows.in_bulk(ids)
    problems: list[Any] = [
        (("body", "audio_ids", index), _("There is no recording of this id in the model's workspace."), "value_error")
        for index, pk in enumerate(ids)
        if pk not in found
    ]
    if problems:
        raise Invalid(problems)
    return [found[pk] for pk in dict.fromkeys(ids)]
