"""The turns of a task: found, filtered, and set right, one or many at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from annotations import turns
from annotations.actions import setting_right
from annotations.models import Assignment, LabelingTask, ReasonCode
from annotations.permissions import MANAGER_MOVES, allowed_moves
from annotations.views.frame import frame
from annotations.views.tasks import task_or_404
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.pagination import total
from workspaces.permissions import Right, people_with

REASONS = dict(ReasonCode.choices)
# What buttons say, and in the order of the buttons.
MOVES = {
    "reopen": gettext_lazy("Put back"),
    "reassign": gettext_lazy("Reassign…"),
    "adjudicate": gettext_lazy("Have it settled…"),
    "take_back": gettext_lazy("Take back"),
    "exclude": gettext_lazy("Leave out"),
}
MOST_RETURNED = 1000


@require_GET
@in_workspace(Right.MANAGE_TASKS)
def items(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    task = task_or_404(request, task_id)
    wanted = _filter(request.GET)
    found = wanted.turns_of(task)
    page = turns.page_of(found, after=_place(request.GET.get("after")), before=_place(request.GET.get("before")))
    for turn in page.rows:
        turn.task = task
        turn.reason = REASONS.get(turn.rejected_for, "")  # type: ignore[attr-defined]
        can_make = set(allowed_moves(request.user, turn))
        turn.manager_moves = [(move, label) for move, label in MOVES.items() if move in can_make]  # type: ignore[attr-defined]
    context = frame(request, task, "task_items") | {
        "wanted": wanted,
        "is_filtered": wanted != turns.TurnFilter(),
        "page": page,
        "total": total(found),
        "states": [(turns.WAITS_FOR_MANAGER, _("waits for you")), *Assignment.State.choices],
        "origins": Assignment.Origin.choices,
        "corrections": Assignment.Correction.choices,
        "people": turns.people_in(task),
        "query": _query(request),
        "bulk": _bulk_words(task, wanted),
    }
    return render(request, "annotations/task_items.html", context)


def _bulk_words(task: LabelingTask, wanted: turns.TurnFilter) -> dict[str, Any]:
    """What the bar of actions needs: the moves that make sense for what was looked for, and who can be given items."""
    return {
        "moves": [(move, label) for move, label in MOVES.items() if MANAGER_MOVES[move] & set(wanted.states)],
        "annotators": people_with(Right.LABEL, task.workspace),
        "auditors": people_with(Right.REVIEW, task.workspace),
        "most": setting_right.MOST,
    }


def _filter(given: Mapping[str, str]) -> turns.TurnFilter:
    def known(name: str, values: list[str]) -> str:
        text = given.get(name, "")
        return text if text in values else ""

    returned = given.get("returned", "")
    return turns.TurnFilter(
        state=known("state", [*Assignment.State.values, turns.WAITS_FOR_MANAGER]),
        person=_uuid(given.get("person", "")),
        search=given.get("q", "").strip(),
        returned=int(returned) if _is_number(returned) and int(returned) <= MOST_RETURNED else 0,
        origin=known("origin", Assignment.Origin.values),
        correction=known("correction", Assignment.Correction.values),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _place(text: str | None) -> turns.Place | None:
    position, _dot, slot = (text or "").partition(".")
    return (int(position), int(slot)) if _is_number(position) and _is_number(slot) else None


def _query(request: WorkspaceRequest) -> str:
    """What was looked for, without the place, to go on with."""
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    return kept.urlencode()


def _back(request: WorkspaceRequest, task: LabelingTask) -> HttpResponse:
    """To the list as it was looked at."""
    query = request.POST.get("query", "")
    return redirect(
        f"{reverse('annotations:task_items', args=[request.workspace.slug, task.pk])}{'?' if query else ''}{query}"
    )


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def turn(request: WorkspaceRequest, task_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Set one turn right."""
    task = task_or_404(request, task_id)
    found = get_object_or_404(Assignment.objects.visible_to(request.user).filter(task=task), pk=assignment_id)
    found.task = task
    move = request.POST.get("move", "")
    if move not in MANAGER_MOVES:
        raise IllegalMove(_("There is no such move. Reload the page."))
    to, seen = _receiver(task, request.POST.get("to", "")), request.POST.get("seen")
    try:
        setting_right.one(found, move, by=request.user, to=to, seen=seen)
    except setting_right.ChangedMeanwhile as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _said(move, 1))
    return _back(request, task)


@require_POST
@in_workspace(Right.MANAGE_TASKS)
def bulk(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Set right those that are ticked, or with `all` everything the filter finds."""
    task = task_or_404(request, task_id)
    move, expect = request.POST.get("move", ""), request.POST.get("expect", "")
    try:
        outcome = setting_right.many(
            task,
            move,
            by=request.user,
            selection=_selection(request),
            to=_receiver(task, request.POST.get(f"to_{move}", "")),
            expect=int(expect) if _is_number(expect) and "all" in request.POST else None,
        )
    except (IllegalMove, Invalid) as refused:
        messages.warning(request, str(refused))
    else:
        _tell(request, move, outcome)
    return _back(request, task)


def _selection(request: WorkspaceRequest) -> setting_right.Selection:
    """What is ticked, with what the page showed of it, or everything the filter finds. Raises Invalid."""
    if "all" in request.POST:
        return setting_right.Selection(only=_filter(QueryDict(request.POST.get("query", "")).dict()))
    seen: dict[UUID, str] = {}
    for row in request.POST.getlist("seen"):
        who, _colon, mark = row.partition(":")
        pk = _uuid(who)
        if pk is None or not mark:
            raise Invalid([(("body", "seen"), _("What was shown cannot be read. Reload the page."), "value_error")])
        seen[pk] = mark
    ids = [pk for pk in map(_uuid, request.POST.getlist("ids")) if pk]
    return setting_right.Selection(ids=ids, seen=seen)


def _receiver(task: LabelingTask, who: str) -> User | None:
    """The member that was chosen. Somebody who is none any more is told by the move."""
    pk = _uuid(who)
    return User.objects.filter(memberships__workspace=task.workspace, pk=pk).distinct().first() if pk else None


def _tell(request: WorkspaceRequest, move: str, outcome: setting_right.Outcome) -> None:
    if outcome.done:
        messages.success(request, _said(move, outcome.done))
    if outcome.n_refused:
        sentence = ngettext("%(n)d could not be: %(why)s.", "%(n)d could not be: %(why)s.", outcome.n_refused)
        told = sentence % {"n": outcome.n_refused, "why": outcome.reasons()}
        messages.warning(request, f"{told} {_('Look again and decide anew.')}" if outcome.has_changed else told)
    elif not outcome.done:
        messages.warning(request, _("Nothing was chosen."))


def _said(move: str, n: int) -> str:
    sentences = {
        "reopen": ngettext("%(n)d item is back at work.", "%(n)d items are back at work.", n),
        "reassign": ngettext("%(n)d item is reassigned.", "%(n)d items are reassigned.", n),
        "adjudicate": ngettext("%(n)d item waits for an auditor.", "%(n)d items wait for an auditor.", n),
        "take_back": ngettext("%(n)d item is taken back.", "%(n)d items are taken back.", n),
        "exclude": ngettext("%(n)d item is left out of the result.", "%(n)d items are left out of the result.", n),
    }  # fmt: skip
    return sentences[move] % {"n": n}
