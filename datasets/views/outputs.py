"""What has come out of a dataset: annotation sets and processed datasets."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from datasets.models import Annotation, AnnotationSet, Dataset, ProcessedDataset
from datasets.serving import disposition, serve
from datasets.views.lookups import dataset_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.models import Job
from workspaces.permissions import Right

# The job belongs to the room above; its kind is all that is known of it here.
GENERATE = "annotations.generate"
FAILURES_SHOWN_FOR = timedelta(days=1)
SHOWN_AT_MOST = 200


@require_safe
@in_workspace(Right.READ_DATASETS)
def annotation_sets(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    dataset = dataset_of(request, dataset_id)
    sets = list(
        AnnotationSet.objects.visible_to(request.user)
        .filter(dataset=dataset)
        .select_related("created_by")
        .order_by("-version")[:SHOWN_AT_MOST]
    )
    counts = _counts(sets)
    colors = {kind.name: kind.shown_color for kind in dataset.artifact_types.all()}
    rows = [
        {
            "set": row,
            "types": [{**found, "color": colors.get(found["artifact_type"], "")} for found in counts.get(row.pk, [])],
            "total": sum(found["n"] for found in counts.get(row.pk, [])),
            "positive_ms": sum(found["ms"] for found in counts.get(row.pk, [])),
        }
        for row in sets
    ]
    return render(request, "datasets/annotation_sets.html", {"dataset": dataset, "rows": rows, "tab": "sets"})


def _counts(sets: list[AnnotationSet]) -> dict[UUID, list[dict[str, Any]]]:
    """Per set, how many annotations of each type there are and how long they are together, the commonest first."""
    grouped = Annotation.objects.filter(annotation_set__in=sets).order_by().values("annotation_set", "artifact_type")
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in grouped.annotate(n=Count("pk"), ms=Sum(F("end_ms") - F("start_ms"))).order_by("-n", "artifact_type"):
        found.setdefault(row["annotation_set"], []).append(dict(row))
    return found


@require_safe
@in_workspace(Right.READ_DATASETS)
def annotation_set_download(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID) -> HttpResponseBase:
    """One line of JSON per annotation, in the order of files and time."""
    dataset = dataset_of(request, dataset_id)
    chosen = get_object_or_404(AnnotationSet.objects.visible_to(request.user).filter(dataset=dataset), pk=set_id)
    response = StreamingHttpResponse(_lines(chosen), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = disposition(f"{dataset.name}-v{chosen.version}.jsonl")
    return response


def _lines(chosen: AnnotationSet) -> Iterator[str]:
    names = ("audio_file_id", "audio_file__filename", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")
    rows = Annotation.objects.filter(annotation_set=chosen).order_by("audio_file", "start_ms", "id")
    for audio_id, filename, *values in rows.values_list(*names).iterator(chunk_size=2000):
        row = {"audio_file_id": str(audio_id), "filename": filename, **dict(zip(names[2:], values, strict=True))}
        yield json.dumps(row, ensure_ascii=False) + "\n"


@require_safe
@in_workspace(Right.READ_DATASETS)
def processed(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    """Outputs that are done, and the progress of those being made. For htmx the lists alone."""
    dataset = dataset_of(request, dataset_id)
    rows = ProcessedDataset.objects.visible_to(request.user).filter(dataset=dataset)
    jobs = _jobs(dataset)
    context = {
        "dataset": dataset,
        "rows": rows.select_related("created_by").defer("manifest", "options").order_by("-id")[:SHOWN_AT_MOST],
        "jobs": jobs,
        "is_live": any(job.state != Job.State.FAILED for job in jobs),
        "tab": "processed",
    }
    return render(request, "datasets/_processed.html" if request.htmx else "datasets/processed.html", context)


def _jobs(dataset: Dataset) -> list[Job]:
    """Outputs in the making, and what failed lately."""
    jobs = Job.objects.filter(workspace=dataset.workspace_id, kind=GENERATE, args__dataset_id=str(dataset.pk))
    lately = Q(state=Job.State.FAILED, finished_at__gt=timezone.now() - FAILURES_SHOWN_FOR)
    return list(jobs.filter(Q(state__in=[Job.State.PENDING, Job.State.RUNNING]) | lately).order_by("-id")[:20])


@require_safe
@in_workspace(Right.READ_DATASETS)
def processed_download(request: WorkspaceRequest, dataset_id: UUID, processed_id: UUID) -> HttpResponseBase:
    dataset = dataset_of(request, dataset_id)
    rows = ProcessedDataset.objects.visible_to(request.user).filter(dataset=dataset)
    row = get_object_or_404(rows, pk=processed_id)
    return serve(request, row.archive, content_type="application/zip", download_name=row.download_name)
