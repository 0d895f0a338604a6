"""Figures of sound in words, and the words that the scripts of these pages show."""

import json

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.models import AudioFile

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """1234567 as 1,234,567, the way the language does it."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def khz(rate: int) -> str:
    """44100 as 44.1 kHz."""
    return f"{rate / 1000:.4g} kHz"


@register.simple_tag
def recording_of(audio: AudioFile) -> SafeString:
    """Attributes of the part of a page that plays this file: what static/datasets/recording.js draws it from."""
    if audio.blob is None:
        return format_html('data-unread="{}"', audio.pk)
    header = audio.blob.peaks_header
    drawn = {"sample_rate": header.get("sample_rate", 0), "levels": header.get("levels", [])}
    return format_html(
        'data-recording="{}" data-sha="{}" data-header="{}" data-length="{}"',
        *(audio.pk, audio.blob.sha256, json.dumps(drawn), audio.duration_ms),
    )


@register.simple_tag
def audio_strings() -> SafeString:
    words = {
        "waiting": _("waits"),
        "sending": _("{percent} % sent"),
        "reading": _("being read"),
        "readingPart": _("being read, {percent} %"),
        "ready": _("ready, {length}"),
        "duplicate": _("ready, {length}. These bytes were here already and are shared."),
        "warnings": _("ready, {length}: {warnings}"),
        "cancelled": _("cancelled"),
        "lost": _("The connection was lost. Try again."),
        "refused": _("The server refused it (error {status})."),
        "summaryBusy": _("{done} of {total} files done"),
        "summaryFailed": _("{done} of {total} files done, {failed} failed"),
        "summaryReady": _("{total} files done"),
        "summaryOne": _("1 file done"),
        "more": _("and {n} more"),
        "leave": _("Files are still being uploaded."),
        "empty": _("There are no files in it."),
        "chosenOne": _("1 file chosen"),
        "chosen": _("{n} files chosen"),
        "cannotPlay": _("This file cannot be played now."),
        "position": _("{at} of {length}"),
        "readSoFar": _("{percent} % read"),
    }
    return json_script(words, "strings")
