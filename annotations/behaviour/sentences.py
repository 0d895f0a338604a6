"""What people read about rules and standings: to those it is about never which of their items was looked at, or how
many; to managers what each rule does.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations.quality import behaviour
from annotations.quality.behaviour import MAJORITY, PAUSE, STOP, TOO_FAST, WARN, Rule

PROBLEMS = {
    "unknown": gettext_lazy("This is not known here."),
    "a_cap_pauses": gettext_lazy("A daily number pauses until there is room again; it cannot warn or stop."),
    "too_small": gettext_lazy("Give a number of at least 1."),
    "too_large": gettext_lazy("This number is too large."),
    "no_share": gettext_lazy("Give a share above 0 and up to 100 per cent."),
    "smaller_than_least": gettext_lazy(
        "Fewer answers are looked at than there must be, so the rule would never fire: make the window as large."
    ),
    "never_sure": gettext_lazy(
        "Even if all answers in this window were wrong, chance could explain it, so the rule would never fire: "
        "make the window larger or the share higher."
    ),
    "no_length": gettext_lazy("Give the hours of a pause, up to a year."),
    "twice": gettext_lazy("There is another rule of this kind with the same consequence."),
    "no_majority": gettext_lazy("Items of this task are labeled by one or two people, so there is no majority."),
}


def moment(at: datetime) -> str:
    """A day and a time of the clock, short."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "H:i") if is_today else date_format(local, "j M, H:i")


def reason(rule: Rule) -> str:
    """Why the rule fired, for the person it is about."""
    if rule.kind == behaviour.CONTROLS:
        return _("Of your answers that were checked, fewer are right than this task needs.")
    if rule.kind == MAJORITY:
        return _("Your answers often differ from what most others say about the same items.")
    if rule.kind == TOO_FAST:
        return _("Many of your answers came before their recordings can have been listened to.")
    sentence = ngettext("You set aside %(n)d item.", "You set aside %(n)d items in a row.", rule.least)
    return sentence % {"n": rule.least}


def told(action: str, why: str, *, until: datetime | None = None) -> str:
    """What somebody is told about their standing, in the workbench and wherever they are kept out."""
    if action == WARN:
        return _("A warning: %(why)s You can go on.") % {"why": _ended(why)}
    if action == PAUSE and until is not None:
        words = {"until": moment(until), "why": _ended(why)}
        return _("You are paused in this task until %(until)s. %(why)s What you handed in is kept.") % words
    return _("You are stopped in this task. %(why)s If you think this is wrong, ask its manager.") % {
        "why": _ended(why)
    }


def capped(number: int, *, until: datetime) -> str:
    words = {"n": f"{number:,}", "until": moment(until)}
    return (
        _("You handed in %(n)s items within 24 hours, the most that one person does here. Go on at %(until)s.") % words
    )


def _ended(why: str) -> str:
    return why if why.endswith((".", "!", "?", "…")) else f"{why}."


def explained(rule: Rule) -> str:
    """What a rule does, as one sentence for managers."""
    return f"{_when(rule)} {_then(rule)}"


def _when(rule: Rule) -> str:
    words = {
        "share": f"{rule.threshold or 0:g}",
        "least": f"{rule.least:,}",
        "window": f"{rule.span:,}",
    }
    if rule.kind == behaviour.SKIPS:
        return ngettext("Whoever skips %(n)d item", "Whoever skips %(n)d items in a row", rule.least) % {
            "n": rule.least
        }
    if rule.kind == behaviour.DAILY_CAP:
        sentence = ngettext(
            "Whoever hands in %(n)d item within 24 hours", "Whoever hands in %(n)d items within 24 hours", rule.least
        )
        return sentence % {"n": rule.least}
    if rule.kind == behaviour.CONTROLS:
        return (
            _("Whoever is right on less than %(share)s %% of the last %(window)s control items, from %(least)s on,")
            % words
        )
    if rule.kind == MAJORITY:
        return (
            _(
                "Whoever agrees with most others on less than %(share)s %% of the last %(window)s items, "
                "from %(least)s on,"
            )
            % words
        )
    return _("Whoever is too fast for %(share)s %% or more of the last %(window)s answers, from %(least)s on,") % words


def _then(rule: Rule) -> str:
    if rule.kind == behaviour.DAILY_CAP:
        return _("waits until it is fewer again.")
    sure = rule.kind in behaviour.OF_WRONG and rule.is_grave
    words = {"hours": f"{rule.pause_hours:g}", "chance": f"{100 * behaviour.CHANCE:g}"}
    if rule.action == WARN:
        return _("is warned and goes on.")
    if rule.action == STOP and sure:
        return _("is stopped, once chance explains it in fewer than %(chance)s of 100 cases.") % words
    if rule.action == STOP:
        return _("is stopped.")
    if sure:
        return _("is paused for %(hours)s h, once chance explains it in fewer than %(chance)s of 100 cases.") % words
    return _("is paused for %(hours)s h.") % words
