"""My labeling and My review: what waits for the person who looks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from annotations import my_work
from annotations.aggregating.adjudicating import tasks_to_settle
from annotations.behaviour.own import lines_for
from annotations.models import ReasonCode
from annotations.progress import live_every_ms
from annotations.qualifying.own_lessons import lesson_rows
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.permissions import Right, can

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
        "to_do": [row for row in rows if row.has_work or row.is_locked],
        "others": [row for row in rows if not row.has_work and not row.is_locked],
        "every_ms": live_every_ms(sum(row.everyone.total for row in rows)),
        "lessons": lesson_rows(who, where),
        "returned": returned,
        "begun": my_work.begun_turns(who, where),
        "recent": my_work.recent_turns(who, where),
        "now": timezone.now(),
        "may_transfer": can(who, Right.TRANSFER_OWN_LABELING, where.pk),
        "standings": (standings := lines_for(who, where)),
        "kept_out": {line.task_id for line in standings if line.keeps_out},
    }
    template = "annotations/_labeling.html" if request.htmx else "annotations/labeling.html"
    return render(request, template, context)


@require_GET
@in_workspace(Right.REVIEW)
def reviews(request: WorkspaceRequest) -> HttpResponse:
    who, where = request.user, request.workspace
    rows = my_work.review_rows(who, where)
    context = {
        "to_do": [row for row in rows if row.is_to_do],
        "others": [row for row in rows if not row.is_to_do],
        "every_ms": live_every_ms(sum(row.everyone.total for row in rows)),
        "recent": my_work.recent_reviews(who, where),
        "to_settle": tasks_to_settle(who, where),
        "now": timezone.now(),
        "may_transfer": can(who, Right.TRANSFER_OWN_REVIEWS, where.pk),
    }
    template = "annotations/_reviews.html" if request.htmx else "annotations/reviews.html"
    return render(request, template, context)
