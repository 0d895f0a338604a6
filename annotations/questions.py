"""What a question may be configured with, checked when it is made: afterwards it never changes."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.form_schemas import MAX_NUMBER, in_order, order_of, schema_problem
from annotations.models import Question, QuestionType
from annotations.words.asking import WrongConfiguration, clean_words_configuration
from datasets.models import Dataset
from workspaces.errors import Invalid

MAX_CHOICES = 200
MAX_STEPS = 100
MAX_LABEL = 200
MAX_LENGTH = 20_000


def clean_configuration(
    kind: str, given: dict[str, Any], *, dataset: Dataset | None, workspace_id: UUID | None = None
) -> dict[str, Any]:
    """The configuration to store, or Invalid with each wrong field below ("body", "configuration").

    Regions take the dataset's artifact types as they are now, or some of them; the other types need no dataset. Words
    are taken from a pool of the workspace, which is the dataset's where it is not given.
    """
    if kind == QuestionType.WORDS:
        return _words(given, workspace_id or (dataset.workspace_id if dataset else None))
    cleaner = _CLEANERS.get(kind)
    if cleaner is None:
        raise _refused("type", _("Choose one of: %(types)s.") % {"types": ", ".join(QuestionType.values)})
    return cleaner(given, dataset)


def shown_configuration(question: Question) -> dict[str, Any]:
    """A question's configuration as it was given: a form's fields in their order, which not every database keeps."""
    kept: dict[str, Any] = question.configuration
    if question.type != QuestionType.FORM:
        return kept
    return {"form_schema": in_order(kept["form_schema"], kept.get("order", {}))}


def _refused(name: str, message: str, *at: str | int) -> Invalid:
    loc = ("body", "type") if name == "type" else ("body", "configuration", name, *at)
    return Invalid([(loc, message, "value_error")])


def _flag(given: dict[str, Any], name: str) -> bool:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise _refused(name, _("Send true or false."))
    return bool(value)


def _regions(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    if dataset is None:
        raise _refused("labels", _("Time regions are marked with the artifact types of a dataset. Choose one."))
    return {"labels": _labels(given, dataset)}


def _timestamp(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    return {"multi": _flag(given, "multi")}


def _words(given: dict[str, Any], workspace_id: UUID | None) -> dict[str, Any]:
    try:
        return clean_words_configuration(given, workspace_id=workspace_id)
    except WrongConfiguration as wrong:
        raise _refused(wrong.name, wrong.sentence) from None


def _categorical(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    choices = _choices(given)
    kept = {"choices": choices, "multi": _flag(given, "multi"), "dropdown": _flag(given, "dropdown")}
    return kept | _scale(given, choices)


def _scale(given: dict[str, Any], choices: list[str]) -> dict[str, Any]:
    """Whether the choices are steps of a scale, and which of them lie off it, such as "variable"."""
    is_ordered, off = _flag(given, "ordered"), given.get("escape") or []
    if not isinstance(off, list) or not all(value in choices for value in off) or len(set(off)) != len(off):
        raise _refused("escape", _("What lies off the scale must be among the choices, each once."))
    if off and not is_ordered:
        raise _refused("escape", _("Only choices that are in order can have some that lie off the scale."))
    if is_ordered and len(choices) - len(off) < 2:
        raise _refused("escape", _("At least two choices must lie on the scale."))
    escape = {"escape": [choice for choice in choices if choice in off]} if off else {}
    return {"ordered": True} | escape if is_ordered else {}


def _rating(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    """All that is wrong at once: there are three fields to fill in."""
    problems = []
    steps = given.get("steps")
    if type(steps) is not int or not 1 <= steps <= MAX_STEPS:
        sentence = _("Give the number of steps as a whole number from 1 to %(most)d.") % {"most": MAX_STEPS}
        problems += _refused("steps", sentence).problems
    for name in ("min_label", "max_label"):
        label = given.get(name)
        if not isinstance(label, str) or not 0 < len(label.strip()) <= MAX_LABEL or not is_storable(label):
            sentence = _("Say what this end of the scale means, in up to %(most)d characters.") % {"most": MAX_LABEL}
            problems += _refused(name, sentence).problems
    if problems:
        raise Invalid(problems)
    return {"steps": steps, "min_label": given["min_label"].strip(), "max_label": given["max_label"].strip()}


def _number(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    bounds = {name: given[name] for name in ("min", "max") if given.get(name) is not None}
    for name, bound in bounds.items():
        if isinstance(bound, bool) or not isinstance(bound, int | float) or not abs(bound) <= MAX_NUMBER:
            raise _refused(name, _("Give a number between -%(most)d and %(most)d.") % {"most": MAX_NUMBER})
    if len(bounds) == 2 and bounds["min"] > bounds["max"]:
        raise _refused("max", _("The largest number must not lie below the smallest."))
    return bounds


def _form(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    schema = given.get("form_schema")
    problem = schema_problem(schema)
    if problem or not isinstance(schema, dict):
        at, sentence = problem or ((), "")
        raise _refused("form_schema", sentence, *at)
    return {"form_schema": schema, "order": order_of(schema)}


def is_storable(text: str) -> bool:
    """Neither can be stored by every database, and nobody types them."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


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
    if not all(
        isinstance(choice, str) and 0 < len(choice.strip()) <= 200 and is_storable(choice) for choice in choices
    ):
        raise _refused("choices", _("Each choice is a text of up to 200 characters."))
    if len(set(choices)) != len(choices):
        raise _refused("choices", _("Each choice may stand there once."))
    return choices


def _free_text(given: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    least = 0 if given.get("min_length") is None else given["min_length"]
    # Who asks for a long text and says nothing of the longest gets room for it.
    most = given.get("max_length")
    if most is None:
        most = max(2000, least) if type(least) is int else 2000
    if type(least) is not int or not 0 <= least <= MAX_LENGTH:
        raise _refused("min_length", _("Give a whole number from 0 to %(most)d.") % {"most": MAX_LENGTH})
    if type(most) is not int or not max(least, 1) <= most <= MAX_LENGTH:
        raise _refused("max_length", _("Lengths are whole numbers, the least not above the most, and at most 20000."))
    return {"min_length": least, "max_length": most}


_CLEANERS: dict[str, Callable[[dict[str, Any], Dataset | None], dict[str, Any]]] = {
    QuestionType.REGIONS: _regions,
    QuestionType.TIMESTAMP: _timestamp,
    QuestionType.CATEGORICAL: _categorical,
    QuestionType.RATING: _rating,
    QuestionType.NUMBER: _number,
    QuestionType.FREE_TEXT: _free_text,
    QuestionType.FORM: _form,
}


def alias_for(name: str, *, taken: set[str]) -> str:
    """A short key from a question's name, not yet taken: "Mark artifacts" becomes mark_artifacts."""
    stem = re.sub(r"\W+", "_", name.casefold()).strip("_")[:40] or "question"
    alias, number = stem, 1
    while alias in taken:
        number += 1
        alias = f"{stem}_{number}"
    return alias
