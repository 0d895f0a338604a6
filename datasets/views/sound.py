"""The doors to the bytes: sound, and the peaks its waveform is drawn from."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from datasets.access import require_hearing
from datasets.models import AudioBlob, AudioFile
from datasets.serving import ASK_AGAIN, FOR_EVER, serve


def _blob(request: Any, audio_id: UUID) -> AudioBlob:
    """The bytes of a file this person may hear. A stranger gets 404, a member without a reason 403."""
    files = AudioFile.objects.visible_to(request.user).select_related("blob")
    audio = get_object_or_404(files, pk=audio_id)
    require_hearing(request.user, audio)
    if audio.blob is None:
        raise Http404
    return audio.blob


@require_safe
def sound(request: HttpRequest, audio_id: UUID) -> HttpResponseBase:
    """What is played: the original where browsers play it to the millisecond, else its copy."""
    blob = _blob(request, audio_id)
    name, content_type = blob.played
    size = blob.size if name == blob.original else None
    return serve(request, name, content_type=content_type, cache=ASK_AGAIN, size=size)


@require_safe
def peaks(request: HttpRequest, audio_id: UUID, name: str) -> HttpResponseBase:
    """The peaks file. Its address names the bytes it was made of, so it may be kept for ever."""
    blob = _blob(request, audio_id)
    if name != f"{blob.sha256}.pk":
        raise Http404
    return serve(request, blob.peaks, content_type="application/octet-stream", cache=FOR_EVER)
