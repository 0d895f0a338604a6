"""A version of a dataset's annotations as files that other programs read."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from datasets.formats.archive import Archive, safe_name
from datasets.formats.audacity import write_labels
from datasets.formats.regions import Region
from datasets.formats.textgrid import Tier, write_textgrid
from datasets.models import Annotation, AnnotationSet

COLUMNS = ("audio_file_id", "filename", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")
_FIELDS = ("audio_file_id", "audio_file__filename", *COLUMNS[2:])


def rows_of(chosen: AnnotationSet) -> Iterator[dict[str, Any]]:
    """One row per annotation, in the order of files and time."""
    rows = Annotation.objects.filter(annotation_set=chosen).order_by("audio_file", "start_ms", "id")
    for audio_id, *values in rows.values_list(*_FIELDS).iterator(chunk_size=2000):
        yield dict(zip(COLUMNS, (str(audio_id), *values), strict=True))


def audacity(regions: list[Region], *, duration_ms: int) -> bytes:
    return write_labels(regions, duration_ms=duration_ms)


def textgrid(regions: list[Region], *, duration_ms: int) -> bytes:
    """A tier per artifact type."""
    names = sorted({region.label for region in regions})
    tiers = [Tier(name, [region for region in regions if region.label == name]) for name in names]
    return write_textgrid(tiers, duration_ms=duration_ms)


# What each kind of archive holds for a file: how it is written, and its suffix.
WRITERS: dict[str, tuple[Callable[..., bytes], str]] = {
    "audacity": (audacity, ".txt"),
    "textgrid": (textgrid, ".TextGrid"),
}


def write_archive(path: Path, chosen: AnnotationSet, *, kind: str) -> None:
    """A ZIP at `path` with one file of labels for each recording that has any, named as the recording is."""
    write, suffix = WRITERS[kind]
    taken: dict[str, int] = {}
    with Archive(path) as archive:
        for name, regions, duration_ms in _by_file(chosen):
            stem = safe_name(name.rpartition(".")[0] or name, taken)
            archive.add_bytes(f"{stem}{suffix}", write(regions, duration_ms=duration_ms))


def _by_file(chosen: AnnotationSet) -> Iterator[tuple[str, list[Region], int]]:
    names = ("audio_file_id", "audio_file__filename", "audio_file__duration_ms", "start_ms", "end_ms", "artifact_type")
    rows = Annotation.objects.filter(annotation_set=chosen).order_by("audio_file", "start_ms", "id")
    found: Iterable[tuple[Any, ...]] = rows.values_list(*names).iterator(chunk_size=2000)
    for _audio_id, group in groupby(found, key=itemgetter(0)):
        marks = list(group)
        yield marks[0][1], [Region(start, end, label) for *_rest, start, end, label in marks], marks[0][2]
