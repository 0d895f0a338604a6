"""Trainings from asking to the model, with the jobs done at once."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F

from datasets.actions import delete_dataset
from datasets.models import AudioBlob, Dataset
from detectors.actions import cancel_training, delete_detector, start_training
from detectors.configs import training_config
from detectors.models import Detector, TrainingJob
from detectors.training import train_model
from tests.detectors.factories import TrainingJobFactory
from tests.detectors.sounds import teaching
from workspaces.errors import IllegalMove
from workspaces.jobs import JobFailed
from workspaces.models import Job
from workspaces.models.jobs import LeaseLost

pytestmark = pytest.mark.django_db(transaction=True)


def config(**more):
    return training_config({"artifact_types": ["long_pause"], "epochs": 6, **more})


def trained(labels, *, seed=None, **more):
    training = start_training(labels, by=None, config=config(**more), seed=seed)
    return TrainingJob.objects.select_related("job", "detector").get(pk=training.pk)


def claimed(training):
    """Its job, as a worker has it that has just begun."""
    assert training.job.take()
    return training.job


@pytest.fixture
def labels(people, media):
    return teaching(people.workspace, files=4)


def test_a_training_ends_with_a_model_that_says_where_it_is_from(labels):
    training = trained(labels)

    assert (training.job.state, training.job.error, training.progress) == ("completed", "", 1.0)
    assert [row["epoch"] for row in training.epochs] == list(range(1, 7))
    detector = training.detector
    assert (detector.kind, detector.name, detector.artifact_types) == ("trained", "Calls v1", ["long_pause"])
    assert (detector.dataset_id, detector.dataset_name) == (labels.dataset_id, "Calls")
    assert (detector.annotation_set_uuid, detector.annotation_set_version) == (labels.pk, 1)
    assert detector.metrics["per_type"].keys() == {"long_pause"}
    with default_storage.open(detector.file) as file:
        assert file.size == detector.size
    card = detector.card
    assert (card["annotation_set_id"], card["annotation_set_version"]) == (str(labels.pk), 1)
    assert (card["data_hash"], card["seed"], card["config"]) == (detector.data_hash, training.seed, training.config)
    assert len(detector.data_hash) == len(detector.sha256) == 64


def test_the_same_set_config_and_seed_give_the_same_bytes_and_the_seed_follows_from_them(labels):
    first, again, other = trained(labels), trained(labels), trained(labels, seed=7)

    assert first.seed == again.seed != other.seed == 7
    assert first.detector.sha256 == again.detector.sha256 != other.detector.sha256
    assert first.detector.data_hash == other.detector.data_hash
    assert first.detector.file != again.detector.file


def test_a_recording_is_measured_once(labels, media):
    trained(labels, epochs=1)
    stored = media.names("features/")
    trained(labels, epochs=1)

    assert len(stored) == 5
    assert media.names("features/") == stored
    assert sorted(AudioBlob.objects.exclude(features="").values_list("features", flat=True)) == stored


def test_measures_of_another_version_or_damaged_ones_are_measured_anew(labels, media):
    first = trained(labels, epochs=1)
    blobs = list(AudioBlob.objects.exclude(features="").order_by("id"))
    stale = blobs[0].features.replace("-v", "-v0")
    default_storage.save(stale, ContentFile(b"of another version"))
    AudioBlob.objects.filter(pk=blobs[0].pk).update(features=stale)
    damaged = blobs[1].features
    default_storage.delete(damaged)
    default_storage.save(damaged, ContentFile(b"no numbers"))

    again = trained(labels, epochs=1)

    assert again.detector.sha256 == first.detector.sha256
    assert stale not in media.names("features/")
    blobs[1].refresh_from_db()
    assert blobs[1].features != damaged


def test_a_training_of_which_nothing_comes_fails_with_a_sentence(labels, media):
    # Marked where there is nothing to be heard.
    labels.annotations.update(start_ms=F("start_ms") + 2000, end_ms=F("end_ms") + 2000)

    training = trained(labels, learning_rate=0.0001, epochs=1, batch_size=256, seed=1)

    assert training.job.state == "failed"
    assert training.job.error.startswith("Nothing was learned")
    assert not Detector.objects.exists()
    assert media.names("models/") == []


def test_a_model_is_cancelled_before_and_after_it_was_begun(labels, media):
    training = TrainingJobFactory(
        dataset=labels.dataset, annotation_set=labels, annotation_set_uuid=labels.pk, config=config().as_dict()
    )
    job = claimed(training)
    cancel_training(training, by=None)

    with pytest.raises(LeaseLost):
        train_model(training, job=job)

    assert not Detector.objects.exists()
    assert media.names("models/") == []
    with pytest.raises(IllegalMove, match="its state is “cancelled”"):
        cancel_training(training, by=None)


def test_a_training_whose_dataset_was_deleted_before_says_so(labels, people):
    training = TrainingJobFactory(
        dataset=labels.dataset, annotation_set=labels, annotation_set_uuid=labels.pk, config=config().as_dict()
    )
    delete_dataset(labels.dataset, by=people.administrator)
    training.refresh_from_db()

    with pytest.raises(JobFailed, match="The dataset was deleted"):
        train_model(training, job=claimed(training))

    assert TrainingJob.objects.filter(pk=training.pk).exists()


def test_a_training_whose_dataset_is_deleted_while_it_listens_says_so(labels, people):
    training = TrainingJobFactory(
        dataset=labels.dataset, annotation_set=labels, annotation_set_uuid=labels.pk, config=config().as_dict()
    )
    job = claimed(training)
    report = job.report

    def report_and_delete(**row):
        report(**row)
        if Dataset.objects.exists():
            delete_dataset(labels.dataset, by=people.administrator)

    job.report = report_and_delete
    with pytest.raises(JobFailed, match="The dataset was deleted while a model was learning from it"):
        train_model(training, job=job)


def test_a_recording_whose_bytes_are_gone_is_named(labels):
    audio = labels.annotations.first().audio_file
    default_storage.delete(audio.blob.original)

    error = trained(labels).job.error

    assert error == ("“call-0.wav” cannot be listened to. The bytes of “call-0.wav” are not in storage any more.")


def test_progress_and_epochs_never_fall_on_a_second_try(labels):
    training = TrainingJobFactory(
        dataset=labels.dataset, annotation_set=labels, annotation_set_uuid=labels.pk, config=config().as_dict()
    )
    # As a worker left it that was killed in the fifth epoch.
    seen = [{"epoch": n, "train_loss": 9, "val_loss": 9, "per_type": {}} for n in range(1, 6)]
    training.epochs = seen
    training.save()
    Job.objects.filter(pk=training.job_id).update(progress_done=900, progress_total=1000)
    training.job.refresh_from_db()
    told = []
    job = claimed(training)
    report = job.report
    job.report = lambda **row: (told.append(row["done"]), report(**row))

    train_model(training, job=job)

    assert min(told) >= 900
    training.refresh_from_db()
    assert [row["epoch"] for row in training.epochs] == list(range(1, 7))
    assert all(row["train_loss"] != 9 for row in training.epochs)


def test_a_deleted_model_takes_its_bytes_along(labels, people, media):
    training = trained(labels, epochs=1)
    assert media.names("models/") == [training.detector.file]

    delete_detector(training.detector, by=people.administrator)

    assert media.names("models/") == []
    assert TrainingJob.objects.filter(pk=training.pk).exists()


def test_measures_go_with_the_recordings(labels, people, media):
    trained(labels, epochs=1)
    delete_dataset(labels.dataset, by=people.administrator)

    assert media.names("features/") == []
    assert len(media.names("models/")) == 1
