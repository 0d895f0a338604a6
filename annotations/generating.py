"""Making a processed dataset: the archive, its row, and the annotation set, from a finished labeling task.

The archive holds nothing that depends on when or where it is made, so generating twice gives the same bytes; it is
stored under its own hash. Everything becomes visible in one transaction at the end.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from annotations import notices
from annotations.answers import FormQuestion
from annotations.fates import LEFT
from annotations.form import form_of
from annotations.labels import audacity_regions, csv_rows, regions_of, textgrid_tiers
from annotations.models import Assignment, LabelingTask, QuestionType, Review
from annotations.origins import MARK, SUGGESTION, fates_of, origin_of, suggestion_rows
from annotations.results import ResultAnswer, ResultItem, as_row, results
from annotations.suggesting import are_shown, labels_in
from datasets.formats.archive import Archive, safe_name
from datasets.formats.audacity import write_labels
from datasets.formats.manifest import ManifestAnswer, ManifestAudio, ManifestItem, Totals, manifest_chunks
from datasets.formats.tables import csv_table, json_line
from datasets.formats.textgrid import write_textgrid
from datasets.models import Annotation, AnnotationSet, ListenedFile, ProcessedDataset
from datasets.storage import keep, local, scratch
from workspaces.models import Job

CSV_COLUMNS = (
    "position", "item_id", "filename", "annotator", "corrected_by", "correction", "reviewer", "first_reviewer",
    "approval_origin", "revision",
    "question", "type", "mark", "label", "start_ms", "end_ms", "value", "note",
)  # fmt: skip


class NotReady(Exception):
    """The task has work left; the message says so."""


def generate(task: LabelingTask, *, job: Job, options: dict[str, Any]) -> ProcessedDataset:
    """Build, store and publish. Returns the version that was made, or the last one when nothing has changed since."""
    if task.state not in (LabelingTask.State.READY, LabelingTask.State.GENERATED):
        raise NotReady(_("The labeling task is not finished any more. Generate again when it is."))
    with scratch() as folder:
        path = folder / "dataset.zip"
        manifest = build_archive(task, path, options=options, job=job)
        size, sha256 = path.stat().st_size, _sha256(path)
        last = ProcessedDataset.objects.filter(task_id=task.pk).order_by("-version").first()
        if last is not None and last.sha256 == sha256:
            with transaction.atomic():
                job.complete()
                notices.generated(task, job, made=last)
            return last
        name = f"processed/{task.workspace_id}/{sha256}.zip"
        keep(path, name=name)
    return _publish(task, job=job, options=options, manifest=manifest, archive=(name, size, sha256))


@transaction.atomic
def _publish(
    task: LabelingTask, *, job: Job, options: dict[str, Any], manifest: dict[str, Any], archive: tuple[str, int, str]
) -> ProcessedDataset:
    name, size, sha256 = archive
    # The move comes first: its conditional UPDATE makes a second generation of the same task wait, or fail.
    task.note_generated(by=job.created_by)
    version = (ProcessedDataset.objects.filter(task_id=task.pk).aggregate(top=Max("version"))["top"] or 0) + 1
    annotation_set = _annotation_set(task, version=version, job=job)
    made = ProcessedDataset.objects.create(
        workspace=task.workspace,
        dataset=task.dataset,
        task_id=task.pk,
        task_name=task.name,
        version=version,
        options=options,
        manifest=manifest,
        archive=name,
        size=size,
        sha256=sha256,
        n_items=manifest["totals"]["items_answered"],
        annotation_set=annotation_set,
        created_by=job.created_by,
    )
    job.complete()
    notices.generated(task, job, made=made)
    return made


def _annotation_set(task: LabelingTask, *, version: int, job: Job) -> AnnotationSet | None:
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


def build_archive(task: LabelingTask, path: Path, *, options: dict[str, Any], job: Job | None) -> dict[str, Any]:
    """Write the ZIP to `path`; returns the manifest's head and totals. `options["audio"]` is none, files or clips."""
    form = form_of(task)
    totals = Totals(left_out=_left_out(task))
    with Archive(path) as archive, scratch() as folder:
        lines, table = folder / "answers.jsonl", folder / "answers.csv"
        with lines.open("wb") as jsonl, table.open("wb") as csv:
            _write_results(task, form, archive, jsonl=jsonl, csv=csv, options=options, job=job, folder=folder)
        archive.add_file("answers.jsonl", lines)
        archive.add_file("answers.csv", table)
        if are_shown(task):
            suggested = (row for item in results(task, states=Assignment.DONE) for row in suggestion_rows(item))
            archive.add_stream("suggestions.csv", csv_table(suggested, columns=SUGGESTION))
        head = _head(task, form)
        items = (_manifest_item(item) for item in results(task, states=Assignment.DONE))
        archive.add_stream("manifest.json", manifest_chunks(items, files=archive.members, totals=totals, **head))
    return {**head, "totals": totals.as_json()}


def _write_results(
    task: LabelingTask, form: tuple[FormQuestion, ...], archive: Archive, *, jsonl: Any, csv: Any,
    options: dict[str, Any], job: Job | None, folder: Path,
) -> None:  # fmt: skip
    """One walk over the items: lines and rows to their files, labels and sound straight into the archive."""
    taken: dict[str, int] = {}
    total = task.items.count()

    def rows() -> Iterator[dict[str, Any]]:
        for done, item in enumerate(results(task, states=Assignment.DONE), start=1):
            if item.audio:
                stem = safe_name(Path(item.audio[0].filename).stem, taken)
                _write_item(archive, item, form, stem=stem, options=options, folder=folder)
            for answer in item.answers:
                jsonl.write(json_line(as_row(item, answer)))
                yield from csv_rows(item, answer, form)
            if job is not None and (done % 100 == 0 or done == total or options["audio"] != "none"):
                job.report(done=done, total=total)

    for chunk in csv_table(rows(), columns=(*CSV_COLUMNS, *MARK) if are_shown(task) else CSV_COLUMNS):
        csv.write(chunk)


def _write_item(
    archive: Archive,
    item: ResultItem,
    form: tuple[FormQuestion, ...],
    *,
    stem: str,
    options: dict[str, Any],
    folder: Path,
) -> None:
    if not item.answers:
        return
    duration = item.audio[0].duration_ms
    several = len(item.answers) > 1
    for answer in item.answers:
        name = f"{stem}.{answer.slot + 1}" if several else stem
        archive.add_bytes(f"audacity/{name}.txt", write_labels(audacity_regions(answer, form), duration_ms=duration))
    tiers = [tier for answer in item.answers for tier in textgrid_tiers(answer, form, numbered=several)]
    if tiers:
        archive.add_bytes(f"textgrid/{stem}.TextGrid", write_textgrid(tiers, duration_ms=duration))
    if options["audio"] == "files":
        with local(item.audio[0].original, folder=folder) as original:
            archive.add_file(f"audio/{stem}{Path(item.audio[0].filename).suffix.lower()}", original)
    elif options["audio"] == "clips":
        _write_clips(archive, item, form, stem=stem, folder=folder)


def _write_clips(
    archive: Archive, item: ResultItem, form: tuple[FormQuestion, ...], *, stem: str, folder: Path
) -> None:
    """Each marked region as a FLAC of its own, cut to the sample, named by where it was."""
    from datasets.audio.clips import cut  # noqa: PLC0415 - numpy and the decoder load in the worker only

    marks = [question for question in form if question.type == QuestionType.REGIONS]
    spans = sorted(
        {
            (region.start_ms, region.end_ms)
            for answer in item.answers
            for question in marks
            for region in regions_of(answer, question)
        }
    )
    if not spans:
        return

    def add(index: int, clip: bytes) -> None:
        start, end = spans[index]
        archive.add_bytes(f"clips/{stem}/{start:09d}-{end:09d}.flac", clip)

    with local(item.audio[0].playback or item.audio[0].original, folder=folder) as source:
        cut(source, spans, write_to=add, format="flac")


def _left_out(task: LabelingTask) -> dict[str, int]:
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


def _head(task: LabelingTask, form: Iterable[FormQuestion]) -> dict[str, Any]:
    return {
        "dataset": {"id": str(task.dataset_id), "name": task.dataset.name},
        "labeling_task": {
            "id": str(task.pk),
            "name": task.name,
            "instructions": task.instructions,
            "review_mode": task.review_mode,
            "overlap": task.overlap,
            "seed": task.seed,
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


def _manifest_item(item: ResultItem) -> ManifestItem:
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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
