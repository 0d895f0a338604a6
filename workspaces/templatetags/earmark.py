"""Formatting and small parts for pages. Time is milliseconds everywhere else and is made readable here."""

from functools import cache
from pathlib import Path

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from workspaces.mail import mail_is_sent

register = template.Library()

# How a state looks, whatever row has it. What is not named here is quiet.
PILLS = {
    "accent": ("open", "in_progress", "running", "normalizing", "embedding", "reviewing", "pending_review"),
    "ok": ("approved", "ready", "completed", "published", "generated", "submitted", "active", "agreed", "adjudicated"),
    "warn": ("rework", "rejected", "escalated", "failed", "stopped", "expired", "revoked", "disputed"),
}
LOOK_OF = {state: look for look, states in PILLS.items() for state in states}


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
    return mark_safe(svg)  # noqa: S308 - see above


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons that `scripts/assets.mjs` copies, as inline SVG in the colour of the text."""
    return _svg(name)


@register.simple_tag
def pill(state: str, label: object = "") -> SafeString:
    """A state as a coloured word: `{% pill task.state task.get_state_display %}`."""
    return format_html('<span class="pill pill-{}">{}</span>', LOOK_OF.get(state, "quiet"), label or state)


@register.simple_tag
def keycap(key: str) -> SafeString:
    return format_html('<kbd class="keycap">{}</kbd>', key)


@register.simple_tag
def bar(total: int, *, size: str = "", label: str = "", **parts: int | None) -> SafeString:
    """A bar in segments: `{% bar 2000 ok=1040 accent=244 warn=62 busy=120 size="thin" %}`; the rest stays empty.

    Drawn as SVG, since widths in a style attribute are what the content security policy forbids.
    """
    rects, start = [], 0.0
    for look, part in parts.items():
        width = 100 * (part or 0) / total if total else 0.0
        if width:
            rects.append((look, f"{start:.2f}", f"{width:.2f}"))
        start += width
    inside = format_html_join("", '<rect class="{}" x="{}%" width="{}%"/>', rects)
    words = label or _("%(percent)d %%") % {"percent": round(start)}
    return format_html('<svg class="bar {}" role="img" aria-label="{}">{}</svg>', size, words, inside)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def control(field: BoundField) -> SafeString:
    """A form's field as Bootstrap wants it."""
    widget = field.field.widget
    look = "form-control"
    if isinstance(widget, forms.CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, forms.Select):
        look = "form-select"
    return field.as_widget(attrs={"class": f"{look} {widget.attrs.get('class', '')}".strip()})


@register.simple_tag
def sends_mail() -> bool:
    """Whether a mail server is set; without one, links are copied by hand."""
    return mail_is_sent()


@register.simple_tag
def base_strings() -> SafeString:
    """The words that the scripts of every page show."""
    words = {
        "close": _("Close"),
        "copied": _("Copied."),
        "copyByHand": _("The browser does not allow copying here. The text is selected: copy it by hand."),
        "noConnection": _("No answer from the server. Check the connection and try again."),
        "failed": _("That did not work (error {status}). Reload the page and try again."),
    }
    return json_script(words, "base-strings")
