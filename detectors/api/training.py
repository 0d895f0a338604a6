"""Training jobs over JSON."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.api.lookups import dataset_for, id_from, readable
from datasets.models import AnnotationSet
from detectors import actions
from detectors.api.lookups import found_for
from detectors.models import TrainingJob
from detectors.serializers import StartTrainingSerializer, TrainingJobSerializer
from workspaces.authentication import caller
from workspaces.permissions import Right


class TrainingJobViewSet(viewsets.GenericViewSet[TrainingJob]):
    """Have models trained on published annotation sets, and see how far they are."""

    scope = "datasets"
    serializer_class = TrainingJobSerializer
    queryset = TrainingJob.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(request=StartTrainingSerializer, responses={201: TrainingJobSerializer})
    def create(self, request: Request) -> Response:
        """Start a training. Every file of the dataset has to be ready, and every type to have an annotation."""
        asked = StartTrainingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        body: dict[str, Any] = asked.validated_data
        dataset = dataset_for(request, str(body["dataset_id"]), right=Right.EDIT_DATASETS)
        labels = AnnotationSet.objects.filter(dataset=dataset, pk=body["annotation_set_id"]).first()
        if labels is None:
            raise NotFound(_("Annotation set not found"))
        # With the workspace that was read with it.
        labels.dataset = dataset
        training = actions.start_training(
            labels, by=caller(request), config=body["config"], name=body.get("name") or "", seed=body.get("seed")
        )
        return Response(_out(request, training.pk), status=status.HTTP_201_CREATED)

    @extend_schema(responses=TrainingJobSerializer(many=True))
    def list(self, request: Request) -> Response:
        rows = readable(request, TrainingJob.objects.visible_to(caller(request)))
        page = self.paginate_queryset(rows.select_related("job", "detector").order_by("-id")) or []
        return self.get_paginated_response(TrainingJobSerializer(page, many=True).data)

    @extend_schema(responses=TrainingJobSerializer)
    def retrieve(self, request: Request, job_id: str) -> Response:
        return Response(_out(request, id_from(job_id, name="job_id")))

    @extend_schema(request=None, responses=TrainingJobSerializer)
    def cancel(self, request: Request, job_id: str) -> Response:
        """Stop a training that has not ended."""
        training = _training(request, id_from(job_id, name="job_id"), right=Right.EDIT_DATASETS)
        actions.cancel_training(training, by=caller(request))
        return Response(TrainingJobSerializer(training).data)


def _training(request: Request, pk: UUID, *, right: Right) -> TrainingJob:
    rows = TrainingJob.objects.select_related("job", "detector")
    return found_for(request, rows, pk, right=right, sentence=_("Training job not found"))


def _out(request: Request, pk: UUID) -> Any:
    return TrainingJobSerializer(_training(request, pk, right=Right.READ_DATASETS)).data
