"""Uploads in three steps: ask for a form, send the bytes by it, say that they were sent."""

from pathlib import Path
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ParseError, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets import actions, storage
from datasets.actions.uploads import Offer, keep_sent
from datasets.api.lookups import audio_for, dataset_for, id_from
from datasets.api.receiving import Counted, Unread
from datasets.serializers.uploads import (
    ConfirmedSerializer,
    ConfirmSerializer,
    OfferSerializer,
    UploadRequestSerializer,
)
from datasets.uploads import Grant, NotGranted, granted
from workspaces.authentication import caller
from workspaces.permissions import Right

PIECE_BYTES = 1 << 18
FORM = {
    "type": "object",
    "required": ["policy", "x-amz-signature", "file"],
    "properties": {
        **{name: {"type": "string"} for name in ("key", "policy", "x-amz-signature")},
        "file": {"type": "string", "format": "binary"},
    },
}


def offered(request: Request, offer: Offer) -> dict[str, Any]:
    """How a form is told: in the words of both doors that give some out."""
    url = request.build_absolute_uri(offer.url)
    return {
        "upload_url": url,
        "fields": offer.fields,
        "upload_fields": offer.fields,
        "key": offer.key,
        "s3_key": offer.key,
        "expires_in": offer.expires_in,
    }


class OfferView(APIView):
    """Ask for a form to send one file of a dataset by."""

    scope = "datasets"
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(request=UploadRequestSerializer, responses={201: OfferSerializer})
    def post(self, request: Request, dataset_id: str) -> Response:
        id_from(dataset_id, name="dataset_id")
        asked = UploadRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        offer = actions.offer_upload(dataset, by=caller(request), **asked.validated_data)
        names = {"audio_id": str(offer.audio.pk), "file_id": str(offer.audio.pk)}
        return Response({**offered(request, offer), **names}, status=status.HTTP_201_CREATED)


class ConfirmView(APIView):
    """Say that the bytes of a file were sent. It is read then; said twice, nothing more happens."""

    scope = "datasets"
    illegal_move_status = status.HTTP_400_BAD_REQUEST

    @extend_schema(request=ConfirmSerializer, responses=ConfirmedSerializer)
    def post(self, request: Request, dataset_id: str) -> Response:
        id_from(dataset_id, name="dataset_id")
        asked = ConfirmSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        dataset = dataset_for(request, dataset_id, right=Right.EDIT_DATASETS)
        audio = audio_for(request, dataset, str(asked.validated_data["audio_id"]))
        return Response(ConfirmedSerializer(actions.confirm_upload(audio, by=caller(request))).data)


class FormUploadView(APIView):
    """Take in one file by a form that was given out for it. The form is the permission: there is no key."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [Unread]

    @extend_schema(request={"multipart/form-data": FORM}, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        with storage.scratch() as folder:
            try:
                path, grant = _received(request, folder=folder)
                keep_sent(path, grant)
            except NotGranted as error:
                raise PermissionDenied(str(error)) from error
        return Response(status=status.HTTP_204_NO_CONTENT)


def _received(request: Request, *, folder: Path) -> tuple[Path, Grant]:
    """Write the part `file` aside, once the fields before it let it in. Raises NotGranted, ParseError."""
    body, headers = request._request, request.headers
    counted = Counted(body, declared=headers.get("Content-Length", ""))
    aside = Aside(folder / "sent")
    try:
        parser = MultiPartParser(request.META, counted, [aside])  # type: ignore[arg-type]
        aside.parser = parser
        parser.parse()
    except MultiPartParserError as error:
        raise ParseError(_("Send a form: multipart/form-data with the given fields, then the part “file”.")) from error
    except (SuspiciousOperation, RequestDataTooBig) as error:
        raise ParseError(_("The form has more fields, or longer ones, than can be taken in.")) from error
    finally:
        aside.close()
    counted.require_whole(last=b"--%b--" % parser._boundary)  # type: ignore[attr-defined]
    if aside.grant is None:
        raise ParseError(_("Send the file as the part “file”, after the fields."))
    if not aside.size:
        raise ParseError(_("The file is empty."))
    return aside.path, aside.grant


class Aside(FileUploadHandler):
    """Writes the part `file` to a path, piece by piece, and no more of it than its form grants."""

    chunk_size = PIECE_BYTES
    parser: Any = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.size = path, 0
        self.grant: Grant | None = None
        self._file: Any = None

    def new_file(self, field_name: str, *_args: Any, **_kwargs: Any) -> None:
        if field_name != "file" or self.grant is not None:
            raise SkipFile
        # The fields before the file: nothing that nobody signed for is written anywhere.
        self.grant = granted(self.parser._post)
        self._file = self.path.open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.grant is not None
        self.size += len(raw_data)
        if self.size > self.grant.most_bytes:
            sentence = _("The file is larger than the %(most)d bytes that were announced.")
            raise ParseError(sentence % {"most": self.grant.most_bytes})
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        self.close()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
