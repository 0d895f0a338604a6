"""The import job: from uploaded bytes to a file that can be heard."""

import pytest

from datasets.actions import accept_upload, delete_audio
from datasets.models import AudioBlob, AudioFile
from tests.datasets.factories import DatasetFactory, wav_bytes
from workspaces.errors import Invalid
from workspaces.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def upload(dataset, content, *, name="a.wav"):
    return accept_upload(dataset, by=None, filename=name, content=[content])


def test_a_wav_becomes_ready(media):
    audio = upload(DatasetFactory(), wav_bytes(ms=200, rate=8000))

    assert (audio.status, audio.duration_ms, audio.sample_rate, audio.channels) == ("ready", 200, 8000, 1)
    assert audio.blob.n_samples == 1600
    assert media.names() == sorted(audio.blob.files_in_storage)
    assert [job.state for job in Job.objects.all()] == ["completed"]
