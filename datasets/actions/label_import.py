"""Files of labels from other programs as a new version of a dataset's annotations: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.actions.annotation_sets import start_draft
from datasets.actions.annotations import add_annotations, mark_listened
from datasets.formats.labels import Label, is_table, read_label_file
from datasets.formats.regions import FormatError
from datasets.label_places import NoPlace, Recordings, why_it_reaches_out
from datasets.models import AnnotationSet, ArtifactType, Dataset
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, User

FILES_AT_MOST = 100
BYTES_AT_MOST = 10 * 1024**2
LABELS_AT_MOST = 50_000
TYPES_AT_MOST = 100
PROBLEMS_SHOWN = 20
_NAMED_AT_MOST = 3
_SOURCE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file as it was sent."""

    name: str
    data: bytes


def import_labels(
    dataset: Dataset,
    files: Sequence[LabelFile],
    *,
    by: User | None,
    types_from: str = "labels",
    add_types: bool = False,
    listened: bool = False,
) -> AnnotationSet:
    """A new draft with all labels of `files`.

    A label belongs to the recording it names, else to the one that its file is named after. `types_from` says whether
    artifact types are the "labels" or the "tiers" of a TextGrid. With `add_types` the dataset gets the types it lacks;
    with `listened` the recordings count as listened to from end to end, also those whose file holds no label.

    Raises Invalid at ("body", "files"), with up to 20 sentences that name file and line, and nothing stored.
    """
    plan = _Plan(dataset, add_types=add_types)
    plan.refuse_if(_why_too_much(files))  # before anything of them is read
    for file in files:
        plan.take(file, types_from=types_from)
    plan.refuse_if(_why_useless(plan, listened=listened))
    with transaction.atomic():
        # Starting a version locks the dataset, so that two imports at once add a type once.
        made = start_draft(dataset, by=by, source=_source(files))
        if plan.missing_types:
            _add_types(dataset, list(plan.missing_types), by=by)
        if plan.rows:
            add_annotations(made, plan.rows, by=by, place=lambda _n: ("body", "files"))
        if listened:
            mark_listened(made, list(plan.heard), by=by)
    return made


def refuse_too_large(size: int) -> None:
    """Raise Invalid for files of so many bytes together, before they are read."""
    if sentence := too_large(size):
        raise Invalid([(("body", "files"), sentence, "value_error")])


def too_large(size: int) -> str:
    """The sentence for files of so many bytes together; empty when they may come."""
    if size <= BYTES_AT_MOST:
        return ""
    return _("The files are larger than %(top)s together.") % {"top": filesizeformat(BYTES_AT_MOST)}


class _Plan:
    """What is to be stored, and what stands in its way."""

    def __init__(self, dataset: Dataset, *, add_types: bool) -> None:
        self._recordings = Recordings(dataset)
        self._types = set(dataset.artifact_types.values_list("name", flat=True))
        self._add_types = add_types
        self._problems: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self.heard: dict[UUID, None] = {}
        self.missing_types: dict[str, None] = {}

    def take(self, file: LabelFile, *, types_from: str) -> None:
        try:
            labels = read_label_file(file.name, file.data, types_from=types_from, at_most=LABELS_AT_MOST + 1)
            if not labels and not is_table(file.name):
                self.heard[self._recordings.named_as(file.name).pk] = None
        except FormatError as error:
            self._note(file, error.message, line=error.line)
        except NoPlace as reason:
            self._note(file, str(reason))
        else:
            self._take_all(file, labels)

    def _take_all(self, file: LabelFile, labels: Sequence[Label]) -> None:
        said = set()
        for label in labels:
            try:
                self._take_one(file, label)
            except NoPlace as reason:
                # A file that belongs to no recording says so once, not for each of its labels.
                if str(reason) not in said:
                    self._note(file, str(reason), line=label.line)
                said.add(str(reason))

    def _take_one(self, file: LabelFile, label: Label) -> None:
        recording = self._recordings.of(label, file=file.name)
        if label.artifact_type not in self._types | self.missing_types.keys():
            self.missing_types[label.artifact_type] = None
            if not self._add_types:
                sentence = _("The dataset has no artifact type “%(name)s”. Choose to add missing types, or rename it.")
                self._note(file, sentence % {"name": label.artifact_type}, line=label.line)
        if sentence := why_it_reaches_out(label, recording):
            raise NoPlace(sentence)
        self.heard[recording.pk] = None
        self.rows.append(
            {
                "audio_file_id": recording.pk,
                "artifact_type": label.artifact_type,
                "start_ms": label.start_ms,
                "end_ms": label.end_ms,
                "confidence": label.confidence,
                "extra_data": label.extra_data,
            }
        )

    def _note(self, file: LabelFile, sentence: str, *, line: int | None = None) -> None:
        where = {"file": file.name, "line": line, "sentence": sentence}
        said = _("%(file)s: %(sentence)s") if line is None else _("%(file)s, line %(line)d: %(sentence)s")
        self._problems.append(said % where)

    def refuse_if(self, sentence: str) -> None:
        """Raise Invalid with all problems so far, or with this one when there are no others."""
        problems = self._problems or ([sentence] if sentence else [])
        if not problems:
            return
        shown = problems[:PROBLEMS_SHOWN]
        if more := len(problems) - len(shown):
            shown.append(ngettext("There is %(n)d more.", "There are %(n)d more.", more) % {"n": more})
        raise Invalid([(("body", "files"), problem, "value_error") for problem in shown])


def _why_too_much(files: Sequence[LabelFile]) -> str:
    if not files:
        return _("Choose the files with the labels.")
    if len(files) > FILES_AT_MOST:
        return _("These are more than %(top)d files. Import them in several steps.") % {"top": FILES_AT_MOST}
    return too_large(sum(len(file.data) for file in files))


def _why_useless(plan: _Plan, *, listened: bool) -> str:
    if len(plan.rows) > LABELS_AT_MOST:
        return _("These are more than %(top)d labels. Import them in several steps.") % {"top": LABELS_AT_MOST}
    if len(plan.missing_types) > TYPES_AT_MOST:
        sentence = _("More than %(top)d artifact types would be added. Are these texts the names of types?")
        return sentence % {"top": TYPES_AT_MOST}
    if not plan.rows and not (listened and plan.heard):
        return _("There is no label in these files.")
    return ""


def _add_types(dataset: Dataset, names: Sequence[str], *, by: User | None) -> None:
    known = dict(dataset.artifact_types.values_list("name", "position"))
    first = max(known.values(), default=-1) + 1
    missing = [name for name in names if name not in known]
    rows = [ArtifactType(dataset=dataset, name=name, position=first + n) for n, name in enumerate(missing)]
    ArtifactType.objects.bulk_create(rows)
    AuditEvent.record(
        by=by, workspace_id=dataset.workspace_id, verb="update types", target=dataset, data={"added": missing}
    )


def _source(files: Sequence[LabelFile]) -> str:
    named = ", ".join(file.name for file in files[:_NAMED_AT_MOST])
    if more := len(files) - _NAMED_AT_MOST if len(files) > _NAMED_AT_MOST else 0:
        named += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    return (_("Imported from %(files)s") % {"files": named})[:_SOURCE_LENGTH]
