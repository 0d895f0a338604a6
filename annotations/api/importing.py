"""Answers that were given elsewhere."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions.importing_answers import BYTES_AT_MOST, import_answers
from annotations.api.calls import TaskCalls, body_of
from annotations.models import Vocabulary
from annotations.serializers.importing import ImportAnswersSerializer, ImportedAnswersSerializer
from datasets.api.receiving import WholeForm
from datasets.models import Dataset
from workspaces.authentication import caller
from workspaces.permissions import Right, require


class ImportCalls(TaskCalls):
    @extend_schema(
        summary="Make a finished task of answers in the shape of CLESC",
        request={"multipart/form-data": ImportAnswersSerializer},
        responses={201: ImportedAnswersSerializer},
    )
    @action(detail=False, methods=["post"], url_path="import-answers", parser_classes=[WholeForm])
    def import_answers(self, request: Request) -> Response:
        sent = ImportAnswersSerializer(data=body_of(request))
        sent.is_valid(raise_exception=True)
        given: dict[str, Any] = sent.validated_data
        user = caller(request)
        dataset = get_object_or_404(Dataset.objects.visible_to(user), pk=given["dataset_id"])
        require(user, Right.CREATE_TASKS, dataset.workspace_id)
        pools = Vocabulary.objects.visible_to(user).filter(workspace=dataset.workspace_id, archived_at=None)
        made = import_answers(
            dataset,
            vocabulary=get_object_or_404(pools, pk=given["vocabulary_id"]),
            filename=given["file"].name,
            # One byte more than is allowed, so that what is too large is said to be.
            content=given["file"].read(BYTES_AT_MOST + 1),
            name=given["name"] or given["file"].name,
            by=user,
        )
        return Response({"task_id": str(made.task.pk), "report": made.report}, status=status.HTTP_201_CREATED)
