"""The files of a dataset as one version of its annotations knows them: which are asked for, and what is on each."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from datasets.filters import AudioTable, Wish
from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from datasets.models.audio import AudioFileQuerySet
from datasets.set_figures import labelled_in, listened_in

BY_NAME = "filename"
# A file alone is shown with more of its labels than one among thirty.
SHOWN_OF_MANY = 200
SHOWN_OF_ONE = 5000
FILE_STATES = [
    ("labelled", _("with labels")),
    ("clean", _("listened, nothing here")),
    ("untouched", _("nobody has listened")),
]


@dataclass(frozen=True)
class SetWish(Wish):
    """What the address of a set's page asks for: files by name, by a type on them, by how far they are."""

    order: str = BY_NAME
    artifact_type: str = ""
    state: str = ""
    file: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "SetWish":
        plain = Wish.from_query(query)
        state = query.get("state", "")
        return cls(
            text=plain.text,
            after=plain.after,
            before=plain.before,
            artifact_type=query.get("type", "").replace("\0", "")[:100],
            state=state if state in dict(FILE_STATES) else "",
            file=_id(query.get("file", "")),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.artifact_type or self.state or self.file)

    def said(self) -> dict[str, str]:
        return {
            "q": self.text,
            "type": self.artifact_type,
            "state": self.state,
            "file": self.file,
            "after": self.after,
            "before": self.before,
        }


def _id(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""


@dataclass
class LabelledFile:
    """One file with what the set says of it. `labels` are the first of its `n_labels`."""

    audio: AudioFile
    listened: ListenedFile | None = None
    labels: list[Annotation] = field(default_factory=list)
    n_labels: int = 0

    @property
    def state(self) -> str:
        if self.n_labels:
            return "labelled"
        return "clean" if self.listened else "untouched"

    @property
    def state_words(self) -> Any:
        return dict(FILE_STATES)[self.state]


@dataclass
class SetTable(AudioTable):
    """One page of the files that can be heard."""

    wish: SetWish
    annotation_set: AnnotationSet

    @cached_property
    def chosen(self) -> AudioFileQuerySet:
        rows = super().chosen.filter(status=AudioFile.Status.READY)
        labels = self.annotation_set
        if self.wish.file:
            rows = rows.filter(pk=self.wish.file)
        if self.wish.artifact_type:
            named = Annotation.objects.filter(annotation_set=labels, artifact_type=self.wish.artifact_type)
            rows = rows.filter(pk__in=named.values("audio_file"))
        if self.wish.state == "labelled":
            return rows.filter(labelled_in(labels))
        if self.wish.state == "clean":
            return rows.filter(listened_in(labels), ~labelled_in(labels))
        if self.wish.state == "untouched":
            return rows.filter(~listened_in(labels), ~labelled_in(labels))
        return rows

    @cached_property
    def files(self) -> list[LabelledFile]:
        """The page with its labels, in three queries however many files and labels there are."""
        found = {audio.pk: LabelledFile(audio) for audio in self.rows}
        heard = ListenedFile.objects.filter(annotation_set=self.annotation_set, audio_file__in=found)
        for mark in heard.select_related("by"):
            found[mark.audio_file_id].listened = mark
        shown = SHOWN_OF_ONE if self.wish.file else SHOWN_OF_MANY
        for label in first_labels(self.annotation_set, list(found), each=shown):
            row = found[label.audio_file_id]
            row.labels.append(label)
            row.n_labels = label.n_on_file
        return list(found.values())


def first_labels(chosen: AnnotationSet, audio_ids: list[UUID], *, each: int) -> list[Any]:
    """The first annotations of each file in order of time, each with `n_on_file`."""
    rows = Annotation.objects.filter(annotation_set=chosen, audio_file__in=audio_ids)
    numbered = rows.annotate(
        number=Window(RowNumber(), partition_by="audio_file", order_by=["start_ms", "id"]),
        n_on_file=Window(Count("pk"), partition_by="audio_file"),
    )
    return list(numbered.filter(number__lte=each).order_by("audio_file", "start_ms", "id"))
