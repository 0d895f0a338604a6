"""Findings as people read them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.quality.checks import Finding

# What checks find, by the code that is stored. The last three are what a language model can say.
CODES: dict[str, Any] = {
    "opposites": gettext_lazy("words that contradict each other"),
    "scale": gettext_lazy("words against a scale"),
    "heard": gettext_lazy("too little was listened to"),
    "worked": gettext_lazy("handed in too soon"),
    "nothing": gettext_lazy("nothing was said"),
    "contradiction": gettext_lazy("the answers contradict each other"),
    "no_majority": gettext_lazy("the descriptions do not agree"),
    "majority": gettext_lazy("the descriptions agree"),
}


def sentence(finding: Finding) -> str:
    about = dict(finding.about)
    if finding.code == "opposites":
        return _("“%(first)s” and “%(second)s” contradict each other.") % about
    if finding.code == "scale":
        return _("“%(word)s” does not go with “%(value)s” for %(scale)s.") % about
    if finding.code == "heard":
        return _("Only %(percent)s %% of the recording was listened to; at least %(least)s %% is asked for.") % about
    if finding.code == "worked":
        return (
            _("It was handed in after %(percent)s %% of the recording's length; at least %(least)s %% is asked for.")
            % about
        )
    return _("No question was answered.")


def stored(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """As results keep them."""
    return [{"code": one.code, "aliases": list(one.aliases), "sentence": sentence(one)} for one in findings]
