"""What a person was told of: under the bell, as a page, and where each of it leads."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.models import Notice
from workspaces.models.notices import NoticeQuerySet
from workspaces.notices import Bell, address_of, sentence_of

NEWEST = 10
PAGE = 50
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Row:
    notice: Notice
    sentence: str


def _mine(request: WorkspaceRequest) -> NoticeQuerySet:
    return Notice.objects.of(request.user).filter(workspace=request.workspace)


def _rows(request: WorkspaceRequest, *, start: int, most: int) -> list[Row]:
    rows = list(_mine(request).order_by("-updated_at")[start : start + most])
    for notice in rows:
        notice.workspace = request.workspace
    return [Row(notice, sentence_of(notice)) for notice in rows]


def _page(request: WorkspaceRequest) -> int:
    text = request.GET.get("page", "")[:9]
    return min(max(1, int(text)), MOST_PAGES) if text.isascii() and text.isdigit() else 1


@require_GET
@in_workspace()
def notices(request: WorkspaceRequest) -> HttpResponse:
    number = _page(request)
    rows = _rows(request, start=(number - 1) * PAGE, most=PAGE + 1)
    context = {
        "rows": rows[:PAGE],
        "page": number,
        "has_more": len(rows) > PAGE,
        "until": rows[0].notice.updated_at if rows and number == 1 else None,
    }
    return render(request, "workspaces/notices.html", context)


@require_GET
@in_workspace()
def bell(request: WorkspaceRequest) -> HttpResponse:
    """The panel that opens under the bell, fetched each time."""
    return _panel(request)


def _panel(request: WorkspaceRequest) -> HttpResponse:
    rows = _rows(request, start=0, most=NEWEST)
    context = {"rows": rows, "until": rows[0].notice.updated_at if rows else None}
    return render(request, "workspaces/_bell_panel.html", context)


@require_GET
@in_workspace()
def unread(request: WorkspaceRequest) -> JsonResponse:
    """What the bell shows: asked for again and again, so it is one count."""
    waiting = Bell(request.user, request.workspace.pk)
    return JsonResponse({"shown": waiting.shown, "label": waiting.label})


@require_GET
@in_workspace()
def follow(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Go where a notice leads, and note that it was seen."""
    notice = get_object_or_404(_mine(request).select_related("workspace"), pk=pk)
    _mine(request).filter(pk=pk).mark_read()
    if address := address_of(notice, user=request.user):
        return redirect(address)
    messages.info(request, _("What this was about is gone, or is not yours any more."))
    return redirect("workspaces:notices", request.workspace.slug)


@require_POST
@in_workspace()
def mark_read(request: WorkspaceRequest) -> HttpResponse:
    """All that stood there when the page was made: what came since stays new."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    rows = _mine(request)
    (rows.filter(updated_at__lte=until) if until and until.tzinfo else rows).mark_read()
    return _panel(request) if request.htmx else redirect("workspaces:notices", request.workspace.slug)
