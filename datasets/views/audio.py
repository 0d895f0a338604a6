"""The files of a dataset as a page: the table, what is known of one, deleting several."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from datasets import actions
from datasets.figures import figures_of_one
from datasets.filters import STATUSES, WARNINGS, AudioTable, Wish
from datasets.forms import AudioDetailsForm
from datasets.models import AudioFile, Dataset
from datasets.rows import RowPrinter, printed
from datasets.views.lookups import audio_of, dataset_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right, can, require

CHOSEN_AT_MOST = 200
# The table asks for itself anew when uploads have come in: then the figures of the page change with it.
REFRESHED = "audio-table"


@require_safe
@in_workspace(Right.READ_DATASETS)
def detail(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    """The tab Audio. For htmx the table alone."""
    dataset = dataset_of(request, dataset_id)
    context = _table(request, dataset)
    if request.htmx and request.htmx.trigger != REFRESHED:
        return render(request, "datasets/_audio_table.html", context)
    context["figures"] = figures_of_one(dataset)
    if request.htmx:
        return render(request, "datasets/_audio_table.html", {**context, "is_refresh": True})
    context |= {"tab": "audio", "statuses": STATUSES, "warnings": WARNINGS}
    return render(request, "datasets/audio.html", context)


def _table(request: WorkspaceRequest, dataset: Dataset) -> dict[str, Any]:
    wish = Wish.from_query(request.GET)
    table = AudioTable(dataset, wish)
    here, may_edit = _here(request, dataset), _may_edit(request)
    return {
        "dataset": dataset,
        "here": here,
        "may_edit": may_edit,
        "wish": wish,
        "query": wish.query(after=wish.after, before=wish.before),
        "table": table,
        "printed_rows": printed(table.rows, RowPrinter(here=here, may_edit=may_edit)),
    }


def _here(request: WorkspaceRequest, dataset: Dataset) -> str:
    return reverse("datasets:detail", args=[request.workspace.slug, dataset.pk])


def _may_edit(request: WorkspaceRequest) -> bool:
    return can(request.user, Right.EDIT_DATASETS, request.workspace.pk)


@require_safe
@in_workspace(Right.READ_DATASETS)
def row(request: WorkspaceRequest, dataset_id: UUID, audio_id: UUID) -> HttpResponse:
    """One row of the table, for a file whose reading has come to an end."""
    dataset = dataset_of(request, dataset_id)
    return _one_row(request, dataset, audio_of(request, dataset, audio_id))


def _one_row(request: WorkspaceRequest, dataset: Dataset, audio: AudioFile) -> HttpResponse:
    return HttpResponse(RowPrinter(here=_here(request, dataset), may_edit=_may_edit(request)).print(audio))


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.READ_DATASETS)
def details(request: WorkspaceRequest, dataset_id: UUID, audio_id: UUID) -> HttpResponse:
    """What is known of a file, in a dialog; tags and metadata can be changed there."""
    dataset = dataset_of(request, dataset_id)
    audio = audio_of(request, dataset, audio_id)
    form = AudioDetailsForm(request.POST if request.method == "POST" else None, audio=audio)
    if request.method == "POST":
        require(request.user, Right.EDIT_DATASETS, request.workspace.pk)
        if form.is_valid():
            actions.describe_audio(audio, by=request.user, **form.cleaned_data)
            if request.htmx:
                return HttpResponse(status=204, headers={"HX-Trigger": "audio-described"})
            return redirect("datasets:detail", request.workspace.slug, dataset.pk)
    page = "datasets/_audio_details.html" if request.htmx else "datasets/audio_details.html"
    return render(request, page, {"dataset": dataset, "audio": audio, "form": form, "tab": "audio"})


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def delete(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    """Delete the chosen files, all or none, and show the table again."""
    dataset = dataset_of(request, dataset_id)
    chosen = _chosen(request.POST)
    files = AudioFile.objects.visible_to(request.user).filter(dataset=dataset, pk__in=chosen)
    number = actions.delete_audio(files, by=request.user)
    if request.htmx:
        context = {**_table(request, dataset), "figures": figures_of_one(dataset), "is_refresh": True}
        return render(request, "datasets/_audio_table.html", context)
    sentence = ngettext("%(n)d file is deleted.", "%(n)d files are deleted.", number) % {"n": number}
    messages.success(request, sentence)
    return redirect("datasets:detail", request.workspace.slug, dataset.pk)


def _chosen(posted: QueryDict) -> list[UUID]:
    try:
        return [UUID(text) for text in posted.getlist("ids")[:CHOSEN_AT_MOST]]
    except ValueError as error:
        raise Http404 from error


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def retry(request: WorkspaceRequest, dataset_id: UUID, audio_id: UUID) -> HttpResponse:
    """Read a file again that failed through no fault of its own."""
    dataset = dataset_of(request, dataset_id)
    audio = audio_of(request, dataset, audio_id)
    actions.retry_import(audio, by=request.user)
    audio.refresh_from_db()
    if request.htmx:
        return _one_row(request, dataset, audio)
    messages.success(request, _("It is being read again."))
    return redirect("datasets:detail", request.workspace.slug, dataset.pk)
