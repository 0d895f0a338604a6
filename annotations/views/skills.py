"""Skills and exams: what people can be good at, who is, and the trainings and exams that show it."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.models import LabelingTask, Skill, SkillValue
from annotations.qualifying import skills
from annotations.qualifying.forms import GiveForm, SkillForm
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right

MOST_LESSONS = 200
MOST_PEOPLE = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def index(request: WorkspaceRequest) -> HttpResponse:
    form = SkillForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = skills.create_skill(request.workspace, by=request.user, **form.cleaned_data)
            except Invalid as problem:
                _put(form, problem)
            else:
                messages.success(request, _("“%(name)s” is there.") % {"name": made.name})
                return redirect("annotations:skill", request.workspace.slug, made.pk)
    rows = Skill.objects.visible_to(request.user).filter(workspace=request.workspace)
    counted = rows.annotate(
        n_people=Count("values", distinct=True),
        n_tasks=Count("requirements", distinct=True),
        n_lessons=Count("lessons", filter=Q(lessons__deleted_at=None), distinct=True),
    )
    context = {"skills": counted.order_by("name"), "lessons": _lessons(request), "form": form}
    return render(request, "annotations/skills.html", context, status=status)


def _lessons(request: WorkspaceRequest) -> list[LabelingTask]:
    rows = LabelingTask.objects.visible_to(request.user).present().filter(workspace=request.workspace)
    rows = rows.filter(purpose__in=LabelingTask.LESSONS).select_related("skill").order_by("-id")
    people = Count("attempts__user", distinct=True)
    passed = Count("attempts__user", filter=Q(attempts__state="passed"), distinct=True)
    return list(rows.annotate(n_people=people, n_passed=passed)[:MOST_LESSONS])


def _put(form: SkillForm, problem: Invalid) -> None:
    for loc, text, _kind in problem.problems:
        form.add_error(str(loc[1]) if str(loc[1]) in form.fields else None, text)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def detail(request: WorkspaceRequest, skill_id: UUID) -> HttpResponse:
    """Who has how much of a skill; given by hand, renamed, deleted."""
    skill = get_object_or_404(Skill.objects.visible_to(request.user), pk=skill_id, workspace=request.workspace)
    is_renaming = request.POST.get("do") == "rename"
    initial = {"name": skill.name, "description": skill.description}
    form = SkillForm(request.POST) if is_renaming else SkillForm(initial=initial)
    give = GiveForm(request.workspace, request.POST if request.POST.get("do") == "give" else None)
    if request.method == "POST" and _done(request, skill, form, give):
        return redirect("annotations:skill", request.workspace.slug, skill.pk)
    rows = SkillValue.objects.filter(skill=skill).select_related("user", "given_by").order_by("-value", "user__name")
    context = {
        "skill": skill,
        "form": form,
        "give": give,
        "people": rows[:MOST_PEOPLE],
        "asking": skill.requirements.select_related("task").filter(task__deleted_at=None),
        "lessons": skill.lessons.filter(deleted_at=None).order_by("-id"),
    }
    return render(request, "annotations/skill.html", context, status=422 if request.method == "POST" else 200)


def _done(request: WorkspaceRequest, skill: Skill, form: SkillForm, give: GiveForm) -> bool:
    """Whether what was asked for is done; otherwise what is wrong stands in the forms."""
    verb = request.POST.get("do")
    try:
        if verb == "rename" and form.is_valid():
            skills.change_skill(skill, by=request.user, changes=form.cleaned_data)
        elif verb == "give" and give.is_valid():
            skills.give(skill, give.cleaned_data["user"], value=give.cleaned_data["value"], by=request.user)
        elif verb == "take":
            skills.take(
                skill, get_object_or_404(User, skill_values__skill=skill, pk=request.POST.get("user")), by=request.user
            )
        else:
            return False
    except Invalid as problem:
        _put(form, problem)
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def delete(request: WorkspaceRequest, skill_id: UUID) -> HttpResponse:
    skill = get_object_or_404(Skill.objects.visible_to(request.user), pk=skill_id, workspace=request.workspace)
    try:
        skills.delete_skill(skill, by=request.user)
    except IllegalMove as refused:
        messages.warning(request, str(refused))
        return redirect("annotations:skill", request.workspace.slug, skill.pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": skill.name})
    return redirect("annotations:skills", request.workspace.slug)
