"""Labeling into a draft of a dataset's annotations: the calls of an annotator, with a file in place of a turn."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import set_payload
from annotations.actions import set_labels
from annotations.actions.set_labels import KEPT_S, LabeledFile
from annotations.api.calls import NOTHING, body_of
from annotations.serializers.set_labels import LabelsStoredSerializer, SetDraftSerializer, SetSubmitSerializer
from annotations.serializers.work import DraftSavedSerializer, WorkSerializer
from annotations.set_marks import version_of
from datasets.models import AnnotationSet
from workspaces.authentication import caller
from workspaces.permissions import Right, require


class SetLabelViewSet(viewsets.GenericViewSet[AnnotationSet]):
    """Names of things are those of turns: the file is the item, its labels are the answer “labels”."""

    queryset = AnnotationSet.objects.none()
    scope = "datasets"

    @extend_schema(
        summary="Hand out the next file that nobody has listened to in this draft",
        request=None,
        responses={200: WorkSerializer, 204: NOTHING},
    )
    def next(self, request: Request, set_id: str) -> Response:
        found = set_labels.next_file(self._set(set_id, right=Right.EDIT_DATASETS), by=caller(request))
        if found is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(set_payload.for_labeling(found, user=caller(request)))

    @extend_schema(summary="One file of a version, with its labels", responses=WorkSerializer)
    def retrieve(self, request: Request, set_id: str, audio_id: str) -> Response:
        file = self._file(set_id, audio_id, right=Right.READ_DATASETS)
        return Response(set_payload.for_labeling(file, user=caller(request)))

    @extend_schema(summary="Begin or go on with this file", request=None, responses=WorkSerializer)
    def open(self, request: Request, set_id: str, audio_id: str) -> Response:
        file = set_labels.open_file(self._file(set_id, audio_id), by=caller(request))
        return Response(set_payload.for_labeling(file, user=caller(request)))

    @extend_schema(
        summary="Save the labels of a file that is being listened to",
        request=SetDraftSerializer,
        responses=DraftSavedSerializer,
    )
    def draft(self, request: Request, set_id: str, audio_id: str) -> Response:
        version = set_labels.save(self._file(set_id, audio_id), by=caller(request), body=body_of(request))
        return Response({"version": version, "saved_at": timezone.now().isoformat(), "lease_seconds": KEPT_S})

    @extend_schema(
        summary="Store the labels of a file and note that it was listened to",
        description="Without labels: that there is nothing on it.",
        request=SetSubmitSerializer,
        responses=LabelsStoredSerializer,
    )
    def submit(self, request: Request, set_id: str, audio_id: str) -> Response:
        file, body, user = self._file(set_id, audio_id), body_of(request), caller(request)
        rows = set_labels.finish(file, by=user, body=body)
        stored = {"audio_file_id": str(file.audio.pk), "labels": len(rows), "version": version_of(rows)}
        return Response({"stored": stored, "next": self._next(file) if body.get("next") is True else None})

    @extend_schema(summary="Leave this file to others", request=None, responses={204: None})
    def release(self, request: Request, set_id: str, audio_id: str) -> Response:
        set_labels.release_file(self._file(set_id, audio_id))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _next(self, file: LabeledFile) -> dict[str, Any] | None:
        user = caller(self.request)
        found = set_labels.next_file(file.annotation_set, by=user, after=file.audio)
        return set_payload.for_labeling(found, user=user) if found else None

    def _set(self, set_id: str, *, right: Right) -> AnnotationSet:
        """The version, if it exists for the caller (else 404) who has this right there (else 403)."""
        found = set_labels.set_for(caller(self.request), _id(set_id))
        if found is None:
            raise Http404
        require(caller(self.request), right, found.dataset.workspace_id)
        return found

    def _file(self, set_id: str, audio_id: str, *, right: Right = Right.EDIT_DATASETS) -> LabeledFile:
        found = set_labels.file_in(self._set(set_id, right=right), _id(audio_id))
        if found is None:
            raise Http404
        return found


def _id(text: str) -> UUID:
    """What is no id is the id of nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
