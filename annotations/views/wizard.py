"""Making a labeling task, step by step."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations import note_taking
from annotations.actions.creating import create_task, fill_again
from annotations.form import instructions_html
from annotations.forms import MAX_INSTRUCTIONS
from annotations.models import LabelingTask, QuestionType
from annotations.notes import Notes
from annotations.planning import STEP_OF, STEPS, Planning
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import Invalid
from workspaces.permissions import Right

NAMES = list(STEPS)
# Which buttons a person of this workspace needs for each kind of question, in the order they are offered.
KINDS = tuple(QuestionType)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.CREATE_TASKS)
def create(request: WorkspaceRequest) -> HttpResponse:
    step = request.GET.get("step", NAMES[0])
    notes = Notes.read(request.session, request.GET.get("plan", ""))
    if step not in STEPS or (notes is None and step != NAMES[0]):
        return redirect("annotations:create", request.workspace.slug)
    if request.method == "POST":
        return _keep(request, notes or Notes.new(), step)
    if notes is None:
        notes = Notes.new()
        notes.steps["dataset"] = {"dataset": [request.GET.get("dataset", "")]}
        return _show(request, notes, step)
    unfinished = _planning(request, notes).first_unfinished()
    if NAMES.index(step) > NAMES.index(unfinished):
        return _to(request, notes, unfinished)
    return _show(request, notes, step)


def _planning(request: WorkspaceRequest, notes: Notes, *, shown: str = "") -> Planning:
    return Planning(notes, user=request.user, workspace=request.workspace, shown=shown)


def _to(request: WorkspaceRequest, notes: Notes, step: str) -> HttpResponse:
    return redirect(f"{reverse('annotations:create', args=[request.workspace.slug])}?plan={notes.key}&step={step}")


def _keep(request: WorkspaceRequest, notes: Notes, step: str) -> HttpResponse:
    """Write down what was typed, then do what the button says."""
    verb, _colon, what = request.POST.get("do", "next").partition(":")
    if step != "summary":
        before = notes.of("dataset").get("dataset")
        notes.steps[step] = {
            name: [str(value) for value in values]
            for name, values in request.POST.lists()
            if name not in ("do", "csrfmiddlewaretoken")
        }
        _adapt(request, notes, dataset_before=before)
    planning = _planning(request, notes, shown=step)
    if verb in ("add", "take", "find", "remove", "up", "down", "split"):
        _change(planning, verb, what, step=step)
        notes.write(request.session)
        return _show(request, notes, step) if request.htmx else _to(request, notes, step)
    notes.write(request.session)
    if verb == "back":
        return _to(request, notes, NAMES[max(0, NAMES.index(step) - 1)])
    if step == "summary":
        return _create(request, notes)
    if not planning.check(step):
        return _show(request, notes, step, planning=planning, status=422)
    return _to(request, notes, NAMES[NAMES.index(step) + 1])


def _adapt(request: WorkspaceRequest, notes: Notes, *, dataset_before: str | None) -> None:
    """Rows that mark artifact types follow the dataset that is chosen now."""
    if dataset_before and notes.of("dataset").get("dataset") != dataset_before and "questions" in notes.steps:
        names = [kind.name for kind in _planning(request, notes).artifact_types]
        notes.steps["questions"] = note_taking.with_artifact_types(notes.steps["questions"], names)


def _change(planning: Planning, verb: str, what: str, *, step: str) -> None:
    """What the buttons inside a step do."""
    fields = planning.notes.steps[step]
    if verb == "add":
        types = [kind.name for kind in planning.artifact_types]
        changed = note_taking.with_question(fields, what, artifact_types=types)
    elif verb == "take":
        wanted = planning.notes.of("questions").get("taken", "")
        found = planning.library.found([wanted]).get(wanted)
        changed = note_taking.with_taken_question(fields, wanted, found.type) if found else fields
    elif verb == "find":
        changed = fields
    elif verb == "remove":
        changed = note_taking.without_question(fields, what)
    elif verb == "split":
        if step == "review":
            # One auditor may judge all there is, but nobody labels an item twice.
            changed = note_taking.split(fields, "reviewer", wanted=planning.to_review, most=planning.to_review)
        else:
            changed = note_taking.split(fields, "annotator", wanted=planning.wanted, most=planning.n_items)
    else:
        changed = note_taking.with_question_moved(fields, what, by=-1 if verb == "up" else 1)
    planning.notes.steps[step] = changed


def _create(request: WorkspaceRequest, notes: Notes) -> HttpResponse:
    planning = _planning(request, notes)
    unfinished = planning.first_unfinished()
    if unfinished != "summary":
        # Something changed meanwhile: say what, where it is asked.
        return _refuse(request, notes, unfinished)
    plan = planning.plan()
    assert plan is not None
    try:
        task = create_task(plan, by=request.user)
    except Invalid as problem:
        step = STEP_OF[str(problem.problems[0][0][1])]
        return _refuse(request, notes, step, problem=problem)
    notes.forget(request.session)
    if task.state == LabelingTask.State.DRAFT:
        said = _("“%(name)s” is being given its items, and opens when it has them all. You need not wait for it.")
    else:
        said = _("“%(name)s” is open. Its people find it under My labeling.")
    messages.success(request, said % {"name": task.name})
    return redirect("annotations:task", request.workspace.slug, task.pk)


def _refuse(request: WorkspaceRequest, notes: Notes, step: str, *, problem: Invalid | None = None) -> HttpResponse:
    planning = _planning(request, notes, shown=step)
    planning.check(step)
    for found in problem.problems if problem else ():
        if STEP_OF[str(found[0][1])] == step:
            planning.attach(found)
    return _show(request, notes, step, planning=planning, status=422)


def _show(
    request: WorkspaceRequest, notes: Notes, step: str, *, planning: Planning | None = None, status: int = 200
) -> HttpResponse:
    planning = planning or _planning(request, notes)
    place = NAMES.index(step)
    context = {
        "planning": planning,
        "step": step,
        "steps": [(name, label, index < place) for index, (name, label) in enumerate(STEPS.items())],
        "number": place + 1,
        "kinds": KINDS,
        "action": f"?plan={notes.key}&step={step}",
    }
    if step == "summary":
        plan = planning.plan()
        assert plan is not None
        given = sum(seat.quota or 0 for seat in plan.annotators)
        context |= {
            "plan": plan,
            "priority": LabelingTask.Priority(plan.priority).label,
            "left": planning.wanted - given if plan.annotators else 0,
            "instructions": instructions_html(plan.instructions),
            "at": {name: f"?plan={notes.key}&step={name}" for name in NAMES},
        }
    if request.htmx and status == 200 and step in ("questions", "people", "review"):
        return render(request, f"annotations/_wizard_{step}.html", context)
    # The key is in the address from the first answer on, so that reloading keeps what was typed.
    return render(request, "annotations/wizard.html", context, status=status)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def fill(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Go on giving a large task its items after that has failed."""
    task = task_or_404(request, task_id)
    fill_again(task, by=request.user)
    return redirect("annotations:task", request.workspace.slug, task.pk)


@require_POST
@in_workspace(Right.CREATE_TASKS)
def preview(request: WorkspaceRequest) -> HttpResponse:
    """Instructions as they will look beside the work."""
    text = request.POST.get("instructions", "")[:MAX_INSTRUCTIONS]
    return render(request, "annotations/_preview.html", {"html": instructions_html(text)})
