"""The import job: from uploaded bytes to a file that can be heard."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from datasets import intake, jobs, storage
from datasets.actions import accept_upload, delete_audio, retry_import
from datasets.actions.audio import ask_to_read
from datasets.audio.probing import sniff
from datasets.models import AudioBlob, AudioFile
from tests.datasets.audio.zoo import KINDS, Zoo
from tests.datasets.factories import AudioFileFactory, DatasetFactory, wav_bytes
from tests.factories import UserFactory
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import Job
from workspaces.models.jobs import LeaseLost

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="session")
def zoo(tmp_path_factory):
    return Zoo(tmp_path_factory.mktemp("zoo-of-jobs"))


def upload(dataset, content, *, name="a.wav"):
    return accept_upload(dataset, by=None, filename=name, content=[content])


def waiting(dataset, content):
    """A file whose bytes have come and whose job nobody has taken yet."""
    name = storage.upload_name()
    default_storage.save(name, ContentFile(content))
    audio = AudioFileFactory(dataset=dataset, blob=None, status="pending", upload=name, duration_ms=0)
    job = Job.objects.create(
        workspace=dataset.workspace,
        kind=jobs.IMPORT,
        args={"audio_file_id": str(audio.pk), "sha256": "5" * 64},
        idempotency_key=jobs.import_key(audio.pk),
    )
    return audio, job


def claimed(job):
    job = Job.objects.get(pk=job.pk)
    assert job.take()
    return job


def test_a_wav_becomes_ready(media):
    audio = upload(DatasetFactory(), wav_bytes(ms=200, rate=8000))

    assert (audio.status, audio.duration_ms, audio.sample_rate, audio.channels) == ("ready", 200, 8000, 1)
    assert audio.blob.n_samples == 1600
    assert media.names() == sorted(audio.blob.files_in_storage)
    assert [job.state for job in Job.objects.all()] == ["completed"]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_ends_ready_or_with_its_sentence(zoo, media, name):
    kind, path, dataset = KINDS[name], zoo.path(name), DatasetFactory()

    content = path.read_bytes()
    if sniff(content[:4096]):
        with pytest.raises(Invalid, match=re.escape(kind.refusal)):
            upload(dataset, content, name=name)
        assert (AudioFile.objects.count(), media.names()) == (0, [])
        return

    audio = upload(dataset, content, name=name)

    if kind.refusal is not None:
        assert (audio.status, audio.upload) == ("failed", "")
        assert audio.error.startswith(kind.refusal)
        assert Job.objects.get().error == audio.error
        assert media.names() == []
        return
    assert (audio.status, audio.warnings, audio.has_warnings) == ("ready", kind.warnings, bool(kind.warnings))
    assert (audio.blob.n_samples, audio.sample_rate) == (kind.samples, kind.rate)
    assert media.names() == sorted(audio.blob.files_in_storage)
    assert audio.blob.peaks_header["size"] == default_storage.size(audio.blob.peaks)
    assert bool(audio.blob.playback) != kind.plays_as_is


def test_a_failed_file_does_not_stop_the_others(zoo, media):
    dataset = DatasetFactory()

    first = upload(dataset, zoo.path("noise.wav").read_bytes())
    second = upload(dataset, wav_bytes())

    assert (first.status, second.status) == ("failed", "ready")


def test_running_again_changes_nothing(media):
    audio = upload(DatasetFactory(), wav_bytes())
    stored = media.names()
    job = Job.objects.get()
    Job.objects.update(state="pending", claim=None, lease_until=None)

    jobs.import_audio(claimed(job))

    assert Job.objects.get().state == "completed"
    assert media.names() == stored
    assert AudioFile.objects.get().blob == audio.blob


def test_two_imports_of_the_same_bytes_at_once_share_what_the_first_stored(media, monkeypatch):
    dataset = DatasetFactory()
    (_first, job), (_second, other) = waiting(dataset, wav_bytes()), waiting(dataset, wav_bytes())
    publish = intake._publish

    def overtaken(audio, blob, *, ticket):
        """The second is done whole while the first has stored its bytes and not yet shown them."""
        monkeypatch.setattr(intake, "_publish", publish)
        jobs.import_audio(claimed(other))
        publish(audio, blob, ticket=ticket)

    monkeypatch.setattr(intake, "_publish", overtaken)
    jobs.import_audio(claimed(job))

    blob = AudioBlob.objects.get()
    assert set(AudioFile.objects.values_list("status", "blob")) == {("ready", blob.pk)}
    assert media.names() == sorted(blob.files_in_storage)


def test_bytes_known_by_now_are_not_decoded_again(media, monkeypatch):
    dataset = DatasetFactory()
    audio, job = waiting(dataset, wav_bytes())
    other = AudioFileFactory(dataset=dataset, blob__sha256="5" * 64)
    monkeypatch.setattr(intake, "_read", lambda *args, **kwargs: pytest.fail("it was decoded"))

    jobs.import_audio(claimed(job))

    audio.refresh_from_db()
    assert (audio.status, audio.blob) == ("ready", other.blob)
    assert media.names("uploads/") == []


def test_a_file_deleted_while_it_is_read_leaves_nothing(media, monkeypatch):
    audio, job = waiting(DatasetFactory(), wav_bytes())
    publish = intake._publish

    def deleted_first(audio_, blob, *, ticket):
        delete_audio(AudioFile.objects.filter(pk=audio.pk), by=UserFactory())
        publish(audio_, blob, ticket=ticket)

    monkeypatch.setattr(intake, "_publish", deleted_first)
    jobs.import_audio(claimed(job))

    assert (AudioFile.objects.count(), AudioBlob.objects.count(), media.names()) == (0, 0, [])
    assert Job.objects.get(kind=jobs.IMPORT).state == "completed"


def test_a_worker_that_lost_its_lease_shows_nothing(media):
    _audio, job = waiting(DatasetFactory(), wav_bytes())
    stale = claimed(job)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    claimed(job)

    with pytest.raises(LeaseLost):
        jobs.import_audio(stale)

    assert AudioBlob.objects.count() == 0
    assert AudioFile.objects.get().status == "normalizing"


def test_lost_bytes_are_said_to_be_lost(media):
    audio, job = waiting(DatasetFactory(), wav_bytes())
    media.clear()

    from workspaces.jobs import run

    run(str(job.pk))

    audio.refresh_from_db()
    assert (audio.status, audio.error) == ("failed", "The uploaded bytes are gone. Upload the file again.")


def test_a_file_that_failed_by_our_fault_can_be_read_again(media, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("a bug")

    dataset = DatasetFactory()
    with monkeypatch.context() as patch:
        patch.setattr(intake, "_read", broken)
        audio = upload(dataset, wav_bytes())
    assert audio.status == "failed"
    assert audio.error.startswith("Something went wrong inside Earmark.")

    retry_import(audio, by=UserFactory())

    audio.refresh_from_db()
    assert (audio.status, audio.duration_ms) == ("ready", 200)
    assert media.names("uploads/") == []


def test_a_file_that_is_no_sound_cannot_be_read_again(zoo, media):
    audio = upload(DatasetFactory(), zoo.path("noise.wav").read_bytes())

    with pytest.raises(IllegalMove, match="Upload it again"):
        retry_import(audio, by=UserFactory())


def test_asking_twice_makes_one_job(media):
    audio, job = waiting(DatasetFactory(), wav_bytes())

    again = ask_to_read(audio, workspace=audio.workspace, by=None, sha256="5" * 64)

    assert again == job


def test_tidying_up_takes_old_uploads_nobody_waits_for(media, monkeypatch):
    audio, _job = waiting(DatasetFactory(), wav_bytes())
    default_storage.save("uploads/left", ContentFile(b"left"))
    monkeypatch.setattr(jobs, "UPLOAD_LEFT_AFTER", timedelta(seconds=-5))

    jobs.tidy_up()

    assert media.names() == [audio.upload]


def test_tidying_up_leaves_uploads_that_are_under_way(media):
    default_storage.save("uploads/coming", ContentFile(b"coming"))

    jobs.tidy_up()

    assert media.names() == ["uploads/coming"]


def test_bytes_of_failed_files_are_kept_for_a_while(media, monkeypatch):
    audio, _job = waiting(DatasetFactory(), wav_bytes())
    audio.fail("Something went wrong.")
    monkeypatch.setattr(jobs, "UPLOAD_LEFT_AFTER", timedelta(seconds=-5))

    jobs.tidy_up()
    assert media.names() == [audio.upload]

    AudioFile.objects.update(created_at=timezone.now() - timedelta(days=15))
    jobs.tidy_up()
    assert media.names() == []
