"""Quality > Control items: what is mixed into the work, how people did on it, and the skills a task asks for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations.models import LabelingTask, Requirement, Skill
from annotations.qualifying import controls as verbs
from annotations.qualifying.forms import SourceForm, name_of
from annotations.qualifying.requirements import set_requirements
from annotations.views.lessons import put
from annotations.views.quality_frame import quality_frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right

MOST_ITEMS = 500


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def controls(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    form = SourceForm(request.POST, request.FILES) if request.POST.get("do") == "add" else SourceForm()
    form.put_people(request.workspace)
    if request.method == "POST" and _done(request, task, form):
        return redirect("annotations:quality_controls", request.workspace.slug, task.pk)
    rows = list(verbs.control_rows(task).prefetch_related("files__audio")[:MOST_ITEMS])
    for row in rows:
        row.name = name_of(row)  # type: ignore[attr-defined]
    context = quality_frame(request, task, "quality_controls") | {
        "form": form,
        "rows": rows,
        "people": verbs.right_of_people(task),
        "skills": _skills(request, task),
        "can_change": task.purpose == LabelingTask.Purpose.LABELING,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "annotations/quality_controls.html", context, status=status)


def _skills(request: WorkspaceRequest, task: LabelingTask) -> list[tuple[Skill, str, bool]]:
    """Each skill of the space, how much of it the task asks for ("": it does not), and whether unknown will do."""
    asked = {row.skill_id: row for row in Requirement.objects.filter(task=task)}
    rows = [(skill, asked.get(skill.pk)) for skill in Skill.objects.filter(workspace=request.workspace)]
    return [(skill, f"{row.least:g}" if row else "", bool(row and row.accepts_missing)) for skill, row in rows]


def _done(request: WorkspaceRequest, task: LabelingTask, form: SourceForm) -> bool:
    """Whether what was asked for is done, or refused with a message; otherwise what is wrong stands in the form."""
    verb = request.POST.get("do")
    try:
        if verb == "add" and form.is_valid() and (keyed := form.keyed(task)) is not None:
            verbs.add_controls(task, keyed, by=request.user)
        elif verb == "percent":
            verbs.set_percent(task, _number(request.POST.get("percent", "")), by=request.user)
        elif verb == "remove":
            verbs.remove_control(task, UUID(request.POST.get("item", "")), by=request.user)
        elif verb == "require":
            set_requirements(task, _asked(request), by=request.user)
        else:
            return False
    except Invalid as problem:
        if verb == "add":
            put(form, problem)
            return False
        messages.warning(request, str(problem))
        return True
    except (IllegalMove, ValueError) as refused:
        messages.warning(request, str(refused))
        return True
    messages.success(request, _("Saved."))
    return True


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text


def _asked(request: WorkspaceRequest) -> list[dict[str, object]]:
    """The rows of the table that have a number."""
    found = []
    for pk in request.POST.getlist("skill"):
        text = request.POST.get(f"least-{pk}", "").strip().replace(",", ".")
        if not text:
            continue
        try:
            least: object = float(text)
        except ValueError:
            least = text
        accepts = request.POST.get(f"missing-{pk}") == "on"
        found.append({"skill_id": pk, "least": least, "accepts_missing": accepts})
    return found
