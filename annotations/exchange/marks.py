"""The marks of a finished task as the next version of its dataset's annotations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.answers import FormQuestion
from annotations.fates import LEFT
from annotations.form import form_of
from annotations.models import Assignment, LabelingTask, QuestionType
from annotations.origins import origin_of
from annotations.results import ResultAnswer, results
from annotations.suggesting import labels_in
from datasets.models import Annotation, AnnotationSet, ListenedFile
from workspaces.models import Job


def annotation_set_of(task: LabelingTask, *, version: int, job: Job) -> AnnotationSet | None:
    """The marked artifacts as the next version of the dataset's annotations; None when the form asks for no regions."""
    marks = [question for question in form_of(task) if question.type == QuestionType.REGIONS]
    if not marks:
        return None
    source = _("Labeling task “%(task)s”, version %(version)d") % {"task": task.name, "version": version}
    made = AnnotationSet.start(task.dataset, by=job.created_by, source=source[:300])
    heard: dict[UUID, _Heard] = {}
    made.add(_annotations(task, made, marks, heard=heard))
    _mark_listened(made, heard, labels=labels_in(marks))
    made.publish(by=job.created_by)
    return made


@dataclass
class _Heard:
    """What is known of a recording that somebody answered: who did first, what they marked, what they left open."""

    by_id: UUID
    marked: set[str] = field(default_factory=set)
    left_open: set[str] = field(default_factory=set)


def _mark_listened(made: AnnotationSet, heard: dict[UUID, _Heard], *, labels: Sequence[str]) -> None:
    """Whoever answered has listened: where they marked nothing, there is nothing of what they could have marked.

    Not so for a label of which a suggestion was left open: whether it is there, nobody has said.
    """
    rows = (
        ListenedFile(
            annotation_set=made,
            audio_file_id=audio,
            artifact_types=[label for label in labels if label in known.marked or label not in known.left_open],
            by_id=known.by_id,
        )
        for audio, known in heard.items()
    )
    # To have listened for nothing in particular would mean: for everything.
    ListenedFile.objects.bulk_create((row for row in rows if row.artifact_types), batch_size=500)


def _annotations(
    task: LabelingTask, made: AnnotationSet, marks: list[FormQuestion], *, heard: dict[UUID, _Heard]
) -> Iterator[Annotation]:
    """What was marked. `heard` is filled with the recordings that somebody answered."""
    for item in results(task, states=Assignment.DONE):
        if not item.audio:
            continue
        for answer in item.answers:
            known = heard.setdefault(item.audio[0].id, _Heard(answer.annotator_id))
            known.left_open |= {row["label"] for row in answer.suggested if row["fate"] == LEFT}
            for question in marks:
                for region in answer.answers.get(question.alias, ()):
                    known.marked.add(region["label"])
                    yield Annotation(
                        annotation_set=made,
                        audio_file_id=item.audio[0].id,
                        artifact_type=region["label"],
                        start_ms=region["start_ms"],
                        end_ms=region["end_ms"],
                        extra_data={
                            "annotator": answer.annotator,
                            "approval_origin": answer.origin,
                            **_correction(answer),
                            **origin_of(region, item, answer),
                            "submission_id": str(answer.submission_id),
                            **({"note": region["note"]} if region["note"] else {}),
                        },
                    )


def _correction(answer: ResultAnswer) -> dict[str, str]:
    return {"correction": answer.correction, "corrected_by": answer.corrected_by} if answer.correction else {}
