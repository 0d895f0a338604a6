"""A task's form with the words of its pools, as the checks read it."""

from annotations.answers import FormQuestion
from annotations.form import form_of
from annotations.models import LabelingTask, QuestionType
from annotations.quality.checks import Asked, Word
from annotations.words.pool import pool_for


def asked_of(task: LabelingTask) -> tuple[Asked, ...]:
    return tuple(
        Asked(alias=question.alias, name=question.name, type=question.type, words=_words(question))
        for question in form_of(task)
    )


def _words(question: FormQuestion) -> dict[str, Word]:
    pool = pool_for(question.configuration) if question.type == QuestionType.WORDS else None
    if pool is None:
        return {}
    return {
        code: Word(code=code, label=term.label(pool.locale), family=term.family, opposites=frozenset(term.opposites))
        for code, term in pool.terms.items()
    }
