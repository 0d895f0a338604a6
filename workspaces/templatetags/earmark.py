"""Formatting for pages. Time is milliseconds everywhere else and is made readable here."""

from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def duration(ms: int | None) -> str:
    """1:04.120, or 2:03:04.500 from an hour on."""
    if ms is None:
        return ""
    seconds, rest = divmod(int(ms), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{rest:03}" if hours else f"{minutes}:{seconds:02}.{rest:03}"


@register.filter
def hours(ms: int | None) -> str:
    """Hours of audio with one decimal, minutes below an hour."""
    value = ms or 0
    return f"{value / 3_600_000:.1f} h" if value >= 3_600_000 else f"{value / 60_000:.1f} min"


@register.filter
def percent_of(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 0


@cache
def _svg(name: str) -> SafeString:
    path = Path(settings.BASE_DIR, "static", "vendor", "bootstrap-icons", f"{name}.svg")
    svg = path.read_text(encoding="utf-8").replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    # The files come from the locked npm package, not from users.
    return mark_safe(svg)  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons that `scripts/assets.mjs` copies, as inline SVG in the colour of the text."""
    return _svg(name)
