"""The manifest of a processed dataset, from the rows of its task."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from annotations.answers import FormQuestion
from annotations.exchange.sides import Side
from annotations.models import Assignment, LabelingTask, Review
from annotations.origins import fates_of
from annotations.results import ResultItem
from datasets.formats.manifest import ManifestAnswer, ManifestAudio, ManifestItem


def left_out(task: LabelingTask) -> dict[str, int]:
    """Turns that are not in the result, by how they came out of it: an auditor dropped them, or a manager did."""
    dropped = Review.objects.filter(
        submission__assignment=OuterRef("pk"),
        submission__revision=OuterRef("revision"),
        verdict=Review.Verdict.DROPPED,
    )
    cancelled, is_dropped = Q(state=Assignment.State.CANCELLED), Q(Exists(dropped))
    turns = Assignment.objects.filter(task=task).order_by()
    found: dict[str, int] = turns.aggregate(
        dropped=Count("pk", filter=cancelled & is_dropped),
        excluded=Count("pk", filter=cancelled & ~is_dropped),
        skipped=Count("pk", filter=Q(state=Assignment.State.SKIPPED)),
    )
    return found


def head(
    task: LabelingTask, form: Iterable[FormQuestion], *, sides: tuple[Side, ...], options: dict[str, Any]
) -> dict[str, Any]:
    """What stands above the items. `license` and `annotators` only where they were chosen, `teams` where there are."""
    chosen = {"license": options["license"]} if options.get("license") else {}
    numbered = {"annotators": "numbers"} if options.get("annotators") == "numbers" else {}
    teams = [{"name": side.name, "overlap": side.overlap, "decides": side.decides} for side in sides]
    return {
        "dataset": {"id": str(task.dataset_id), "name": task.dataset.name, **chosen},
        "labeling_task": {
            "id": str(task.pk),
            "name": task.name,
            "instructions": task.instructions,
            "review_mode": task.review_mode,
            "overlap": task.overlap,
            "seed": task.seed,
            **numbered,
            **({"teams": teams} if teams else {}),
        },
        "questions": [
            {
                "alias": question.alias,
                "type": question.type,
                "name": question.name,
                "prompt": question.prompt,
                "required": question.required,
                "configuration": question.configuration,
            }
            for question in form
        ],
    }


def manifest_item(item: ResultItem) -> ManifestItem:
    return ManifestItem(
        id=str(item.id),
        position=item.position,
        audio=[ManifestAudio(audio.name, audio.filename, audio.sha256, audio.duration_ms) for audio in item.audio],
        suggested_by=item.model.name if item.model else "",
        answers=[
            ManifestAnswer(
                assignment_id=str(answer.assignment_id),
                revision_id=str(answer.submission_id),
                revision=answer.revision,
                annotator=answer.annotator,
                corrected_by=answer.corrected_by,
                correction=answer.correction,
                reviewer=answer.reviewer or "",
                first_reviewer=answer.first_reviewer or "",
                approval_origin=answer.origin,
                submitted_at=answer.submitted_at,
                approved_at=answer.decided_at,
                suggestions=fates_of(item, answer),
            )
            for answer in item.answers
        ],
    )
