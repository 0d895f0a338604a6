"""What an annotation set has to teach, as somebody who is about to train a model is told it."""

from dataclasses import dataclass

from datasets.models import AnnotationSet, AudioFile
from detectors.learned_from import FEW_EVENTS, cautions, lessons_of, why_not_yet


@dataclass(frozen=True)
class TypeMaterial:
    """Examples of one type: how many, in how many files, and how long together."""

    name: str
    color: str
    events: int
    files: int
    duration_ms: int

    @property
    def is_thin(self) -> bool:
        return self.events < FEW_EVENTS


@dataclass(frozen=True)
class Material:
    """`files` of `all_files` of the dataset take part; `clean` of them have no mark at all.

    `obstacle` is the sentence for what keeps it from being used at all, `cautions` say what is thin.
    """

    types: list[TypeMaterial]
    files: int
    all_files: int
    duration_ms: int
    clean: int
    obstacle: str
    cautions: list[str]

    @property
    def learnable(self) -> list[str]:
        return [kind.name for kind in self.types if kind.events]


def material_of(labels: AnnotationSet) -> Material:
    """`labels` comes with its dataset."""
    kinds = list(labels.dataset.artifact_types.all())
    names = [kind.name for kind in kinds]
    lessons = lessons_of(labels, names)
    types = []
    for kind in kinds:
        found = [[event for event in lesson.events if event.artifact_type == kind.name] for lesson in lessons]
        types.append(
            TypeMaterial(
                name=kind.name,
                color=kind.shown_color,
                events=sum(map(len, found)),
                files=sum(map(bool, found)),
                duration_ms=sum(event.end_ms - event.start_ms for events in found for event in events),
            )
        )
    learnable = [kind.name for kind in types if kind.events]
    return Material(
        types=types,
        files=len(lessons),
        all_files=AudioFile.objects.filter(dataset=labels.dataset_id).count(),
        duration_ms=sum(lesson.audio.duration_ms for lesson in lessons),
        clean=sum(not lesson.events for lesson in lessons),
        obstacle=why_not_yet(labels, learnable),
        cautions=cautions(lessons, learnable),
    )
