"""What a version of a dataset's annotations amounts to: counts, lengths, and how much of the audio was listened to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from datasets.models import Annotation, AnnotationSet, AudioFile, Dataset, ListenedFile


@dataclass(frozen=True)
class TypeFigure:
    """One artifact type in a set. `is_valid` is false for what the dataset's types no longer name; a published set
    keeps such rows and counts them, a draft cannot be published with them."""

    name: str
    color: str
    n: int
    ms: int
    is_valid: bool


@dataclass(frozen=True)
class SetFigures:
    types: list[TypeFigure]
    is_draft: bool

    @property
    def counted(self) -> list[TypeFigure]:
        return [row for row in self.types if row.is_valid or not self.is_draft]

    @property
    def invalid(self) -> list[TypeFigure]:
        """What keeps a draft from being published."""
        return [row for row in self.types if self.is_draft and not row.is_valid]

    @property
    def n_invalid(self) -> int:
        return sum(row.n for row in self.invalid)

    @property
    def total(self) -> int:
        return sum(row.n for row in self.counted)

    @property
    def ms(self) -> int:
        return sum(row.ms for row in self.counted)


@dataclass(frozen=True)
class FileFigures:
    """The files of the dataset that can be heard, as this set knows them. They add up to `total`."""

    labelled: int
    clean: int
    untouched: int
    listened: int

    @property
    def total(self) -> int:
        return self.labelled + self.clean + self.untouched


def figures_of_sets(dataset: Dataset, sets: Iterable[AnnotationSet]) -> dict[UUID, SetFigures]:
    """Of each set of one dataset, its types with the commonest first."""
    chosen = list(sets)
    colors = {kind.name: kind.shown_color for kind in dataset.artifact_types.all()}
    grouped = Annotation.objects.filter(annotation_set__in=chosen).order_by().values("annotation_set", "artifact_type")
    types: dict[UUID, list[TypeFigure]] = {row.pk: [] for row in chosen}
    for row in grouped.annotate(n=Count("pk"), ms=Sum(F("end_ms") - F("start_ms"))).order_by("-n", "artifact_type"):
        name = row["artifact_type"]
        types[row["annotation_set"]].append(
            TypeFigure(name, colors.get(name, ""), row["n"], row["ms"] or 0, name in colors)
        )
    return {row.pk: SetFigures(types[row.pk], is_draft=row.state == AnnotationSet.State.DRAFT) for row in chosen}


def covered_ms(chosen: AnnotationSet) -> dict[str, int]:
    """Per type, how long at least one annotation of it lasts: what overlaps counts once."""
    rows = Annotation.objects.filter(annotation_set=chosen).order_by("artifact_type", "audio_file", "start_ms")
    found: dict[str, int] = {}
    here, reached = None, 0
    for name, audio_id, start, end in _spans(rows):
        if (name, audio_id) != here:
            here, reached = (name, audio_id), 0
        found[name] = found.get(name, 0) + max(0, end - max(start, reached))
        reached = max(reached, end)
    return found


def _spans(rows: QuerySet[Annotation]) -> Iterator[Any]:
    return rows.values_list("artifact_type", "audio_file", "start_ms", "end_ms").iterator(chunk_size=5000)


def labelled_in(chosen: AnnotationSet) -> Exists:
    """The condition of a file on which the set has an annotation."""
    return Exists(Annotation.objects.filter(annotation_set=chosen, audio_file=OuterRef("pk")))


def listened_in(chosen: AnnotationSet) -> Exists:
    """The condition of a file that somebody listened to for the set."""
    return Exists(ListenedFile.objects.filter(annotation_set=chosen, audio_file=OuterRef("pk")))


def file_figures(chosen: AnnotationSet) -> FileFigures:
    ready = AudioFile.objects.filter(dataset=chosen.dataset_id, status=AudioFile.Status.READY)
    labelled = ready.filter(labelled_in(chosen)).count()
    clean = ready.filter(listened_in(chosen), ~labelled_in(chosen)).count()
    listened = ListenedFile.objects.filter(annotation_set=chosen).count()
    return FileFigures(labelled, clean, ready.count() - labelled - clean, listened)
