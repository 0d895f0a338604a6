"""Word pools: the list, a version with its words, drafts, imports and exports."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.models import Term, Vocabulary, VocabularyVersion
from annotations.word_forms import ImportForm, PoolForm, WordForm
from annotations.words import vocabularies as verbs
from annotations.words.exporting import csv_lines
from annotations.words.importing import MAX_FILE, import_words, said
from annotations.words.library import with_counts, words_by_version
from annotations.words.offering import index_of
from annotations.words.pool import PoolTerm, pool_of, term_values
from annotations.words.reading import normalised
from annotations.words.ready_made import NAME, add_ready_made
from datasets.serving import FOR_EVER
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import ScopedQuerySet
from workspaces.permissions import Right

MOST_POOLS = 200
MOST_WORDS = 1000


def pools_of(request: WorkspaceRequest) -> "ScopedQuerySet[Vocabulary]":
    return Vocabulary.objects.visible_to(request.user).filter(workspace=request.workspace)


def pool_or_404(request: WorkspaceRequest, vocabulary_id: UUID) -> Vocabulary:
    found: Vocabulary = get_object_or_404(pools_of(request), pk=vocabulary_id)
    found.workspace = request.workspace
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """The pools, and making one: empty, or the one that comes ready-made."""
    form = PoolForm(request.POST) if request.method == "POST" and "ready" not in request.POST else PoolForm()
    status = 200
    if request.method == "POST":
        made = _made(request, form)
        if made is not None:
            return redirect("annotations:vocabulary", request.workspace.slug, made.pk)
        status = 422
    is_archive = request.GET.get("shelf") == "archived"
    rows = list(with_counts(pools_of(request).filter(archived_at__isnull=not is_archive)).order_by("name")[:MOST_POOLS])
    counted = words_by_version(rows)
    for row in rows:
        row.n_words = counted.get((row.pk, row.newest or 1), 0)
    context = {
        "rows": rows,
        "form": form,
        "is_archive": is_archive,
        "n_archived": pools_of(request).filter(archived_at__isnull=False).count(),
        "has_ready_made": any(row.name == NAME for row in rows),
    }
    return render(request, "annotations/vocabularies.html", context, status=status)


def _made(request: WorkspaceRequest, form: PoolForm) -> Vocabulary | None:
    """The pool that was asked for; None where the form says what is wrong."""
    try:
        if "ready" in request.POST:
            made = add_ready_made(request.workspace, by=request.user)
            messages.success(request, _("“%(name)s” is there, and can be asked from.") % {"name": made.name})
            return made
        if form.is_valid():
            return verbs.create_vocabulary(request.workspace, by=request.user, **form.cleaned_data)
    except Invalid as refused:
        if "ready" in request.POST:
            raise IllegalMove(refused.problems[0][1]) from None
        _complain(form, refused)
    return None


def _complain(form: Any, refused: Invalid) -> None:
    for loc, message, _kind in refused.problems:
        name = str(loc[1]) if len(loc) > 1 else None
        form.add_error(name if name in form.fields else None, message)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def detail(request: WorkspaceRequest, vocabulary_id: UUID) -> HttpResponse:
    return show(request, pool_or_404(request, vocabulary_id))


def show(
    request: WorkspaceRequest, vocabulary: Vocabulary, *, word: WordForm | None = None, file: ImportForm | None = None,
    about: PoolForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """One version with its words: the one asked for, else the draft, else the newest."""
    versions = list(vocabulary.versions.select_related("created_by").order_by("-number"))
    version = _version(versions, request.GET.get("version", ""))
    terms = [term_values(row) for row in version.terms.order_by("facet", "family", "code")] if version else []
    labels = {term.code: term.label(vocabulary.locale) for term in terms}
    search, facet = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("facet", "")
    found = [term for term in terms if _fits(term, search, facet)]
    is_draft = version is not None and version.state == VocabularyVersion.State.DRAFT and not vocabulary.archived_at
    edited = next((term for term in terms if term.code == request.GET.get("edit")), None) if is_draft else None
    if word is None:
        word = WordForm.of(edited, locale=vocabulary.locale, labels=labels) if edited else WordForm()
    context = {
        "vocabulary": vocabulary,
        "version": version,
        "versions": versions,
        "has_draft": any(row.state == VocabularyVersion.State.DRAFT for row in versions),
        "is_draft": is_draft,
        "families": _families(found[:MOST_WORDS], labels),
        "n_found": len(found),
        "n_words": sum(term.is_active for term in terms),
        "is_cut": len(found) > MOST_WORDS,
        "family_names": sorted({term.family for term in terms if term.family}),
        "search": search,
        "facet": facet,
        "facets": Term.Facet.choices,
        "n_waiting": vocabulary.proposals.filter(state="waiting").count(),
        "word": word,
        "is_edit": bool(edited or word.data.get("code")),
        "file": file or ImportForm(),
        "about": about or PoolForm.about(vocabulary),
    }
    return render(request, "annotations/vocabulary.html", context, status=status)


def _version(versions: list[VocabularyVersion], wish: str) -> VocabularyVersion | None:
    if wish and not any(str(row.number) == wish for row in versions):
        raise Http404
    return next((row for row in versions if not wish or str(row.number) == wish), None)


def _fits(term: PoolTerm, search: str, facet: str) -> bool:
    if facet and term.facet != facet:
        return False
    text = normalised(search)
    words = (*term.labels.values(), *(word for words in term.synonyms.values() for word in words), term.family)
    return not text or any(text in normalised(word) for word in words)


def _families(terms: list[PoolTerm], labels: dict[str, str]) -> list[dict[str, Any]]:
    """The words by facet and family, as they come, each with the words of its opposites."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for term in terms:
        facet = Term.Facet(term.facet).label
        group = groups.setdefault((term.facet, term.family), {"facet": facet, "family": term.family, "rows": []})
        synonyms = [word for words in term.synonyms.values() for word in words]
        others = {locale: label for locale, label in term.labels.items() if label != labels[term.code]}
        opposites = [labels.get(code, code) for code in term.opposites]
        group["rows"].append(
            {"term": term, "label": labels[term.code], "synonyms": synonyms, "others": others, "opposites": opposites}
        )
    return list(groups.values())


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def change_word(request: WorkspaceRequest, vocabulary_id: UUID) -> HttpResponse:
    """Put a word into the draft, change it, or take it out."""
    vocabulary = pool_or_404(request, vocabulary_id)
    draft = _draft(vocabulary)
    if code := request.POST.get("remove", ""):
        verbs.remove_term(draft, code=code, by=request.user)
        messages.success(request, _("“%(code)s” is not offered any more once this is published.") % {"code": code})
        return redirect("annotations:vocabulary", request.workspace.slug, vocabulary.pk)
    form = WordForm(request.POST)
    if form.is_valid():
        terms = [term_values(row) for row in draft.terms.filter(facet=form.cleaned_data["facet"])]
        codes = {normalised(label): term.code for term in terms for label in (term.code, *term.labels.values())}
        try:
            term = verbs.put_term(
                draft, values=form.values(codes=codes), code=form.cleaned_data["code"], by=request.user
            )
        except Invalid as refused:
            _complain(form, refused)
        else:
            messages.success(request, _("“%(word)s” is kept.") % {"word": term.label(vocabulary.locale)})
            return redirect("annotations:vocabulary", request.workspace.slug, vocabulary.pk)
    return show(request, vocabulary, word=form, status=422)


def _draft(vocabulary: Vocabulary) -> VocabularyVersion:
    draft = vocabulary.versions.filter(state=VocabularyVersion.State.DRAFT).first()
    if draft is None:
        raise IllegalMove(_("There is no draft of “%(name)s”. Start one first.") % {"name": vocabulary.name})
    draft.vocabulary = vocabulary
    return draft


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def import_file(request: WorkspaceRequest, vocabulary_id: UUID) -> HttpResponse:
    vocabulary = pool_or_404(request, vocabulary_id)
    draft, form = _draft(vocabulary), ImportForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        sent = given["file"]
        try:
            # One byte more than is allowed, so that what is too large is said to be.
            content = sent.read(MAX_FILE + 1)
            facet, locale = given["facet"], given["locale"].strip()
            done = import_words(
                draft, content=content, filename=sent.name or "", facet=facet, locale=locale, by=request.user
            )
        except Invalid as refused:
            for _loc, message, _kind in refused.problems:
                form.add_error("file", message)
        else:
            messages.success(request, said(done))
            return redirect("annotations:vocabulary", request.workspace.slug, vocabulary.pk)
    return show(request, vocabulary, file=form, status=422)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def move(request: WorkspaceRequest, vocabulary_id: UUID) -> HttpResponse:
    """Start a draft, publish it or throw it away; archive the pool, or take it out; give it another name."""
    vocabulary, verb = pool_or_404(request, vocabulary_id), request.POST.get("move", "")
    if verb == "describe":
        form = PoolForm(request.POST)
        try:
            if form.is_valid():
                verbs.describe(vocabulary, by=request.user, **form.cleaned_data)
        except Invalid as refused:
            _complain(form, refused)
        if form.errors:
            return show(request, vocabulary, about=form, status=422)
    elif verb == "draft":
        verbs.start_draft(vocabulary, by=request.user)
    elif verb == "publish":
        draft = _draft(vocabulary)
        verbs.publish(draft, by=request.user)
        messages.success(request, _("Version %(n)d is published: new questions take it.") % {"n": draft.number})
    elif verb == "discard":
        verbs.discard_draft(_draft(vocabulary), by=request.user)
    elif verb == "archive":
        verbs.archive(vocabulary, by=request.user)
    elif verb == "restore":
        verbs.restore(vocabulary, by=request.user)
    else:
        raise IllegalMove(_("There is no such move. Reload the page."))
    return redirect("annotations:vocabulary", request.workspace.slug, vocabulary.pk)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def export(request: WorkspaceRequest, vocabulary_id: UUID, number: int) -> HttpResponseBase:
    vocabulary = pool_or_404(request, vocabulary_id)
    version = get_object_or_404(vocabulary.versions, number=number)
    terms = [term_values(row) for row in version.terms.order_by("facet", "family", "code")]
    name = content_disposition_header(True, f"{vocabulary.name} {number}.csv") or "attachment"
    return StreamingHttpResponse(csv_lines(terms), content_type="text/csv", headers={"Content-Disposition": name})


@require_GET
def pool_index(request: Any, vocabulary_id: UUID, number: int, locale: str) -> JsonResponse:
    """The words of a published version for the workbench of anybody in its workspace. Never changes, so is kept."""
    get_object_or_404(Vocabulary.objects.visible_to(request.user), pk=vocabulary_id)
    pool = pool_of(vocabulary_id, number)
    if pool is None:
        raise Http404
    return JsonResponse(
        index_of(pool, locale), headers={"Cache-Control": FOR_EVER}, json_dumps_params={"separators": (",", ":")}
    )
