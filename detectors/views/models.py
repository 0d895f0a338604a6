"""The models of a workspace, and one of them with what is known of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from datasets.models import AudioFile
from datasets.serving import serve
from detectors import actions
from detectors.forms import TRAINING_FIELDS
from detectors.models import Detector, TrainingJob
from detectors.rules.catalogue import RULES
from detectors.showing import (
    DEFAULT_THRESHOLD,
    SHORTEST_SPAN_MS,
    curve_charts,
    figures_of,
    thresholds_of,
)
from detectors.views.lookups import detector_of, detectors_of, page_of, shown_colors
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.models import Job
from workspaces.permissions import Right

PAGE = 30
TRAININGS_SHOWN = 20
# One that failed or was cancelled has been seen after a week.
ENDED_SHOWN_FOR = timedelta(days=7)
LIVE_EVERY_MS = 2500
UNFINISHED = (Job.State.PENDING, Job.State.RUNNING)


@require_safe
@in_workspace(Right.READ_DATASETS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """Trained models, the newest first, trainings that have not become one, and the models that came with Earmark."""
    actions.ensure_built_ins(request.workspace)
    rows = detectors_of(request).select_related("dataset", "created_by")
    trained, after = page_of(rows.filter(kind=Detector.Kind.TRAINED), request, size=PAGE)
    trainings = TrainingJob.objects.visible_to(request.user).filter(workspace=request.workspace)
    recent = Q(job__state__in=UNFINISHED) | Q(job__finished_at__gte=timezone.now() - ENDED_SHOWN_FOR)
    unfinished = trainings.exclude(job__state=Job.State.COMPLETED).filter(recent).select_related("job", "created_by")
    shown = list(unfinished.order_by("-id")[:TRAININGS_SHOWN])
    context: dict[str, Any] = {
        "trained": trained,
        "after": after,
        "is_first": "after" not in request.GET,
        "built_in": list(rows.filter(kind=Detector.Kind.BUILT_IN).order_by("rule")),
        "trainings": [(row, int(100 * row.progress), row.job.state in UNFINISHED) for row in shown],
        "every_ms": LIVE_EVERY_MS,
    }
    return render(request, "detectors/_models.html" if request.htmx else "detectors/models.html", context)


@dataclass(frozen=True)
class Mistake:
    """An event that was overlooked, or a detection of nothing, on a file that was kept aside from learning."""

    number: int
    artifact_type: str
    color: str
    kind: str
    start_ms: int
    end_ms: int
    confidence: float | None
    audio: AudioFile | None

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@require_safe
@in_workspace(Right.READ_DATASETS)
def model(request: WorkspaceRequest, model_id: UUID) -> HttpResponse:
    detector = detector_of(request, model_id)
    if detector.kind == Detector.Kind.BUILT_IN:
        return render(request, "detectors/built_in.html", {"model": detector, "rule": RULES.get(detector.rule)})
    colors = shown_colors(detector.artifact_types, detector.dataset_id)
    figures = figures_of(detector.metrics, detector.artifact_types, colors)
    context: dict[str, Any] = {
        "model": detector,
        "figures": figures,
        "charts": curve_charts(figures),
        "thresholds": thresholds_of(detector.metrics.get("per_type", {})),
        "default": DEFAULT_THRESHOLD,
        "shortest_ms": SHORTEST_SPAN_MS,
        "mistakes": _mistakes(request, detector, colors),
        "settings": [(label, detector.config.get(name)) for name, (label, _help) in TRAINING_FIELDS.items()],
        "is_dataset_gone": detector.dataset_id is None,
    }
    return render(request, "detectors/model.html", context)


def _mistakes(request: WorkspaceRequest, detector: Detector, colors: dict[str, str]) -> list[Mistake]:
    """As training left them, the worst first; a recording that was deleted since is None."""
    keys = {key for row in detector.mistakes if (key := _uuid(row["key"]))}
    files = AudioFile.objects.visible_to(request.user).filter(workspace=request.workspace, pk__in=keys)
    known = {audio.pk: audio for audio in files.select_related("blob")}
    return [
        Mistake(
            number=number,
            artifact_type=row["artifact_type"],
            color=colors.get(row["artifact_type"], ""),
            kind=row["kind"],
            start_ms=row["start_ms"],
            end_ms=row["end_ms"],
            confidence=row["confidence"],
            audio=known.get(_uuid(row["key"])),  # type: ignore[arg-type]
        )
        for number, row in enumerate(detector.mistakes, start=1)
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
@in_workspace(Right.READ_DATASETS)
def download(request: WorkspaceRequest, model_id: UUID) -> HttpResponseBase:
    """The weights and the card as .npz, which loads without running anything."""
    detector = detector_of(request, model_id)
    if not detector.file:
        raise Http404
    name = f"{detector.name}.npz"
    return serve(request, detector.file, content_type="application/octet-stream", download_name=name)


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def delete(request: WorkspaceRequest, model_id: UUID) -> HttpResponse:
    detector = detector_of(request, model_id)
    try:
        actions.delete_detector(detector, by=request.user)
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
        return redirect("detectors:model", request.workspace.slug, model_id)
    messages.success(request, _("“%(name)s” is deleted. What it found stays.") % {"name": detector.name})
    return redirect("detectors:models", request.workspace.slug)
