"""The workbench for a draft of a dataset's annotations: one file after the other, or a certain one."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotations.actions.set_labels import file_in, require_draft, set_for
from annotations.set_payload import name_of
from annotations.views.work import NO_ID
from datasets.models import AnnotationSet
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right


@require_GET
@in_workspace(Right.EDIT_DATASETS)
def label_set(request: WorkspaceRequest, set_id: UUID) -> HttpResponse:
    """Files that nobody has listened to in this draft, by name."""
    return _workbench(request, _draft(request, set_id), audio_id=None)


@require_GET
@in_workspace(Right.EDIT_DATASETS)
def label_set_file(request: WorkspaceRequest, set_id: UUID, audio_id: UUID) -> HttpResponse:
    chosen = _draft(request, set_id)
    if file_in(chosen, audio_id) is None:
        raise Http404
    return _workbench(request, chosen, audio_id=audio_id)


def _draft(request: WorkspaceRequest, set_id: UUID) -> AnnotationSet:
    chosen = set_for(request.user, set_id)
    if chosen is None or chosen.dataset.workspace_id != request.workspace.pk:
        raise Http404
    require_draft(chosen)
    return chosen


def _workbench(request: WorkspaceRequest, chosen: AnnotationSet, *, audio_id: UUID | None) -> HttpResponse:
    slug = request.workspace.slug
    boot: dict[str, Any] = {
        "mode": "label",
        "home": "set",
        "task_id": str(chosen.pk),
        "assignment_id": str(audio_id) if audio_id else None,
        "has_comments": False,
        "urls": {
            "next": reverse("annotation-set-next", args=[chosen.pk]),
            "assignment": reverse("annotation-set-file", args=[chosen.pk, NO_ID]).replace(str(NO_ID), "{id}"),
            "page": reverse("annotations:label_set_file", args=[slug, chosen.pk, NO_ID]).replace(str(NO_ID), "{id}"),
            "home": reverse("datasets:annotation-set", args=[slug, chosen.dataset_id, chosen.pk]),
        },
        "person": {"id": str(request.user.pk), "name": str(request.user)},
        "task": {"name": name_of(chosen)},
        "words": _words(),
        "reasons": [],
    }
    return render(request, "annotations/workbench.html", {"boot": boot})


def _words() -> dict[str, str]:
    """What the workbench says otherwise of files than of a task's items."""
    return {
        "home": _("Annotation set"),
        "submit": _("Done and next"),
        "submitEmpty": _("Nothing here, next"),
        "submitted": _("Stored"),
        "backToList": _("Back to the set"),
        "nextItem": _("Go to the next file"),
        "notYoursAnyMore": _("This file cannot be labelled any more."),
        "allDone": _("Every file was listened to"),
        "doneNow": _("You were through with {n} files just now. The draft can be published on its page."),
        "nothingToDo": _(
            "Somebody has listened to every file of this draft. A certain file can be opened on its page."
        ),
    }
