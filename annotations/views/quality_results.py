"""Quality > Results: what each item came to and how, and how answers become one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from annotations.aggregating import asking, changing
from annotations.aggregating.reviewing_results import FLAGS, counts_of, flagged
from annotations.aggregating.saying import names_of, tell
from annotations.aggregating.settings import METHOD_NAMES, fields_for, methods_for, setting_of
from annotations.answers import FormQuestion
from annotations.form import form_of
from annotations.models import ItemResult, LabelingTask
from annotations.views.quality_frame import quality_frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import Job
from workspaces.permissions import Right, can

PAGE = 50
SHOWN_FLAGS = ("low_confidence", "teams_differ", "family_only")
FIELDS = {
    "quorum": gettext_lazy("share of the people who have to be for it"),
    "collar_ms": gettext_lazy("milliseconds that boundaries may lie apart"),
    "least_confidence": gettext_lazy("least confidence, below which it is disputed"),
    "tolerance": gettext_lazy("distance from the median that still agrees"),
}
STEPS = {"quorum": "0.05", "least_confidence": "0.05", "collar_ms": "1", "tolerance": "any"}


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def results(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    context = _results(request, task)
    if request.htmx:
        return render(request, "annotations/_results.html", {"task": task, **context})
    context |= {"settings": _settings(task)}
    return render(
        request, "annotations/quality_results.html", quality_frame(request, task, "quality_results") | context
    )


def _results(request: WorkspaceRequest, task: LabelingTask) -> dict[str, Any]:
    """One page of results, how many there are of each kind, and how far computing them is."""
    counts = counts_of(task)
    shown = request.GET.get("shown", "")
    rows = ItemResult.objects.filter(task=task).order_by("position")
    if shown == ItemResult.State.DISPUTED:
        rows = rows.filter(state=shown).order_by("-gain", "position")
    elif shown in ItemResult.State.values:
        rows = rows.filter(state=shown)
    elif shown in FLAGS:
        rows = flagged(rows, task, shown)  # type: ignore[assignment]
    else:
        shown = ""
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names, form = names_of([row.item_id for row in page.object_list]), form_of(task)
    for row in page.object_list:
        row.item_name = names.get(row.item_id, "")  # type: ignore[attr-defined]
        row.told = tell(row, form)  # type: ignore[attr-defined]
    job = asking.jobs_of(task).order_by("-id").first()
    return {
        "may_settle": can(request.user, Right.REVIEW, request.workspace.pk),
        "kinds": [("", _("All"), sum(counts.values()))]
        + [(state.value, state.label, counts[state]) for state in ItemResult.State]
        + [(flag, FLAGS[flag], None) for flag in SHOWN_FLAGS],
        "shown": shown,
        "page": page,
        "job": job,
        "is_busy": job is not None and job.state in (Job.State.PENDING, Job.State.RUNNING),
        "is_stale": asking.is_stale(task),
        "disputed": counts[ItemResult.State.DISPUTED],
    }


def _settings(task: LabelingTask) -> list[dict[str, Any]]:
    """Each question with what may be set, as the form shows it."""
    found = []
    for question in form_of(task):
        setting = setting_of(question, task.aggregation)
        found.append(
            {
                "alias": question.alias,
                "name": question.name,
                "methods": [(name, METHOD_NAMES[name], name == setting.method) for name in methods_for(question)],
                "fields": [
                    (name, FIELDS[name], _shown(getattr(setting, name)), STEPS[name]) for name in fields_for(question)
                ],
            }
        )
    return found


def _shown(value: float | None) -> str:
    """As a number field takes it, in any language."""
    return "" if value is None else f"{value:g}"


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def compute(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Have all results computed anew."""
    task = task_or_404(request, task_id)
    try:
        changing.compute_again(task, by=request.user)
    except IllegalMove as refused:
        messages.warning(request, str(refused))
    return redirect("annotations:quality_results", request.workspace.slug, task.pk)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def change(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Keep how answers become one."""
    task = task_or_404(request, task_id)
    given = {question.alias: _given(request, question) for question in form_of(task)}
    try:
        changed = changing.set_aggregation(task, given, by=request.user)
        messages.success(request, _("Saved. The results are computed anew.") if changed else _("Nothing was changed."))
    except Invalid as refused:
        messages.warning(request, " ".join(sentence for _loc, sentence, _kind in refused.problems))
    except IllegalMove as refused:
        messages.warning(request, str(refused))
    return redirect("annotations:quality_results", request.workspace.slug, task.pk)


def _given(request: WorkspaceRequest, question: FormQuestion) -> dict[str, Any]:
    """What was chosen and typed for one question."""
    typed = {name: request.POST.get(f"{name}.{question.alias}", "") for name in fields_for(question)}
    method = request.POST.get(f"method.{question.alias}", methods_for(question)[0])
    return {"method": method, **{name: _number(text, name) for name, text in typed.items()}}


def _number(text: str, name: str) -> float | int | str | None:
    """What is no number stays a text, which is refused with a sentence. Nothing typed: as it is by itself."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        return int(text) if name == "collar_ms" else float(text)
    except ValueError:
        return text
