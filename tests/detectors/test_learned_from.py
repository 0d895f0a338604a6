"""Which recordings teach what, and what is said when there are few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.models import Annotation, AudioBlob, AudioFile, ListenedFile
from detectors.learned_from import Lesson, cautions, data_hash, lessons_of, why_not_yet
from detectors.learning.events import Event
from tests.datasets.factories import AnnotationFactory, AnnotationSetFactory, AudioFileFactory
from tests.detectors.sounds import labeled, publish

TYPES = ("glitch", "long_pause")


@pytest.fixture
def labels(db):
    return AnnotationSetFactory()


def searched(labels, types=TYPES):
    return {lesson.audio.pk: lesson.searched for lesson in lessons_of(labels, types)}


def listened(labels, *types):
    audio = AudioFileFactory(dataset=labels.dataset)
    ListenedFile.objects.create(annotation_set=labels, audio_file=audio, artifact_types=list(types))
    return audio


def annotated(labels, *types, audio=None):
    audio = audio or AudioFileFactory(dataset=labels.dataset)
    for number, name in enumerate(types):
        AnnotationFactory(
            annotation_set=labels, audio_file=audio, artifact_type=name, start_ms=number * 100, end_ms=number * 100 + 50
        )
    return audio


def test_a_file_that_nobody_listened_to_teaches_nothing(labels):
    AudioFileFactory(dataset=labels.dataset)

    assert searched(labels) == {}


def test_without_a_mark_everything_was_searched_for_where_something_is_annotated(labels):
    audio = annotated(labels, "glitch")

    assert searched(labels) == {audio.pk: {"glitch", "long_pause"}}


def test_a_mark_without_types_means_all_of_them(labels):
    audio = listened(labels)

    assert searched(labels) == {audio.pk: {"glitch", "long_pause"}}


def test_a_mark_with_types_means_those_and_what_is_annotated(labels):
    marked, both = listened(labels, "glitch"), listened(labels, "glitch", "echo")
    annotated(labels, "long_pause", audio=both)

    assert searched(labels) == {marked.pk: {"glitch"}, both.pk: {"glitch", "long_pause"}}


def test_a_file_searched_for_other_types_alone_does_not_take_part(labels):
    listened(labels, "echo")

    assert searched(labels) == {}


def test_events_of_other_types_are_left_out(labels):
    audio = annotated(labels, "echo", "glitch")

    [lesson] = lessons_of(labels, TYPES)

    assert (lesson.audio, lesson.events) == (audio, (Event(100, 150, "glitch"),))


def test_lessons_cost_the_same_queries_for_many_files(labels, django_assert_num_queries):
    for _ in range(5):
        annotated(labels, "glitch")

    with django_assert_num_queries(3):
        for lesson in lessons_of(labels, TYPES):
            assert lesson.audio.blob.sha256


def lesson(sha256, events=(), searched=TYPES):
    audio = AudioFile(filename=sha256, blob=AudioBlob(sha256=sha256))
    return Lesson(audio, tuple(events), frozenset(searched))


events = st.builds(
    lambda start, length, name: Event(start, start + length, name),
    st.integers(0, 10_000),
    st.integers(1, 1000),
    st.sampled_from(TYPES),
)
lessons = st.lists(
    st.builds(lesson, st.sampled_from("abcdef"), st.lists(events, max_size=3), st.sets(st.sampled_from(TYPES))),
    max_size=4,
)


@given(rows=lessons, other=lessons)
def test_the_hash_is_of_the_sounds_and_their_labels_in_any_order(rows, other):
    def plain(found):
        return sorted(
            (
                row.audio.blob.sha256,
                sorted(row.searched),
                sorted((e.start_ms, e.end_ms, e.artifact_type) for e in row.events),
            )
            for row in found
        )

    turned = [Lesson(row.audio, row.events[::-1], row.searched) for row in rows[::-1]]

    assert data_hash(turned) == data_hash(rows)
    assert (data_hash(other) == data_hash(rows)) == (plain(other) == plain(rows))


def test_what_is_thin_is_said(people):
    labels = labeled(people.workspace, minutes=6, glitches=1, pauses=12)

    said = cautions(lessons_of(labels, TYPES), TYPES)

    assert said == [
        "“glitch” has 1 example; under 10, luck decides what is learned.",
        "Only 3.0 minutes were labeled. From 10 minutes on, models begin to be useful.",
        "No file was marked as listened to and clean. Clean files teach a model what not to report.",
    ]


def test_nothing_is_said_where_there_is_enough(people):
    labels = labeled(people.workspace, minutes=30, glitches=10, pauses=10)
    clean = AudioFileFactory(dataset=labels.dataset)
    ListenedFile.objects.create(annotation_set=labels, audio_file=clean)

    assert cautions(lessons_of(labels, TYPES), TYPES) == []
    assert why_not_yet(labels, TYPES) == ""


def test_findings_nobody_listened_to_are_told_apart_from_labels(people):
    labels = labeled(people.workspace, minutes=30, glitches=10, pauses=10)
    clean = AudioFileFactory(dataset=labels.dataset)
    ListenedFile.objects.create(annotation_set=labels, audio_file=clean)
    Annotation.objects.filter(annotation_set=labels, artifact_type="glitch").update(extra_data={"origin": "model"})

    assert cautions(lessons_of(labels, TYPES), TYPES) == [
        "10 labels are as a model found them, and nobody has listened to their files. "
        "A model that learns from findings repeats their mistakes."
    ]
    for audio_id in set(labels.annotations.values_list("audio_file_id", flat=True)):
        ListenedFile.objects.create(annotation_set=labels, audio_file_id=audio_id)
    assert cautions(lessons_of(labels, TYPES), TYPES) == []


def test_a_draft_is_not_ready_even_where_everything_else_is(people):
    labels = AnnotationSetFactory(dataset=labeled(people.workspace).dataset, version=4)

    assert why_not_yet(labels, TYPES) == "Version 4 is a draft. Publish it before it is used for training."
    assert "no annotation of the type “glitch”" in why_not_yet(publish(labels), TYPES)
