"""Who labels and who reviews in a task, with numbers; its managers change them here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations.actions.deciding_team import let_decide
from annotations.actions.staffing import SIDES, Wanted, set_people
from annotations.models import LabelingTask
from annotations.overlapping.progress import team_progress
from annotations.staff import Kind, Staff, staff_of
from annotations.staff_table import StaffTable
from annotations.views.frame import frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def people(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    staff = staff_of(task)
    if request.method != "POST":
        return _show(request, task, staff, _tables(task, staff))
    if request.POST.get("do") == "decides":
        return _let_decide(request, task)
    tables = {kind: StaffTable(task, staff, kind, request.POST) for kind in _kinds(task)}
    verb, _colon, kind = request.POST.get("do", "save").partition(":")
    n_valid = sum(table.is_valid() for table in tables.values())
    if verb == "split" and kind in tables:
        tables[kind].split()
        return _show(request, task, staff, tables)
    if n_valid < len(tables):
        return _show(request, task, staff, tables, status=422)
    return _save(request, task, staff, tables)


def _kinds(task: LabelingTask) -> list[str]:
    """The sides on which people are named one by one."""
    return [*([] if task.by_team else [Kind.LABELING]), *([Kind.REVIEW] if task.is_reviewed else [])]


def _let_decide(request: WorkspaceRequest, task: LabelingTask) -> HttpResponse:
    wanted = request.POST.get("decides", "")
    team = next((row.team_id for row in task.teams.all() if str(row.team_id) == wanted), None)
    let_decide(task, team, by=request.user)
    messages.success(request, _("Whose answers count is saved."))
    return redirect("annotations:task_people", request.workspace.slug, task.pk)


def _tables(task: LabelingTask, staff: Staff) -> dict[str, StaffTable]:
    return {kind: StaffTable(task, staff, kind) for kind in _kinds(task)}


def _save(request: WorkspaceRequest, task: LabelingTask, staff: Staff, tables: dict[str, StaffTable]) -> HttpResponse:
    was_named = bool(staff.of(Kind.LABELING))
    wanted = Wanted(
        annotators=tables[Kind.LABELING].seats() if Kind.LABELING in tables else None,
        reviewers=tables[Kind.REVIEW].seats() if Kind.REVIEW in tables else None,
        rest_in_pool="rest_in_pool" in request.POST,
        version=request.POST.get("version", ""),
    )
    try:
        set_people(task, wanted, by=request.user)
    except Invalid as problem:
        by_side = {name: tables[kind] for kind, (name, _right) in SIDES.items() if kind in tables}
        for found in problem.problems:
            by_side[str(found[0][1])].attach(found)
        return _show(request, task, staff, tables, status=422)
    except IllegalMove as problem:
        messages.warning(request, str(problem))
        staff = staff_of(task)
        return _show(request, task, staff, _tables(task, staff), status=409)
    messages.success(request, _("People and numbers are saved."))
    if was_named and task.labels_openly:
        messages.info(request, _("Nobody is named any more: whoever may label in this space takes from the pool."))
    return redirect("annotations:task_people", request.workspace.slug, task.pk)


def _show(
    request: WorkspaceRequest, task: LabelingTask, staff: Staff, tables: dict[str, StaffTable], *, status: int = 200
) -> HttpResponse:
    rests = "rest_in_pool" in request.POST if request.method == "POST" and status != 409 else staff.in_pool > 0
    teams = team_progress(task)
    context = frame(request, task, "task_people") | {
        "labeling": tables.get(Kind.LABELING),
        "teams": teams,
        "review": tables.get(Kind.REVIEW),
        "none_decides": not any(team.row.decides for team in teams),
        "staff": staff,
        "rest_in_pool": rests,
        "can_change": task.state != LabelingTask.State.DRAFT,
    }
    return render(request, "annotations/task_people.html", context, status=status)
