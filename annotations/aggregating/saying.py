"""Results in words, for pages: what an answer says, with what confidence, and how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.aggregating.reviewing_results import FLAGS
from annotations.aggregating.settings import METHOD_NAMES
from annotations.answers import FormQuestion
from annotations.models import ItemFile, ItemResult
from annotations.words.pool import pool_for
from workspaces.templatetags.earmark import duration as clock


@dataclass(frozen=True)
class Told:
    """One question of one result. `percent` is None where there is no confidence to speak of."""

    name: str
    value: str
    percent: int | None
    method: str
    flags: Sequence[tuple[str, str]]


def tell(result: ItemResult, form: Sequence[FormQuestion]) -> list[Told]:
    """Each question that has an answer, in the order asked."""
    found = []
    for question in form:
        kept = result.values.get(question.alias)
        if not kept or (not kept.get("n") and kept.get("value") is None):
            continue
        confidence = kept.get("confidence")
        found.append(
            Told(
                question.name,
                said(question, kept.get("value")),
                None if confidence is None else round(confidence * 100),
                str(METHOD_NAMES.get(kept["method"], kept["method"])),
                [(flag, str(FLAGS.get(flag, flag))) for flag in kept.get("flags", ())],
            )
        )
    return found


def said(question: FormQuestion, value: Any) -> str:
    """An answer in a few words; a dash where there is none."""
    if value is None:
        return "–"
    if question.type == "words":
        return _words(question, value)
    if question.type == "rating":
        return _("%(step)g of %(steps)d") % {"step": value, "steps": question.configuration["steps"]}
    if question.type == "regions":
        return ngettext("%(n)d region", "%(n)d regions", len(value)) % {"n": len(value)}
    if question.type == "timestamp":
        return ", ".join(clock(time) for time in (value if isinstance(value, list) else [value])) or "–"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or _("none")
    return str(value)


def _words(question: FormQuestion, value: dict[str, Any]) -> str:
    if value.get("cannot_judge"):
        return _("cannot be judged")
    if value.get("families"):
        return _("only the family: %(names)s") % {"names": ", ".join(value["families"])}
    pool = pool_for(question.configuration)
    terms = [pool.label(code) if pool else code for code in value.get("terms", ())]
    return ", ".join([*terms, *(f"“{word}”" for word in value.get("words", ()))]) or _("none")


def names_of(items: Sequence[UUID]) -> dict[UUID, str]:
    """The recording of each item, by its first file."""
    rows = ItemFile.objects.filter(item__in=items).order_by("item", "-name")
    return dict(rows.values_list("item_id", "audio__filename"))
