"""The workbench's page: it carries addresses and words; the work itself goes through the API."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotations.actions.working import assignment_for
from annotations.lesson_words import lesson_words
from annotations.models import Assignment, LabelingTask, ReasonCode
from annotations.payload import mode_of
from annotations.permissions import may_read, require_seat, was_left_by
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right, can

NO_ID = UUID(int=0)


@require_GET
@in_workspace(Right.LABEL)
def label(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Label one item after the other."""
    task = _seated(request, task_id, kind="labeling", right=Right.LABEL)
    return _workbench(request, task, mode="label", home="labeling")


@require_GET
@in_workspace(Right.REVIEW)
def review(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Judge one submission after the other."""
    task = _seated(request, task_id, kind="review", right=Right.REVIEW)
    return _workbench(request, task, mode="review", home="reviews")


@require_GET
@in_workspace()
def assignment(request: WorkspaceRequest, assignment_id: UUID) -> HttpResponse:
    """One certain item: its annotator goes on with it, its auditor judges it, a manager looks at it."""
    user = request.user
    turn = assignment_for(user, assignment_id)
    if turn is None or turn.task.deleted_at or turn.task.workspace_id != request.workspace.pk:
        raise Http404
    if not may_read(user, turn):
        raise PermissionDenied(_("This item is with somebody else."))
    return _workbench(request, turn.task, mode=mode_of(turn, user=user), home=_home(request, turn), turn=turn)


def _home(request: WorkspaceRequest, turn: Assignment) -> str:
    """The list this person came from: their own labeling, their reviews, or all items of the task."""
    user, workspace = request.user, request.workspace.pk
    if can(user, Right.LABEL, workspace) and (turn.annotator_id == user.pk or was_left_by(user, turn)):
        return "labeling"
    return "reviews" if can(user, Right.REVIEW, workspace) else "task_items"


def _seated(request: WorkspaceRequest, task_id: UUID, *, kind: str, right: Right) -> LabelingTask:
    tasks = LabelingTask.objects.visible_to(request.user).present().filter(pk=task_id, workspace=request.workspace)
    task: LabelingTask | None = tasks.first()
    if task is None:
        raise Http404
    require_seat(request.user, task, right=right)
    return task


def _workbench(
    request: WorkspaceRequest, task: LabelingTask, *, mode: str, home: str, turn: Assignment | None = None
) -> HttpResponse:
    slug = request.workspace.slug
    task = task.shown
    boot: dict[str, Any] = {
        "mode": mode,
        "home": home,
        "task_id": str(task.pk),
        "assignment_id": str(turn.pk) if turn else None,
        "urls": {
            "next": reverse("labeling-task-next", args=[task.pk]),
            "next_review": reverse("labeling-task-next-review", args=[task.pk]),
            # The scripts fill in the id.
            "assignment": reverse("assignment-detail", args=[NO_ID]).replace(str(NO_ID), "{id}"),
            "comment": reverse("comment-detail", args=[NO_ID]).replace(str(NO_ID), "{id}"),
            "page": reverse("annotations:assignment", args=[slug, NO_ID]).replace(str(NO_ID), "{id}"),
            "home": reverse(f"annotations:{home}", args=[slug, task.pk] if home == "task_items" else [slug]),
        },
        "person": {"id": str(request.user.pk), "name": str(request.user)},
        "task": {"name": task.name},
        "reasons": [[code, str(words)] for code, words in ReasonCode.choices],
    }
    if task.is_lesson:
        url = reverse("labeling-task-attempts", args=[task.pk])
        boot["lesson"] = {"kind": task.purpose, "attempts_url": url, "words": lesson_words(task)}
    return render(request, "annotations/workbench.html", {"boot": boot})
