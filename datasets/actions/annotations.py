"""Annotations of a draft: adding, changing and removing them, and marking files as listened to."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User

Loc = tuple[str | int, ...]
Problem = tuple[Loc, str, str]
# How much further than its file an annotation may reach: lengths in milliseconds are rounded.
ROUNDING_MS = 1
AT_ONCE = 500
FIELDS = ("audio_file_id", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")


def add_annotations(
    chosen: AnnotationSet, rows: Sequence[Mapping[str, Any]], *, by: User | None, place: Callable[[int], Loc]
) -> list[Annotation]:
    """Add all of `rows` to a draft, in their order, or none.

    A row has audio_file_id, artifact_type, start_ms, end_ms, confidence and extra_data, each of its kind already;
    `place(n)` is where row n stood in what was sent. Raises Invalid for what the dataset does not have, and IllegalMove
    when the set is published.
    """
    made = [Annotation(annotation_set=chosen, **row) for row in rows]
    with transaction.atomic():
        refusal = _held(chosen)
        _refuse(_problems(chosen, made, place=place))
        if refusal:
            raise refusal
        Annotation.objects.bulk_create(made, batch_size=AT_ONCE)
        _note(chosen, by=by, verb="annotate", added=len(made))
    return made


@transaction.atomic
def change_annotation(annotation: Annotation, changes: Mapping[str, Any], *, by: User | None) -> Annotation:
    """Change what is given; returns the row as it is now. Raises Invalid and IllegalMove as adding does."""
    chosen = annotation.annotation_set
    refusal = _held(chosen)
    # As it is now that nobody else changes it.
    found = Annotation.objects.filter(pk=annotation.pk).first()
    if found is None:
        raise IllegalMove(_("This annotation is not there any more."))
    for name, value in changes.items():
        setattr(found, name, value)
    _refuse(_problems(chosen, [found], place=lambda _n: ("body",), given=changes))
    if refusal:
        raise refusal
    if changes:
        found.save(update_fields=list(changes))
        _note(chosen, by=by, verb="annotate", changed=1)
    return found


@transaction.atomic
def remove_annotation(annotation: Annotation, *, by: User | None) -> None:
    """Raises IllegalMove when its set is published."""
    annotation.annotation_set.hold()
    Annotation.objects.filter(pk=annotation.pk).delete()
    _note(annotation.annotation_set, by=by, verb="annotate", removed=1)


@transaction.atomic
def mark_listened(
    chosen: AnnotationSet, audio_ids: Sequence[UUID], *, by: User | None, types: Sequence[str] = ()
) -> None:
    """Say that somebody listened to all of these files, for these types; empty means for every type of the dataset.

    A file that is marked already is marked anew. Raises Invalid for files and types the dataset does not have, and
    IllegalMove when the set is published.
    """
    refusal = _held(chosen)
    known, lengths = _types_of(chosen), _lengths(chosen, audio_ids)
    unknown = [(n, name) for n, name in enumerate(types) if name not in known]
    _refuse(_type_problem(("body", "artifact_types", n), name) for n, name in unknown)
    _refuse(_file_problem(("body", "audio_file_ids", n)) for n, pk in enumerate(audio_ids) if pk not in lengths)
    if refusal:
        raise refusal
    rows = [
        ListenedFile(annotation_set=chosen, audio_file_id=pk, artifact_types=list(types), by=by)
        for pk in dict.fromkeys(audio_ids)
    ]
    ListenedFile.objects.bulk_create(
        rows,
        batch_size=AT_ONCE,
        update_conflicts=True,
        update_fields=["artifact_types", "by"],
        unique_fields=["annotation_set", "audio_file"],
    )
    _note(chosen, by=by, verb="listen", files=len(rows))


@transaction.atomic
def unmark_listened(chosen: AnnotationSet, audio_ids: Sequence[UUID], *, by: User | None) -> int:
    """Take the marks back; returns how many there were. Raises IllegalMove when the set is published."""
    chosen.hold()
    gone = 0
    for ids in _slices(audio_ids):
        gone += ListenedFile.objects.filter(annotation_set=chosen, audio_file__in=ids).delete()[0]
    _note(chosen, by=by, verb="listen", taken_back=gone)
    return gone


def _held(chosen: AnnotationSet) -> IllegalMove | None:
    """Hold a draft. What keeps it from being held is returned: it is told after what is wrong with what was sent."""
    try:
        chosen.hold()
    except IllegalMove as refusal:
        return refusal
    return None


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise Invalid(found)


def _problems(
    chosen: AnnotationSet,
    made: Sequence[Annotation],
    *,
    place: Callable[[int], Loc],
    given: Container[str] = FIELDS,
) -> Iterable[Problem]:
    """What is wrong with each of them, as far as it lies in the fields that are `given`."""
    types = _types_of(chosen)
    lengths = _lengths(chosen, [row.audio_file_id for row in made])
    is_moved = any(name in given for name in ("audio_file_id", "start_ms", "end_ms"))
    for n, row in enumerate(made):
        if "artifact_type" in given and row.artifact_type not in types:
            yield _type_problem((*place(n), "artifact_type"), row.artifact_type)
        if row.audio_file_id not in lengths:
            yield _file_problem((*place(n), "audio_file_id"))
        if is_moved and (sentence := _wrong_end(row, length=lengths.get(row.audio_file_id, 0))):
            yield (*place(n), "end_ms"), sentence, "value_error"


def _wrong_end(row: Annotation, *, length: int) -> str | None:
    if row.end_ms <= row.start_ms:
        return _("It has to end after it starts.")
    # A file that was not read yet has no length.
    if length and row.end_ms > length + ROUNDING_MS:
        return _("The recording ends at %(length)d ms.") % {"length": length}
    return None


def _type_problem(loc: Loc, name: str) -> Problem:
    return loc, _("The dataset has no artifact type “%(name)s”.") % {"name": name}, "value_error"


def _file_problem(loc: Loc) -> Problem:
    return loc, _("The dataset has no audio file of this id."), "value_error"


def _types_of(chosen: AnnotationSet) -> set[str]:
    return set(chosen.dataset.artifact_types.values_list("name", flat=True))


def _lengths(chosen: AnnotationSet, audio_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The length of each of these files that is in the set's dataset; 0 where it is not known yet."""
    rows = AudioFile.objects.filter(dataset=chosen.dataset_id)
    found: dict[UUID, int] = {}
    for ids in _slices(list(set(audio_ids))):
        found |= dict(rows.filter(pk__in=ids).values_list("pk", "duration_ms"))
    return found


def _slices(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _note(chosen: AnnotationSet, *, by: User | None, verb: str, **data: int) -> None:
    workspace_id = chosen.dataset.workspace_id
    AuditEvent.record(by=by, workspace_id=workspace_id, verb=verb, target=chosen, data=data)
