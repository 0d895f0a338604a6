"""A row of the table of files as HTML.

The one piece of a page that is not a template: thirty rows of thirty lookups cost 9 ms of CPU in the template engine,
more than all the rest of the request, and 2 ms here.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from datasets.models import AudioFile
from datasets.models.audio import Warning
from datasets.templatetags.sound import khz
from workspaces.templatetags.earmark import duration, icon, pill

NOTHING = mark_safe("")
# As many points as the player is wide, or nearly: the coarsest level of a short file would be a handful of steps.
DRAWN_POINTS = 500


def drawn_level(header: dict[str, Any]) -> dict[str, int]:
    """The coarsest level of a peaks file that has enough points to draw, else the finest."""
    levels: list[dict[str, int]] = header.get("levels") or [{"offset": 0, "points": 0}]
    return next((level for level in levels if level["points"] >= DRAWN_POINTS), levels[-1])


class RowPrinter:
    """Prints rows for one page: `here` is the dataset's address, `may_edit` whether files may be chosen and changed."""

    def __init__(self, *, here: str, may_edit: bool) -> None:
        self._here, self._may_edit = here, may_edit
        self._dates: dict[datetime, str] = {}
        self._icons = icon("play-fill") + icon("pause-fill")
        self._pills = {value: pill(value, label) for value, label in AudioFile.Status.choices}
        self._warnings = {value: _why(str(label)) for value, label in Warning.choices}

    def print(self, audio: AudioFile) -> SafeString:
        pk, name = str(audio.pk), audio.filename
        return format_html(
            '<tr data-audio="{}"{}>{}<td class="play">{}</td>'
            '<th scope="row"><a class="clip" id="n-{}" href="{}audio/{}/" title="{}">{}</a></th>'
            '<td class="num">{}</td><td class="num minor">{}</td><td class="num minor">{}</td>'
            '<td class="state">{}</td><td class="quiet minor">{}</td><td class="row-actions">{}</td></tr>\n',
            pk,
            mark_safe(" data-live") if audio.is_being_read else "",
            self._choice(pk),
            self._play(audio, pk),
            *(pk, self._here, pk, name, name),
            duration(audio.duration_ms) if audio.duration_ms else "",
            khz(audio.sample_rate) if audio.sample_rate else "",
            audio.channels or "",
            self._state(audio, pk),
            self._date(audio.created_at),
            self._retry(audio, pk),
        )

    def _date(self, moment: datetime) -> str:
        """Files come in by the hundred within a minute, and writing a date is what costs most in a row."""
        minute = moment.replace(second=0, microsecond=0)
        if minute not in self._dates:
            self._dates[minute] = date_format(timezone.localtime(minute), "j M Y, H:i")
        return self._dates[minute]

    def _choice(self, pk: str) -> SafeString:
        if not self._may_edit:
            return NOTHING
        return format_html(
            '<td class="choose"><input class="form-check-input" type="checkbox" name="ids" value="{}"'
            ' aria-labelledby="choose-word n-{}"></td>',
            *(pk, pk),
        )

    def _play(self, audio: AudioFile, pk: str) -> SafeString:
        if audio.blob is None:
            return NOTHING
        level = drawn_level(audio.blob.peaks_header)
        return format_html(
            '<button class="btn btn-icon" type="button" data-play data-sha="{}" data-offset="{}" data-points="{}"'
            ' data-length="{}" aria-pressed="false" aria-labelledby="play-word n-{}">{}</button>',
            *(audio.blob.sha256, level["offset"], level["points"], audio.duration_ms, pk, self._icons),
        )

    def _state(self, audio: AudioFile, pk: str) -> SafeString:
        if audio.awaits_upload:
            return pill(audio.status, _("waiting for its upload"))
        parts = self._pills[audio.status]
        if audio.is_being_read:
            parts += format_html('<progress max="100" value="0" hidden aria-labelledby="n-{}"></progress>', pk)
        if audio.error:
            parts += _why(audio.error)
        for word in audio.warnings:
            parts += self._warnings.get(word) or _why(word)
        return parts

    def _retry(self, audio: AudioFile, pk: str) -> SafeString:
        if not (self._may_edit and audio.status == AudioFile.Status.FAILED and audio.upload):
            return NOTHING
        return format_html(
            '<button class="btn btn-plain btn-sm" type="button" hx-post="{}audio/{}/retry/" hx-target="closest tr"'
            ' hx-swap="outerHTML">{} {}</button>',
            *(self._here, pk, icon("arrow-clockwise"), _("Read again")),
        )


def _why(sentence: str) -> SafeString:
    return format_html('<span class="why">{}</span>', sentence)


def printed(rows: list[AudioFile], printer: RowPrinter) -> SafeString:
    return format_html_join("", "{}", ((printer.print(audio),) for audio in rows))
