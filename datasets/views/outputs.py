"""What has come out of a dataset for others: processed datasets."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from datasets.models import Dataset, ProcessedDataset
from datasets.serving import serve
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
