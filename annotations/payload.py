"""What the workbench and programs get for one turn: item, questions, draft, and what was said of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from annotations.actions.commenting import comments_on
from annotations.actions.working import current_draft, progress_of
from annotations.answers import FormQuestion
from annotations.checking.shown import notes_on, verdicts_on
from annotations.differences import changes
from annotations.form import form_of, instructions_html
from annotations.models import Assignment, Comment, Draft, ItemFile, Review, Submission, TaskItem
from annotations.permissions import allowed_moves, was_left_by
from annotations.qualifying.grading import feedback_on
from annotations.recordings import file_keys, main_first
from annotations.suggesting import FIELDS as SUGGESTED
from annotations.suggesting import are_shown, block, put_dismissed, put_fates
from annotations.words.offering import with_index
from datasets.models.audio import warning_sentences
from workspaces.errors import Invalid
from workspaces.models import User

# Verdicts after which there is another revision to look at.
_FOLLOWED = (Review.Verdict.REJECTED, Review.Verdict.FIXED)
# Verdicts after which an annotator may have an item again: what was dropped, when a manager puts it back.
_SENT_BACK = (Review.Verdict.REJECTED, Review.Verdict.DROPPED)


def mode_of(assignment: Assignment, *, user: User) -> str:
    """What somebody who may read a turn can do with it: "label" it, "review" it, or "view" it only."""
    if assignment.state in Assignment.LEFT_TO_LABEL:
        mine = assignment.annotator_id == user.pk or was_left_by(user, assignment)
        return "label" if mine else "view"
    return "review" if "approve" in allowed_moves(user, assignment) else "view"


def for_reader(assignment: Assignment, *, user: User, revision: str | None = None) -> dict[str, Any]:
    """The turn as this person needs it; in view alone an earlier `revision` can be asked for."""
    mode = mode_of(assignment, user=user)
    if mode == "label":
        return for_annotator(assignment, user=user)
    return for_auditor(assignment, user=user) if mode == "review" else for_viewer(assignment, user=user, wish=revision)


def for_annotator(assignment: Assignment, *, user: User, with_progress: bool = True) -> dict[str, Any]:
    """A turn for whoever labels it: with their draft, or in rework with what they handed in last."""
    draft = current_draft(assignment, user)
    payload = _common(assignment, user=user, is_first=not assignment.revision, begun=draft.answers if draft else None)
    last: Draft | Submission | None = draft
    if draft is not None:
        payload["assignment"]["draft_version"] = draft.version
    if assignment.revision:
        history = _history(assignment)
        payload["history"] = history
        payload["returned"] = next((row for row in reversed(history) if row["verdict"] in _SENT_BACK), None)
        last = draft or Submission.objects.filter(assignment=assignment).order_by("-revision").first()
    if last is not None:
        put_dismissed(payload, last)
        payload["draft"] = {"answers": last.answers, "active_ms": last.active_ms, "listened": last.listened}
    if with_progress:
        payload["progress"] = progress_of(assignment.task.shown, user=user, kind="labeling")
    return payload


def for_auditor(assignment: Assignment, *, user: User) -> dict[str, Any]:
    """A turn for whoever judges it: what was handed in, what changed since it was returned, their own fix so far."""
    payload = _common(assignment, user=user)
    payload["history"] = history = _history(assignment)
    payload["checks"] = notes_on(assignment, revision=assignment.revision)
    followed = [row for row in history if row["verdict"] in _FOLLOWED and row["revision"] < assignment.revision]
    _put_submission(payload, assignment, revision=assignment.revision, since=followed[-1] if followed else None)
    draft = current_draft(assignment, user)
    if draft is not None:
        put_dismissed(payload, draft)
        given = payload["submission"] and payload["submission"]["answers"]
        payload["assignment"]["draft_version"] = draft.version
        payload["draft"] = {"answers": draft.answers, "active_ms": draft.active_ms, "listened": draft.listened}
        payload["fix_begun_at"] = draft.updated_at.isoformat() if draft.answers != given else None
    payload["progress"] = progress_of(assignment.task, user=user, kind="review")
    return payload


def for_viewer(assignment: Assignment, *, user: User, wish: str | None = None) -> dict[str, Any]:
    """A turn to look at: any of its revisions, how it came to be what it is, and what changed from one to the next."""
    payload = _common(assignment, user=user)
    revision = _revision(wish, assignment)
    payload["history"] = history = _history(assignment)
    if assignment.annotator_id != user.pk:
        payload["checks"] = notes_on(assignment, revision=revision)
    judged = next((row for row in reversed(history) if row["revision"] == revision - 1), {"revision": revision - 1})
    _put_submission(payload, assignment, revision=revision, since=judged)
    # Nothing was handed in: then there is what this person themselves had begun.
    draft = None if payload["submission"] else current_draft(assignment, user)
    if draft is not None:
        put_dismissed(payload, draft)
        payload["draft"] = {"answers": draft.answers, "active_ms": draft.active_ms, "listened": draft.listened}
    rows = Submission.objects.filter(assignment=assignment).select_related("author").defer("answers", "listened")
    payload["revisions"] = [
        {"revision": row.revision, "author": _person(row.author), "created_at": row.created_at.isoformat()}
        for row in rows.order_by("revision")
    ]
    payload["assignment"]["annotator"] = _person(assignment.annotator) if assignment.annotator else None
    payload["assignment"] |= {
        "state_label": str(assignment.get_state_display()),
        "origin_label": str(assignment.get_origin_display()) if assignment.origin else "",
        "correction_label": str(assignment.get_correction_display()) if assignment.correction else "",
        "skip_reason": assignment.skip_reason,
        "reviewer": _person(assignment.reviewer) if assignment.reviewer else None,
    }
    return payload


def _revision(wish: str | None, assignment: Assignment) -> int:
    if wish is None:
        return assignment.revision
    if not wish.isascii() or not wish.isdecimal() or not 1 <= int(wish[:6]) <= assignment.revision:
        sentence = _("Ask for one of the revisions 1 to %(last)d.") % {"last": assignment.revision}
        raise Invalid([(("query", "revision"), sentence, "value_error")])
    return int(wish)


def _put_submission(
    payload: dict[str, Any], assignment: Assignment, *, revision: int, since: dict[str, Any] | None
) -> None:
    """The revision that is looked at, and where there is one to compare it with, that one and what changed."""
    wanted = [revision, since["revision"]] if since else [revision]
    rows = Submission.objects.filter(assignment=assignment, revision__in=wanted).select_related("author")
    found = {row.revision: row for row in rows}
    submission = found.get(revision)
    put_fates(payload, submission)
    payload["submission"] = submission and {
        "id": str(submission.pk),
        "revision": submission.revision,
        "answers": submission.answers,
        "active_ms": submission.active_ms,
        "listened": submission.listened,
        "author": _person(submission.author),
        "created_at": submission.created_at.isoformat(),
    }
    before = found.get(since["revision"]) if since else None
    if submission and before and since:
        payload["previous"] = {
            "revision": before.revision,
            "answers": before.answers,
            "author": _person(before.author),
            **{key: since.get(key, "") for key in ("verdict", "reason", "comment", "reviewer")},
        }
        payload["changes"] = changes(form_of(assignment.task), before.answers, submission.answers)


def comments_of(assignment: Assignment, *, user: User) -> list[dict[str, Any]]:
    return [comment(row, user=user) for row in comments_on(assignment)] if assignment.has_comments else []


def comment(row: Comment, *, user: User) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "author": _person(row.author),
        "at_ms": row.at_ms,
        "text": row.text,
        "created_at": row.created_at.isoformat(),
        "mine": row.author_id == user.pk,
    }


def _common(
    assignment: Assignment, *, user: User, is_first: bool = False, begun: dict[str, Any] | None = None
) -> dict[str, Any]:
    """`is_first`: the answers that the item came with are to be confirmed or changed, and are until `begun` differs."""
    task = assignment.task.shown
    form = form_of(assignment.task)
    item, files, given, suggestions = _item(assignment, form)
    if task.control_percent and assignment.annotator_id == user.pk:
        # Places in order would tell which items are not among those of the task.
        item["position"] = 0
    asked = [question.alias for question in form if is_first and question.alias in given]
    prefilled = {alias: given[alias] for alias in asked if begun is None or begun.get(alias) == given[alias]}
    return {
        "assignment": {
            "id": str(assignment.pk),
            "state": assignment.state,
            "moves": allowed_moves(user, assignment),
            "revision": assignment.revision,
            "draft_version": 0,
            "lease_seconds": task.lease_minutes * 60,
            "annotator": {"id": str(assignment.annotator_id)} if assignment.annotator_id else None,
            "review_level": assignment.review_level,
            "for_adjudication": assignment.for_adjudication,
        },
        "task": {
            "id": str(task.pk),
            "name": task.name,
            "instructions_html": instructions_html(task.instructions),
            "review_mode": task.review_mode,
            "lesson": task.purpose if task.is_lesson else None,
        },
        "item": {**item, "files": files},
        "questions": [
            {
                "alias": question.alias,
                "type": question.type,
                "name": question.name,
                "prompt": question.prompt,
                "required": question.required,
                "configuration": with_index(question),
                "layout": question.layout,
            }
            for question in form
        ],
        "draft": {"answers": prefilled, "active_ms": 0, "listened": []},
        "prefilled": list(prefilled),
        "suggestions": suggestions,
        "returned": None,
        "submission": None,
        "previous": None,
        "changes": [],
        "comments": comments_of(assignment, user=user),
        "history": [],
        "checks": [],
        "progress": None,
        "feedback": feedback_on(assignment) if task.is_lesson else None,
    }


# Named one by one: whole rows of four tables cost more than everything else in this answer.
FILE = (
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


def _item(
    assignment: Assignment, form: Sequence[FormQuestion]
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any], dict[str, Any] | None]:
    """The item's values, its recordings with all that a player needs, the main one first, answers and suggestions."""
    rows = ItemFile.objects.filter(item=assignment.item_id).order_by("name")
    offered = SUGGESTED if are_shown(assignment.task) else ()
    found = list(rows.values_list(*FILE, "item__data", "item__prefilled", *offered))
    alone = TaskItem.objects.values_list("data", "prefilled")
    data, given, *suggested = found[0][len(FILE) :] if found else alone.get(pk=assignment.item_id)
    item = {"id": str(assignment.item_id), "position": assignment.position, "data": data}
    files = [recording(*row[: len(FILE)]) for row in found]
    keys = file_keys(question.layout for question in form)
    first = main_first(files, keys, names=[file["name"] for file in files])
    return item, first, given, block(suggested) if suggested else None


def recording(
    name: str, pk: UUID, filename: str, duration_ms: int, warnings: list[str], n_samples: int, sample_rate: int,
    channels: int, sha256: str, playback: str, playback_type: str, content_type: str, peaks_header: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """A file with all that a player needs, from the values of FILE."""
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
    rows = Review.objects.filter(submission__assignment=assignment).select_related("submission__author", "reviewer")
    rows = rows.defer("submission__answers", "submission__listened")
    judged = [
        {
            "revision": row.submission.revision,
            "verdict": row.verdict,
            "origin": row.origin,
            "origin_label": str(row.get_origin_display()),
            "correction": row.correction,
            "correction_label": str(Assignment.Correction(row.correction).label) if row.correction else "",
            "author": str(row.submission.author),
            "reason_code": row.reason_code,
            "reason": str(row.get_reason_code_display()) if row.reason_code else "",
            "comment": row.comment,
            "reviewer": str(row.reviewer),
            "at": row.created_at.isoformat(),
        }
        for row in rows.order_by("submission__revision", "id")
    ]
    checked = verdicts_on(assignment)
    return sorted([*judged, *checked], key=lambda row: (row["revision"], row["at"])) if checked else judged


def _person(user: User) -> dict[str, str]:
    return {"id": str(user.pk), "name": str(user)}
