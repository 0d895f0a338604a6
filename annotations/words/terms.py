"""What a word of a pool must be, alone and among the others. Pure but for the sentences: no database."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import Term
from annotations.words.pool import PoolTerm
from annotations.words.reading import MAX_WORD, normalised

MAX_CODE = 60
MAX_FAMILY = 60
MAX_DEFINITION = 500
MAX_SYNONYMS = 30
MAX_TERMS = 5000

Terms = dict[str, PoolTerm]
_LOCALE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.IGNORECASE)


class WrongTerm(Exception):
    """What is wrong with a word, and at which of its fields."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(sentence)


def code_for(word: str) -> str:
    """The code a word gets where none is given: "laid back" becomes laid-back."""
    letters = (letter if letter.isalnum() else "-" for letter in normalised(word))
    return re.sub("-+", "-", "".join(letters)).strip("-")[:MAX_CODE].strip("-")


def clean_term(given: Mapping[str, Any], *, locale: str, kept: PoolTerm | None = None) -> PoolTerm:
    """A word from what was sent or read, by the names of its fields.

    `label` and `synonyms` are those of `locale`; `labels` and `synonyms` may be objects by locale as well. What is not
    given stays as it is in `kept`. Raises WrongTerm.
    """
    base = kept or PoolTerm(code="", facet="")
    if not _LOCALE.fullmatch(locale):
        raise WrongTerm(
            "locale", _("“%(text)s” is no language. Give a code such as en or pt-br.") % {"text": locale[:40]}
        )
    labels = base.labels | _labels(given, locale)
    if not labels:
        raise WrongTerm("label", _("Give the word."))
    code = str(given.get("code") or base.code or code_for(next(iter(labels.values()))))
    if not _is_code(code):
        raise WrongTerm("code", _("A code is made of up to %(most)d letters, digits, - and _.") % {"most": MAX_CODE})
    facet = str(given.get("facet") or base.facet)
    if facet not in Term.Facet.values:
        shown = {"facet": facet[:40], "facets": ", ".join(Term.Facet.values)}
        raise WrongTerm("facet", _("“%(facet)s” is none of the facets: %(facets)s.") % shown)
    return replace(
        base,
        code=code,
        facet=facet,
        family=_text(given, "family", base.family, MAX_FAMILY),
        polarity=_measure(given, "polarity", base.polarity),
        arousal=_measure(given, "arousal", base.arousal),
        definition=_text(given, "definition", base.definition, MAX_DEFINITION),
        labels=labels,
        synonyms=_synonyms(given, locale, base.synonyms),
        opposites=_opposites(given, code, base.opposites),
        is_active=bool(given.get("is_active", base.is_active)),
    )


def _is_code(code: str) -> bool:
    return 0 < len(code) <= MAX_CODE and all(
        letter in "-_" or unicodedata.category(letter)[0] in "LMN" for letter in code
    )


def _word(value: object, field: str) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not normalised(text) or len(text) > MAX_WORD or len(normalised(text)) > MAX_WORD or "\0" in text:
        shown = {"text": str(value)[:40], "most": MAX_WORD}
        raise WrongTerm(field, _("“%(text)s” is no word of up to %(most)d letters.") % shown)
    return text


def _labels(given: Mapping[str, Any], locale: str) -> dict[str, str]:
    labels = given.get("labels") or {}
    if not isinstance(labels, dict) or not all(_LOCALE.fullmatch(str(name)) for name in labels):
        raise WrongTerm("labels", _("Send the words by language."))
    found = {str(name): _word(word, "labels") for name, word in labels.items()}
    return found | ({locale: _word(given["label"], "label")} if given.get("label") else {})


def _synonyms(given: Mapping[str, Any], locale: str, kept: dict[str, list[str]]) -> dict[str, list[str]]:
    value = given.get("synonyms")
    if value is None:
        return kept
    by_locale = value if isinstance(value, dict) else {locale: value}
    found = dict(kept) if not isinstance(value, dict) else {}
    for name, words in by_locale.items():
        if not isinstance(words, list) or len(words) > MAX_SYNONYMS or not _LOCALE.fullmatch(str(name)):
            raise WrongTerm("synonyms", _("Give a list of up to %(most)d words.") % {"most": MAX_SYNONYMS})
        found[str(name)] = list(dict.fromkeys(_word(word, "synonyms") for word in words))
    return {name: words for name, words in found.items() if words}


def _opposites(given: Mapping[str, Any], code: str, kept: tuple[str, ...]) -> tuple[str, ...]:
    value = given.get("opposites")
    if value is None:
        return kept
    if not isinstance(value, list | tuple) or not all(isinstance(other, str) for other in value):
        raise WrongTerm("opposites", _("Give a list of codes."))
    if code in value:
        raise WrongTerm("opposites", _("A word is not its own opposite."))
    return tuple(sorted(set(value)))


def _text(given: Mapping[str, Any], name: str, kept: str, most: int) -> str:
    value = given.get(name)
    if value is None:
        return kept
    text = " ".join(str(value).split())
    if len(text) > most or "\0" in text:
        raise WrongTerm(name, _("Write at most %(most)d characters.") % {"most": most})
    return text


def _measure(given: Mapping[str, Any], name: str, kept: float | None) -> float | None:
    if name not in given:
        return kept
    value = given[name]
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, bool) or not -1 <= number <= 1:
        raise WrongTerm(name, _("Give a number from -1 to 1, or nothing."))
    return number


def with_term(terms: Terms, term: PoolTerm) -> Terms:
    """The words with this one put in; whoever it is opposed to is opposed to it as well, and nobody else any more."""
    changed = {**terms, term.code: term}
    for code in {*term.opposites, *(terms[term.code].opposites if term.code in terms else ())}:
        other = changed.get(code)
        if other is None:
            raise WrongTerm("opposites", _("There is no word “%(code)s” in the pool.") % {"code": code[:60]})
        around = {*other.opposites, term.code} if code in term.opposites else {*other.opposites} - {term.code}
        changed[code] = replace(other, opposites=tuple(sorted(around)))
    return changed


def without_term(terms: Terms, code: str) -> Terms:
    """The words without this one, which is nobody's opposite any more."""
    return {
        other: replace(term, opposites=tuple(name for name in term.opposites if name != code))
        for other, term in terms.items()
        if other != code
    }


def clash(terms: Iterable[PoolTerm]) -> tuple[str, str] | None:
    """A code and a sentence where one text would mean two words of a facet; None where every text means one."""
    means: dict[tuple[str, str], PoolTerm] = {}
    for term in terms:
        if not term.is_active:
            continue
        for text in (*term.labels.values(), *(word for words in term.synonyms.values() for word in words)):
            first = means.setdefault((term.facet, normalised(text)), term)
            if first.code != term.code:
                shown = {"text": text, "first": first.label(), "second": term.label()}
                return term.code, _("“%(text)s” would mean both “%(first)s” and “%(second)s”.") % shown
    return None
