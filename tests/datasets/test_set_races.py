"""Labels of a dataset while others start, change, publish and delete them: real threads, real transactions."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from datasets.actions import confirm_upload, delete_audio, delete_dataset, offer_upload, update_dataset
from datasets.actions.annotation_sets import delete_draft, publish_set, start_draft
from datasets.actions.annotations import add_annotations, change_annotation, mark_listened
from datasets.actions.uploads import keep_sent
from datasets.models import Annotation, AnnotationSet, AudioFile, Dataset, ListenedFile
from datasets.uploads import Grant, NotGranted
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
    wav_bytes,
)
from workspaces.errors import IllegalMove, Invalid

pytestmark = pytest.mark.django_db(transaction=True)


again = pytest.mark.parametrize("nth", range(4))


@pytest.fixture
def dataset(people):
    dataset = DatasetFactory(workspace=people.workspace)
    ArtifactTypeFactory(dataset=dataset, name="glitch")
    return dataset


@pytest.fixture
def audio(dataset):
    return AudioFileFactory(dataset=dataset, duration_ms=60_000)


def at_once(*calls):
    """What each call answered, or the refusal it met. They begin together."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            return call()
        except (IllegalMove, Invalid, NotGranted, ObjectDoesNotExist) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def adding(chosen, audio, *, times=1):
    row = {"audio_file_id": audio.pk, "artifact_type": "glitch", "start_ms": 1, "end_ms": 2, "confidence": 1.0}

    def add():
        # Each thread has its own: rows carry what they were asked with.
        mine = AnnotationSet.objects.select_related("dataset").get(pk=chosen.pk)
        rows = [{**row, "extra_data": {}} for _ in range(times)]
        return add_annotations(mine, rows, by=None, place=lambda n: ("body", n))

    return add


def refused(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_versions_are_given_once(dataset, people):
    made = at_once(*[lambda: start_draft(dataset, by=people.administrator)] * 6)

    assert sorted(chosen.version for chosen in made) == [1, 2, 3, 4, 5, 6]


@again
def test_what_is_published_is_exactly_what_was_taken(dataset, audio, people, nth):
    chosen = AnnotationSetFactory(dataset=dataset, version=1)
    AnnotationFactory(annotation_set=chosen, audio_file=audio)

    answers = at_once(
        *[adding(chosen, audio, times=3)] * 3,
        lambda: publish_set(chosen, by=people.administrator),
        adding(chosen, audio),
    )

    taken = sum(len(answer) for answer in answers if isinstance(answer, list))
    now = AnnotationSet.objects.get(pk=chosen.pk)
    assert now.state == "published"
    assert all(isinstance(refusal, IllegalMove) for refusal in refused(answers))
    assert now.annotations.count() == taken + 1 == now.figures["total_annotations"]
    assert now.figures["annotations_by_type"] == {"glitch": taken + 1}


def test_a_set_is_published_once(dataset, audio, people):
    chosen = AnnotationFactory(annotation_set__dataset=dataset, audio_file=audio).annotation_set

    answers = at_once(*[lambda: publish_set(AnnotationSet.objects.get(pk=chosen.pk), by=people.administrator)] * 3)

    assert len(refused(answers)) == 2


@again
def test_a_draft_is_deleted_or_added_to(dataset, audio, people, nth):
    chosen = AnnotationSetFactory(dataset=dataset, version=1)

    answers = at_once(adding(chosen, audio), lambda: delete_draft(chosen, by=people.administrator))

    assert answers[1] is None
    assert Annotation.objects.filter(annotation_set=chosen.pk).count() == 0


@again
def test_a_file_is_deleted_while_it_is_labeled_and_published(dataset, people, nth):
    audio = AudioFileFactory(dataset=dataset, duration_ms=60_000)
    chosen = AnnotationSetFactory(dataset=dataset, version=1)
    AnnotationFactory(annotation_set=chosen, audio_file=audio)

    def delete(pk=audio.pk):
        return delete_audio(AudioFile.objects.filter(pk=pk), by=people.administrator)

    added, published, deleted = at_once(
        adding(chosen, audio), lambda: publish_set(chosen, by=people.administrator), delete
    )

    now = AnnotationSet.objects.get(pk=chosen.pk)
    is_there = AudioFile.objects.filter(pk=audio.pk).exists()
    assert is_there == isinstance(deleted, IllegalMove)
    if now.state == "published":
        assert is_there
        assert now.annotations.count() == now.figures["total_annotations"] > 0
    else:
        assert isinstance(published, IllegalMove)
        assert now.annotations.count() == 0
    assert isinstance(added, list | IllegalMove | Invalid)


@again
def test_a_file_is_deleted_while_it_is_marked(dataset, people, nth):
    audio = AudioFileFactory(dataset=dataset)
    chosen = AnnotationSetFactory(dataset=dataset, version=1)

    at_once(
        lambda: mark_listened(AnnotationSet.objects.get(pk=chosen.pk), [audio.pk], by=None),
        lambda: delete_audio(AudioFile.objects.filter(pk=audio.pk), by=people.administrator),
    )

    assert not AudioFile.objects.filter(pk=audio.pk).exists()
    assert ListenedFile.objects.count() == 0


@again
def test_a_dataset_is_deleted_while_it_is_labeled(people, nth):
    dataset = DatasetFactory(workspace=people.workspace)
    ArtifactTypeFactory(dataset=dataset, name="glitch")
    audio = AudioFileFactory(dataset=dataset, duration_ms=60_000)
    chosen = AnnotationSetFactory(dataset=dataset, version=1)

    added, started, deleted = at_once(
        adding(chosen, audio),
        lambda: start_draft(dataset, by=people.administrator),
        lambda: delete_dataset(Dataset.objects.get(pk=dataset.pk), by=people.administrator),
    )

    assert deleted is None
    assert isinstance(added, list | IllegalMove | Invalid | ObjectDoesNotExist)
    assert isinstance(started, AnnotationSet | IllegalMove)
    assert (Annotation.objects.count(), AnnotationSet.objects.count()) == (0, 0)


@again
def test_two_halves_of_a_span_are_changed_at_once(dataset, audio, nth):
    chosen = AnnotationSetFactory(dataset=dataset, version=1)
    kept = AnnotationFactory(annotation_set=chosen, audio_file=audio, start_ms=100, end_ms=300)

    answers = at_once(
        lambda: change_annotation(Annotation.objects.get(pk=kept.pk), {"start_ms": 250}, by=None),
        lambda: change_annotation(Annotation.objects.get(pk=kept.pk), {"end_ms": 200}, by=None),
    )

    assert [type(refusal) for refusal in refused(answers)] == [Invalid]
    now = Annotation.objects.get(pk=kept.pk)
    assert (now.start_ms, now.end_ms) in ((250, 300), (100, 200))


def test_types_are_replaced_by_two_at_once(dataset, people):
    def replace(names):
        return lambda: update_dataset(
            Dataset.objects.get(pk=dataset.pk), by=people.administrator, types=[{"name": name} for name in names]
        )

    at_once(*[replace("abcdef"), replace("defghi")] * 2)

    names = "".join(dataset.artifact_types.values_list("name", flat=True))
    assert names in ("abcdef", "defghi")


@again
def test_an_upload_is_confirmed_while_it_is_sent_again(dataset, people, media, in_a_folder, tmp_path, nth):
    """What is read is what was there when it was confirmed, whole."""
    first, second = wav_bytes(), wav_bytes(hz=330)
    offer = offer_upload(dataset, by=None, filename="a.wav", content_type="audio/wav", size=len(first))
    grant = Grant(offer.key, len(first))

    def sending(content, name):
        path = tmp_path / name
        path.write_bytes(content)
        return lambda: keep_sent(path, grant)

    sending(first, "first")()

    def confirm(pk=offer.audio.pk):
        return confirm_upload(AudioFile.objects.select_related("workspace").get(pk=pk), by=None)

    _sent, *confirmed = at_once(sending(second, "second"), confirm, confirm)

    assert not refused(confirmed)
    audio = AudioFile.objects.get(pk=offer.audio.pk)
    assert (audio.status, audio.size, audio.awaits_upload) == ("ready", len(first), False)
    assert media.names("uploads/") == []
