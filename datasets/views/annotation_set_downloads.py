"""Versions of a dataset's annotations as files to take along."""

import os
from collections.abc import Iterable
from uuid import UUID

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from datasets.formats.tables import csv_table, json_lines
from datasets.models import Annotation, AnnotationSet
from datasets.serving import disposition
from datasets.set_downloads import COLUMNS, WRITERS, rows_of, write_archive
from datasets.storage import scratch
from datasets.views.lookups import dataset_of, set_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.permissions import Right

# An archive is made while somebody waits; rows are sent as they are read.
MOST_IN_ARCHIVE = 50_000


@require_safe
@in_workspace(Right.READ_DATASETS)
def annotation_set_download(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID) -> HttpResponseBase:
    """JSON Lines, or what `format` names: csv, or audacity or textgrid as an archive with a file per recording."""
    dataset = dataset_of(request, dataset_id)
    chosen = set_of(request, dataset, set_id)
    kind = request.GET.get("format", "")
    name = f"{dataset.name}-v{chosen.version}"
    if kind in WRITERS:
        return _archive(chosen, kind=kind, name=f"{name}-{kind}.zip")
    if kind == "csv":
        table = csv_table(rows_of(chosen), columns=COLUMNS)
        return _streamed(table, "text/csv; charset=utf-8", name=f"{name}.csv")
    return _streamed(json_lines(rows_of(chosen)), "application/jsonl; charset=utf-8", name=f"{name}.jsonl")


def _streamed(chunks: Iterable[bytes], content_type: str, *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=content_type)
    response["Content-Disposition"] = disposition(name)
    return response


def _archive(chosen: AnnotationSet, *, kind: str, name: str) -> HttpResponseBase:
    if Annotation.objects.filter(annotation_set=chosen).count() > MOST_IN_ARCHIVE:
        sentence = _("An archive holds at most %(most)d annotations. Take JSON Lines or CSV, which hold any number.")
        raise IllegalMove(sentence % {"most": MOST_IN_ARCHIVE})
    with scratch() as folder:
        path = folder / "labels.zip"
        write_archive(path, chosen, kind=kind)
        # It stays readable after its folder is gone.
        file = os.fdopen(os.open(path, os.O_RDONLY), "rb")
    response = FileResponse(file, content_type="application/zip")
    response["Content-Disposition"] = disposition(name)
    return response
