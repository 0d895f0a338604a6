"""Which recordings an annotation set teaches with, and whether they are enough.

A file takes part when something is annotated on it or somebody marked it as listened to. What the mark names was
searched for, everything where it names nothing or is not there, and so was what is annotated; other types are unknown
on that file, and files nobody listened to teach nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from detectors.learning.events import Event

LEAST_MINUTES = 5
FEW_EVENTS = 10
FEW_MINUTES = 10
MS_PER_MINUTE = 60_000


@dataclass(frozen=True)
class Lesson:
    """One recording: what is to be found in it, and for which types nothing else is. `audio` comes with its blob.

    `unheard` of its events are as a model found them, on a file that nobody marked as listened to.
    """

    audio: AudioFile
    events: tuple[Event, ...]
    searched: frozenset[str]
    unheard: int = 0


def lessons_of(labels: AnnotationSet, types: Sequence[str]) -> list[Lesson]:
    """The recordings that teach these types, in order of their ids."""
    wanted = set(types)
    events: dict[UUID, list[Event]] = {}
    by_model: Counter[UUID] = Counter()
    rows = Annotation.objects.filter(annotation_set=labels).order_by("audio_file_id", "start_ms", "end_ms", "id")
    columns = ("audio_file_id", "start_ms", "end_ms", "artifact_type", "extra_data__origin")
    for audio_id, start_ms, end_ms, name, origin in rows.values_list(*columns):
        found = events.setdefault(audio_id, [])
        if name in wanted:
            found.append(Event(start_ms, end_ms, name))
            by_model[audio_id] += origin == "model"
    marks = dict(ListenedFile.objects.filter(annotation_set=labels).values_list("audio_file_id", "artifact_types"))
    files = AudioFile.objects.filter(pk__in=events.keys() | marks.keys()).select_related("blob", "workspace")
    lessons = []
    for audio in files.order_by("id"):
        own = tuple(events.get(audio.pk, ()))
        searched = wanted & (set(marks.get(audio.pk) or types) | {event.artifact_type for event in own})
        if searched:
            unheard = 0 if audio.pk in marks else by_model[audio.pk]
            lessons.append(Lesson(audio, own, frozenset(searched), unheard))
    return lessons


def data_hash(lessons: Sequence[Lesson]) -> str:
    """SHA-256 over the sums of the recordings with their labels. Names, ids and the order of files are not part."""
    rows = sorted(
        json.dumps(
            [
                lesson.audio.blob.sha256 if lesson.audio.blob else "",
                sorted(lesson.searched),
                sorted([event.start_ms, event.end_ms, event.artifact_type] for event in lesson.events),
            ]
        )
        for lesson in lessons
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def why_not_yet(labels: AnnotationSet, types: Sequence[str]) -> str:
    """The sentence for the first thing that keeps a set from teaching these types; empty when nothing does."""
    if labels.state != AnnotationSet.State.PUBLISHED:
        return _("Version %(version)d is a draft. Publish it before it is used for training.") % {
            "version": labels.version
        }
    files = AudioFile.objects.filter(dataset=labels.dataset_id)
    unread = files.exclude(status=AudioFile.Status.READY).order_by("id").first()
    if unread is not None:
        return _("“%(name)s” is not ready but %(state)s (%(word)s). Every file of the dataset has to be ready.") % {
            "name": unread.filename,
            "state": unread.get_status_display(),
            "word": unread.status,
        }
    total = files.aggregate(total=Sum("duration_ms"))["total"] or 0
    if total < LEAST_MINUTES * MS_PER_MINUTE:
        return _("The dataset has %(minutes)s minutes of audio; training needs at least %(least)d minutes.") % {
            "minutes": f"{int(total / MS_PER_MINUTE * 10) / 10:g}",
            "least": LEAST_MINUTES,
        }
    rows = Annotation.objects.filter(annotation_set=labels, artifact_type__in=types)
    known = set(rows.order_by().values_list("artifact_type", flat=True).distinct())
    if missing := [name for name in types if name not in known]:
        return _("Version %(version)d has no annotation of the type “%(name)s”.") % {
            "version": labels.version,
            "name": missing[0],
        }
    return ""


def cautions(lessons: Sequence[Lesson], types: Sequence[str]) -> list[str]:
    """Sentences about what is thin, though it is enough to begin."""
    counts = Counter(event.artifact_type for lesson in lessons for event in lesson.events)
    found = [
        ngettext(
            "“%(type)s” has %(n)d example; under %(few)d, luck decides what is learned.",
            "“%(type)s” has %(n)d examples; under %(few)d, luck decides what is learned.",
            counts[name],
        )
        % {"type": name, "n": counts[name], "few": FEW_EVENTS}
        for name in types
        if counts[name] < FEW_EVENTS
    ]
    total = sum(lesson.audio.duration_ms for lesson in lessons)
    if total < FEW_MINUTES * MS_PER_MINUTE:
        sentence = _("Only %(minutes)s minutes were labeled. From %(few)d minutes on, models begin to be useful.")
        found.append(sentence % {"minutes": f"{total / MS_PER_MINUTE:.1f}", "few": FEW_MINUTES})
    if unheard := sum(lesson.unheard for lesson in lessons):
        sentence = ngettext(
            "%(n)d label is as a model found it, and nobody has listened to its file.",
            "%(n)d labels are as a model found them, and nobody has listened to their files.",
            unheard,
        )
        found.append(f"{sentence % {'n': unheard}} {_('A model that learns from findings repeats their mistakes.')}")
    if lessons and all(lesson.events for lesson in lessons):
        found.append(_("No file was marked as listened to and clean. Clean files teach a model what not to report."))
    return found
