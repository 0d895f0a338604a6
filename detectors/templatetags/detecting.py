"""The words that the scripts of a model's page show."""

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def model_strings() -> SafeString:
    words = {
        "best": _("best threshold"),
        "here": _("the threshold above"),
        "precision": _("Precision"),
        "recall": _("Recall"),
        "threshold": _("Threshold"),
        "cannotPlay": _("This file cannot be played now."),
        "position": _("{at} of {length}"),
    }
    return json_script(words, "strings")
