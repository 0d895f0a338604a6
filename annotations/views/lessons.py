"""Trainings and exams: making them, their items with hints and right answers, and how people did."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import deleting, managing
from annotations.form import form_of
from annotations.models import Attempt, ItemKey, LabelingTask, TaskItem
from annotations.qualifying.controls import change_key, with_answers_to
from annotations.qualifying.forms import KeyForm, LessonForm, PassForm, SourceForm, name_of
from annotations.qualifying.lessons import LessonPlan, add_items, change_lesson, create_lesson, remove_item
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.permissions import Right

MOST_ITEMS = 500
MOST_TRIES = 200


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.CREATE_TASKS)
def new(request: WorkspaceRequest) -> HttpResponse:
    initial = {"kind": request.GET.get("kind", "training"), "task": request.GET.get("task")}
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LessonForm(request.workspace, request.user, *given, initial=initial)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["task"]
        keyed = form.keyed(source)
        if keyed is not None:
            plan = LessonPlan(kind=form.cleaned_data["kind"], source=source, items=keyed, **form.passing())
            try:
                lesson = create_lesson(plan, by=request.user)
            except Invalid as problem:
                put(form, problem)
            else:
                messages.success(request, _("“%(name)s” is open.") % {"name": lesson.name})
                return redirect("annotations:lesson", request.workspace.slug, lesson.pk)
    context = {"form": form, "has_tasks": form.fields["task"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "annotations/lesson_new.html", context, status=422 if request.method == "POST" else 200)


def put(form: forms.Form, problem: Invalid) -> None:
    """What a verb refused, beside the fields it is about."""
    for loc, text, _kind in problem.problems:
        name = str(loc[1]) if len(loc) > 1 else ""
        if name == "expected" and len(loc) > 2:
            name = f"expected-{loc[2]}"
        form.add_error(name if name in form.fields else None, text)


def lesson_or_404(request: WorkspaceRequest, task_id: UUID) -> LabelingTask:
    rows = LabelingTask.objects.visible_to(request.user).present().filter(purpose__in=LabelingTask.LESSONS)
    return get_object_or_404(rows.select_related("skill"), pk=task_id, workspace=request.workspace)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def lesson(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """When it is passed, its items, and everybody's tries."""
    task = lesson_or_404(request, task_id)
    verb = request.POST.get("do", "")
    names = ("name", "skill", "pass_percent", "retry_after_hours", "attempt_size")
    form = PassForm(request.POST) if verb == "save" else PassForm(initial={name: getattr(task, name) for name in names})
    form.put_skills(request.workspace)
    more = SourceForm(request.POST, request.FILES) if verb == "add" else SourceForm()
    more.put_people(request.workspace)
    if request.method == "POST" and _done(request, task, form, more):
        return redirect("annotations:lesson", request.workspace.slug, task.pk)
    items = with_answers_to(TaskItem.objects.filter(task=task, key__isnull=False).select_related("key"))
    rows = list(items.order_by("position").prefetch_related("files__audio")[:MOST_ITEMS])
    for row in rows:
        row.name = name_of(row)  # type: ignore[attr-defined]
    context = {
        "task": task,
        "form": form,
        "more": more,
        "rows": rows,
        "n_items": items.count() if len(rows) == MOST_ITEMS else len(rows),
        "tries": Attempt.objects.filter(task=task).select_related("user").order_by("-started_at")[:MOST_TRIES],
    }
    return render(request, "annotations/lesson.html", context, status=422 if request.method == "POST" else 200)


def _done(request: WorkspaceRequest, task: LabelingTask, form: PassForm, more: SourceForm) -> bool:
    verb = request.POST.get("do")
    try:
        if verb == "save" and form.is_valid():
            change_lesson(task, by=request.user, changes=form.passing())
        elif verb == "add" and more.is_valid() and (keyed := more.keyed(task)) is not None:
            add_items(task, keyed, by=request.user)
        elif verb == "remove":
            remove_item(get_object_or_404(task.items, pk=request.POST.get("item"), key__isnull=False), by=request.user)
        elif verb in ("stop", "resume"):
            getattr(managing, verb)(task, by=request.user)
        else:
            return False
    except Invalid as problem:
        put(form, problem)
        return False
    except IllegalMove as refused:
        messages.warning(request, str(refused))
        return True
    messages.success(request, _("Saved."))
    return True


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def delete(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = lesson_or_404(request, task_id)
    deleting.delete(task, by=request.user)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": task.name})
    return redirect("annotations:skills", request.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.MANAGE_TASKS)
def key(request: WorkspaceRequest, item_id: UUID) -> HttpResponse:
    """Hint, explanation and expected answers of one item of a training, an exam, or the control items."""
    rows = ItemKey.objects.visible_to(request.user).select_related("item__task__controls_of__workspace")
    found = get_object_or_404(rows, item=item_id, item__task__workspace=request.workspace)
    shown = found.item.task.shown
    form = KeyForm(form_of(found.item.task), found, *([request.POST] if request.method == "POST" else []))
    page = "lesson" if shown.is_lesson else "quality_controls"
    if request.method == "POST" and form.is_valid():
        try:
            change_key(found, by=request.user, changes=form.changes())
        except Invalid as problem:
            put(form, problem)
        else:
            messages.success(request, _("Saved. Grades that were given stay as they are."))
            return redirect(f"annotations:{page}", request.workspace.slug, shown.pk)
    context: dict[str, Any] = {
        "task": shown,
        "page": page,
        "form": form,
        "name": name_of(found.item),
        "files": [file.audio for file in found.item.files.select_related("audio")],
    }
    return render(request, "annotations/key.html", context, status=422 if request.method == "POST" else 200)
