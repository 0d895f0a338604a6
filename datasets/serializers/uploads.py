"""Uploads in three steps, as JSON: what is asked for, the form that is given out, and what was sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from datasets.actions.audio import NAME_LENGTH
from datasets.models import AudioFile
from datasets.serializers.fields import Id, Text, Whole

MOST_BYTES = 524_288_000
# WAV, MP3, MP4, OGG, FLAC, WebM and AAC, by the one name each has.
TYPES = ("audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/flac", "audio/webm", "audio/aac")

SIZE_NAMES = ("file_size", "file_size_bytes")


class UploadRequestSerializer(serializers.Serializer[Any]):
    """What is about to be sent. `file_size` is also taken under the name `file_size_bytes`."""

    size_name = "file_size"
    filename = Text(min_length=1, max_length=NAME_LENGTH)
    content_type = Text(help_text=", ".join(TYPES))
    file_size = Whole(min_value=1, max_value=MOST_BYTES, source="size")

    def to_internal_value(self, data: Any) -> Any:
        told = self.size_name
        if isinstance(data, Mapping) and told not in data:
            told = next((name for name in SIZE_NAMES if name in data), told)
        if isinstance(data, Mapping) and told in data:
            data = {**data, "file_size": data[told]}
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            # A refusal names what was sent.
            problems: Any = error.detail
            raise serializers.ValidationError(
                {told if name == "file_size" else name: problem for name, problem in problems.items()}
            ) from error

    def validate_content_type(self, value: str) -> str:
        # Recorders add their codec: audio/webm;codecs=opus.
        kind = value.partition(";")[0].strip().lower()
        if kind not in TYPES:
            raise serializers.ValidationError(_("Give one of: %(known)s.") % {"known": ", ".join(TYPES)})
        return kind


class OfferSerializer(serializers.Serializer[Any]):
    """A form to send: every entry of `fields`, then the part `file`."""

    upload_url = serializers.URLField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    upload_fields = serializers.DictField(child=serializers.CharField())
    key = serializers.CharField()
    s3_key = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    audio_id = serializers.UUIDField()
    file_id = serializers.UUIDField()


class ConfirmSerializer(serializers.Serializer[Any]):
    """Which file was sent. `audio_id` is also taken under the name `file_id`."""

    audio_id = Id()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and "audio_id" not in data and "file_id" in data:
            data = {**data, "audio_id": data["file_id"]}
        return super().to_internal_value(data)


class ConfirmedSerializer(serializers.Serializer[AudioFile]):
    """A file that was sent, and what becomes of it now."""

    audio_id = serializers.UUIDField(source="pk")
    status = serializers.ChoiceField(choices=AudioFile.Status.choices)
    message = serializers.SerializerMethodField()

    def get_message(self, audio: AudioFile) -> str:
        sentences = {
            AudioFile.Status.READY: _("The file is ready."),
            AudioFile.Status.FAILED: audio.error,
        }
        return sentences.get(AudioFile.Status(audio.status), _("The file is here and will be read."))
