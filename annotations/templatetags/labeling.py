"""Numbers and moments as the labeling pages show them."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import QuestionType

register = template.Library()


@register.filter
def count(number: int | None) -> str:
    """1,284"""
    return f"{number or 0:,}"


@register.filter
def worked(ms: int | None) -> str:
    """Time somebody worked: 7.2 h, 12 min, 40 s."""
    value = ms or 0
    if value >= 3_600_000:
        return _("%(hours).1f h") % {"hours": value / 3_600_000}
    if value >= 60_000:
        return _("%(minutes)d min") % {"minutes": value // 60_000}
    return _("%(seconds)d s") % {"seconds": value // 1000}


@register.filter
def times(factor: float | None) -> str:
    """A real-time factor: 2.6×"""
    return "–" if factor is None else f"{factor:.1f}×"


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """How long ago, short; the exact moment is in the tooltip."""
    if moment is None:
        return "–"
    moment = timezone.localtime(moment)
    exact = date_format(moment, "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, _ago(moment))


def _ago(moment: datetime) -> str:
    now = timezone.localtime()
    minutes = int((now - moment).total_seconds() // 60)
    days = (now.date() - moment.date()).days
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if days == 0 or minutes < 6 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    if days == 1:
        return _("yesterday")
    if days < 7:
        return _("%(n)d days") % {"n": days}
    return date_format(moment, "j M Y")


REVIEW_WORDS = {"none": gettext_lazy("none"), "full": gettext_lazy("full"), "partial": gettext_lazy("partial")}


@register.filter
def review_word(mode: str) -> str:
    """The review mode in a word, where there is no room for the sentence."""
    return str(REVIEW_WORDS.get(mode, mode))


@register.filter
def question_word(kind: str) -> str:
    """What a question asks for: "time regions"."""
    return str(dict(QuestionType.choices).get(kind, kind))
