"""The words of a published version as values, kept in memory: a published version never changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from annotations.models import Term, Vocabulary, VocabularyVersion
from annotations.words.reading import Reader, normalised

MOST_KEPT = 64


@dataclass(frozen=True)
class PoolTerm:
    """A word of a pool. `polarity` and `arousal` lie in -1..1, None where they are not said."""

    code: str
    facet: str
    family: str = ""
    polarity: float | None = None
    arousal: float | None = None
    definition: str = ""
    # {locale: word} and {locale: [words that mean the same]}.
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    synonyms: dict[str, list[str]] = field(default_factory=dict, hash=False)
    opposites: tuple[str, ...] = ()
    is_active: bool = True

    def label(self, locale: str = "en") -> str:
        """The word in this language, else in its pool's first one, else its code."""
        return self.labels.get(locale) or next(iter(self.labels.values()), "") or self.code


@dataclass(frozen=True)
class Pool:
    """One published version: its words by code, in the order of their codes."""

    vocabulary_id: UUID
    version_id: UUID
    number: int
    name: str
    locale: str
    terms: Mapping[str, PoolTerm] = field(hash=False)

    def label(self, code: str, locale: str = "") -> str:
        """The word of a code; a code that is not in this version stands for itself."""
        term = self.terms.get(code)
        return code if term is None else term.labels.get(locale) or term.label(self.locale)

    def offered(self, facets: Iterable[str]) -> list[PoolTerm]:
        """The words people may choose now, of these facets."""
        wanted = set(facets)
        return [term for term in self.terms.values() if term.is_active and term.facet in wanted]

    def contradictions(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """Pairs of the given codes that are opposites, each once, in the order given."""
        given = list(dict.fromkeys(codes))
        return [
            (one, other)
            for place, one in enumerate(given)
            for other in given[place + 1 :]
            if one in self.terms and (other in self.terms[one].opposites or self._opposed(other, one))
        ]

    def _opposed(self, one: str, other: str) -> bool:
        return one in self.terms and other in self.terms[one].opposites

    @cached_property
    def _readers(self) -> dict[tuple[str, ...], Reader]:
        return {}

    def reader(self, facets: Iterable[str] = ()) -> Reader:
        """Finds which of the offered words a text means; without `facets` in all of them, emotions first."""
        key = tuple(sorted(set(facets) or set(Term.Facet.values)))
        if key not in self._readers:
            self._readers[key] = reader_of(self.offered(key))
        return self._readers[key]


def reader_of(terms: Iterable[PoolTerm]) -> Reader:
    return Reader(
        {
            term.code: (
                (*term.labels.values(), term.code.replace("-", " "), term.code),
                [word for words in term.synonyms.values() for word in words],
            )
            for term in sorted(terms, key=lambda term: (term.facet, term.code))
        }
    )


def term_values(row: Term) -> PoolTerm:
    return PoolTerm(
        code=row.code,
        facet=row.facet,
        family=row.family,
        polarity=row.polarity,
        arousal=row.arousal,
        definition=row.definition,
        labels=row.labels,
        synonyms=row.synonyms,
        opposites=tuple(row.opposites),
        is_active=row.is_active,
    )


def pool_of(vocabulary_id: UUID | str, number: int) -> Pool | None:
    """The words of a published version; None where there is no such version. Kept in memory once found."""
    try:
        return _pool(UUID(str(vocabulary_id)), number)
    except (VocabularyVersion.DoesNotExist, ValueError):
        return None


def pool_for(configuration: Mapping[str, Any]) -> Pool | None:
    """The words that a question of type "words" asks from, by its configuration."""
    return pool_of(configuration["vocabulary"], configuration["version"])


@lru_cache(maxsize=MOST_KEPT)
def _pool(vocabulary_id: UUID, number: int) -> Pool:
    version = VocabularyVersion.objects.select_related("vocabulary").get(
        vocabulary=vocabulary_id, number=number, state=VocabularyVersion.State.PUBLISHED
    )
    vocabulary: Vocabulary = version.vocabulary
    terms = {row.code: term_values(row) for row in Term.objects.filter(version=version).order_by("code")}
    return Pool(vocabulary.pk, version.pk, version.number, vocabulary.name, vocabulary.locale, terms)


def is_word(text: str) -> bool:
    """Whether anything is left of it once it is normalised."""
    return bool(normalised(text))
