"""Models over JSON."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.api.answers import SENT_BY_BUCKET
from datasets.api.lookups import id_from, readable
from datasets.formats.archive import safe_name
from datasets.serving import serve
from detectors import actions
from detectors.api.lookups import found_for
from detectors.api.negotiating import OneAnswer
from detectors.models import Detector
from detectors.serializers import DetectorDetailSerializer, DetectorSerializer
from workspaces.authentication import caller
from workspaces.models import Workspace
from workspaces.permissions import Right, workspace_ids_with

BYTES = "application/octet-stream"


class DetectorViewSet(viewsets.GenericViewSet[Detector]):
    """Models: trained ones, and those that came with Earmark."""

    scope = "datasets"
    serializer_class = DetectorSerializer
    queryset = Detector.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(responses=DetectorSerializer(many=True))
    def list(self, request: Request) -> Response:
        rows = readable(request, Detector.objects.visible_to(caller(request)))
        actions.ensure_built_ins(*_workspaces(request))
        page = self.paginate_queryset(rows.defer("card", "mistakes").order_by("-id")) or []
        return self.get_paginated_response(DetectorSerializer(page, many=True).data)

    @extend_schema(responses=DetectorDetailSerializer)
    def retrieve(self, request: Request, model_id: str) -> Response:
        return Response(DetectorDetailSerializer(_model(request, model_id, right=Right.READ_DATASETS)).data)

    def destroy(self, request: Request, model_id: str) -> Response:
        actions.delete_detector(_model(request, model_id, right=Right.EDIT_DATASETS), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DownloadView(viewsets.GenericViewSet[Detector]):
    """The file of a trained model."""

    scope = "datasets"
    queryset = Detector.objects.none()
    content_negotiation_class = OneAnswer

    @extend_schema(responses={(200, BYTES): OpenApiTypes.BINARY, 302: SENT_BY_BUCKET})
    def download(self, request: Request, model_id: str) -> HttpResponseBase:
        """A trained model as npz: arrays of numbers, and the card as JSON. It holds no pickle."""
        detector = _model(request, model_id, right=Right.READ_DATASETS)
        if not detector.file:
            raise NotFound(_("A built-in model is a rule: there is no file of it."))
        return serve(
            getattr(request, "_request", request),
            detector.file,
            content_type=BYTES,
            download_name=safe_name(f"{detector.name}.npz", {}),
        )


def _workspaces(request: Request) -> list[Workspace]:
    user = caller(request)
    rows, ids = Workspace.objects.visible_to(user), workspace_ids_with(user, Right.READ_DATASETS)
    return list(rows if ids is None else rows.filter(pk__in=ids))


def _model(request: Request, model_id: str, *, right: Right) -> Detector:
    pk = id_from(model_id, name="model_id")
    rows = Detector.objects.select_related("workspace")
    return found_for(request, rows, pk, right=right, sentence=_("Model not found"))
