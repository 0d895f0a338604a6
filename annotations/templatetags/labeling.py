"""Numbers and moments as the labeling pages show them."""

import math
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
        return _("%(hours)s h") % {"hours": f"{value / 3_600_000:,.1f}"}
    if value >= 60_000:
        return _("%(minutes)d min") % {"minutes": value // 60_000}
    return _("%(seconds)d s") % {"seconds": value // 1000}


@register.filter
def times(factor: float | None) -> str:
    """A real-time factor: 2.6×"""
    return "–" if factor is None else f"{factor:.1f}×"


@register.filter
def per_cent(share: float | None, digits: int = 0) -> str:
    """0.914 as 91 %"""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


@register.filter
def at_most(share: float) -> str:
    """A bound, 0.13911 as 14.0 %: rounded up, and never to nothing."""
    digits = 1 if share >= 0.01 else 2
    return f"{math.ceil(100 * share * 10**digits) / 10**digits:.{digits}f} %"


@register.filter
def person_hours(hours: float) -> str:
    """Work that is left: 38 person-hours, or with a decimal below ten."""
    shown = f"{hours:,.0f}" if hours >= 10 else f"{hours:.1f}"
    return _("%(hours)s person-hours") % {"hours": shown}


WHY_NO_FORECAST = {
    "nothing_left": "",
    "too_little": gettext_lazy("no forecast yet: fewer than 5 items are handed in"),
    "no_work": gettext_lazy("no forecast: nothing was handed in for a week"),
    "too_few_verdicts": gettext_lazy("no forecast yet: fewer than 5 items are reviewed"),
    "no_verdicts": gettext_lazy("no forecast: nothing was reviewed for a week"),
    "too_far": gettext_lazy("at this pace it takes more than ten years"),
}


@register.filter
def why_no_forecast(reason: str) -> str:
    """In a few words why no day is named."""
    return str(WHY_NO_FORECAST[reason])


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
        return _("%(n)d min ago") % {"n": minutes}
    if days == 0 or minutes < 6 * 60:
        return _("%(n)d h ago") % {"n": minutes // 60}
    if days == 1:
        return _("yesterday")
    if days < 7:
        return _("%(n)d days ago") % {"n": days}
    return date_format(moment, "j M Y")


@register.filter
def in_short(answer: object) -> str:
    """An expected answer in a cell: a word, a list of words, or how many marks."""
    if isinstance(answer, list) and any(isinstance(part, dict) for part in answer):
        found = [f"{part['label']} {clock(part['start_ms'])}" for part in answer[:5]]
        return ", ".join(found) + (" …" if len(answer) > len(found) else "")
    if isinstance(answer, list):
        return ", ".join(map(str, answer)) or _("nothing")
    if isinstance(answer, dict):
        return ", ".join(f"{', '.join(map(str, part)) if isinstance(part, list) else part}" for part in answer.values())
    return str(answer)


def clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms % 60_000 / 1000:06.3f}"


REVIEW_WORDS = {"none": gettext_lazy("none"), "full": gettext_lazy("full"), "partial": gettext_lazy("partial")}


@register.filter
def review_word(mode: str) -> str:
    """The review mode in a word, where there is no room for the sentence."""
    return str(REVIEW_WORDS.get(mode, mode))


@register.filter
def question_word(kind: str) -> str:
    """What a question asks for: "time regions"."""
    return str(dict(QuestionType.choices).get(kind, kind))
