"""The same doors where the bytes are in a bucket."""

import urllib.request

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from datasets.actions import accept_upload, delete_audio
from datasets.models import AudioFile
from tests.datasets.factories import DatasetFactory, wav_bytes

BUCKET = "recordings"
KEYS = {"access_key": "k", "secret_key": "s", "region_name": "eu-north-1"}


@pytest.fixture(scope="module")
def server():
    """An S3 server over real HTTP."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture
def in_a_bucket(server, settings):
    client = boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    client.create_bucket(Bucket=BUCKET)
    options = {"bucket_name": BUCKET, "endpoint_url": server, **KEYS}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "config.bucket.S3Storage", "OPTIONS": options}}

    def names():
        return sorted(row["Key"] for row in client.list_objects_v2(Bucket=BUCKET).get("Contents", []))

    yield names
    for name in names():
        client.delete_object(Bucket=BUCKET, Key=name)


@pytest.mark.django_db(transaction=True)
def test_an_upload_ends_in_the_bucket_and_is_heard_from_there(in_a_bucket, people, client_of):
    dataset = DatasetFactory(workspace=people.workspace)

    audio = accept_upload(dataset, by=None, filename="a.wav", content=[wav_bytes(rate=96_000)])

    assert (audio.status, audio.error) == ("ready", "")
    assert in_a_bucket() == sorted(audio.blob.files_in_storage)
    response = client_of(people.administrator).get(f"/audio/{audio.pk}/sound")
    assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
    request = urllib.request.Request(response.url, headers={"Range": "bytes=0-3"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as piece:  # noqa: S310
        assert (piece.status, piece.read(), piece.headers["Content-Type"]) == (206, b"fLaC", "audio/flac")
    assert client_of(people.operator).get(f"/audio/{audio.pk}/sound").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_deleting_takes_the_objects(in_a_bucket, people):
    dataset = DatasetFactory(workspace=people.workspace)
    accept_upload(dataset, by=None, filename="a.wav", content=[wav_bytes()])

    delete_audio(AudioFile.objects.all(), by=people.administrator)

    assert in_a_bucket() == []
    assert not default_storage.exists("anything")
