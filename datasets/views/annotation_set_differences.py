"""Two versions of a dataset's annotations side by side."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from datasets.formats.tables import csv_table
from datasets.models import AnnotationSet, AudioFile
from datasets.serving import disposition
from datasets.set_comparison import Comparison, FileDifference
from datasets.views.lookups import dataset_of, set_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right

PAGE_FILES = 20
COLUMNS = (
    *("audio_file_id", "filename", "artifact_type", "kind"),
    *("before_start_ms", "before_end_ms", "after_start_ms", "after_end_ms", "start_moved_ms", "end_moved_ms"),
)


@require_safe
@in_workspace(Right.READ_DATASETS)
def differences(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID) -> HttpResponse:
    """What this version has that `with` has not, and the other way round; without `with`, the one it came from."""
    dataset = dataset_of(request, dataset_id)
    after = set_of(request, dataset, set_id)
    before = _other(request, after)
    comparison = Comparison(before, after)
    page = _number(request.GET.get("page", ""))
    shown = comparison.files[(page - 1) * PAGE_FILES : page * PAGE_FILES]
    context = {
        "dataset": dataset,
        "chosen": after,
        "before": before,
        "comparison": comparison,
        "rows": _with_audio(shown),
        "colors": {kind.name: kind.shown_color for kind in dataset.artifact_types.all()},
        "others": AnnotationSet.objects.filter(dataset=dataset).exclude(pk=after.pk).order_by("-version")[:200],
        "previous": _query(before, page - 1) if page > 1 else "",
        "next": _query(before, page + 1) if page * PAGE_FILES < len(comparison.files) else "",
        "tab": "sets",
    }
    return render(request, "datasets/annotation_set_differences.html", context)


@require_safe
@in_workspace(Right.READ_DATASETS)
def differences_table(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID) -> HttpResponseBase:
    """Each change as a row of CSV."""
    dataset = dataset_of(request, dataset_id)
    after = set_of(request, dataset, set_id)
    before = _other(request, after)
    table = csv_table(_rows(Comparison(before, after)), columns=COLUMNS)
    response = StreamingHttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(f"{dataset.name}-v{before.version}-v{after.version}.csv")
    return response


def _other(request: WorkspaceRequest, after: AnnotationSet) -> AnnotationSet:
    """The version to compare with: the one asked for, else the one this came from, else the one before it."""
    rows = AnnotationSet.objects.visible_to(request.user).filter(dataset=after.dataset).exclude(pk=after.pk)
    wish = request.GET.get("with", "")
    if wish.isascii() and wish.isdecimal():
        return get_object_or_404(rows, version=int(wish[:9]))
    if after.based_on_id and not wish:
        return get_object_or_404(rows, pk=after.based_on_id)
    return get_object_or_404(rows.filter(version__lt=after.version).order_by("-version")[:1])


def _number(text: str) -> int:
    return max(1, int(text[:6])) if text.isascii() and text.isdecimal() else 1


def _query(before: AnnotationSet, page: int) -> str:
    wish = {"with": before.version, "page": page}
    return "?" + urlencode(wish)


def _with_audio(found: list[FileDifference]) -> list[tuple[AudioFile, FileDifference]]:
    files = AudioFile.objects.select_related("blob").in_bulk([row.audio_id for row in found])
    return [(files[row.audio_id], row) for row in found if row.audio_id in files]


def _rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for file in comparison.files:
        for change in file.changes:
            row: dict[str, Any] = {
                "audio_file_id": str(file.audio_id),
                "filename": file.filename,
                "artifact_type": change.label,
                "kind": change.kind,
            }
            for side, mark in (("before", change.before), ("after", change.after)):
                row |= {f"{side}_{edge}": mark[edge] if mark else None for edge in ("start_ms", "end_ms")}
            if change.kind == "changed":
                row |= {"start_moved_ms": change.start_moved_ms, "end_moved_ms": change.end_moved_ms}
            yield row
