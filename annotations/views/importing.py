"""Answers that were given elsewhere: sending the file, and reading what became of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from annotations.actions.importing_answers import BYTES_AT_MOST, MAX_NAME, import_answers
from annotations.models import Vocabulary
from annotations.planning import datasets_to_label
from annotations.views.tasks import task_or_404
from annotations.words.library import askable_pools
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import Invalid
from workspaces.models import AuditEvent
from workspaces.permissions import Right

HOW = {
    "id": _("by their ids"),
    "exact": _("as they are called"),
    "synonym": _("as synonyms"),
    "lemma": _("by another ending"),
}


class ImportAnswersForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file.")},
        help_text=_("CSV, JSON Lines or Parquet, a row per recording."),
    )
    dataset: Any = forms.ModelChoiceField(queryset=None, label=_("Dataset that holds the recordings"), empty_label=None)
    vocabulary = forms.ChoiceField(label=_("Word pool"), help_text=_("What it lacks waits in its curation queue."))
    name = forms.CharField(
        label=_("Name of the labeling task"),
        max_length=MAX_NAME,
        required=False,
        help_text=_("Left empty, it is called like the file."),
    )

    def __init__(self, request: WorkspaceRequest, **given: Any) -> None:
        super().__init__(**given)
        self.fields["dataset"].queryset = datasets_to_label(request.user, request.workspace)  # type: ignore[attr-defined]
        self.fields["vocabulary"].choices = askable_pools(request.user, request.workspace)  # type: ignore[attr-defined]
        for name in ("dataset", "vocabulary"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("file", "name"):
            self.fields[name].widget.attrs["class"] = "form-control"

    @property
    def can_begin(self) -> bool:
        """Whether there is a dataset with recordings, and a pool to look words up in."""
        return bool(self.fields["vocabulary"].choices) and self.fields["dataset"].queryset.exists()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.CREATE_TASKS)
def import_file(request: WorkspaceRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, ImportAnswersForm(request))
    form = ImportAnswersForm(request, data=request.POST, files=request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        pools = Vocabulary.objects.visible_to(request.user).filter(workspace=request.workspace)
        try:
            made = import_answers(
                given["dataset"],
                vocabulary=get_object_or_404(pools, pk=given["vocabulary"]),
                filename=given["file"].name,
                content=given["file"].read(BYTES_AT_MOST + 1),
                name=given["name"] or given["file"].name,
                by=request.user,
            )
        except Invalid as refused:
            for loc, message, _kind in refused.problems:
                form.add_error("name" if loc[-1] == "name" else "file", message)
        else:
            return redirect("annotations:imported_answers", request.workspace.slug, made.task.pk)
    return _show(request, form, status=422)


def _show(request: WorkspaceRequest, form: ImportAnswersForm, *, status: int = 200) -> HttpResponse:
    return render(request, "annotations/import_answers.html", {"form": form}, status=status)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def imported(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """What was read of the file that the task was made of, and what was not."""
    task = task_or_404(request, task_id)
    events = AuditEvent.objects.filter(workspace_id=request.workspace.pk, verb="import_answers")
    event = events.filter(target_id=str(task.pk)).order_by("-id").first()
    if event is None:
        raise Http404
    report = event.data["report"]
    mapped = [(HOW[how], n) for how, n in report["words_mapped"].items() if how in HOW]
    context = {"task": task, "file": event.data["file"], "report": report, "mapped": mapped}
    return render(request, "annotations/imported_answers.html", context)
