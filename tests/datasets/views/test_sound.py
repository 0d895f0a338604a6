"""The doors to sound and peaks: who may, and in which pieces."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from datasets import access
from tests.datasets.factories import AudioBlobFactory, AudioFileFactory, DatasetFactory

WHO_HEARS = [
    ("superadmin", 200),
    ("administrator", 200),
    ("annotation_administrator", 200),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 302),
]


@pytest.fixture
def audio(people, in_a_folder):
    dataset = DatasetFactory(workspace=people.workspace)
    return AudioFileFactory(dataset=dataset, blob=AudioBlobFactory(workspace=people.workspace, stored=True))


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def original(audio):
    with default_storage.open(audio.blob.original) as file:
        return file.read()


@pytest.mark.parametrize(("who", "status"), WHO_HEARS)
def test_who_may_hear(client_of, people, audio, who, status):
    assert client_of(people[who]).get(f"/audio/{audio.pk}/sound").status_code == status


@pytest.mark.parametrize(("who", "status"), WHO_HEARS)
def test_who_may_have_the_peaks(client_of, people, audio, who, status):
    response = client_of(people[who]).get(f"/audio/{audio.pk}/peaks/{audio.blob.sha256}.pk")

    assert response.status_code == status


def test_a_reason_from_above_lets_somebody_hear(client_of, people, audio, monkeypatch):
    monkeypatch.setattr(access, "_reasons", [lambda user, asked: (user, asked) == (people.operator, audio)])

    assert client_of(people.operator).get(f"/audio/{audio.pk}/sound").status_code == 200
    assert client_of(people.auditor).get(f"/audio/{audio.pk}/sound").status_code == 403


def test_all_of_it(client_of, people, audio):
    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound")

    content = original(audio)
    assert body_of(response) == content
    assert response["Content-Type"] == "audio/wav"
    assert response["Content-Length"] == str(len(content))
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "piece", "content_range"),
    [
        ("bytes=0-9", slice(0, 10), "bytes 0-9/16044"),
        ("bytes=16000-", slice(16000, None), "bytes 16000-16043/16044"),
        ("bytes=-44", slice(16000, None), "bytes 16000-16043/16044"),
        ("bytes=16000-99999", slice(16000, None), "bytes 16000-16043/16044"),
    ],
)
def test_a_range(client_of, people, audio, asked, piece, content_range):
    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound", headers={"Range": asked})

    assert response.status_code == 206
    assert body_of(response) == original(audio)[piece]
    assert response["Content-Range"] == content_range


def test_a_range_outside_is_416(client_of, people, audio):
    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound", headers={"Range": "bytes=16044-"})

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */16044"


def test_several_ranges_get_all_of_it(client_of, people, audio):
    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound", headers={"Range": "bytes=0-1,5-6"})

    assert response.status_code == 200
    assert body_of(response) == original(audio)


def test_a_range_of_other_bytes_gets_all_of_it(client_of, people, audio):
    client = client_of(people.administrator)
    etag = client.get(f"/audio/{audio.pk}/sound")["ETag"]

    same = client.get(f"/audio/{audio.pk}/sound", headers={"Range": "bytes=0-1", "If-Range": etag})
    other = client.get(f"/audio/{audio.pk}/sound", headers={"Range": "bytes=0-1", "If-Range": '"old"'})

    assert (same.status_code, other.status_code) == (206, 200)


def test_what_the_browser_has_is_not_sent_again(client_of, people, audio):
    client = client_of(people.administrator)
    etag = client.get(f"/audio/{audio.pk}/sound")["ETag"]

    assert client.get(f"/audio/{audio.pk}/sound", headers={"If-None-Match": etag}).status_code == 304


def test_head_tells_the_length_alone(client_of, people, audio):
    response = client_of(people.administrator).head(f"/audio/{audio.pk}/sound", headers={"Range": "bytes=0-9"})

    assert (response.status_code, response["Content-Length"], response.content) == (200, "16044", b"")


def test_the_playback_copy_is_what_is_played(client_of, people, audio):
    audio.blob.playback, audio.blob.playback_type = "playback/test/copy.flac", "audio/flac"
    audio.blob.save()
    default_storage.save("playback/test/copy.flac", ContentFile(b"fLaC"))

    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound")

    assert (body_of(response), response["Content-Type"]) == (b"fLaC", "audio/flac")


def test_peaks_are_kept_for_ever_under_the_name_of_their_bytes(client_of, people, audio):
    client = client_of(people.administrator)

    response = client.get(f"/audio/{audio.pk}/peaks/{audio.blob.sha256}.pk", headers={"Range": "bytes=0-29"})

    assert response.status_code == 206
    assert body_of(response) == bytes(range(30))
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert client.get(f"/audio/{audio.pk}/peaks/other.pk").status_code == 404


def test_a_file_that_is_not_ready_has_no_sound(client_of, people, audio):
    waiting = AudioFileFactory(dataset=audio.dataset, blob=None, status="pending")

    assert client_of(people.administrator).get(f"/audio/{waiting.pk}/sound").status_code == 404


def test_bytes_that_are_gone_are_404(client_of, people, audio, media):
    media.clear()

    assert client_of(people.administrator).get(f"/audio/{audio.pk}/sound").status_code == 404


def test_the_web_server_in_front_sends_it_where_there_is_one(client_of, people, audio, settings):
    settings.X_ACCEL_PREFIX = "/internal/media/"

    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound")

    assert response["X-Accel-Redirect"] == f"/internal/media/{audio.blob.original}"
    assert (response["Content-Type"], response.content) == ("audio/wav", b"")


def test_posting_is_refused(client_of, people, audio):
    assert client_of(people.administrator).post(f"/audio/{audio.pk}/sound").status_code == 405
