"""The same from a bucket, over real HTTP: objects that are missing, forbidden, broken, or change."""

import hashlib
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from datasets.models import AudioFile
from datasets.stores import names
from tests.datasets.factories import wav_bytes
from tests.datasets.object_store import object_store
from tests.evaluations.importing import ask, body_of, entry, statuses
from workspaces.jobs import run
from workspaces.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def outside():
    with object_store() as running:
        yield running


@pytest.fixture
def cloud(outside, settings, monkeypatch):
    """The store `calls` in a bucket, reached over HTTP."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    settings.AWS_S3_ENDPOINT_URL, settings.AWS_S3_REGION_NAME = outside.address, "us-east-1"
    settings.STORES = names.parse(f"calls=s3://{outside.bucket}/in", private=Path(django_settings.DATA_DIR))
    outside.answers.clear()
    yield outside
    outside.answers.clear()
    for name in outside.names():
        outside.delete(name)


def test_from_a_bucket_each_gets_its_status_and_the_good_ones_are_heard(cloud, v5, media, people, client_of):
    contents = [wav_bytes(hz=200), wav_bytes(hz=300, rate=96_000)]
    cloud.put("in/a.wav", contents[0])
    cloud.put("in/deep/b.wav", contents[1])
    cloud.put("in/secret.wav", wav_bytes())
    cloud.put("in/failing.wav", wav_bytes())
    cloud.put("in/noise.wav", bytes(range(256)) * 40)
    cloud.put("outside.wav", wav_bytes())
    cloud.answers.update({"/secret.wav": 403, "/failing.wav": 500})

    response = ask(
        v5,
        entry("a.wav"),
        entry("missing.wav"),
        entry("secret.wav"),
        entry("noise.wav"),
        entry("failing.wav"),
        entry("../outside.wav"),
        entry("deep/b.wav"),
    )

    assert response.status_code == 207
    assert statuses(response) == [
        "SUCCESS",
        "FAILED_FILE_DOES_NOT_EXIST",
        "FAILED_INVALID_PERMISSIONS",
        "SUCCESS",
        "FAILED_UNKNOWN_ERROR",
        "FAILED_INVALID_PERMISSIONS",
        "SUCCESS",
    ]
    rows = [row["file"] for row in response.json()["results"]]
    assert [rows[index]["status"] for index in (0, 3, 6)] == ["ready", "failed", "ready"]
    client = client_of(people.administrator)
    for row, content in ((rows[0], contents[0]), (rows[6], contents[1])):
        assert row["md5_checksum"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
        # The door of programs gives the bytes itself, the player is sent to the store.
        answer = v5.get(f"/v5/files/{row['id']}/content")
        assert (answer.status_code, body_of(answer)) == (200, content)
        part = v5.get(f"/v5/files/{row['id']}/content", headers={"Range": "bytes=4-9"})
        assert (part.status_code, body_of(part)) == (206, content[4:10])
    heard = client.get(f"/audio/{rows[0]['id']}/sound")
    assert (heard.status_code, heard["Cache-Control"]) == (302, "private, no-store")
    assert heard.url.startswith(f"{cloud.address}/outside/in/a.wav?")
    request = urllib.request.Request(heard.url, headers={"Range": "bytes=0-3"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as piece:  # noqa: S310
        assert (piece.status, piece.read(), piece.headers["Content-Type"]) == (206, b"RIFF", "audio/wav")
    assert cloud.names() == sorted(
        ["in/a.wav", "in/deep/b.wav", "in/secret.wav", "in/failing.wav", "in/noise.wav", "outside.wav"]
    )


def test_an_object_that_changed_vanished_or_was_closed_says_so(cloud, v5, media, people, client_of):
    for name in ("a.wav", "b.wav", "c.wav", "d.wav"):
        cloud.put(f"in/{name}", wav_bytes(hz=200 + ord(name[0])))
    entries = [entry(f"{letter}.wav") for letter in "abcd"]
    ids = [row["file"]["id"] for row in ask(v5, *entries).json()["results"]]

    cloud.delete("in/a.wav")
    cloud.put("in/b.wav", b"RIFF other bytes")
    cloud.answers.update({"/c.wav": 403, "/d.wav": 500})

    answers = [v5.get(f"/v5/files/{pk}/content") for pk in ids]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 503]
    assert [answer.json()["detail"] for answer in answers] == [
        "There is no file “a.wav” in the store “calls”.",
        "The file was changed in its store since it was imported. Import it again.",
        "Earmark may not read “c.wav” in the store “calls”.",
        "The store “calls” cannot be read: InternalError.",
    ]
    client = client_of(people.administrator)
    assert [client.get(f"/audio/{pk}/sound").status_code for pk in ids] == [404, 404, 404, 503]


def test_a_store_that_fails_for_a_while_is_asked_again(real_jobs, cloud, v5, media):
    for number in range(31):
        cloud.put(f"in/{number}.wav", wav_bytes(ms=50, hz=200 + number))
    ask(v5, *(entry(f"{number}.wav") for number in range(31)))
    job = Job.objects.get()
    cloud.answers["/5.wav"] = 500

    run(str(job.pk))
    job.refresh_from_db()
    ready = AudioFile.objects.filter(status="ready").count()
    assert (job.state, job.tries) == ("pending", 1)
    assert 25 <= ready < 31

    cloud.answers.clear()
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, AudioFile.objects.filter(status="ready").count()) == ("completed", 31)


def test_a_store_that_stays_away_lets_the_rest_fail_with_a_sentence(real_jobs, cloud, v5, media, settings):
    for number in range(31):
        cloud.put(f"in/{number}.wav", wav_bytes(ms=50, hz=200 + number))
    ask(v5, *(entry(f"{number}.wav") for number in range(31)))
    settings.JOB_MAX_TRIES = 1
    job = Job.objects.get()
    cloud.answers["30.wav"] = 500

    run(str(job.pk))
    run(str(job.pk))

    job.refresh_from_db()
    failed = AudioFile.objects.get(status="failed")
    assert (job.state, failed.filename, failed.error) == ("failed", "30.wav", job.error)
    assert AudioFile.objects.filter(status="ready").count() == 30
