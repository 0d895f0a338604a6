"""Letting models listen to files, with the jobs done at once."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from datasets.actions import analysis_files, delete_audio, delete_dataset
from datasets.models import AudioFile, Dataset
from detectors.actions import (
    analyse_files,
    cancel_inference,
    delete_detector,
    delete_inference,
    ensure_built_ins,
    start_inference,
    start_training,
)
from detectors.configs import training_config
from detectors.jobs import infer, move_on, remove_lost_models
from detectors.learning.settings import DetectionConfig
from detectors.models import Detector, InferenceFile, InferenceJob
from detectors.uses import register
from tests.datasets.factories import AudioFileFactory, DatasetFactory
from tests.detectors.factories import BuiltInFactory, DetectorFactory, InferenceFileFactory, InferenceJobFactory
from tests.detectors.sounds import PAUSE_MS, sound, teaching, uploaded
from tests.factories import JobFactory, WorkspaceFactory
from workspaces.errors import IllegalMove
from workspaces.jobs import JobFailed
from workspaces.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(people, media):
    """Somewhere to upload to."""
    return DatasetFactory(workspace=people.workspace)


@pytest.fixture
def rule(people):
    return BuiltInFactory(workspace=people.workspace)


@pytest.fixture
def detector(people, media):
    labels = teaching(people.workspace, files=5)
    config = training_config({"artifact_types": ["long_pause"], "epochs": 20})
    return Detector.objects.get(training_job=start_training(labels, by=None, config=config))


def analysed(detector, *audio_files, config=None):
    inference = start_inference(detector, by=None, config=config or DetectionConfig(), audio_files=audio_files)
    return list(inference.files.order_by("id"))


def figures(inference):
    return InferenceJob.objects.with_figures().get(pk=inference.pk)


def test_a_trained_model_finds_a_planted_silence_and_nothing_in_a_clean_file(detector, files):
    planted, clean = (uploaded(files, n, sound(n, pauses=pauses)) for n, pauses in [(31, (7000,)), (32, ())])

    with_one, without = analysed(detector, planted, clean)

    assert (with_one.state, without.state, without.detections) == ("completed", "completed", [])
    assert any(
        found["artifact_type"] == "long_pause" and found["start_ms"] < 7000 + PAUSE_MS and found["end_ms"] > 7000
        for found in with_one.detections
    )
    assert with_one.detection_count == len(with_one.detections)
    assert with_one.duration_ms == 20_000
    assert [found["start_ms"] for found in with_one.detections] == sorted(f["start_ms"] for f in with_one.detections)


def test_the_same_file_and_config_give_the_same_also_when_the_dataset_is_gone(detector, files, people, media):
    content = sound(33, pauses=(4000, 12_000))
    first = analysed(detector, uploaded(files, 1, content))[0]
    delete_dataset(detector.dataset, by=people.administrator)
    delete_audio(AudioFile.objects.all(), by=people.administrator)
    assert media.names("features/") == []
    detector.refresh_from_db()

    again = analysed(detector, uploaded(files, 2, content))[0]

    assert detector.dataset is None
    assert again.detections == first.detections
    assert first.detections


def test_a_model_whose_bytes_changed_is_not_used(detector, files):
    default_storage.delete(detector.file)
    default_storage.save(detector.file, ContentFile(b"something else"))

    file = analysed(detector, uploaded(files, 1, sound(1)))[0]

    assert (file.state, file.detections) == ("failed", None)
    assert file.error == "The model “Calls v1” is damaged in storage: its sum is not what it was. Train it again."


def test_a_rule_listens_as_a_model_does(rule, files):
    file = analysed(rule, uploaded(files, 1, sound(1, pauses=(9000,))))[0]

    assert file.state == "completed"
    assert [found["artifact_type"] for found in file.detections] == ["long_pause"]


def test_a_file_that_cannot_be_read_fails_with_its_sentence_and_others_do_not(rule, files):
    bad = AudioFileFactory(dataset=files, status="failed", error="There is no sound in it.", blob=None)
    lost = AudioFileFactory(dataset=files, filename="lost.wav")

    first, second, third = analysed(rule, bad, lost, uploaded(files, 1, sound(1)))

    assert (first.state, first.error) == ("failed", "There is no sound in it.")
    assert (second.state, second.error) == ("failed", "The bytes of “lost.wav” are not in storage any more.")
    assert third.state == "completed"
    row = figures(third.inference_job)
    assert (row.status, row.total_files, row.processed_files, row.failed_files) == ("completed", 3, 1, 2)


def test_a_job_whose_files_all_failed_has_failed_until_another_comes(rule, files):
    bad = AudioFileFactory(dataset=files, status="failed", error="No sound.", blob=None)
    file = analysed(rule, bad)[0]
    assert figures(file.inference_job).status == "failed"

    analyse_files(file.inference_job, [uploaded(files, 1, sound(1))], by=None)

    assert figures(file.inference_job).status == "completed"


def test_a_file_that_waits_for_its_upload_is_refused_and_nothing_is_made(rule, files):
    waiting = AudioFileFactory(dataset=files, filename="new.wav", status="pending", blob=None, awaits_upload=True)

    with pytest.raises(IllegalMove, match=r"“new\.wav” waits for its upload"):
        start_inference(rule, by=None, config=DetectionConfig(), audio_files=[waiting])

    assert not InferenceJob.objects.exists()


def queued(rule, audio):
    return InferenceFileFactory(
        inference_job=InferenceJobFactory(detector=rule), audio_file=audio, state="queued", detections=None
    )


def test_what_a_killed_worker_did_not_tell_is_found_by_the_chore(rule, files, people):
    """Recordings that were read, that failed, that are gone, and jobs that ended otherwise."""
    read = queued(rule, uploaded(files, 1, sound(1)))
    failed = queued(rule, AudioFileFactory(dataset=files, status="failed", error="No sound.", blob=None))
    gone = queued(rule, None)
    still = queued(rule, AudioFileFactory(dataset=files, status="normalizing", blob=None))
    cut_off = queued(rule, AudioFileFactory(dataset=files))
    InferenceFile.objects.filter(pk=cut_off.pk).update(
        job=JobFactory(workspace=people.workspace, state="cancelled"), state="processing"
    )

    move_on()

    states = {file: InferenceFile.objects.get(pk=file.pk) for file in (read, failed, gone, still, cut_off)}
    assert [row.state for row in states.values()] == ["completed", "failed", "failed", "queued", "failed"]
    assert [row.error for row in states.values()] == [
        "",
        "No sound.",
        "The recording was deleted before it was analysed.",
        "",
        "The analysis was cancelled.",
    ]


def test_a_job_done_twice_changes_nothing(rule, files):
    file = analysed(rule, uploaded(files, 1, sound(1)))[0]
    before = InferenceFile.objects.values().get(pk=file.pk)
    job = JobFactory(workspace=rule.workspace, args={"file_id": str(file.pk)})
    job.take()

    infer(job)

    assert InferenceFile.objects.values().get(pk=file.pk) == before
    assert job.state == "completed"


def test_a_recording_or_a_model_that_went_away_ends_the_file_with_a_sentence(rule, files):
    for file, sentence in [
        (queued(rule, None), "The recording was deleted"),
        (queued(rule, AudioFileFactory(dataset=files)), "The model was deleted"),
    ]:
        if file.audio_file is not None:
            InferenceJob.objects.filter(pk=file.inference_job_id).update(detector=None)
        job = JobFactory(workspace=rule.workspace, args={"file_id": str(file.pk)})
        job.take()

        with pytest.raises(JobFailed, match=sentence):
            infer(job)


def test_cancelling_ends_what_has_not_ended(rule, files, people):
    inference = InferenceJobFactory(detector=rule)
    done = InferenceFileFactory(inference_job=inference)
    waiting = InferenceFileFactory(inference_job=inference, state="queued", detections=None)
    job = JobFactory(workspace=people.workspace, kind="detectors.infer")
    busy = InferenceFileFactory(inference_job=inference, state="processing", detections=None, job=job)

    with pytest.raises(IllegalMove, match="Cancel it first"):
        delete_inference(inference, by=None)
    assert cancel_inference(inference, by=people.administrator) == 2

    for file in (done, waiting, busy):
        file.refresh_from_db()
    job.refresh_from_db()
    assert [done.state, waiting.state, busy.state, job.state] == ["completed", "failed", "failed", "cancelled"]
    assert busy.error == "The analysis was cancelled."
    delete_inference(inference, by=people.administrator)
    assert not InferenceFile.objects.exists()


def test_a_model_in_use_is_not_deleted_and_says_by_what(people):
    detector = DetectorFactory(dataset__workspace=people.workspace)
    file = InferenceFileFactory(inference_job=InferenceJobFactory(detector=detector), state="queued", detections=None)

    with pytest.raises(IllegalMove, match="used by an analysis that has 1 file left to do"):
        delete_detector(detector, by=None)

    InferenceFile.objects.filter(pk=file.pk).update(state="completed", detections=[])
    names = ["labeling task “Calls, week 46”"]
    register(lambda asked: names if asked.pk == detector.pk else [])
    with pytest.raises(IllegalMove, match="used by labeling task “Calls, week 46”"):
        delete_detector(detector, by=None)

    names.clear()
    pk = detector.pk
    delete_detector(detector, by=None)
    file.inference_job.refresh_from_db()
    assert (file.inference_job.detector, file.inference_job.model_uuid) == (None, pk)
    with pytest.raises(IllegalMove, match="was deleted"):
        analyse_files(file.inference_job, [AudioFileFactory()], by=None)


def test_built_in_models_are_made_once_and_never_deleted(people):
    other = WorkspaceFactory()
    ensure_built_ins(people.workspace)
    first = list(Detector.objects.values_list("id", flat=True))

    ensure_built_ins(people.workspace, other)
    ensure_built_ins(people.workspace, other)

    assert Detector.objects.count() == 2 * len(first) == 12
    row = Detector.objects.get(workspace=people.workspace, rule="clicks")
    assert (row.name, row.artifact_types, row.file) == ("Clicks", ["glitch"], "")
    with pytest.raises(IllegalMove, match="came with Earmark"):
        delete_detector(row, by=people.administrator)


def test_models_that_nobody_names_are_cleared_away_after_a_day(people, media, monkeypatch):
    from datetime import timedelta

    from detectors import jobs

    kept = DetectorFactory(dataset__workspace=people.workspace)
    for name in ("models/lost.npz", f"models/{kept.pk.hex}.npz"):
        default_storage.save(name, ContentFile(b"x"))
    Detector.objects.filter(pk=kept.pk).update(file=f"models/{kept.pk.hex}.npz")

    remove_lost_models()
    assert len(media.names("models/")) == 2

    monkeypatch.setattr(jobs, "LOST_AFTER", timedelta(seconds=-5))
    remove_lost_models()
    assert media.names("models/") == [f"models/{kept.pk.hex}.npz"]


def test_files_for_analysis_are_kept_in_one_dataset(people):
    first, again = (analysis_files(people.workspace, people.administrator) for _ in range(2))

    assert first == again
    assert Dataset.objects.filter(purpose="analysis").count() == 1


def test_a_deleted_recording_leaves_what_was_found(rule, files, people):
    file = analysed(rule, uploaded(files, 1, sound(1)))[0]

    delete_audio(AudioFile.objects.filter(dataset=files), by=people.administrator)

    file.refresh_from_db()
    assert (file.audio_file, file.state, len(file.detections)) == (None, "completed", 3)
    assert not Job.objects.live().exists()
