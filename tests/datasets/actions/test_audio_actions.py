"""Deleting files and datasets, and what keeps them."""

import pytest

from datasets import access
from datasets.actions import accept_upload, delete_audio, delete_dataset
from datasets.models import AudioBlob, AudioFile, Dataset
from tests.datasets.factories import (
    AnnotationFactory,
    AudioBlobFactory,
    AudioFileFactory,
    DatasetFactory,
    ProcessedDatasetFactory,
    wav_bytes,
)
from tests.factories import UserFactory
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by(db):
    return UserFactory()


def upload(dataset, **tone):
    return accept_upload(dataset, by=None, filename="a.wav", content=[wav_bytes(**tone)])


def one(audio):
    return AudioFile.objects.filter(pk=audio.pk)


def test_bytes_go_with_the_last_file_that_shares_them(media, by):
    dataset = DatasetFactory()
    first, second = upload(dataset), upload(dataset)
    stored = media.names()

    delete_audio(one(first), by=by)
    assert media.names() == stored
    assert AudioBlob.objects.count() == 1

    delete_audio(one(second), by=by)
    assert media.names() == []
    assert AudioBlob.objects.count() == 0


def test_the_same_bytes_in_another_workspace_are_other_bytes(media, by):
    mine, theirs = upload(DatasetFactory()), upload(DatasetFactory())

    delete_audio(one(mine), by=by)

    theirs.refresh_from_db()
    assert (theirs.status, theirs.is_duplicate) == ("ready", False)
    assert media.names() == sorted(theirs.blob.files_in_storage)


def test_several_are_deleted_or_none(media, by):
    dataset = DatasetFactory()
    AudioFileFactory.create_batch(2, dataset=dataset)
    used = AnnotationFactory(
        annotation_set__dataset=dataset,
        annotation_set__state="published",
        annotation_set__published_at="2026-01-01T00:00Z",
    )

    with pytest.raises(IllegalMove) as refusal:
        delete_audio(AudioFile.objects.filter(dataset=dataset), by=by)

    version = used.annotation_set.version
    assert str(refusal.value) == (
        f"This cannot be deleted, because it is used by the published annotation set version {version}."
    )
    assert AudioFile.objects.count() == 3


def test_drafts_let_their_files_go(media, by):
    draft = AnnotationFactory()

    assert delete_audio(one(draft.audio_file), by=by) == 1

    assert not draft.annotation_set.annotations.exists()


def test_what_uses_a_file_above_is_named(media, by, monkeypatch):
    audio = AudioFileFactory()
    monkeypatch.setattr(access, "_audio_uses", [lambda files: [f"task {n}" for n in range(5)]])

    with pytest.raises(IllegalMove) as refusal:
        delete_audio(one(audio), by=by)

    assert str(refusal.value) == "This cannot be deleted, because it is used by task 0, task 1, task 2 and 2 more."


def test_deleting_is_written_down(media, by):
    audio = AudioFileFactory(filename="gone.wav")

    delete_audio(one(audio), by=by)

    event = AuditEvent.objects.get()
    assert (event.verb, event.target_id, event.actor, event.data["filename"]) == ("delete", audio.pk, by, "gone.wav")


def test_deleting_nothing_is_nothing(by):
    assert delete_audio(AudioFile.objects.none(), by=by) == 0


def test_a_dataset_goes_with_all_it_holds(media, by):
    dataset, other = DatasetFactory(), DatasetFactory()
    upload(dataset)
    upload(dataset, hz=330)
    kept = AudioFileFactory(dataset=other, blob=AudioBlobFactory(workspace=other.workspace, stored=True))
    ProcessedDatasetFactory(dataset=dataset, stored=True)

    delete_dataset(dataset, by=by)

    assert list(Dataset.objects.all()) == [other]
    assert media.names() == sorted(kept.blob.files_in_storage)


def test_a_dataset_leaves_bytes_that_another_of_the_workspace_shares(media, by):
    dataset = DatasetFactory()
    sharing = upload(DatasetFactory(workspace=dataset.workspace))
    upload(dataset)

    delete_dataset(dataset, by=by)

    assert media.names() == sorted(sharing.blob.files_in_storage)


def test_a_dataset_in_use_says_by_what(media, by, monkeypatch):
    dataset = DatasetFactory()
    monkeypatch.setattr(access, "_dataset_uses", [lambda asked: ["labeling task “Calls”"]])

    with pytest.raises(IllegalMove, match="used by labeling task “Calls”"):
        delete_dataset(dataset, by=by)

    assert Dataset.objects.filter(pk=dataset.pk).exists()
