"""What models found: the list of analyses, and one with its files."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from datasets.models import AudioFile
from detectors import actions
from detectors.drafting import dataset_of_files, draft_from
from detectors.models import InferenceFile, InferenceJob
from detectors.showing import BANDS, band_of, totals_of
from detectors.views.analyse import cut_sentences
from detectors.views.lookups import analyses_of, analysis_of, page_of, shown_colors
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.permissions import Right

PAGE = 30
FILES_PER_PAGE = 20
DETECTIONS_SHOWN = 200
LIVE_EVERY_MS = 1500
State = InferenceFile.State


@dataclass(frozen=True)
class Found:
    """A detection as a row: its band of confidence, and how long it is."""

    number: int
    artifact_type: str
    color: str
    start_ms: int
    end_ms: int
    confidence: float
    band: str
    word: str

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True)
class FileResult:
    """A file with the first DETECTIONS_SHOWN of what was found in it. `audio`: None once the recording is deleted."""

    file: InferenceFile
    found: list[Found]

    @property
    def audio(self) -> AudioFile | None:
        return self.file.audio_file if self.file.audio_file and self.file.audio_file.blob else None

    @property
    def more(self) -> int:
        return self.file.detection_count - len(self.found)


@require_safe
@in_workspace(Right.READ_DATASETS)
def index(request: WorkspaceRequest) -> HttpResponse:
    rows, after = page_of(analyses_of(request), request, size=PAGE)
    figures = {row.pk: row for row in InferenceJob.objects.filter(pk__in=[row.pk for row in rows]).with_figures()}
    shown = InferenceJob.objects.filter(pk__in=figures).select_related("created_by", "detector").order_by("-id")
    context = {
        "rows": [(row, figures[row.pk]) for row in shown],
        "after": after,
        "is_first": "after" not in request.GET,
        "every_ms": LIVE_EVERY_MS * 2,
    }
    return render(request, "detectors/_analyses.html" if request.htmx else "detectors/analyses.html", context)


@require_safe
@in_workspace(Right.READ_DATASETS)
def analysis(request: WorkspaceRequest, analysis_id: UUID) -> HttpResponse:
    """Totals, and FILES_PER_PAGE files with what was found in them; for a live page what changes."""
    inference = analysis_of(request, analysis_id)
    colors = _colors(inference)
    files = InferenceFile.objects.filter(inference_job=inference)
    shown, after = _files(request, inference)
    results = [result_of(file, colors) for file in shown]
    ended = inference.processed_files + inference.failed_files  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "analysis": inference,
        "ended": ended,
        "waiting": files.filter(state=State.PENDING).count(),
        "is_live": inference.status == InferenceJob.Status.PROCESSING,  # type: ignore[attr-defined]
        "totals": totals_of(files.filter(state=State.COMPLETED).values_list("detections", flat=True), colors),
        "results": results,
        "after": after,
        "is_first": "after" not in request.GET,
        "colors": colors,
        "bands": BANDS,
        "least_shown": int(100 * inference.config["threshold"]),
        "cuts": cut_sentences(inference.detector, inference.config["min_duration_ms"]),
        "every_ms": LIVE_EVERY_MS if inference.total_files <= 200 else 3 * LIVE_EVERY_MS,  # type: ignore[attr-defined]
    }
    if not context["is_live"]:
        context["draft_dataset"] = dataset_of_files(inference)
    return render(request, "detectors/_analysis.html" if request.htmx else "detectors/analysis.html", context)


def _colors(inference: InferenceJob) -> dict[str, str]:
    """Of every type that may have been found; those of a deleted model are told by what was."""
    detector = inference.detector
    if detector is not None:
        return shown_colors(detector.artifact_types, detector.dataset_id)
    files = InferenceFile.objects.filter(inference_job=inference, detection_count__gt=0)
    rows = files.values_list("detections", flat=True)
    return shown_colors(sorted({row["artifact_type"] for found in rows for row in found or ()}), None)


def _files(request: WorkspaceRequest, inference: InferenceJob) -> tuple[list[InferenceFile], UUID | None]:
    rows = (
        InferenceFile.objects.filter(inference_job=inference).select_related("audio_file__blob", "job").order_by("id")
    )
    try:
        rows = rows.filter(pk__gt=UUID(request.GET["after"]))
    except (KeyError, ValueError):
        pass
    shown = list(rows[: FILES_PER_PAGE + 1])
    return shown[:FILES_PER_PAGE], shown[FILES_PER_PAGE - 1].pk if len(shown) > FILES_PER_PAGE else None


def result_of(file: InferenceFile, colors: dict[str, str]) -> FileResult:
    found = []
    for number, row in enumerate((file.detections or [])[:DETECTIONS_SHOWN], start=1):
        band, word = band_of(row["confidence"])
        name = row["artifact_type"]
        values = (row["start_ms"], row["end_ms"], row["confidence"])
        found.append(Found(number, name, colors.get(name, ""), *values, band, word))
    return FileResult(file, found)


@require_safe
@in_workspace(Right.READ_DATASETS)
def file(request: WorkspaceRequest, analysis_id: UUID, file_id: UUID) -> HttpResponse:
    """What was found in one file, for a page that saw it end."""
    inference = analysis_of(request, analysis_id)
    rows = InferenceFile.objects.filter(inference_job=inference).select_related("audio_file__blob")
    result = result_of(get_object_or_404(rows, pk=file_id), _colors(inference))
    return render(request, "detectors/_found.html", {"analysis": inference, "result": result})


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def draft(request: WorkspaceRequest, analysis_id: UUID) -> HttpResponse:
    """A draft annotation set of what was found."""
    inference = analysis_of(request, analysis_id)
    try:
        made = draft_from(inference, by=request.user)
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
        return redirect("detectors:analysis", request.workspace.slug, inference.pk)
    sentence = ngettext(
        "Version %(version)d is a draft with %(n)s detection.",
        "Version %(version)d is a draft with %(n)s detections.",
        made.count,
    )
    messages.success(request, sentence % {"version": made.labels.version, "n": f"{made.count:,}"})
    if made.left_out:
        names = ", ".join(f"{name} ({count:,})" for name, count in sorted(made.left_out.items()))
        left_out = _("Left out, as the dataset does not have these artifact types: %(names)s.")
        messages.warning(request, left_out % {"names": names})
    return redirect("datasets:annotation-set", request.workspace.slug, made.labels.dataset_id, made.labels.pk)


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def cancel(request: WorkspaceRequest, analysis_id: UUID) -> HttpResponse:
    inference = analysis_of(request, analysis_id)
    actions.cancel_inference(inference, by=request.user)
    messages.success(request, _("The analysis is cancelled. What was found so far stays."))
    return redirect("detectors:analysis", request.workspace.slug, inference.pk)


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def delete(request: WorkspaceRequest, analysis_id: UUID) -> HttpResponse:
    inference = analysis_of(request, analysis_id)
    try:
        actions.delete_inference(inference, by=request.user)
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
        return redirect("detectors:analysis", request.workspace.slug, analysis_id)
    messages.success(request, _("The analysis is deleted. The recordings stay."))
    return redirect("detectors:analyses", request.workspace.slug)
