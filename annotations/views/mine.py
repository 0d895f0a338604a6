"""My labeling and My review: what waits for the person who looks."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from annotations import my_work
from annotations.actions import reviewing
from annotations.models import LabelingTask, ReasonCode
from annotations.permissions import require_seat
from annotations.progress import live_every_ms
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right

REASONS = dict(ReasonCode.choices)


@require_GET
@in_workspace(Right.LABEL)
def labeling(request: WorkspaceRequest) -> HttpResponse:
    who, where = request.user, request.workspace
    returned = list(my_work.returned_turns(who, where))
    for turn in returned:
        turn.reason = REASONS.get(turn.rejected_for, "")  # type: ignore[attr-defined]
    rows = my_work.labeling_rows(who, where)
    context = {
        "to_do": [row for row in rows if row.has_work],
        "others": [row for row in rows if not row.has_work],
        "every_ms": live_every_ms(sum(row.everyone.total for row in rows)),
        "returned": returned,
        "begun": my_work.begun_turns(who, where),
        "recent": my_work.recent_turns(who, where),
    }
    template = "annotations/_labeling.html" if request.htmx else "annotations/labeling.html"
    return render(request, template, context)


@require_GET
@in_workspace(Right.REVIEW)
def reviews(request: WorkspaceRequest) -> HttpResponse:
    who, where = request.user, request.workspace
    rows = my_work.review_rows(who, where)
    context = {
        "to_do": [row for row in rows if row.has_work],
        "others": [row for row in rows if not row.has_work],
        "every_ms": live_every_ms(sum(row.everyone.total for row in rows)),
        "recent": my_work.recent_reviews(who, where),
    }
    template = "annotations/_reviews.html" if request.htmx else "annotations/reviews.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.REVIEW)
def rest(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Approve the rest of a partial review: first what that means, in figures, then doing it."""
    tasks = LabelingTask.objects.visible_to(request.user).present().filter(pk=task_id, workspace=request.workspace)
    task: LabelingTask | None = tasks.first()
    if task is None:
        raise Http404
    if request.method == "POST":
        count = reviewing.approve_rest(task, by=request.user)
        messages.success(request, ngettext("%(n)d item approved.", "%(n)d items approved.", count) % {"n": count})
        return redirect("annotations:reviews", request.workspace.slug)
    require_seat(request.user, task, right=Right.REVIEW)
    figures = reviewing.rest_to_approve(task, by=request.user)
    context = {
        "task": task,
        "missing": max(0, figures["floor"] - figures["decided"]),
        "question": _("Approve %(waiting)d items without opening them? They are marked as approved with the rest.")
        % figures,
        **figures,
    }
    return render(request, "annotations/rest.html", context)
