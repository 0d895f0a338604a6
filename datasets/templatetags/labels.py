"""Labels drawn on a waveform, as SVG over its canvas: widths in a style attribute are what the policy forbids."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.models import Annotation, AudioFile
from datasets.pairing import Mark
from datasets.rows import drawn_level
from datasets.set_comparison import FileDifference
from workspaces.templatetags.earmark import duration, icon

register = template.Library()
_RECT = (
    '<rect class="{}" x="{}" width="{}" y="{}" height="{}" fill="{}" stroke="{}" data-play-from="{}" data-play-to="{}">'
    "<title>{}</title></rect>"
)
# A type that is gone has no colour of its own.
_GONE = "currentColor"
_SVG = '<svg class="strip-marks" viewBox="0 0 {} 100" preserveAspectRatio="none" aria-hidden="true">{}</svg>'


@register.simple_tag
def play_button(audio: AudioFile) -> SafeString:
    """What the page's player plays this file by, with where its peaks lie."""
    if audio.blob is None:
        return SafeString()
    level = drawn_level(audio.blob.peaks_header)
    return format_html(
        '<button class="btn btn-icon" type="button" data-play data-sha="{}" data-offset="{}" data-points="{}"'
        ' data-length="{}" aria-pressed="false" aria-label="{}">{}</button>',
        *(audio.blob.sha256, level["offset"], level["points"], audio.duration_ms),
        _("Play %(name)s") % {"name": audio.filename},
        icon("play-fill") + icon("pause-fill"),
    )


@register.simple_tag
def label_marks(audio: AudioFile, labels: Iterable[Annotation], colors: Mapping[str, str]) -> SafeString:
    """The labels of one file."""
    marks = [
        {"label": row.artifact_type, "start_ms": row.start_ms, "end_ms": row.end_ms, "confidence": row.confidence}
        for row in labels
    ]
    return format_html(_SVG, max(audio.duration_ms, 1), _rects(((mark, "") for mark in marks), colors, lane=(0, 100)))


@register.simple_tag
def difference_marks(audio: AudioFile, row: FileDifference, colors: Mapping[str, str]) -> SafeString:
    """Two lanes: the earlier version above, the later one below. What is the same on both is paler."""
    before = _looks(row.before, [change.before for change in row.changes])
    after = _looks(row.after, [change.after for change in row.changes])
    lanes = _rects(before, colors, lane=(2, 44)) + _rects(after, colors, lane=(54, 44))
    return format_html(_SVG, max(audio.duration_ms, 1), lanes)


def _looks(marks: list[Mark], changed: list[Mark | None]) -> Iterator[tuple[Mark, str]]:
    """Each mark with its look: those that changed stand out."""
    ids = {id(mark) for mark in changed}
    return ((mark, "" if id(mark) in ids else "same") for mark in marks)


def _rects(marks: Iterable[tuple[Mark, str]], colors: Mapping[str, str], *, lane: tuple[int, int]) -> SafeString:
    return format_html_join("", _RECT, (_rect(mark, look, colors, lane=lane) for mark, look in marks))


def _rect(mark: Mark, look: str, colors: Mapping[str, str], *, lane: tuple[int, int]) -> tuple[Any, ...]:
    start, end = mark["start_ms"], mark["end_ms"]
    color = colors.get(mark["label"]) or _GONE
    return (look, start, end - start, *lane, color, color, start, end, _title(mark))


def _title(mark: Mark) -> str:
    words = f"{mark['label']}, {duration(mark['start_ms'])}–{duration(mark['end_ms'])}"
    return words if mark["confidence"] == 1 else f"{words}, {share(mark['confidence'])}"


@register.filter
def share(part: float) -> str:
    """A confidence as percent: 0.8125 as 81 %."""
    return _("%(percent)d %%") % {"percent": round(100 * part)}


@register.filter
def signed_ms(ms: int) -> str:
    """A move of an edge: +12 ms, −5 ms, and nothing for none."""
    return f"{'+' if ms > 0 else '−'}{abs(ms)} ms" if ms else ""


@register.filter
def of_key(values: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping, empty where there is none."""
    return values.get(key, "")


@register.filter
def lasts(label: Annotation) -> int:
    """How long a label is, in milliseconds."""
    return label.end_ms - label.start_ms
