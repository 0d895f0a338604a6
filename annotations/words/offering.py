"""The words of a pool as the workbench searches them: one file per version and language, which never changes."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from annotations.answers import FormQuestion
from annotations.models import QuestionType
from annotations.words.pool import Pool


def with_index(question: FormQuestion) -> dict[str, Any]:
    """The configuration of a question; where it asks for words, with the address of them in the reader's language."""
    given = question.configuration
    if question.type != QuestionType.WORDS:
        return given
    named = [given["vocabulary"], given["version"], get_language() or "en"]
    return given | {"index_url": reverse("annotations:pool_index", args=named)}


def index_of(pool: Pool, locale: str) -> dict[str, Any]:
    """All words with what they are found by: other languages' words are synonyms. Those no more offered are named."""
    return {
        "vocabulary": str(pool.vocabulary_id),
        "version": pool.number,
        "terms": [_term(pool, code, locale) for code in pool.terms],
    }


def _term(pool: Pool, code: str, locale: str) -> dict[str, Any]:
    term = pool.terms[code]
    label = term.labels.get(locale) or term.labels.get(locale.partition("-")[0]) or term.label(pool.locale)
    others = [*term.labels.values(), *(word for words in term.synonyms.values() for word in words)]
    return {
        "code": code,
        "label": label,
        "facet": term.facet,
        "family": term.family,
        "definition": term.definition,
        "synonyms": [word for word in dict.fromkeys(others) if word != label],
        "opposites": list(term.opposites),
        "active": term.is_active,
    }
