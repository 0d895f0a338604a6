"""A worker that is killed outright in the middle of an import."""

from datasets.actions import accept_upload
from datasets.models import AudioBlob, AudioFile
from tests.datasets.factories import DatasetFactory, wav_bytes
from tests.workers import wait_until
from workspaces.models import Job


def long_wav(seconds):
    """Minutes at a rate no browser plays, which therefore need a copy, so that reading takes a while."""
    second = wav_bytes(ms=1000, rate=96_000, hz=440 + seconds)
    header, samples = bytearray(second[:44]), second[44:]
    size = len(samples) * seconds
    header[4:8], header[40:44] = (size + 36).to_bytes(4, "little"), size.to_bytes(4, "little")
    return [bytes(header), *[samples] * seconds]


def test_after_a_kill_all_files_are_ready_once_and_nothing_is_half_written(real_jobs, workers, media):
    dataset = DatasetFactory()
    files = [accept_upload(dataset, by=None, filename=f"long-{n}.wav", content=long_wav(180 + n)) for n in range(3)] + [
        accept_upload(dataset, by=None, filename=f"short-{n}.wav", content=[wav_bytes(hz=300 + n)]) for n in range(9)
    ]

    workers.start()
    wait_until(lambda: AudioFile.objects.filter(status="normalizing").exists(), what=workers.log)
    workers.kill()
    seen = list(AudioFile.objects.filter(status="ready").select_related("blob"))
    assert all(set(audio.blob.files_in_storage) <= set(media.names()) for audio in seen)
    assert len(seen) < len(files)

    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=60, what=workers.log)

    assert set(AudioFile.objects.values_list("status", flat=True)) == {"ready"}
    assert set(Job.objects.values_list("state", flat=True)) == {"completed"}
    assert max(Job.objects.values_list("tries", flat=True)) <= 3
    assert AudioBlob.objects.count() == len(files)
    stored = sorted(name for blob in AudioBlob.objects.all() for name in blob.files_in_storage)
    # What a killed worker was working on, or had not yet cleared away, is tidied up later; nobody sees it.
    assert [name for name in media.names() if not name.startswith(("scratch/", "uploads/"))] == stored
    assert AudioFile.objects.get(filename="long-0.wav").duration_ms == 180_000
