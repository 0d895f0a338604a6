"""Versions of a dataset's annotations as pages: the list, one of them, the labels of one file."""

from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from datasets.models import AnnotationSet, Dataset
from datasets.set_figures import SetFigures, covered_ms, figures_of_sets, file_figures
from datasets.set_files import FILE_STATES, SHOWN_OF_ONE, SetTable, SetWish, first_labels
from datasets.views.lookups import audio_of, dataset_of, set_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right

SHOWN_AT_MOST = 200
COVERED = "covered"


@require_safe
@in_workspace(Right.READ_DATASETS)
def annotation_sets(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    """The list. For its live part the rows alone."""
    dataset = dataset_of(request, dataset_id)
    sets = list(
        AnnotationSet.objects.visible_to(request.user)
        .filter(dataset=dataset)
        .select_related("created_by", "based_on")
        .order_by("-version")[:SHOWN_AT_MOST]
    )
    figures = figures_of_sets(dataset, sets)
    context = {"dataset": dataset, "rows": [(row, figures[row.pk]) for row in sets], "tab": "sets"}
    return render(request, _part(request, "annotation_sets"), context)


@require_safe
@in_workspace(Right.READ_DATASETS)
def annotation_set(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID) -> HttpResponse:
    """One version: its figures, and its files with their labels. For its live part what others may have changed."""
    dataset = dataset_of(request, dataset_id)
    chosen = set_of(request, dataset, set_id)
    prefetch_related_objects([dataset], "artifact_types")
    figures = figures_of_sets(dataset, [chosen])[chosen.pk]
    wish = SetWish.from_query(request.GET)
    is_covered = request.GET.get("lengths") == COVERED
    context = {
        "dataset": dataset,
        "chosen": chosen,
        "figures": figures,
        "has_types": bool(dataset.artifact_types.all()),
        "types": _types(chosen, figures, is_covered=is_covered),
        "is_covered": is_covered,
        "files": file_figures(chosen),
        "wish": wish,
        "table": SetTable(dataset, wish, chosen),
        "colors": {row.name: row.color for row in figures.types},
        "file_states": FILE_STATES,
        "here": request.path,
        "query": wish.query(after=wish.after, before=wish.before),
        "others": _others(chosen),
        "tab": "sets",
    }
    return render(request, _part(request, "annotation_set"), context)


def _part(request: WorkspaceRequest, name: str) -> str:
    return f"datasets/_{name}.html" if request.htmx else f"datasets/{name}.html"


def _types(chosen: AnnotationSet, figures: SetFigures, *, is_covered: bool) -> list[dict[str, Any]]:
    """Each type with the length to show: of its annotations added up, or of the audio they cover."""
    lengths = covered_ms(chosen) if is_covered else {row.name: row.ms for row in figures.types}
    return [{"type": row, "ms": lengths.get(row.name, 0)} for row in figures.types]


def _others(chosen: AnnotationSet) -> list[AnnotationSet]:
    """The versions it can be compared with, the newest first."""
    rows = AnnotationSet.objects.filter(dataset=chosen.dataset_id).exclude(pk=chosen.pk)
    return list(rows.only("version", "state").order_by("-version")[:SHOWN_AT_MOST])


@require_safe
@in_workspace(Right.READ_DATASETS)
def labels(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID, audio_id: UUID) -> HttpResponse:
    """The table of labels of one file, fetched when somebody folds it out."""
    dataset = dataset_of(request, dataset_id)
    chosen = set_of(request, dataset, set_id)
    audio = audio_of(request, dataset, audio_id)
    rows = first_labels(chosen, [audio.pk], each=SHOWN_OF_ONE)
    context = {"rows": rows, "chosen": chosen, "audio": audio, "colors": _colors(dataset)}
    return render(request, "datasets/_annotation_set_labels.html", context)


def _colors(dataset: Dataset) -> dict[str, str]:
    return {kind.name: kind.shown_color for kind in dataset.artifact_types.all()}
