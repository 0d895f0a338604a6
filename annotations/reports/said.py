"""Figures in words: how a person reads them on the page. Shares go from 0 to 1, times are milliseconds."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DASH = "–"
# Krippendorff's own advice: from .8 on one may rely on it, from .667 on draw tentative conclusions.
RELIABLE, TENTATIVE = 0.8, 0.667
# The reasons of annotations.quality.agreement, which needs numpy and so is not loaded where pages are made.
WHY_NOT = {
    "one_rater": gettext_lazy("nobody answered the same item as somebody else"),
    "no_variation": gettext_lazy("all answers are the same, so chance cannot be told from agreement"),
}
KINDS = {
    "names": gettext_lazy("nominal"),
    "scale": gettext_lazy("ordinal"),
    "numbers": gettext_lazy("interval"),
    "sets": gettext_lazy("sets"),
    "words": gettext_lazy("sets"),
    "marks": gettext_lazy("event F1"),
}


def share(value: float | None, digits: int = 0) -> str:
    """0.914 as 91 %"""
    return DASH if value is None else f"{100 * value:.{digits}f} %"


def interval(low: float | None, high: float | None) -> str:
    """84–96 %"""
    return "" if low is None or high is None else f"{100 * low:.0f}–{100 * high:.0f} %"


def decimal(value: float | None) -> str:
    """-0.208 as −0.21"""
    return DASH if value is None else f"{value:.2f}".replace("-", "−")


def alpha(found: Mapping[str, Any] | None) -> str:
    return decimal(found["value"]) if found else DASH


def alpha_interval(found: Mapping[str, Any] | None) -> str:
    if not found or found.get("low") is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": decimal(found["low"]), "high": decimal(found["high"])}


def alpha_means(found: Mapping[str, Any] | None) -> str:
    """In a few words what the figure says, or why there is none."""
    if not found:
        return ""
    value = found["value"]
    if value is None:
        return str(WHY_NOT.get(found["reason"], ""))
    if value >= RELIABLE:
        return _("reliable")
    if value >= TENTATIVE:
        return _("tentative")
    return _("too low to rely on") if value > 0 else _("no better than chance")


def seconds(ms: float | None) -> str:
    """12.4 s; from two minutes on 2.1 min."""
    if ms is None:
        return DASH
    value = ms / 1000
    if value >= 120:
        return _("%(n)s min") % {"n": f"{value / 60:.1f}"}
    return _("%(n)s s") % {"n": f"{value:.1f}" if value < 100 else f"{value:.0f}"}


def milliseconds(value: float | None) -> str:
    """+12 ms, −40 ms"""
    return DASH if value is None else f"{value:+.0f} ms".replace("-", "−")


def money(value: float | None) -> str:
    """What something costs, in the currency the teams' costs are given in; small amounts to a hundredth of a cent."""
    if value is None:
        return DASH
    return f"{value:,.2f}" if value >= 0.1 or value == 0 else f"{value:.4f}"


def count(value: int | None) -> str:
    return DASH if value is None else f"{value:,}"


def times(value: float | None, least: float | None) -> str:
    """How many times the least of them: 1.8×; nothing for the least itself."""
    if value is None or not least or value <= least:
        return ""
    return f"{value / least:.1f}×"
