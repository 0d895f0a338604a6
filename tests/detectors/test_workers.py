"""Trainings and analyses in real workers: killed outright, cancelled, and beside uploads."""

import pytest

from datasets.actions import accept_upload
from datasets.models import AudioFile
from detectors.actions import cancel_training, start_inference, start_training
from detectors.configs import training_config
from detectors.learning.settings import DetectionConfig
from detectors.models import Detector, InferenceFile, InferenceJob, TrainingJob
from tests.datasets.factories import DatasetFactory, wav_bytes
from tests.detectors.factories import BuiltInFactory
from tests.detectors.sounds import sound, teaching
from tests.workers import wait_until
from workspaces.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def row_of(training):
    return TrainingJob.objects.select_related("job").get(pk=training.pk)


def begun(training, epochs):
    return len(row_of(training).epochs) >= epochs


@pytest.fixture
def labels(people, media):
    return teaching(people.workspace, files=4)


def started(labels, *, epochs):
    config = training_config({"artifact_types": ["long_pause"], "epochs": epochs})
    return start_training(labels, by=None, config=config)


def test_a_training_survives_a_kill_ends_with_the_same_model_and_never_goes_back(labels, request):
    expected = Detector.objects.get(training_job=started(labels, epochs=60)).sha256
    request.getfixturevalue("real_jobs")
    workers = request.getfixturevalue("workers")
    training = started(labels, epochs=60)

    workers.start()
    wait_until(lambda: begun(training, 3), what=workers.log)
    workers.kill()
    before = row_of(training)
    assert before.job.state == "running"

    seen = [(before.progress, len(before.epochs))]

    def has_ended():
        now = row_of(training)
        seen.append((now.progress, len(now.epochs)))
        return now.job.state not in ("pending", "running")

    workers.start()
    wait_until(has_ended, seconds=60, what=workers.log)

    after = row_of(training)
    assert (after.job.state, after.job.error, after.progress) == ("completed", "", 1.0)
    assert after.job.tries == 2
    assert seen == sorted(seen)
    assert [row["epoch"] for row in after.epochs] == list(range(1, 61))
    assert Detector.objects.get(training_job=training).sha256 == expected


def test_a_long_training_keeps_no_upload_unread_and_ends_when_it_is_cancelled(labels, people, media, request):
    request.getfixturevalue("real_jobs")
    workers = request.getfixturevalue("workers")
    long = [started(labels, epochs=100) for _ in range(2)]
    workers.start()
    wait_until(lambda: any(begun(training, 1) for training in long), what=workers.log)
    dataset = DatasetFactory(workspace=people.workspace)

    accept_upload(dataset, by=None, filename="new.wav", content=[wav_bytes(hz=333)])

    wait_until(lambda: AudioFile.objects.get(dataset=dataset).status == "ready", seconds=10, what=workers.log)
    assert Job.objects.filter(kind="detectors.train", state="running").count() == 1
    for training in long:
        cancel_training(row_of(training), by=None)
    # The place is free again: what waited for it is done.
    again = started(labels, epochs=1)
    wait_until(lambda: row_of(again).job.state == "completed", what=workers.log)
    assert Detector.objects.count() == 1
    assert all(len(row_of(training).epochs) < 100 for training in long)
    assert len(media.names("models/")) == 1


def test_analyses_survive_a_kill(people, media, request):
    rule = BuiltInFactory(workspace=people.workspace, rule="clicks", artifact_types=["glitch"])
    dataset = DatasetFactory(workspace=people.workspace)
    files = [accept_upload(dataset, by=None, filename=f"{n}.wav", content=[sound(n, seconds=180)]) for n in range(2)]
    request.getfixturevalue("real_jobs")
    workers = request.getfixturevalue("workers")
    inference = start_inference(rule, by=None, config=DetectionConfig(), audio_files=files)

    workers.start()
    wait_until(lambda: InferenceFile.objects.filter(state="processing").exists(), what=workers.log)
    workers.kill()
    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=60, what=workers.log)

    row = InferenceJob.objects.with_figures().get(pk=inference.pk)
    assert (row.status, row.processed_files, row.failed_files) == ("completed", 2, 0)
    assert set(Job.objects.filter(kind="detectors.infer").values_list("state", flat=True)) == {"completed"}
