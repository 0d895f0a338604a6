"""Having a model trained, and following it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from datasets.models import AnnotationSet
from detectors import actions
from detectors.forms import TrainForm
from detectors.learned_from import FEW_EVENTS
from detectors.material import material_of
from detectors.models import TrainingJob
from detectors.showing import epoch_rows, training_charts
from detectors.views.lookups import shown_colors, training_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import Job
from workspaces.permissions import Right

SETS_OFFERED = 200
LIVE_EVERY_MS = 1500
TRAINING_TABLE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.EDIT_DATASETS)
def train(request: WorkspaceRequest) -> HttpResponseBase:
    """Choose published labels, say what to learn, and begin."""
    rows = AnnotationSet.objects.visible_to(request.user).filter(dataset__workspace=request.workspace)
    published = rows.filter(state=AnnotationSet.State.PUBLISHED).select_related("dataset").order_by("-published_at")
    labels = _chosen(request, published)
    context: dict[str, Any] = {"sets": list(published[:SETS_OFFERED]), "labels": labels, "few": FEW_EVENTS}
    if labels is None:
        return render(request, "detectors/train.html", context)
    labels.dataset.workspace = request.workspace
    material = material_of(labels)
    form = TrainForm(material.learnable, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.config is not None:
        try:
            training = actions.start_training(
                labels, by=request.user, config=form.config, name=form.cleaned_data["name"]
            )
        except IllegalMove as refusal:
            form.add_error(None, str(refusal))
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("detectors:training", request.workspace.slug, training.pk)
    context |= {"form": form, "material": material}
    return render(request, "detectors/train.html", context, status=422 if form.errors else 200)


def _chosen(request: WorkspaceRequest, published: Any) -> AnnotationSet | None:
    """The set named in the address; 404 for one that is not there. A draft or no set at all: one is chosen first."""
    wish = request.GET.get("set", "")
    if not wish:
        return None
    try:
        found: AnnotationSet | None = published.filter(pk=UUID(wish)).first()
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


@require_GET
@in_workspace(Right.READ_DATASETS)
def training(request: WorkspaceRequest, training_id: UUID) -> HttpResponse:
    """How far it is, epoch by epoch; for a live page the parts that change."""
    found = training_of(request, training_id)
    types: list[str] = found.config["artifact_types"]
    colors = shown_colors(types, found.dataset_id)
    context: dict[str, Any] = {
        "training": found,
        "types": [(name, colors[name]) for name in types],
        "percent": _percent(found),
        "is_live": found.job.state in (Job.State.PENDING, Job.State.RUNNING),
        "epochs": epoch_rows(found.epochs, types)[:TRAINING_TABLE],
        "charts": training_charts(found.epochs, types, colors),
        "every_ms": LIVE_EVERY_MS,
    }
    return render(request, "detectors/_training.html" if request.htmx else "detectors/training.html", context)


def _percent(training: TrainingJob) -> int:
    return int(100 * training.progress)


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def cancel(request: WorkspaceRequest, training_id: UUID) -> HttpResponse:
    found = training_of(request, training_id)
    actions.cancel_training(found, by=request.user)
    messages.success(request, _("The training is cancelled."))
    return redirect("detectors:training", request.workspace.slug, found.pk)
