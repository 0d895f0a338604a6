"""What a model found as a draft of labels, for people to go through."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.actions.annotation_sets import start_draft
from datasets.models import Annotation, AnnotationSet, Dataset
from detectors.models import InferenceFile, InferenceJob
from workspaces.errors import IllegalMove
from workspaces.models import User


@dataclass(frozen=True)
class Drafted:
    """The draft, how many rows it has, and how many of each type were left out, as the dataset does not have it."""

    labels: AnnotationSet
    count: int
    left_out: dict[str, int]


def dataset_of_files(inference: InferenceJob) -> Dataset | None:
    """The dataset that all its recordings are of; None when they are of several, of what was uploaded here, or gone."""
    files = InferenceFile.objects.filter(inference_job=inference).order_by()
    found = list(files.values_list("audio_file__dataset", flat=True).distinct()[:2])
    if len(found) != 1 or found[0] is None:
        return None
    return Dataset.objects.filter(pk=found[0], purpose="").first()


def draft_from(inference: InferenceJob, *, by: User) -> Drafted:
    """A new draft annotation set of the files' dataset with one row for each detection.

    Rows keep their confidence and say where they came from. Types that the dataset does not have are left out. Raises
    IllegalMove when there is nothing to put into it.
    """
    dataset = dataset_of_files(inference)
    if dataset is None:
        raise IllegalMove(_("The files are not of one dataset, so there is none that the draft could belong to."))
    known = set(dataset.artifact_types.values_list("name", flat=True))
    left_out: Counter[str] = Counter()
    rows = []
    for audio_id, row in _found(inference):
        if row["artifact_type"] in known:
            rows.append(_annotation(inference, audio_id, row))
        else:
            left_out[row["artifact_type"]] += 1
    if not rows:
        raise IllegalMove(_nothing(left_out))
    with transaction.atomic():
        labels = start_draft(dataset, by=by, source=_source(inference))
        for annotation in rows:
            annotation.annotation_set = labels
        labels.add(rows)
    return Drafted(labels, len(rows), dict(left_out))


def _found(inference: InferenceJob) -> Iterator[tuple[UUID, dict[str, Any]]]:
    files = InferenceFile.objects.filter(inference_job=inference, state=InferenceFile.State.COMPLETED)
    for audio_id, detections in files.order_by("id").values_list("audio_file_id", "detections").iterator():
        for row in detections or ():
            yield audio_id, row


def _annotation(inference: InferenceJob, audio_id: UUID, row: dict[str, Any]) -> Annotation:
    origin = {
        "origin": "model",
        "model": inference.model_name,
        "model_id": str(inference.model_uuid),
        "inference_job_id": str(inference.pk),
    }
    return Annotation(
        audio_file_id=audio_id,
        artifact_type=row["artifact_type"],
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
        confidence=row["confidence"],
        extra_data=origin,
    )


def _source(inference: InferenceJob) -> str:
    threshold = f"{inference.config['threshold']:g}"
    return (_("found by “%(name)s” at %(threshold)s") % {"name": inference.model_name, "threshold": threshold})[:300]


def _nothing(left_out: Counter[str]) -> str:
    if not left_out:
        return _("Nothing was found, so there is nothing to put into a draft.")
    names = ", ".join(f"“{name}”" for name in sorted(left_out))
    sentence = _("The dataset has none of the artifact types that were found: %(names)s. Add them first.")
    return sentence % {"names": names}
