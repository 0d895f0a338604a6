"""What a question may be configured with, checked when it is made: afterwards it never changes."""

import re
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import QuestionType
from datasets.models import Dataset
from workspaces.errors import Invalid

MAX_CHOICES = 200


def clean_configuration(kind: str, given: dict[str, Any], *, dataset: Dataset) -> dict[str, Any]:
    """The configuration to store. Regions take the dataset's artifact types as they are now, or some of them."""
    if kind == QuestionType.REGIONS:
        return {"labels": _labels(given, dataset)}
    if kind == QuestionType.TIMESTAMP:
        return {"multi": _flag(given, "multi")}
    if kind == QuestionType.CATEGORICAL:
        return {"choices": _choices(given), "multi": _flag(given, "multi"), "dropdown": _flag(given, "dropdown")}
    if kind == QuestionType.FREE_TEXT:
        return _lengths(given)
    raise _refused("type", _("Choose one of: %(types)s.") % {"types": ", ".join(QuestionType.values)})


def _refused(name: str, message: str) -> Invalid:
    return Invalid([(("body", "configuration", name) if name != "type" else ("body", "type"), message, "value_error")])


def _flag(given: dict[str, Any], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise _refused(name, _("Send true or false."))
    return value


def _labels(given: dict[str, Any], dataset: Dataset) -> list[dict[str, str]]:
    types = {row.name: row for row in dataset.artifact_types.all()}
    if not types:
        raise _refused("labels", _("This dataset has no artifact types yet. Add some on its page first."))
    wanted = given.get("labels") or list(types)
    wanted = wanted if isinstance(wanted, list) else [wanted]
    names = [str(label.get("name") if isinstance(label, dict) else label) for label in wanted]
    if len(set(names)) != len(names) or not types.keys() >= set(names):
        raise _refused(
            "labels", _("Choose from the dataset's artifact types: %(types)s.") % {"types": ", ".join(types)}
        )
    return [{"name": name, "color": types[name].shown_color, "description": types[name].description} for name in names]


def _choices(given: dict[str, Any]) -> list[str]:
    choices = given.get("choices")
    if not isinstance(choices, list) or not 1 <= len(choices) <= MAX_CHOICES:
        raise _refused("choices", _("Give between 1 and %(most)d choices.") % {"most": MAX_CHOICES})
    if not all(isinstance(choice, str) and 0 < len(choice.strip()) <= 200 for choice in choices):
        raise _refused("choices", _("Each choice is a text of up to 200 characters."))
    if len(set(choices)) != len(choices):
        raise _refused("choices", _("Each choice may stand there once."))
    return choices


def _lengths(given: dict[str, Any]) -> dict[str, int]:
    least, most = given.get("min_length") or 0, given.get("max_length") or 2000
    if type(least) is not int or type(most) is not int or not 0 <= least <= most <= 20_000 or most < 1:
        raise _refused("max_length", _("Lengths are whole numbers, the least not above the most, and at most 20000."))
    return {"min_length": least, "max_length": most}


def alias_for(name: str, *, taken: set[str]) -> str:
    """A short key from a question's name, not yet taken: "Mark artifacts" becomes mark_artifacts."""
    stem = re.sub(r"\W+", "_", name.casefold()).strip("_")[:40] or "question"
    alias, number = stem, 1
    while alias in taken:
        number += 1
        alias = f"{stem}_{number}"
    return alias
