"""The figures as tables to be downloaded. Times in them are milliseconds, moments UTC, rates from 0 to 1."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from annotations.fates import COUNTED
from annotations.models import Assignment, LabelingTask
from annotations.reporting import Narrowing, Report, report_of
from annotations.turns import with_file
from datasets.formats.tables import csv_table

Row = dict[str, Any]
CHUNK = 2000
PEOPLE = (
    "kind", "name", "email", "number", "held", "done", "approved", "in_review", "returned", "times_returned",
    "first_pass_rate", "audio_ms", "active_ms", "real_time_factor", "decided", "unseen", "waiting", "ms_per_verdict",
    "last_at",
)  # fmt: skip
DAYS = ("day", "labeled", "labeled_in_all", "decided", "looked_at")
SUGGESTIONS = ("kind", "name", "proposed", *COUNTED, "taken_rate")
TURNS = (
    "item", "slot", "assignment_id", "file", "duration_ms", "state", "annotator", "annotator_email", "reviewer",
    "reviewer_email", "revision", "times_returned", "first_pass", "origin", "correction", "active_ms", "submitted_at",
    "decided_at",
)  # fmt: skip


def _people(report: Report, _only: Narrowing) -> Iterator[Row]:
    for row in report.people:
        yield {
            "kind": "annotator", "name": row.name, "email": row.email, "number": row.quota, "held": row.held,
            "done": row.done, "approved": row.approved, "in_review": row.in_review, "returned": row.rework,
            "times_returned": row.rejected, "first_pass_rate": row.first_pass_rate, "audio_ms": row.audio_handed_in_ms,
            "active_ms": row.worked_ms, "real_time_factor": row.real_time_factor, "last_at": _iso(row.last_at),
        }  # fmt: skip
    for one in report.reviewers:
        yield {
            "kind": "reviewer", "name": one.name, "email": one.email, "number": one.quota, "decided": one.decided,
            "unseen": one.unseen, "waiting": one.waiting, "times_returned": one.rejected,
            "ms_per_verdict": None if one.ms_each is None else round(one.ms_each), "last_at": _iso(one.last_at),
        }  # fmt: skip


def _days(report: Report, _only: Narrowing) -> Iterator[Row]:
    so_far = report.labeled_before
    for day in report.days:
        so_far += day.labeled
        yield {
            "day": day.day.isoformat(), "labeled": day.labeled, "labeled_in_all": so_far, "decided": day.decided,
            "looked_at": day.looked_at,
        }  # fmt: skip


def _turns(report: Report, only: Narrowing) -> Iterator[Row]:
    rows = Assignment.objects.filter(task=report.task)
    if only.people is not None:
        rows = rows.filter(Q(annotator__in=only.people) | Q(reviewer__in=only.people))
    if only.since is not None:
        rows = rows.filter(Q(submitted_at__gte=only.since) | Q(decided_at__gte=only.since))
    fields = {
        "item": "position", "slot": "slot", "assignment_id": "pk", "file": "filename", "duration_ms": "duration_ms",
        "state": "state", "annotator": "annotator__name", "annotator_email": "annotator__email",
        "reviewer": "reviewer__name", "reviewer_email": "reviewer__email", "revision": "revision",
        "times_returned": "rejections", "first_pass": "first_pass", "origin": "origin", "correction": "correction",
        "active_ms": "active_ms", "submitted_at": "submitted_at", "decided_at": "decided_at",
    }  # fmt: skip
    found: Any = with_file(rows, task=report.task).order_by("position", "slot").values_list(*fields.values())
    for values in found.iterator(chunk_size=CHUNK):
        row = dict(zip(fields, values, strict=True))
        row["assignment_id"] = str(row["assignment_id"])
        row["submitted_at"], row["decided_at"] = _iso(row["submitted_at"]), _iso(row["decided_at"])
        yield row


def _suggestions(report: Report, _only: Narrowing) -> Iterator[Row]:
    figures = report.suggestions
    if figures is None:
        return
    for kind, rows in (("label", figures.labels), ("person", figures.people)):
        for row in rows:
            counts = {fate: row.counts[fate] for fate in COUNTED}
            yield {"kind": kind, "name": row.name, "proposed": row.proposed, **counts, "taken_rate": row.taken_rate}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


TABLES: dict[str, tuple[Callable[[Report, Narrowing], Iterator[Row]], tuple[str, ...]]] = {
    "people": (_people, PEOPLE),
    "days": (_days, DAYS),
    "turns": (_turns, TURNS),
    "suggestions": (_suggestions, SUGGESTIONS),
}


def download(task: LabelingTask, what: str, *, only: Narrowing | None = None) -> StreamingHttpResponse:
    """One of TABLES as CSV, sent while it is read. Text that a spreadsheet would run as a formula has an apostrophe."""
    only = only or Narrowing()
    rows, columns = TABLES[what]
    return StreamingHttpResponse(
        csv_table(rows(report_of(task, only=only), only), columns=columns),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{task.name} {what}.csv") or "attachment"},
    )
