"""Files on `/v5/`: uploads, and what lies in a store of this server. A file here is a recording of the workspace."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from datasets import actions, stores
from datasets.actions.references import Outcome, Wanted
from datasets.api.receiving import WholeForm
from datasets.audio.kinds import UNKNOWN
from datasets.models import AudioFile
from datasets.serving import serve
from evaluations.api.frame import TooLarge, V5ViewSet, found_or_404, identity, workspace_of
from evaluations.api.parameters import described, text_of
from evaluations.rows import Location, Problem, trouble_in
from evaluations.serializers.files import (
    CloudImportSerializer,
    CloudResultsSerializer,
    FileChangeSerializer,
    FileDeletedSerializer,
    FileSerializer,
    UploadSerializer,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.parsing import JsonParser
from workspaces.permissions import Right

PIECE_BYTES = 1 << 20
# What a form may weigh beside its file.
ENVELOPE_BYTES = 64 * 1024
MOST_TAG_BYTES = 16 * 1024
MOST_CLOUD_FILES = 1000
CLOUD_FIELDS = {"container": 100, "filepath": stores.PATH_LENGTH, "filename": 500, "file_type": 100}
FORM = "multipart/form-data"


def file_out(audio: AudioFile) -> dict[str, Any]:
    """A file as this door answers it. Its exact length is in the evaluations' own pages."""
    return {
        "id": str(audio.pk),
        "object": "file",
        "filename": audio.filename,
        "md5_checksum": audio.md5,
        "mime_type": _type_of(audio),
        "size": audio.size,
        "created_at": audio.created_at,
        "created_by": identity(audio.created_by),
        "duration_seconds": round(audio.duration_ms / 1000) if audio.duration_ms else None,
        "tags": audio.tags or None,
        "status": audio.status,
        "error": audio.error or None,
    }


def _type_of(audio: AudioFile) -> str:
    """What its bytes are. Files that came before anybody asked have it from their reading alone."""
    return audio.content_type or (audio.blob.content_type if audio.blob else UNKNOWN)


class FileAccess(V5ViewSet):
    """Files belong to datasets, and so do the rights to them."""

    scope = "datasets"
    reading, writing = Right.READ_DATASETS, Right.EDIT_DATASETS
    queryset = AudioFile.objects.none()
    serializer_class = FileSerializer

    def file(self, request: Request, file_id: str) -> AudioFile:
        rows = AudioFile.objects.select_related("created_by", "blob")
        return found_or_404(rows, file_id, request=request, what=_("file"))


class FileViewSet(FileAccess):
    """The workspace's files."""

    parser_classes = [JsonParser, WholeForm]
    # Ids are given in the order of time, and their index is there.
    sorts = {"created_at": "id", "filename": "filename", "size": "size"}

    @described(
        operation_id="v5_files_create",
        request={FORM: UploadSerializer},
        responses={201: FileSerializer},
    )
    def create(self, request: Request) -> Response:
        """Upload one file as the part `file` of a form. Its text fields are kept as tags."""
        if not (request.content_type or "").startswith(FORM):
            raise UnsupportedMediaType(request.content_type or "", _("Send the file as the part “file” of a form."))
        _check_declared_size(request.headers.get("Content-Length", ""))
        file, tags = _sent(request)
        workspace, user = workspace_of(request), caller(request)
        audio = actions.accept_upload(
            actions.evaluation_files(workspace, user),
            by=user,
            filename=file.name or "",
            content=file.chunks(PIECE_BYTES),
            tags=tags,
            refuse_broken=True,
        )
        return Response(file_out(audio), status=status.HTTP_201_CREATED)

    @described(
        operation_id="v5_files_list",
        parameters=[OpenApiParameter("filename", str, description="A part of its name, in any case.")],
        responses=FileSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """All files of the workspace, those that people uploaded in the browser as well."""
        rows = AudioFile.objects.visible_to(caller(request)).filter(workspace=workspace_of(request))
        if part := text_of(request, "filename"):
            rows = rows.filter(filename__icontains=part)
        rows = rows.select_related("created_by", "blob").defer("blob__peaks_header")
        return self.page(request, rows, lambda found: [file_out(audio) for audio in found])

    @described(operation_id="v5_files_retrieve", responses={200: FileSerializer})
    def retrieve(self, request: Request, file_id: str) -> Response:
        """One file."""
        return Response(file_out(self.file(request, file_id)))

    @described(operation_id="v5_files_update", request=FileChangeSerializer, responses={200: FileSerializer})
    def partial_update(self, request: Request, file_id: str) -> Response:
        """Replace its tags. Nothing else of a file can be changed."""
        audio = self.file(request, file_id)
        if not isinstance(request.data, dict):
            raise _refusal((), _("Send a JSON object."), kind="type_error.dict")
        if others := [name for name in request.data if name != "tags"]:
            sentence = _("Only the tags of a file can be changed.")
            raise Invalid([(("body", name), sentence, "value_error.extra") for name in others])
        if "tags" in request.data:
            audio.tags = _checked_tags(request.data["tags"])
            actions.describe_audio(audio, by=caller(request), tags=audio.tags, metadata=audio.metadata)
        return Response(file_out(audio))

    @described(operation_id="v5_files_delete", responses={200: FileDeletedSerializer})
    def destroy(self, request: Request, file_id: str) -> Response:
        """Delete it for good, unless something uses it."""
        audio = self.file(request, file_id)
        actions.delete_audio(AudioFile.objects.filter(pk=audio.pk), by=caller(request))
        return Response({"id": str(audio.pk), "deleted": True, "object": "file"})


def _check_declared_size(length: str) -> None:
    """Refuse what says itself that it is too large before taking it in."""
    if length.isdecimal() and int(length) > _most_bytes() + ENVELOPE_BYTES:
        raise _too_large()


def _most_bytes() -> int:
    return min(settings.V5_MAX_FILE_BYTES, settings.MAX_AUDIO_BYTES)


def _too_large() -> TooLarge:
    top = filesizeformat(_most_bytes())
    return TooLarge(_("The file is larger than %(top)s, the most this door takes.") % {"top": top})


def _sent(request: Request) -> tuple[Any, dict[str, Any]]:
    """The one file of the form, and its text fields as tags."""
    files = request.FILES.getlist("file")
    if len(files) != 1:
        raise _refusal(("file",), _("Send one file as the part “file”, with a file name."), kind="value_error.missing")
    if (files[0].size or 0) > _most_bytes():
        raise _too_large()
    form: Any = request.data
    return files[0], _checked_tags({name: form[name] for name in form if isinstance(form[name], str)})


def _checked_tags(tags: object) -> dict[str, Any]:
    if tags is None:
        return {}
    if not isinstance(tags, dict):
        raise _refusal(("tags",), _("Send an object, or null."), kind="type_error.dict")
    if trouble := trouble_in(tags):
        raise _refusal(("tags",), trouble)
    if len(json.dumps(tags, ensure_ascii=False).encode()) > MOST_TAG_BYTES:
        most = filesizeformat(MOST_TAG_BYTES)
        raise _refusal(("tags",), _("The tags are larger than %(most)s as JSON.") % {"most": most})
    return tags


def _refusal(at: tuple[str | int, ...], sentence: str, *, kind: str = "value_error") -> Invalid:
    return Invalid([(("body", *at), sentence, kind)])


class AnyType(DefaultContentNegotiation):
    """What is answered here is what is stored, whatever the asker says to like."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ContentViewSet(FileAccess):
    """The bytes of files."""

    content_negotiation_class = AnyType

    @described(
        operation_id="v5_files_content",
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="A part: `bytes=0-99`.")],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="What the caller has is the newest."),
            416: OpenApiResponse(description="There is no such part."),
            503: OpenApiResponse(description="The store in which the bytes lie does not answer now."),
        },
    )
    def retrieve(self, request: Request, file_id: str) -> HttpResponseBase:
        """The bytes as they were uploaded, also of a file that is still being read."""
        audio = self.file(request, file_id)
        try:
            return _content(request, audio)
        except Http404:
            # Between the two its reading may have ended, and with it the upload was moved to its place.
            audio.refresh_from_db()
        try:
            return _content(request, audio)
        except Http404 as error:
            raise NotFound(str(error)) from None


def _content(request: Request, audio: AudioFile) -> HttpResponseBase:
    name = audio.blob.original if audio.blob else audio.upload
    if not name:
        raise Http404(_("The bytes of this file were not kept, since it could not be read."))
    response = serve(
        request._request,
        name,
        content_type=_type_of(audio),
        download_name=audio.filename,
        size=audio.size,
        may_redirect=False,
    )
    if isinstance(response, HttpResponse) and response.status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
        raise StoreIsAway(response.content.decode())
    return response


class StoreIsAway(APIException):
    """The store in which the bytes lie does not answer. It may be there again when the caller repeats the request."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class CloudImportViewSet(FileAccess):
    """Files that stay in a store of this server."""

    @described(
        operation_id="v5_files_cloud_imports",
        request=CloudImportSerializer,
        responses={
            200: CloudResultsSerializer,
            207: OpenApiResponse(CloudResultsSerializer, description="Some could not be imported, or all."),
        },
    )
    def create(self, request: Request) -> Response:
        """Make files of what lies in the stores that EARMARK_STORES names. One result for each, in the same order."""
        rows = _cloud_files(request.data)
        workspace, user = workspace_of(request), caller(request)
        wanted = [Wanted(row["container"], row["filepath"], _last_part(row["filename"])) for row in rows]
        outcomes = actions.refer_to(actions.evaluation_files(workspace, user), wanted, by=user)
        results = [_result(row, outcome) for row, outcome in zip(rows, outcomes, strict=True)]
        all_well = all(outcome.audio for outcome in outcomes)
        return Response({"results": results}, status=status.HTTP_200_OK if all_well else status.HTTP_207_MULTI_STATUS)


def _cloud_files(body: object) -> list[dict[str, str]]:
    """The entries that were sent, or Invalid with what is wrong with each of them."""
    rows = body.get("files") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_CLOUD_FILES:
        sentence = _("Send a list of 1 to %(most)d files.") % {"most": MOST_CLOUD_FILES}
        raise _refusal(("files",), sentence, kind="type_error.list")
    problems: list[Problem] = []
    for index, row in enumerate(rows):
        at: Location = ("body", "files", index)
        if not isinstance(row, dict):
            problems.append((at, _("Send an object."), "type_error.dict"))
            continue
        for name, most in CLOUD_FIELDS.items():
            if trouble := _trouble_in_field(row.get(name), most=most):
                problems.append(((*at, name), trouble, "value_error"))
    if problems:
        raise Invalid(problems)
    return rows


def _trouble_in_field(value: object, *, most: int) -> str | None:
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        return _("Give a text of 1 to %(most)d characters.") % {"most": most}
    return _("The text holds a character that cannot be stored.") if "\0" in value else None


def _last_part(filename: str) -> str:
    """A name without the folders that some programs send before it."""
    return filename.replace("\\", "/").rstrip("/").rpartition("/")[2] or filename


def _result(row: dict[str, str], outcome: Outcome) -> dict[str, Any]:
    if outcome.audio is not None:
        return {"status": "SUCCESS", "file": file_out(outcome.audio)}
    failed = {"object": "failed_file", "filename": row["filename"], "mime_type": row["file_type"]}
    return {"status": _status_of(outcome), "file": {**failed, "message": str(outcome.trouble)}}


def _status_of(outcome: Outcome) -> str:
    if isinstance(outcome.trouble, stores.Missing):
        return "FAILED_FILE_DOES_NOT_EXIST"
    if isinstance(outcome.trouble, stores.Forbidden):
        return "FAILED_INVALID_PERMISSIONS"
    return "FAILED_UNKNOWN_ERROR"


_one = FileViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
urlpatterns = [
    path("files", FileViewSet.as_view({"get": "list", "post": "create"}), name="v5_files"),
    path("files/cloud_imports", CloudImportViewSet.as_view({"post": "create"}), name="v5_cloud_imports"),
    path("files/<str:file_id>", _one, name="v5_file"),
    path("files/<str:file_id>/content", ContentViewSet.as_view({"get": "retrieve"}), name="v5_file_content"),
]
