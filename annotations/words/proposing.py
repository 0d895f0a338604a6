"""Words that a pool misses: counted when they are handed in, decided by a curator."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.answers import FormQuestion
from annotations.models import QuestionType, Submission, Term, Vocabulary, WordProposal
from annotations.words.reading import MAX_WORD, normalised
from annotations.words.terms import Terms, WrongTerm, clean_term, with_term
from annotations.words.vocabularies import change_terms, draft_of
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require

State = WordProposal.State


def free_words(form: tuple[FormQuestion, ...], answers: dict[str, Any]) -> dict[tuple[str, str], set[str]]:
    """The free words of answers by (pool, facet): that of the question, and where it asks for several, the first."""
    found: dict[tuple[str, str], set[str]] = {}
    for question in form:
        if question.type != QuestionType.WORDS:
            continue
        answer = answers.get(question.alias)
        if isinstance(answer, dict) and answer.get("words"):
            key = question.configuration["vocabulary"], question.configuration["facets"][0]
            found.setdefault(key, set()).update(answer["words"])
    return found


def count_new_words(
    form: tuple[FormQuestion, ...], assignment_id: UUID, *, answers: dict[str, Any], revision: int
) -> None:
    """Put the free words of what was handed in into the queues of their pools. No statement where there are none.

    What the revision before held as well was counted then.
    """
    found = free_words(form, answers)
    if not found:
        return
    known: dict[tuple[str, str], set[str]] = {}
    if revision > 1:
        rows = Submission.objects.filter(assignment=assignment_id, revision=revision - 1)
        known = free_words(form, rows.values_list("answers", flat=True).first() or {})
    for key, words in sorted(found.items()):
        propose(key[0], key[1], dict.fromkeys(words - known.get(key, set()), 1))


@transaction.atomic
def propose(vocabulary: Vocabulary | UUID | str, facet: str, counts: Mapping[str, int]) -> None:
    """Count words that a pool misses, so many times each. Words that are decided already stay decided."""
    pk = vocabulary.pk if isinstance(vocabulary, Vocabulary) else UUID(str(vocabulary))
    sums: dict[str, int] = {}
    for text, number in counts.items():
        word = normalised(text)[:MAX_WORD]
        if word:
            sums[word] = sums.get(word, 0) + number
    words = sorted(sums)
    if not words or not Vocabulary.objects.filter(pk=pk).exists():
        return
    rows = [WordProposal(vocabulary_id=pk, word=word, facet=facet, count=0) for word in words]
    WordProposal.objects.bulk_create(rows, ignore_conflicts=True)
    added = Case(*(When(word=word, then=Value(sums[word])) for word in words))
    WordProposal.objects.filter(vocabulary=pk, facet=facet, word__in=words).update(count=F("count") + added)


def add(proposal: WordProposal, *, values: dict[str, Any], by: User) -> None:
    """Make it a word of the next version, which is drafted where it is not yet. Raises Invalid or IllegalMove."""
    vocabulary = proposal.vocabulary
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    given = {"label": proposal.word, **values, "facet": proposal.facet}
    with transaction.atomic():
        term = clean(given, locale=vocabulary.locale)
        draft = draft_of(vocabulary, by=by)

        def put(terms: Terms) -> Terms:
            if term.code in terms:
                raise WrongTerm("code", _("There is a word “%(code)s” already.") % {"code": term.code})
            return with_term(terms, term)

        change_terms(draft, put, by=by, verb="change_terms", data={"code": term.code})
        _decide(proposal, State.ADDED, code=term.code, by=by, verb="add_word")


def clean(given: dict[str, Any], *, locale: str) -> Any:
    try:
        return clean_term(given, locale=locale)
    except WrongTerm as wrong:
        raise Invalid([(("body", wrong.field), wrong.sentence, "value_error")]) from None


def map_to(proposal: WordProposal, *, code: str, by: User) -> None:
    """Say that it means the same as another word; the next version has it as its synonym. Raises Invalid."""
    vocabulary = proposal.vocabulary
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    with transaction.atomic():
        draft = draft_of(vocabulary, by=by)

        def put(terms: Terms) -> Terms:
            if not code.strip():
                raise WrongTerm("code", _("Name the word of the pool that it means."))
            known = terms.get(code)
            if known is None or known.facet != proposal.facet:
                raise WrongTerm(
                    "code", _("There is no word “%(code)s” of this kind in the pool.") % {"code": code[:60]}
                )
            synonyms = [*known.synonyms.get(vocabulary.locale, []), proposal.word]
            return with_term(terms, clean_term({"synonyms": synonyms}, locale=vocabulary.locale, kept=known))

        change_terms(draft, put, by=by, verb="change_terms", data={"code": code})
        _decide(proposal, State.MAPPED, code=code, by=by, verb="map_word")


def refuse(proposal: WordProposal, *, by: User) -> None:
    """It is no word for this pool: answers that hold it keep it, and nothing is made of it."""
    require(by, Right.MANAGE_TASKS, proposal.vocabulary.workspace_id)
    _decide(proposal, State.REFUSED, code="", by=by, verb="refuse_word")


@transaction.atomic
def _decide(proposal: WordProposal, state: str, *, code: str, by: User, verb: str) -> None:
    """Compare-and-swap: of two curators one decides."""
    values = {"state": state, "code": code, "decided_by": by, "decided_at": timezone.now()}
    if not WordProposal.objects.filter(pk=proposal.pk, state=State.WAITING).update(**values):
        raise IllegalMove(_("“%(word)s” was decided already. Reload the page.") % {"word": proposal.word})
    data = {"name": proposal.word, "code": code}
    workspace_id = proposal.vocabulary.workspace_id
    AuditEvent.record(by=by, workspace_id=workspace_id, verb=verb, target=proposal, data=data)
    for name, value in values.items():
        setattr(proposal, name, value)


def terms_to_map_to(vocabulary: Vocabulary, facet: str) -> list[Term]:
    """The words of the newest version, drafted or published, that a free word may mean."""
    newest = vocabulary.versions.order_by("-number").first()
    return list(newest.terms.filter(facet=facet, is_active=True).order_by("code")) if newest else []
