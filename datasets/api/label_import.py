"""Labels that were made elsewhere, by the files of the programs they were made in."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.actions.label_import import LabelFile, import_labels, refuse_too_large
from datasets.api.annotation_sets import set_told
from datasets.api.lookups import dataset_for
from datasets.api.receiving import WholeForm
from datasets.serializers.annotations import AnnotationSetSerializer
from workspaces.authentication import caller
from workspaces.permissions import Right


class LabelImportSerializer(serializers.Serializer[Any]):
    """What comes with the files."""

    types_from = serializers.ChoiceField(
        choices=["labels", "tiers"], default="labels", help_text="What names the artifact type in a TextGrid."
    )
    add_types = serializers.BooleanField(default=False, help_text="Add the types that the dataset lacks.")
    listened = serializers.BooleanField(
        default=False, help_text="The recordings were listened to from end to end, also those without a label."
    )


class _FormSerializer(LabelImportSerializer):
    files = serializers.ListField(child=serializers.FileField(), help_text="Audacity, TextGrid, JSON Lines or CSV.")


class LabelImportView(APIView):
    """Make a draft of files of labels: of all of them, or none is made. Send each as a part `files`."""

    scope = "datasets"
    parser_classes = [WholeForm]

    @extend_schema(request={"multipart/form-data": _FormSerializer}, responses={201: AnnotationSetSerializer})
    def post(self, request: Request, dataset_id: str) -> Response:
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        asked = LabelImportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        files = request.FILES.getlist("files")
        refuse_too_large(sum(file.size or 0 for file in files))
        sent = [LabelFile(file.name or "", file.read()) for file in files]
        made = import_labels(dataset, sent, by=caller(request), **asked.validated_data)
        return Response(set_told(dataset, made), status=status.HTTP_201_CREATED)
