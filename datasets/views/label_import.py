"""Bringing labels that were made elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets.actions.label_import import import_labels
from datasets.label_forms import LabelImportForm
from datasets.models import Dataset
from datasets.views.lookups import dataset_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import Invalid
from workspaces.permissions import Right


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.EDIT_DATASETS)
def label_import(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    dataset = dataset_of(request, dataset_id)
    if request.method == "POST":
        return _import(request, dataset)
    return _page(request, dataset, form=LabelImportForm())


def _import(request: WorkspaceRequest, dataset: Dataset) -> HttpResponse:
    form = LabelImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, dataset, form=form, status=422)
    try:
        made = import_labels(dataset, form.sent(), by=request.user, **form.options())
    except Invalid as refused:
        problems = [message for _loc, message, _type in refused.problems]
        return _page(request, dataset, form=form, problems=problems, status=422)
    messages.success(request, _("The labels are in version %(version)d, a draft.") % {"version": made.version})
    return redirect("datasets:annotation-set", request.workspace.slug, dataset.pk, made.pk)


def _page(
    request: WorkspaceRequest,
    dataset: Dataset,
    *,
    form: LabelImportForm,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"dataset": dataset, "form": form, "problems": problems or [], "tab": "sets"}
    return render(request, "datasets/import_labels.html", context, status=status)
