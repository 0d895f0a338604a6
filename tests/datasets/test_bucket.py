"""The same doors where the bytes are in a bucket."""

import base64
import json
import urllib.request
from datetime import timedelta
from urllib.parse import urlsplit

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer

from datasets import storage
from datasets.actions import accept_upload, confirm_upload, delete_audio, offer_upload
from datasets.models import AudioFile
from tests.datasets.factories import DatasetFactory, wav_bytes
from tests.datasets.sending import ask, confirm, send
from workspaces.errors import IllegalMove

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


@pytest.mark.django_db(transaction=True)
def test_a_form_sends_the_bytes_to_the_bucket_itself(in_a_bucket, people, api):
    dataset, client, content = DatasetFactory(workspace=people.workspace), api(people.administrator), wav_bytes()

    offer = ask(client, dataset, len(content)).json()
    early = confirm(client, dataset, offer["audio_id"])
    sent = send(offer, content)

    assert urlsplit(offer["upload_url"]).path == f"/{BUCKET}"
    assert {"key", "policy", "x-amz-signature", "x-amz-credential", "x-amz-algorithm", "x-amz-date"} <= set(
        offer["fields"]
    )
    policy = json.loads(base64.b64decode(offer["fields"]["policy"]))
    assert ["content-length-range", 1, len(content)] in policy["conditions"]
    assert (early.status_code, sent.status_code) == (400, 204)
    assert in_a_bucket() == [offer["key"]]
    assert [confirm(client, dataset, offer["audio_id"]).status_code for _ in range(2)] == [200, 200]
    audio = AudioFile.objects.get()
    assert (audio.status, audio.error, audio.size) == ("ready", "", len(content))
    assert in_a_bucket() == sorted(audio.blob.files_in_storage)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_to_the_bucket_again_changes_nothing(in_a_bucket, people, api):
    dataset, client, content = DatasetFactory(workspace=people.workspace), api(people.administrator), wav_bytes()
    offer = ask(client, dataset, len(content)).json()
    send(offer, content)
    confirm(client, dataset, offer["audio_id"])

    send(offer, wav_bytes(hz=330))

    audio = AudioFile.objects.get()
    assert in_a_bucket() == sorted([*audio.blob.files_in_storage, offer["key"]])
    assert confirm(client, dataset, offer["audio_id"]).json()["status"] == "ready"
    delete_audio(AudioFile.objects.all(), by=people.administrator)
    assert in_a_bucket() == [offer["key"]]
    # A day later the chore removes it, as it does with every upload nobody waits for.
    assert list(storage.old_uploads(before=timezone.now() + timedelta(days=1))) == [offer["key"]]


@pytest.mark.django_db(transaction=True)
def test_more_in_the_bucket_than_was_announced_is_not_taken(in_a_bucket, people):
    """Not every server that speaks S3 keeps to the range of a form."""
    offer = offer_upload(
        DatasetFactory(workspace=people.workspace), by=None, filename="a.wav", content_type="audio/wav", size=9
    )
    default_storage.save(offer.audio.upload, ContentFile(wav_bytes()))

    with pytest.raises(IllegalMove, match="more bytes than were announced"):
        confirm_upload(offer.audio, by=None)

    assert AudioFile.objects.get().awaits_upload
    assert in_a_bucket() == [offer.key]
