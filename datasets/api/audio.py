"""The files of a dataset over JSON, and the door they come in by."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets import actions
from datasets.actions.audio import too_large
from datasets.api.lookups import audio_for, dataset_for, files_of
from datasets.api.receiving import Counted, Unread, WholeForm
from datasets.jobs import READ_MANY, import_key
from datasets.models import AudioFile, Dataset
from datasets.serializers.audio import AudioFileSerializer, ProgressSerializer, UploadedSerializer
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import Job
from workspaces.permissions import Right

PIECE_BYTES = 1 << 20
ASKED_AT_ONCE = 100
# What a row of the list shows; the peaks of thirty files are not among it.
LISTED = (
    "id", "dataset_id", "filename", "status", "duration_ms", "sample_rate", "channels", "size", "warnings", "error",
    "tags", "metadata", "created_at", "content_type", "blob__content_type",
)  # fmt: skip


class AudioViewSet(viewsets.GenericViewSet[AudioFile]):
    """List, read and delete the files of a dataset, and ask how far their reading is."""

    scope = "datasets"
    serializer_class = AudioFileSerializer
    queryset = AudioFile.objects.none()
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(parameters=[OpenApiParameter("processing_status", enum=AudioFile.Status.values)])
    def list(self, request: Request, dataset_id: str) -> Response:
        dataset = dataset_for(request, dataset_id, right=Right.READ_DATASETS)
        rows = files_of(request, dataset).select_related("blob").only(*LISTED).order_by("-id")
        if wanted := request.query_params.get("processing_status") or request.query_params.get("status"):
            if wanted not in AudioFile.Status.values:
                known = ", ".join(AudioFile.Status.values)
                raise ValidationError({"processing_status": [_("Give one of: %(known)s.") % {"known": known}]})
            rows = rows.filter(status=wanted)
        return self.get_paginated_response(AudioFileSerializer(self.paginate_queryset(rows) or [], many=True).data)

    def retrieve(self, request: Request, dataset_id: str, audio_id: str) -> Response:
        dataset = dataset_for(request, dataset_id, right=Right.READ_DATASETS)
        return Response(AudioFileSerializer(audio_for(request, dataset, audio_id)).data)

    def destroy(self, request: Request, dataset_id: str, audio_id: str) -> Response:
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        audio = audio_for(request, dataset, audio_id)
        actions.delete_audio(AudioFile.objects.filter(pk=audio.pk), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=AudioFileSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, dataset_id: str, audio_id: str) -> Response:
        """Read a file again that failed through no fault of its own."""
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        audio = audio_for(request, dataset, audio_id)
        actions.retry_import(audio, by=caller(request))
        audio.refresh_from_db()
        return Response(AudioFileSerializer(audio).data)

    @extend_schema(
        parameters=[OpenApiParameter("ids", description="Up to 100 ids, separated by commas.")],
        responses=ProgressSerializer(many=True),
        filters=False,
    )
    def progress(self, request: Request, dataset_id: str) -> Response:
        """How far the files named by `ids` are. Deleted ones are left out."""
        dataset = dataset_for(request, dataset_id, right=Right.READ_DATASETS)
        files = (
            files_of(request, dataset)
            .filter(pk__in=_ids(request.query_params.get("ids", "")))
            .only("id", "status", "awaits_upload", "duration_ms", "warnings", "error")
        )
        found = list(files)
        jobs = _jobs_reading([audio for audio in found if audio.is_being_read], dataset=dataset)
        rows = [_progress(audio, jobs.get(audio.pk)) for audio in found]
        return Response({"items": ProgressSerializer(rows, many=True).data})


def _ids(text: str) -> list[UUID]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > ASKED_AT_ONCE:
        raise ValidationError({"ids": [_("Ask for %(top)d files at most.") % {"top": ASKED_AT_ONCE}]})
    try:
        return [UUID(part) for part in parts]
    except ValueError as error:
        raise ValidationError({"ids": [_("Give ids separated by commas.")]}) from error


def _jobs_reading(files: list[AudioFile], *, dataset: Dataset) -> dict[UUID, Job]:
    """The job that reads each file: its own, or one that reads many, whose progress is then that of all of them."""
    own = {job.idempotency_key: job for job in Job.objects.filter(idempotency_key__in=map(_key, files))}
    found = {audio.pk: own[_key(audio)] for audio in files if _key(audio) in own}
    if len(found) == len(files):
        return found
    many = Job.objects.live().filter(kind=READ_MANY, workspace=dataset.workspace_id)
    by_id = {text: job for job in many for text in job.args["audio_file_ids"]}
    return found | {audio.pk: by_id[str(audio.pk)] for audio in files if str(audio.pk) in by_id}


def _key(audio: AudioFile) -> str:
    return import_key(audio.pk)


def _progress(audio: AudioFile, job: Job | None) -> dict[str, Any]:
    is_ready = audio.status == AudioFile.Status.READY
    return {
        "id": audio.pk,
        "processing_status": audio.status,
        "percent": 100 if is_ready else job.percent if job else 0,
        "duration_ms": audio.duration_ms or None,
        "warnings": audio.warning_sentences,
        "error_message": audio.error or None,
    }


class UploadView(APIView):
    """Take in one file per request: its bytes as the body, or as the part `file` of a form."""

    scope = "datasets"
    parser_classes = [WholeForm, Unread]

    @extend_schema(
        parameters=[
            OpenApiParameter("filename", required=True, description="What the file is called."),
            OpenApiParameter("folder", description="Where it lay, for people to see."),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: UploadedSerializer},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        folder = request.query_params.get("folder", "")[:500]
        _check_declared_size(request.headers.get("Content-Length", ""))
        filename, content = _sent(request)
        audio = actions.accept_upload(
            dataset,
            by=caller(request),
            filename=filename,
            content=content,
            metadata={"folder": folder} if folder and "\0" not in folder else None,
        )
        return Response(UploadedSerializer(audio).data, status=status.HTTP_201_CREATED)


def _sent(request: Request) -> tuple[str, Iterator[bytes]]:
    """The name and the bytes, in pieces, of what was sent."""
    name = request.query_params.get("filename", "")
    if not (request.content_type or "").startswith("multipart/form-data"):
        return name, _pieces(request._request)
    file = request.FILES.get("file")
    if file is None:
        raise Invalid([(("body", "file"), _("Send the file as the part “file”."), "value_error.missing")])
    return name or file.name or "", file.chunks(PIECE_BYTES)


def _pieces(body: Any) -> Iterator[bytes]:
    """The raw body as it comes in; it is never held as a whole."""
    counted = Counted(body, declared=body.headers.get("Content-Length", ""))
    while piece := counted.read(PIECE_BYTES):
        yield piece
    counted.require_whole()


def _check_declared_size(length: str) -> None:
    if length.isdigit() and (sentence := too_large(int(length))):
        raise Invalid([(("body", "file"), sentence, "value_error")])
