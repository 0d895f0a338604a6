"""Figures of sound in words, and the words that the scripts of these pages show."""

from django import template
from django.utils.formats import number_format
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
