"""Making a processed dataset: the archive, its row, and the annotation set, from a finished labeling task.

The archive holds nothing that depends on when or where it is made, so generating twice gives the same bytes; it is
stored under its own hash. Everything becomes visible in one transaction at the end.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from annotations import notices
from annotations.aggregating import running
from annotations.answers import FormQuestion
from annotations.exchange import aggregates, clesc
from annotations.exchange.card import Tally, card
from annotations.exchange.manifest import head, left_out, manifest_item
from annotations.exchange.marks import annotation_set_of
from annotations.exchange.sides import Names, Side, sides_of
from annotations.form import form_of
from annotations.labels import audacity_regions, csv_rows, regions_of, textgrid_tiers
from annotations.models import Assignment, LabelingTask, QuestionType
from annotations.origins import MARK, SUGGESTION, suggestion_rows
from annotations.results import ResultItem, as_row, results
from annotations.suggesting import are_shown
from datasets.formats.archive import Archive, safe_name
from datasets.formats.audacity import write_labels
from datasets.formats.manifest import Totals, manifest_chunks
from datasets.formats.tables import csv_table, json_line, json_lines
from datasets.formats.textgrid import write_textgrid
from datasets.models import ProcessedDataset
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
    if task.is_shared or aggregates.are_there(task):
        # As the answers are now: somebody may have been mended or dropped since.
        running.run(task)
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
    annotation_set = annotation_set_of(task, version=version, job=job)
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


def build_archive(task: LabelingTask, path: Path, *, options: dict[str, Any], job: Job | None) -> dict[str, Any]:
    """Write the ZIP to `path`; returns the manifest's head and totals.

    `options["audio"]` is none, files or clips; `annotators` is names or numbers; `license` an SPDX name or empty.
    """
    form, sides = form_of(task), sides_of(task)
    names = Names(task, are_hidden=options.get("annotators") == "numbers")
    totals, written = Totals(left_out=left_out(task)), _Written()

    def items() -> Iterator[ResultItem]:
        return names.items(results(task, states=Assignment.DONE))

    with Archive(path) as archive, scratch() as folder:
        lines, table = folder / "answers.jsonl", folder / "answers.csv"
        with lines.open("wb") as jsonl, table.open("wb") as csv:
            _write_results(
                task, form, items(), archive, jsonl=jsonl, csv=csv, options=options, job=job, folder=folder,
                written=written,
            )  # fmt: skip
        archive.add_file("answers.jsonl", lines)
        archive.add_file("answers.csv", table)
        if are_shown(task):
            suggested = (row for item in items() for row in suggestion_rows(item))
            archive.add_stream("suggestions.csv", csv_table(suggested, columns=SUGGESTION))
        _write_aggregates(archive, task, form, names=names, sides=sides, written=written)
        if clesc.is_asked(form):
            shape = clesc.shape_of(task, form, sides=sides, audio=written.audio)
            clesc.add_clesc(archive, shape, items, folder=folder)
        archive.add_bytes("README.md", _card(task, form, archive, sides=sides, written=written, options=options))
        above = head(task, form, sides=sides, options=options)
        rows = (manifest_item(item) for item in items())
        archive.add_stream("manifest.json", manifest_chunks(rows, files=archive.members, totals=totals, **above))
    return {**above, "totals": totals.as_json()}


@dataclass
class _Written:
    """What is known once the answers are written, for what is written after them."""

    tally: Tally = field(default_factory=Tally)
    # By item: the name of its recording, and where it lies in the archive if it does.
    filenames: dict[UUID, str] = field(default_factory=dict)
    audio: dict[UUID, str] = field(default_factory=dict)
    # By alias: how the values of items came about.
    methods: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def _write_aggregates(
    archive: Archive,
    task: LabelingTask,
    form: tuple[FormQuestion, ...],
    *,
    names: Names,
    sides: tuple[Side, ...],
    written: _Written,
) -> None:
    """What the answers come to, where that was computed."""
    if not aggregates.are_there(task):
        return

    def lines() -> Iterator[dict[str, Any]]:
        return aggregates.result_lines(task, filenames=written.filenames, names=names, sides=sides)

    def counted() -> Iterator[dict[str, Any]]:
        for line in lines():
            written.tally.states[line["state"]] += 1
            for alias, part in line["results"].items():
                if part.get("value") is not None:
                    written.methods[alias][part["method"]] += 1
            yield line

    archive.add_stream("results.jsonl", json_lines(counted()))
    archive.add_stream("results.csv", csv_table(aggregates.result_rows(lines(), form), columns=aggregates.COLUMNS))


def _card(
    task: LabelingTask,
    form: tuple[FormQuestion, ...],
    archive: Archive,
    *,
    sides: tuple[Side, ...],
    written: _Written,
    options: dict[str, Any],
) -> bytes:
    agreed: Sequence[Any] = ()
    if task.is_shared:
        from annotations.exchange.agreement import agreed_in  # noqa: PLC0415 - numpy loads in the worker only

        agreed = agreed_in(task, form, sides=sides)
    # In one language, so that it does not matter who asks for it.
    with translation.override("en"):
        text = card(
            task,
            form,
            tally=written.tally,
            sides=sides,
            agreed=agreed,
            methods=written.methods,
            members=[member.name for member in archive.members],
            options=options,
        )
    return text.encode()


def _write_results(
    task: LabelingTask, form: tuple[FormQuestion, ...], items: Iterator[ResultItem], archive: Archive, *, jsonl: Any,
    csv: Any, options: dict[str, Any], job: Job | None, folder: Path, written: _Written,
) -> None:  # fmt: skip
    """One walk over the items: lines and rows to their files, labels and sound straight into the archive."""
    taken: dict[str, int] = {}
    total = task.items.count()

    def rows() -> Iterator[dict[str, Any]]:
        for done, item in enumerate(items, start=1):
            written.tally.count(item)
            if item.audio:
                filename = written.filenames[item.id] = item.audio[0].filename
                stem = safe_name(Path(filename).stem, taken)
                _write_item(archive, item, form, stem=stem, options=options, folder=folder)
                if options["audio"] == "files":
                    written.audio[item.id] = _audio_name(item, stem)
            for answer in item.answers:
                jsonl.write(json_line(as_row(item, answer)))
                yield from csv_rows(item, answer, form)
            if job is not None and (done % 100 == 0 or done == total or options["audio"] != "none"):
                job.report(done=done, total=total)

    columns = (*CSV_COLUMNS, *(("team",) if task.by_team else ()), *(MARK if are_shown(task) else ()))
    for chunk in csv_table(rows(), columns=columns):
        csv.write(chunk)


def _audio_name(item: ResultItem, stem: str) -> str:
    return f"audio/{stem}{Path(item.audio[0].filename).suffix.lower()}"


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
            archive.add_file(_audio_name(item, stem), original)
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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
