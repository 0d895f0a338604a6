"""What is done to versions of a dataset's annotations from their pages. What is refused says so where it was asked."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from datasets.actions.annotation_sets import delete_draft, publish_set, remove_invalid, start_draft
from datasets.models import AnnotationSet
from datasets.views.lookups import dataset_of, set_of
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove
from workspaces.permissions import Right


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def start(request: WorkspaceRequest, dataset_id: UUID) -> HttpResponse:
    """A new draft, empty or with everything that the version `based_on` has."""
    dataset = dataset_of(request, dataset_id)
    based_on = request.POST.get("based_on", "")
    try:
        origin = set_of(request, dataset, UUID(based_on)) if based_on else None
    except ValueError as error:
        raise Http404 from error
    made = start_draft(dataset, by=request.user, based_on=origin)
    messages.success(request, _("Version %(version)d is a draft now.") % {"version": made.version})
    return redirect("datasets:annotation-set", request.workspace.slug, dataset.pk, made.pk)


@require_POST
@in_workspace(Right.EDIT_DATASETS)
def move(request: WorkspaceRequest, dataset_id: UUID, set_id: UUID) -> HttpResponse:
    """Publish a draft, delete it, or drop what keeps it from being published."""
    dataset = dataset_of(request, dataset_id)
    chosen = set_of(request, dataset, set_id)
    do = MOVES.get(request.POST.get("move", ""))
    if do is None:
        raise Http404
    try:
        messages.success(request, do(request, chosen))
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
    if not AnnotationSet.objects.filter(pk=set_id).exists():
        return redirect("datasets:annotation-sets", request.workspace.slug, dataset.pk)
    return redirect("datasets:annotation-set", request.workspace.slug, dataset.pk, set_id)


def _publish(request: WorkspaceRequest, chosen: AnnotationSet) -> str:
    publish_set(chosen, by=request.user)
    return _("Version %(version)d is published and does not change any more.") % {"version": chosen.version}


def _delete(request: WorkspaceRequest, chosen: AnnotationSet) -> str:
    version = chosen.version
    delete_draft(chosen, by=request.user)
    return _("Version %(version)d is deleted.") % {"version": version}


def _remove_invalid(request: WorkspaceRequest, chosen: AnnotationSet) -> str:
    number = remove_invalid(chosen, by=request.user)
    return ngettext("%(n)d annotation is removed.", "%(n)d annotations are removed.", number) % {"n": number}


MOVES: dict[str, Callable[[WorkspaceRequest, AnnotationSet], str]] = {
    "publish": _publish,
    "delete": _delete,
    "remove_invalid": _remove_invalid,
}
