"""Two versions of a dataset's annotations compared, file by file."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from datasets.pairing import Mark
from datasets.set_differences import Change, Tally, changes


@dataclass(frozen=True)
class FileDifference:
    """What changed on one file; `before` and `after` are all of its marks."""

    audio_id: UUID
    filename: str
    changes: list[Change]
    before: list[Mark]
    after: list[Mark]


class Comparison:
    """From one version to another of the same dataset. Each is read once, when it is first asked for."""

    def __init__(self, before: AnnotationSet, after: AnnotationSet) -> None:
        self.before, self.after = before, after

    @cached_property
    def files(self) -> list[FileDifference]:
        """The files on which something changed, by name."""
        return self._compared[0]

    @property
    def tally(self) -> Tally:
        return self._compared[1]

    @cached_property
    def _compared(self) -> tuple[list[FileDifference], Tally]:
        old, new = _marks(self.before), _marks(self.after)
        tally = Tally()
        found: dict[UUID, list[Change]] = {}
        for audio_id in old.keys() | new.keys():
            on_file, kept = changes(old.get(audio_id, []), new.get(audio_id, []))
            tally.note(on_file, kept)
            if on_file:
                found[audio_id] = on_file
        rows = [
            FileDifference(pk, name, found[pk], old.get(pk, []), new.get(pk, [])) for pk, name in self._names(found)
        ]
        return rows, tally

    def _names(self, found: dict[UUID, Any]) -> list[tuple[UUID, str]]:
        # Asked by the sets and not by thousands of ids: a query holds only so many.
        rows = AudioFile.objects.filter(dataset=self.after.dataset_id)
        rows = rows.filter(annotations__annotation_set__in=[self.before, self.after]).distinct()
        names = rows.order_by("filename", "id").values_list("pk", "filename")
        return [(pk, name) for pk, name in names if pk in found]

    @cached_property
    def listened(self) -> tuple[int, int]:
        """How many files were listened to in the later version alone, and in the earlier one alone."""
        old, new = (
            set(ListenedFile.objects.filter(annotation_set=row).values_list("audio_file", flat=True))
            for row in (self.before, self.after)
        )
        return len(new - old), len(old - new)


def _marks(chosen: AnnotationSet) -> dict[UUID, list[Mark]]:
    rows = Annotation.objects.filter(annotation_set=chosen).order_by("audio_file", "start_ms", "end_ms", "id")
    names = ("audio_file", "artifact_type", "start_ms", "end_ms", "confidence")
    found: dict[UUID, list[Mark]] = defaultdict(list)
    for audio_id, label, start, end, confidence in rows.values_list(*names).iterator(chunk_size=5000):
        found[audio_id].append({"label": label, "start_ms": start, "end_ms": end, "confidence": confidence})
    return found
