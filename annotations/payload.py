"""What the workbench and programs get for one turn: item, questions, draft, and what was said of it."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from annotations.actions.working import current_draft, progress_of
from annotations.form import form_of, instructions_html
from annotations.models import Assignment, Draft, ItemFile, Review, Submission, TaskItem
from annotations.permissions import allowed_moves
from datasets.models.audio import warning_sentences
from workspaces.models import User


def for_annotator(assignment: Assignment, *, user: User, with_progress: bool = True) -> dict[str, Any]:
    """A turn for whoever labels it: with their draft, or in rework with what they handed in last."""
    payload = _common(assignment, user=user)
    draft = current_draft(assignment, user)
    last: Draft | Submission | None = draft
    if draft is not None:
        payload["assignment"]["draft_version"] = draft.version
    if assignment.revision:
        history = _history(assignment)
        payload["history"] = history
        payload["returned"] = next((row for row in reversed(history) if row["verdict"] == "rejected"), None)
        last = draft or Submission.objects.filter(assignment=assignment).order_by("-revision").first()
    if last is not None:
        payload["draft"] = {"answers": last.answers, "active_ms": last.active_ms, "listened": last.listened}
    if with_progress:
        payload["progress"] = progress_of(assignment.task, user=user, kind="labeling")
    return payload


def for_auditor(assignment: Assignment, *, user: User) -> dict[str, Any]:
    payload = _common(assignment, user=user)
    submission = Submission.objects.filter(assignment=assignment).select_related("author").order_by("-revision").first()
    payload["history"] = _history(assignment)
    payload["submission"] = submission and {
        "id": str(submission.pk),
        "revision": submission.revision,
        "answers": submission.answers,
        "active_ms": submission.active_ms,
        "listened": submission.listened,
        "author": _person(submission.author),
        "created_at": submission.created_at.isoformat(),
    }
    payload["progress"] = progress_of(assignment.task, user=user, kind="review")
    return payload


def _common(assignment: Assignment, *, user: User) -> dict[str, Any]:
    task = assignment.task
    item, files = _item(assignment)
    return {
        "assignment": {
            "id": str(assignment.pk),
            "state": assignment.state,
            "moves": allowed_moves(user, assignment),
            "revision": assignment.revision,
            "draft_version": 0,
            "lease_seconds": task.lease_minutes * 60,
            "annotator": {"id": str(assignment.annotator_id)} if assignment.annotator_id else None,
        },
        "task": {
            "id": str(task.pk),
            "name": task.name,
            "instructions_html": instructions_html(task.instructions),
            "review_mode": task.review_mode,
        },
        "item": {**item, "files": files},
        "questions": [
            {
                "alias": question.alias,
                "type": question.type,
                "name": question.name,
                "prompt": question.prompt,
                "required": question.required,
                "configuration": question.configuration,
            }
            for question in form_of(task.pk)
        ],
        "draft": {"answers": {}, "active_ms": 0, "listened": []},
        "returned": None,
        "submission": None,
        "history": [],
        "progress": None,
    }


# Named one by one: whole rows of four tables cost more than everything else in this answer.
_FILE = (
    "name",
    "audio_id",
    "audio__filename",
    "audio__duration_ms",
    "audio__warnings",
    "audio__blob__n_samples",
    "audio__blob__sample_rate",
    "audio__blob__channels",
    "audio__blob__sha256",
    "audio__blob__playback",
    "audio__blob__playback_type",
    "audio__blob__content_type",
    "audio__blob__peaks_header",
)


def _item(assignment: Assignment) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The item's values, and its recordings with all that a player needs to draw and play them."""
    rows = ItemFile.objects.filter(item=assignment.item_id).order_by("name")
    found = list(rows.values_list("item__data", *_FILE))
    data = found[0][0] if found else TaskItem.objects.values_list("data", flat=True).get(pk=assignment.item_id)
    item = {"id": str(assignment.item_id), "position": assignment.position, "data": data}
    return item, [_file(*row[1:]) for row in found]


def _file(
    name: str, pk: UUID, filename: str, duration_ms: int, warnings: list[str], n_samples: int, sample_rate: int,
    channels: int, sha256: str, playback: str, playback_type: str, content_type: str, peaks_header: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name,
        "id": str(pk),
        "filename": filename,
        "duration_ms": duration_ms,
        "n_samples": n_samples,
        "sample_rate": sample_rate,
        "channels": channels,
        "warnings": warning_sentences(warnings),
        "audio_url": reverse("datasets:sound", args=[pk]),
        "audio_type": playback_type if playback else content_type,
        "peaks_url": reverse("datasets:peaks", args=[pk, f"{sha256}.pk"]),
        "peaks": peaks_header,
    }


def _history(assignment: Assignment) -> list[dict[str, Any]]:
    rows = Review.objects.filter(submission__assignment=assignment).select_related("submission", "reviewer")
    return [
        {
            "revision": row.submission.revision,
            "verdict": row.verdict,
            "origin": row.origin,
            "reason_code": row.reason_code,
            "reason": str(row.get_reason_code_display()) if row.reason_code else "",
            "comment": row.comment,
            "reviewer": str(row.reviewer),
            "at": row.created_at.isoformat(),
        }
        for row in rows.order_by("submission__revision")
    ]


def _person(user: User) -> dict[str, str]:
    return {"id": str(user.pk), "name": str(user)}
