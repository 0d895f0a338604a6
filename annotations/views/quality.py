"""A task's quality report: how far people agree, how teams compare, and the clips behind each figure."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from annotations.form import form_of
from annotations.models import LabelingTask
from annotations.reports import asking, behind, drawing, showing, sides
from annotations.reports.key_words import title_of
from annotations.reports.measures import measures_of
from annotations.reports.stored import Stored, stored
from annotations.reports.tables import TABLES, download
from annotations.views.quality_frame import quality_frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right

BUSY_MS, IDLE_MS = 1_000, 15_000


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def report(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    if request.htmx:
        return render(
            request, "annotations/_quality_status.html", _status(request, task, stored(task, with_page=False))
        )
    found = stored(task)
    context = quality_frame(request, task, "quality") | _status(request, task, found) | {"charts": {}}
    if found.page is not None:
        context |= _figures(request, task, found.page)
    return render(request, "annotations/quality.html", context)


def _status(request: WorkspaceRequest, task: LabelingTask, found: Stored) -> dict[str, Any]:
    """How old the report is. `is_new`: it was computed after the page that asks was made, which waited for it."""
    shown = parse_datetime(request.GET.get("shown", "")) if request.GET.get("shown") else None
    query = urlencode({"shown": found.computed_at.isoformat() if found.computed_at else "", "busy": int(found.is_busy)})
    is_other = found.computed_at is not None and found.computed_at != shown and "shown" in request.GET
    return {
        "task": task,
        "stored": found,
        "live_url": f"{request.path}?{query}",
        "every_ms": BUSY_MS if found.is_busy else IDLE_MS,
        "is_new": is_other,
        "was_waited_for": is_other and request.GET.get("busy") == "1",
    }


def _figures(request: WorkspaceRequest, task: LabelingTask, page: dict[str, Any]) -> dict[str, Any]:
    address = reverse("annotations:quality_clips", args=[request.workspace.slug, task.pk])

    def link(key: str) -> str:
        return f"{address}?{urlencode({'of': key})}"

    measures = {measure.alias: measure for measure in measures_of(form_of(task))}
    people = sides.names_in(page)
    charts, accuracy = drawing.accuracy(page, link=link)
    sections = []
    for question in page["questions"]:
        section = showing.section_of(question, people=people, link=link)
        measure = measures.get(section.alias)
        codes = [word for word, _n in (question["words"] or {}).get(showing.ALL, {}).get("top", ())]
        words = behind.word_names(measure, codes) if measure else {}
        bounds_of = request.GET.get("bounds", "")
        charts |= drawing.draw(page, section, link=link, words=words, bounds_of=bounds_of)
        sections.append(section)
    return {
        "page": page,
        "charts": charts,
        "accuracy": accuracy,
        "agreement": showing.agreement_table(page, link=link),
        "teams": sides.teams_table(page, link=link),
        "people": sides.people_table(page, link=link),
        "n_people": len(page["people"]),
        "sections": sections,
        "checks_found": sum(page["checks"]["outcomes"].values()),
        "checks_url": reverse("annotations:quality_checks", args=[request.workspace.slug, task.pk]),
        "downloads": list(TABLES),
    }


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def compute(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Have a worker compute the report; the page says how far it is."""
    task = task_or_404(request, task_id)
    asking.ask(task, by=request.user)
    return redirect("annotations:quality", request.workspace.slug, task.pk)


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def clips(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """The clips behind a figure, with a player and who said what."""
    task, key = task_or_404(request, task_id), request.GET.get("of", "")
    found = behind.behind(task, key)
    if found is None:
        raise Http404
    number = _page_number(request.GET.get("page", ""), n=len(found.positions))
    first = (number - 1) * behind.PAGE
    shown = behind.clips_at(found.source, found.positions[first : first + behind.PAGE], key=key)
    measures = {measure.alias: measure for measure in measures_of(form_of(task))}
    context = quality_frame(request, task, "quality") | {
        "title": title_of(task, key, measures),
        "found": found,
        "clips": shown,
        "first": first + 1,
        "last": first + len(shown),
        "previous": _to(key, number - 1) if number > 1 else "",
        "next": _to(key, number + 1) if first + len(shown) < len(found.positions) else "",
    }
    return render(request, "annotations/quality_clips.html", context)


def _page_number(text: str, *, n: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return max(1, min(number, -(-n // behind.PAGE)))


def _to(key: str, number: int) -> str:
    return f"?{urlencode({'of': key, 'page': number})}"


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def download_table(request: WorkspaceRequest, task_id: UUID, table: str) -> HttpResponseBase:
    task = task_or_404(request, task_id)
    if table not in TABLES:
        raise Http404
    return download(task, stored(task).page, table)
