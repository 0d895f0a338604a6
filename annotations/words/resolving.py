"""What an answer in words comes to once free words were decided: codes, in whatever version they came."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotations.models import Term, WordProposal
from annotations.words.pool import Pool, PoolTerm, pool_for, term_values
from annotations.words.reading import normalised

DECIDED = (WordProposal.State.ADDED, WordProposal.State.MAPPED)


@dataclass(frozen=True)
class Resolved:
    """An answer as codes in the order given, free words that nobody has decided or that were refused, or neither."""

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    cannot_judge: bool = False


class Resolver:
    """Reads answers to one question. Made once per task: it asks the database when it is made, then no more."""

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        self.facets: tuple[str, ...] = tuple(configuration["facets"])
        self.pool: Pool | None = pool_for(configuration)
        vocabulary = UUID(str(configuration["vocabulary"]))
        rows = WordProposal.objects.filter(vocabulary=vocabulary, state__in=DECIDED, facet__in=self.facets)
        self._decided = dict(rows.order_by("word").values_list("word", "code"))
        self.terms: dict[str, PoolTerm] = dict(self.pool.terms) if self.pool else {}
        self.terms |= _later(vocabulary, set(self._decided.values()) - self.terms.keys())

    def code_of(self, word: str) -> str | None:
        """The code that a free word came to, by a decision, or else because the pool knows it; None: nobody knows."""
        known = self._decided.get(normalised(word))
        if known or self.pool is None:
            return known
        found = self.pool.reader(self.facets).find(word)
        return found[0] if found and found[1] != "lemma" else None

    def resolve(self, answer: Mapping[str, Any] | None) -> Resolved:
        """`answer` is {"terms", "words", "cannot_judge"} as it is stored."""
        answer = answer or {}
        codes: list[str] = list(answer.get("terms") or [])
        unknown: list[str] = []
        for word in answer.get("words") or []:
            code = self.code_of(word)
            (codes if code else unknown).append(code or word)
        gave_up = bool(answer.get("cannot_judge"))
        return Resolved(tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(unknown)), gave_up)

    def family(self, code: str) -> str:
        """The family of a code, "" where it has none."""
        term = self.terms.get(code)
        return term.family if term else ""

    def label(self, code: str, locale: str = "") -> str:
        """The word of a code, in this language or the pool's own; the code itself where nobody knows it."""
        term = self.terms.get(code)
        if term is None:
            return code
        return term.labels.get(locale) or term.label(self.pool.locale if self.pool else "en")


def resolver_for(configuration: Mapping[str, Any]) -> Resolver:
    """A reader of answers to a question of type "words", by its configuration."""
    return Resolver(configuration)


def _later(vocabulary: UUID, codes: set[str]) -> dict[str, PoolTerm]:
    """Words that came with a later version, as they are in the newest that has them."""
    if not codes:
        return {}
    rows = Term.objects.filter(version__vocabulary=vocabulary, code__in=codes).order_by("version__number")
    return {row.code: term_values(row) for row in rows}
