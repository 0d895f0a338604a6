"""Having a model listen to files: which model, which files, with which settings."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets.actions import analysis_files
from datasets.models import AudioFile, Dataset
from detectors import actions
from detectors.forms import DetectionForm
from detectors.models import Detector
from detectors.showing import left_out_by, usual_of
from detectors.views.lookups import detectors_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.permissions import Right

MODELS_OFFERED = 200
DATASETS_OFFERED = 200
# Beyond, the list is of no use for choosing, and all of them can still be taken.
FILES_LISTED = 300
MOST_FILES = 2000


@dataclass
class Wish:
    """What is chosen on the page: a model, and files that were uploaded here, or all or some of a dataset's."""

    model: str = ""
    source: str = "dataset"
    dataset: str = ""
    which: str = "all"
    files: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, sent: QueryDict) -> "Wish":
        return cls(
            model=sent.get("model", ""),
            source="upload" if sent.get("source") == "upload" else "dataset",
            dataset=sent.get("dataset", ""),
            which="some" if sent.get("which") == "some" else "all",
            files=sent.getlist("file")[: MOST_FILES + 1],
            uploaded=sent.getlist("uploaded")[: MOST_FILES + 1],
        )


class Refused(Exception):
    """What was chosen does not do; `place` is the part of the page that says so."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.EDIT_DATASETS)
def analyse(request: WorkspaceRequest) -> HttpResponse:
    """For htmx the files of the chosen dataset alone."""
    actions.ensure_built_ins(request.workspace)
    sent = request.POST if request.method == "POST" else request.GET
    wish, refused = Wish.of(sent), {}
    if request.htmx:
        return render(request, "detectors/_files_to_choose.html", {"wish": wish, **_files_offered(request, wish)})
    form = DetectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        is_valid = form.is_valid()
        try:
            detector, files = _model(request, wish), _files(request, wish)
            if is_valid and form.config is not None:
                inference = actions.start_inference(detector, by=request.user, config=form.config, audio_files=files)
                return redirect("detectors:analysis", request.workspace.slug, inference.pk)
        except Refused as refusal:
            refused[refusal.place] = str(refusal)
        except IllegalMove as refusal:
            refused["files"] = str(refusal)
    context = _page(request, wish) | {"form": form, "refused": refused}
    return render(request, "detectors/analyse.html", context, status=422 if request.method == "POST" else 200)


def _page(request: WorkspaceRequest, wish: Wish) -> dict[str, Any]:
    models = list(detectors_of(request).order_by("-kind", "rule", "-id")[:MODELS_OFFERED])
    return {
        "wish": wish,
        "models": models,
        "usual": {str(one.pk): usual_of(one.metrics) for one in models if one.kind == Detector.Kind.TRAINED},
        "inbox": analysis_files(request.workspace, request.user),
        "uploaded": list(_known(request, wish.uploaded)),
        **_files_offered(request, wish),
    }


def _files_offered(request: WorkspaceRequest, wish: Wish) -> dict[str, Any]:
    ready = Count("audio_files", filter=Q(audio_files__status=AudioFile.Status.READY))
    rows = Dataset.objects.visible_to(request.user).filter(workspace=request.workspace)
    datasets = list(rows.annotate(ready=ready).order_by("-id")[:DATASETS_OFFERED])
    chosen = next((one for one in datasets if str(one.pk) == wish.dataset), None)
    files = []
    if chosen is not None:
        files = list(_ready(request, chosen).order_by("-id").only("pk", "filename", "duration_ms")[:FILES_LISTED])
    return {"datasets": datasets, "chosen": chosen, "files": files, "most_listed": FILES_LISTED, "most": MOST_FILES}


def _ready(request: WorkspaceRequest, dataset: Dataset) -> Any:
    return AudioFile.objects.visible_to(request.user).filter(dataset=dataset, status=AudioFile.Status.READY)


def _known(request: WorkspaceRequest, ids: list[str]) -> Any:
    """Files of this workspace; what is no id of one is left out."""
    rows = AudioFile.objects.visible_to(request.user).filter(workspace=request.workspace)
    return rows.filter(pk__in=[pk for text in ids if (pk := _uuid(text))]).order_by("id")


def _model(request: WorkspaceRequest, wish: Wish) -> Detector:
    pk = _uuid(wish.model)
    found = detectors_of(request).select_related("workspace").filter(pk=pk).first() if pk else None
    if found is None:
        raise Refused("model", _("Choose a model."))
    return found


def _files(request: WorkspaceRequest, wish: Wish) -> list[AudioFile]:
    if wish.source == "upload":
        files = list(_known(request, wish.uploaded)[: MOST_FILES + 1])
        if not files:
            raise Refused("files", _("Upload at least one file, or choose a dataset."))
    else:
        files = _files_of_dataset(request, wish)
    if len(files) > MOST_FILES:
        sentence = _("One analysis takes at most %(most)d files. Choose fewer and start several.")
        raise Refused("files", sentence % {"most": MOST_FILES})
    return files


def _files_of_dataset(request: WorkspaceRequest, wish: Wish) -> list[AudioFile]:
    pk = _uuid(wish.dataset)
    rows = Dataset.objects.visible_to(request.user).filter(workspace=request.workspace)
    dataset = rows.filter(pk=pk).first() if pk else None
    if dataset is None:
        raise Refused("files", _("Choose a dataset, or upload files."))
    ready = _ready(request, dataset).order_by("id")
    if wish.which == "some":
        ready = ready.filter(pk__in=[pk for text in wish.files if (pk := _uuid(text))])
    files = list(ready[: MOST_FILES + 1])
    if not files:
        if wish.which == "some":
            raise Refused("files", _("Choose at least one file."))
        raise Refused("files", _("This dataset has no file that is ready."))
    return files


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def cut_sentences(detector: Detector | None, min_duration_ms: int) -> list[str]:
    """What a minimum length leaves out, one sentence for each type that it concerns."""
    if detector is None:
        return []
    return [
        _("“%(type)s” is usually %(low)d to %(high)d ms long: a minimum of %(least)d ms leaves out what is shorter.")
        % {"type": one.name, "low": one.low_ms, "high": one.high_ms, "least": min_duration_ms}
        for one in left_out_by(min_duration_ms, usual_of(detector.metrics))
    ]
