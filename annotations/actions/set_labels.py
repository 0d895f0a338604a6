"""Labeling straight into a draft of a dataset's annotations: the next file, saving, being done with one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.answers import FormQuestion, clean
from annotations.models import QuestionType
from annotations.set_marks import ALIAS, Mark, content_of, matched, regions_of, version_of
from datasets.models import Annotation, AnnotationSet, AudioFile, Dataset, ListenedFile
from datasets.set_figures import listened_in
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User

# So long a file that somebody opened is not handed to another who asks for the next one; a save renews it.
KEPT_S = 15 * 60
# Among so many of the next files one is looked for that nobody has open.
LOOKED_AT = 30


class StaleLabels(IllegalMove):
    """Somebody, perhaps the same person in another tab, changed the labels. `extra` goes into the answer."""

    def __init__(self, rows: list[Annotation]) -> None:
        self.extra = {"version": version_of(rows), "answers": answers_of(rows)}
        super().__init__(_("The labels of this file were changed in another window. Reload to go on from there."))


@dataclass(frozen=True)
class LabeledFile:
    """One file in one version of its dataset's annotations."""

    annotation_set: AnnotationSet
    audio: AudioFile

    @property
    def form(self) -> tuple[FormQuestion, ...]:
        return form_of(self.annotation_set.dataset)

    def rows(self) -> list[Annotation]:
        """Its labels in order of time, without those of types that the dataset does not have any more."""
        names = {label["name"] for label in self.form[0].configuration["labels"]}
        rows = Annotation.objects.filter(annotation_set=self.annotation_set, audio_file=self.audio)
        return [row for row in rows.order_by("start_ms", "end_ms", "id") if row.artifact_type in names]


def form_of(dataset: Dataset) -> tuple[FormQuestion, ...]:
    """The one question that is asked: what is where."""
    labels = [
        {"name": kind.name, "color": kind.shown_color, "description": kind.description}
        for kind in dataset.artifact_types.all()
    ]
    return (FormQuestion(ALIAS, QuestionType.REGIONS, _("Labels"), "", False, {"labels": labels}),)


def answers_of(rows: list[Annotation]) -> dict[str, Any]:
    return {ALIAS: regions_of(rows)} if rows else {}


def set_for(user: User, set_id: UUID) -> AnnotationSet | None:
    rows = AnnotationSet.objects.visible_to(user).select_related("dataset").prefetch_related("dataset__artifact_types")
    return rows.filter(pk=set_id).first()


def file_in(chosen: AnnotationSet, audio_id: UUID) -> LabeledFile | None:
    """The file, if it is one of the dataset's that can be heard."""
    rows = AudioFile.objects.filter(dataset=chosen.dataset_id, status=AudioFile.Status.READY)
    audio = rows.filter(pk=audio_id).select_related("blob").first()
    return LabeledFile(chosen, audio) if audio else None


def require_draft(chosen: AnnotationSet) -> None:
    """Raise IllegalMove for what is published, and where there is nothing to label with."""
    if chosen.state != AnnotationSet.State.DRAFT:
        raise IllegalMove(_("This version is published and does not change any more. Start a new one."))
    if not form_of(chosen.dataset)[0].configuration["labels"]:
        raise IllegalMove(_("The dataset has no artifact types yet. Add some on its page first."))


def next_file(chosen: AnnotationSet, *, by: User, after: AudioFile | None = None) -> LabeledFile | None:
    """The next file, by name, that nobody has listened to in this draft; after the last one it begins anew.

    What another person has open comes last: two people who go through a draft together seldom meet.
    """
    require_draft(chosen)
    ready = AudioFile.objects.filter(dataset=chosen.dataset_id, status=AudioFile.Status.READY)
    rows = ready.filter(~listened_in(chosen)).in_order("filename")
    if after is not None:
        rows = rows.exclude(pk=after.pk)
        found = _first_free(chosen, list(rows.after("filename", (after.filename, after.pk))[:LOOKED_AT]), by=by)
        if found is not None:
            return open_file(LabeledFile(chosen, found), by=by)
    some = list(rows[:LOOKED_AT])
    found = _first_free(chosen, some, by=by) or (some[0] if some else None)
    return open_file(LabeledFile(chosen, found), by=by) if found else None


def _first_free(chosen: AnnotationSet, files: list[AudioFile], *, by: User) -> AudioFile | None:
    kept = cache.get_many([_key(chosen, audio) for audio in files])
    return next((audio for audio in files if kept.get(_key(chosen, audio), str(by.pk)) == str(by.pk)), None)


def _key(chosen: AnnotationSet, audio: AudioFile) -> str:
    return f"labels:{chosen.pk}:{audio.pk}"


def open_file(file: LabeledFile, *, by: User) -> LabeledFile:
    require_draft(file.annotation_set)
    cache.set(_key(file.annotation_set, file.audio), str(by.pk), timeout=KEPT_S)
    return file


def release_file(file: LabeledFile) -> None:
    """Others who ask for the next file may get this one."""
    cache.delete(_key(file.annotation_set, file.audio))


def save(file: LabeledFile, *, by: User, body: dict[str, Any]) -> int:
    """Store unfinished labels. Returns the version to send with the next save."""
    version = _version(body.get("version"), name="version")
    marks = _marks(file, body)
    with transaction.atomic():
        rows = _store(file, marks, version=version)
    open_file(file, by=by)
    return version_of(rows)


def finish(file: LabeledFile, *, by: User, body: dict[str, Any]) -> list[Annotation]:
    """Store the labels and note that the file was listened to; without labels that there is nothing on it."""
    known = body.get("draft_version")
    version = None if known is None else _version(known, name="draft_version")
    marks = _marks(file, body)
    with transaction.atomic():
        rows = _store(file, marks, version=version)
        # Whoever sees all types in front of them has listened for all of them.
        ListenedFile.objects.update_or_create(
            annotation_set=file.annotation_set, audio_file=file.audio, defaults={"by": by, "artifact_types": []}
        )
    release_file(file)
    return rows


def _version(value: object, *, name: str) -> int:
    if type(value) is not int or value < 0:
        sentence = _("Send the version you have seen; 0 for a file without labels.")
        raise Invalid([(("body", name), sentence, "type_error.integer")])
    return value


def _marks(file: LabeledFile, body: dict[str, Any]) -> list[Mark]:
    answers = clean(file.form, body.get("answers"), duration_ms=file.audio.duration_ms, complete=True)
    marks: list[Mark] = answers.get(ALIAS, [])
    return marks


def _store(file: LabeledFile, marks: list[Mark], *, version: int | None) -> list[Annotation]:
    """Make the file's labels these, unless somebody changed them since `version`. Rows that stay keep all they have."""
    file.annotation_set.hold()
    # Locked, so that it is not deleted while labels are put on it.
    if not AudioFile.objects.select_for_update().filter(pk=file.audio.pk).exists():
        raise IllegalMove(_("This file was deleted."))
    rows = file.rows()
    is_known = version is None or version == version_of(rows)
    # A save that arrived, and whose answer did not, is sent again: it asks for what is there.
    if not is_known and content_of(rows) != content_of(marks):
        raise StaleLabels(rows)
    plan = matched(rows, marks)
    Annotation.objects.filter(pk__in=[row.pk for row in plan.gone]).delete()
    Annotation.objects.bulk_update(plan.changed, ["artifact_type", "start_ms", "end_ms", "confidence", "extra_data"])
    new = [Annotation(annotation_set=file.annotation_set, audio_file=file.audio, **fields) for fields in plan.new]
    Annotation.objects.bulk_create(new, batch_size=500)
    return file.rows()
