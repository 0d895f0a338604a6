"""The library of questions: found, made, renamed, and put into the archive."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.actions import questions as actions
from annotations.form_fields import fields_of
from annotations.models import Question, QuestionType
from annotations.question_forms import LibraryQuestionForm, complain_of
from annotations.question_library import ARCHIVED, QuestionFilter, tasks_asking, with_uses
from annotations.questions import clean_configuration, shown_configuration
from annotations.words.library import askable_pools, sample
from datasets.models import Dataset
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import ScopedQuerySet
from workspaces.pagination import total
from workspaces.permissions import Right

PAGE = 30
MOST_TASKS = 100
MOST_DATASETS = 200
# What each type is for, where one is chosen.
MEANINGS = {
    QuestionType.REGIONS: gettext_lazy("Stretches of the recording, each with one of a dataset's artifact types."),
    QuestionType.TIMESTAMP: gettext_lazy("One moment of the recording, or several."),
    QuestionType.CATEGORICAL: gettext_lazy("One or several of your choices."),
    QuestionType.RATING: gettext_lazy("A step on a scale, whose ends have a name."),
    QuestionType.NUMBER: gettext_lazy("A number, between bounds if you like."),
    QuestionType.FREE_TEXT: gettext_lazy("A text in people's own words."),
    QuestionType.FORM: gettext_lazy("Several fields at once, described by a JSON schema."),
    QuestionType.WORDS: gettext_lazy("Words out of a large pool: what emotions, what kind of voice."),
}


class RenameForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=actions.MAX_NAME,
        error_messages={"required": gettext_lazy("Give the question a name.")},
    )


def questions_of(request: WorkspaceRequest) -> "ScopedQuerySet[Question]":
    return Question.objects.visible_to(request.user).filter(workspace=request.workspace)


def question_or_404(request: WorkspaceRequest, question_id: UUID) -> Question:
    return get_object_or_404(questions_of(request).select_related("created_by", "workspace"), pk=question_id)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """The questions, newest first; pages go on from the last row shown."""
    wanted = _wanted(request)
    found = with_uses(wanted.of(questions_of(request))).select_related("created_by").order_by("-id")
    after = _uuid(request.GET.get("after", ""))
    rows = list((found.filter(pk__lt=after) if after else found)[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "rows": shown,
        "wanted": wanted,
        "query": urlencode({"q": wanted.search, "type": wanted.kind, "shelf": wanted.shelf}),
        "kinds": QuestionType.choices,
        "total": total(wanted.of(questions_of(request))),
        "after": shown[-1].pk if len(rows) > PAGE else None,
        "is_further": after is not None,
        "n_archived": questions_of(request).filter(archived_at__isnull=False).count(),
        "is_archive": wanted.shelf == ARCHIVED,
    }
    return render(request, "annotations/questions.html", context)


def _wanted(request: WorkspaceRequest) -> QuestionFilter:
    """What the address says; what it says wrongly is not looked for."""
    kind = request.GET.get("type", "")
    return QuestionFilter(
        search=request.GET.get("q", "").replace("\0", "").strip(),
        kind=kind if kind in QuestionType.values else "",
        shelf=ARCHIVED if request.GET.get("shelf") == ARCHIVED else "",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.CREATE_TASKS)
def new(request: WorkspaceRequest) -> HttpResponse:
    """Choose a type, then say what is asked."""
    if request.method == "POST":
        return _create(request)
    kind = request.GET.get("type", "")
    if kind not in QuestionType.values:
        kinds = [(kind, kind.label, meaning) for kind, meaning in MEANINGS.items()]
        return render(request, "annotations/question_types.html", {"kinds": kinds})
    return _show_form(request, _form(request, kind=kind))


def _form(request: WorkspaceRequest, *, kind: str = "") -> LibraryQuestionForm:
    rows = Dataset.objects.visible_to(request.user).filter(workspace=request.workspace)
    datasets = rows.filter(artifact_types__isnull=False).distinct().order_by("-id")[:MOST_DATASETS]
    data = request.POST if request.method == "POST" else None
    pools = askable_pools(request.user, request.workspace)
    return LibraryQuestionForm(data, kind=kind, datasets=list(datasets), pools=pools)


def _show_form(request: WorkspaceRequest, form: LibraryQuestionForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "meaning": MEANINGS[form.kind], "preview": _preview(request, form)}
    return render(request, "annotations/question_new.html", context, status=status)


def _create(request: WorkspaceRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_right():
        return _show_form(request, form, status=422)
    asked = form.asked()
    try:
        question = actions.create_question(
            request.workspace,
            kind=asked.type,
            name=asked.name,
            prompt=asked.prompt,
            configuration=asked.configuration,
            conditions=[],
            by=request.user,
            dataset=form.chosen_dataset,
        )
    except Invalid as refused:
        for loc, message, _kind in refused.problems:
            complain_of(form, loc[1:], message)
        return _show_form(request, form, status=422)
    messages.success(
        request, _("“%(name)s” is in the library. New labeling tasks can ask it.") % {"name": question.name}
    )
    return redirect("annotations:question", request.workspace.slug, question.pk)


@require_POST
@in_workspace(Right.CREATE_TASKS)
def preview(request: WorkspaceRequest) -> HttpResponse:
    """How annotators see what is typed so far."""
    return render(request, "annotations/_question_preview.html", {"preview": _preview(request, _form(request))})


def _preview(request: WorkspaceRequest, form: LibraryQuestionForm) -> dict[str, Any]:
    """What is typed as far as it is right; what is not yet is said in a sentence."""
    form.is_right()
    asked, problem = form.asked(), ""
    try:
        workspace_id, given = request.workspace.pk, asked.configuration
        configuration = clean_configuration(asked.type, given, dataset=form.chosen_dataset, workspace_id=workspace_id)
    except Invalid as refused:
        configuration, problem = {}, refused.problems[0][1]
    if form.kind == QuestionType.FORM and "form_schema" in form.wrong:
        problem = str(form.wrong["form_schema"][0])
    return _shown(asked.type, asked.name, asked.prompt, configuration) | {"problem": problem}


def _shown(kind: str, name: str, prompt: str, configuration: dict[str, Any]) -> dict[str, Any]:
    steps = range(1, configuration.get("steps", 0) + 1)
    schema = configuration.get("form_schema")
    return {
        "type": kind,
        "name": name,
        "prompt": prompt,
        "configuration": configuration,
        "steps": steps,
        "fields": fields_of(schema) if schema else [],
        "words": sample(configuration) if kind == QuestionType.WORDS and configuration else [],
    }


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def detail(request: WorkspaceRequest, question_id: UUID) -> HttpResponse:
    return _show(request, question_or_404(request, question_id))


def _show(
    request: WorkspaceRequest, question: Question, *, renaming: RenameForm | None = None, status: int = 200
) -> HttpResponse:
    tasks = tasks_asking(question)
    configuration = shown_configuration(question)
    context = {
        "question": question,
        "configuration": configuration,
        "preview": _shown(question.type, question.name, question.prompt, configuration) | {"problem": ""},
        "tasks": tasks[:MOST_TASKS],
        "n_tasks": tasks.count(),
        "schema_text": json.dumps(configuration.get("form_schema"), indent=2, ensure_ascii=False),
        "form": renaming or RenameForm(initial={"name": question.name}),
    }
    return render(request, "annotations/question.html", context, status=status)


@require_POST
@in_workspace(Right.CREATE_TASKS)
def rename(request: WorkspaceRequest, question_id: UUID) -> HttpResponse:
    question, form = question_or_404(request, question_id), RenameForm(request.POST)
    if form.is_valid():
        try:
            actions.rename(question, name=form.cleaned_data["name"], by=request.user)
        except Invalid as refused:
            form.add_error("name", refused.problems[0][1])
    if form.errors:
        return _show(request, question, renaming=form, status=422)
    messages.success(request, _("It is called “%(name)s” now, wherever it is asked.") % {"name": question.name})
    return redirect("annotations:question", request.workspace.slug, question.pk)


@require_POST
@in_workspace(Right.CREATE_TASKS)
def move(request: WorkspaceRequest, question_id: UUID) -> HttpResponse:
    """Into the archive, or out of it."""
    question, verb = question_or_404(request, question_id), request.POST.get("move", "")
    if verb == "archive":
        actions.archive(question, by=request.user)
        said = _("“%(name)s” is archived: no new task asks it. Tasks that ask it go on.")
    elif verb == "restore":
        actions.restore(question, by=request.user)
        said = _("“%(name)s” can be asked again.")
    else:
        raise IllegalMove(_("There is no such move. Reload the page."))
    messages.success(request, said % {"name": question.name})
    if request.POST.get("from") == "list":
        return redirect("annotations:questions", request.workspace.slug)
    return redirect("annotations:question", request.workspace.slug, question.pk)
