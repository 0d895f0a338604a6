"""The queue of words that annotators missed: each becomes a word, means another, or is refused."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotations.models import WordProposal
from annotations.views.vocabularies import pool_or_404
from annotations.words import proposing
from annotations.words.reading import normalised
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right

PAGE = 50
MOST_DECIDED = 50


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def queue(request: WorkspaceRequest, vocabulary_id: UUID) -> HttpResponse:
    return _show(request, vocabulary_id)


def _show(request: WorkspaceRequest, vocabulary_id: UUID, *, wrong: tuple[UUID, str] | None = None) -> HttpResponse:
    vocabulary = pool_or_404(request, vocabulary_id)
    waiting = vocabulary.proposals.filter(state=WordProposal.State.WAITING).order_by("-count", "word")
    rows = list(waiting[:PAGE])
    words = {facet: proposing.terms_to_map_to(vocabulary, facet) for facet in {row.facet for row in rows}}
    decided = vocabulary.proposals.exclude(state=WordProposal.State.WAITING).select_related("decided_by")
    context = {
        "vocabulary": vocabulary,
        "rows": rows,
        "n_waiting": waiting.count(),
        "lists": [
            (facet, [_name(term.labels, vocabulary.locale, term.code) for term in found])
            for facet, found in words.items()
        ],
        "families": sorted({term.family for found in words.values() for term in found if term.family}),
        "decided": decided.order_by("-decided_at")[:MOST_DECIDED],
        "wrong": wrong,
    }
    return render(request, "annotations/word_queue.html", context, status=422 if wrong else 200)


def _name(labels: dict[str, str], locale: str, code: str) -> str:
    return labels.get(locale) or next(iter(labels.values()), code)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def decide(request: WorkspaceRequest, vocabulary_id: UUID, proposal_id: UUID) -> HttpResponse:
    vocabulary = pool_or_404(request, vocabulary_id)
    proposal = get_object_or_404(WordProposal.objects.filter(vocabulary=vocabulary), pk=proposal_id)
    proposal.vocabulary = vocabulary
    verb, shown = request.POST.get("do", ""), {"word": proposal.word}
    try:
        if verb == "add":
            values = {name: request.POST.get(name, "").strip() for name in ("family", "definition")}
            proposing.add(proposal, values=values, by=request.user)
            said = _("“%(word)s” is a word of the next version.") % shown
        elif verb == "map":
            proposing.map_to(proposal, code=_meant(proposal, request.POST.get("means", "")), by=request.user)
            said = _("“%(word)s” means “%(code)s” from now on.") % {**shown, "code": proposal.code}
        elif verb == "refuse":
            proposing.refuse(proposal, by=request.user)
            said = _("“%(word)s” is refused.") % shown
        else:
            raise IllegalMove(_("There is no such move. Reload the page."))
    except Invalid as refused:
        return _show(request, vocabulary_id, wrong=(proposal.pk, refused.problems[0][1]))
    messages.success(request, said)
    return redirect("annotations:word_queue", request.workspace.slug, vocabulary.pk)


def _meant(proposal: WordProposal, text: str) -> str:
    """The code of a word that was typed or chosen."""
    word = normalised(text)
    for term in proposing.terms_to_map_to(proposal.vocabulary, proposal.facet):
        if word and word in {normalised(name) for name in (term.code, *term.labels.values())}:
            return str(term.code)
    return text
