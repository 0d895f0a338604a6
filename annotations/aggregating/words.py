"""What a question in words needs to be put together: the families of its pool, and what decided free words mean."""

from functools import lru_cache

from annotations.aggregating.deciding import NO_WORDS, Words
from annotations.answers import FormQuestion
from annotations.words.resolving import resolver_for


def words_of(question: FormQuestion) -> Words:
    """Of a question of another type, or whose pool is gone: nothing. Asks the database now, and then no more."""
    if question.type != "words":
        return NO_WORDS
    resolver = resolver_for(question.configuration)
    families = {code: term.family for code, term in resolver.terms.items()}
    return Words(families, lru_cache(maxsize=4096)(resolver.code_of))
