"""Datasets as pages: the list, making one, changing it, its artifact types."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from datasets import actions
from datasets.figures import figures_of
from datasets.forms import DatasetForm, TypesForm
from datasets.models import ArtifactType, Dataset
from datasets.views.lookups import dataset_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.permissions import Right, require

PAGE_ROWS = 30


@require_safe
@in_workspace(Right.READ_DATASETS)
def index(request: WorkspaceRequest) -> HttpResponse:
    rows = Dataset.objects.visible_to(request.user).filter(workspace=request.workspace).order_by("-id")
    try:
        rows = rows.filter(pk__lt=UUID(request.GET["after"]))
        is_first = False
    except (KeyError, ValueError):
        is_first = True
    types = ArtifactType.objects.only("name", "color", "position", "dataset")
    found = list(rows.prefetch_related(Prefetch("artifact_types", queryset=types))[: PAGE_ROWS + 1])
    page = found[:PAGE_ROWS]
    figures = figures_of(request.workspace, [dataset.pk for dataset in page])
    context = {
        "rows": [(dataset, figures[dataset.pk]) for dataset in page],
        "next": page[-1].pk if len(found) > PAGE_ROWS else None,
        "is_first": is_first,
    }
    return render(request, "datasets/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.EDIT_DATASETS)
def create(request: WorkspaceRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form, types = DatasetForm(posted), TypesForm([], data=posted)
    if posted is not None and all([form.is_valid(), types.is_valid()]):
        dataset = actions.create_dataset(
            request.workspace,
            by=request.user,
            name=form.cleaned_data["name"],
            description=form.cleaned_data["description"],
            types=types.cleaned,
        )
        return redirect("datasets:detail", request.workspace.slug, dataset.pk)
    return render(request, "datasets/create.html", {"form": form, "types": types})


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.EDIT_DATASETS)
def edit(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    dataset = dataset_of(request, dataset_id)
    form = DatasetForm(request.POST if request.method == "POST" else None, instance=dataset)
    if request.method == "POST" and form.is_valid():
        actions.update_dataset(
            dataset, by=request.user, name=form.cleaned_data["name"], description=form.cleaned_data["description"]
        )
        messages.success(request, _("Saved."))
        return redirect("datasets:detail", request.workspace.slug, dataset.pk)
    # A refused name is in the form, and the page goes on calling the dataset what it is called.
    dataset.name = form.initial["name"]
    return render(request, "datasets/edit.html", {"form": form, "dataset": dataset})


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def delete(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    dataset = dataset_of(request, dataset_id)
    try:
        actions.delete_dataset(dataset, by=request.user)
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
        return redirect("datasets:edit", request.workspace.slug, dataset.pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": dataset.name})
    return redirect("datasets:list", request.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.READ_DATASETS)
def types(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    dataset = dataset_of(request, dataset_id)
    if request.method == "POST":
        return _save_types(request, dataset)
    form = TypesForm(list(dataset.artifact_types.all()))
    return render(request, "datasets/types.html", {"dataset": dataset, "types": form, "tab": "types"})


def _save_types(request: WorkspaceRequest, dataset: Dataset) -> HttpResponse:
    require(request.user, Right.EDIT_DATASETS, request.workspace.pk)
    form = TypesForm([], data=request.POST)
    if not form.is_valid():
        return render(request, "datasets/types.html", {"dataset": dataset, "types": form, "tab": "types"}, status=422)
    actions.replace_types(dataset, by=request.user, types=form.cleaned)
    messages.success(request, _("Saved."))
    return redirect("datasets:types", request.workspace.slug, dataset.pk)
