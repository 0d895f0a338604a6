"""Uploads in three steps: the form, the bytes, and the word that they were sent."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from datasets import uploads
from datasets.actions import accept_upload, offer_upload
from datasets.jobs import forget_offers
from datasets.models import AudioFile, Dataset
from datasets.uploads import Grant, signed_fields
from tests.callers import WHO
from tests.datasets.factories import AudioFileFactory, DatasetFactory, wav_bytes
from tests.datasets.sending import SEVEN, ask, confirm, send, upload
from workspaces.errors import IllegalMove
from workspaces.models import Job

# Where the bytes go to a bucket, they do not come to us: see test_bucket.py.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_folder")]
ABSENT = "01a1f8a9-172f-70ac-bc4d-42cb4a644129"
SOUND = wav_bytes()


@pytest.fixture
def dataset(people, media):
    return DatasetFactory(workspace=people.workspace)


@pytest.fixture
def client(api, people):
    return api(people.administrator)


@pytest.fixture
def offer(client, dataset):
    return ask(client, dataset, len(SOUND)).json()


def test_an_offer_has_both_spellings_of_everything(client, dataset):
    answer = ask(client, dataset, 1234, filename="../ä b.wav")

    body = answer.json()
    parts = urlsplit(body["upload_url"])
    assert (answer.status_code, parts.scheme, parts.netloc, parts.path) == (
        201,
        "http",
        "testserver",
        "/api/v1/uploads",
    )
    assert body["fields"] == body["upload_fields"]
    assert {*SEVEN, "AWSAccessKeyId", "signature"} == body["fields"].keys()
    assert all(isinstance(value, str) and value for value in body["fields"].values())
    assert body["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert body["key"] == body["s3_key"] == body["fields"]["key"]
    assert ".wav" not in body["key"]
    assert (body["expires_in"], body["file_id"]) == (3600, body["audio_id"])
    audio = AudioFile.objects.get(pk=body["audio_id"])
    assert (audio.filename, audio.status, audio.size) == ("../ä b.wav", "pending", 1234)
    assert audio.awaits_upload
    assert not audio.is_being_read


def test_behind_a_proxy_the_address_is_the_outer_one(client, dataset, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["earmark.example"]
    client.credentials(HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="earmark.example")

    assert ask(client, dataset, 1).json()["upload_url"] == "https://earmark.example/api/v1/uploads"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"file_size": 524_288_001}, "file_size"),
        ({"file_size": 0}, "file_size"),
        ({"file_size": -1}, "file_size"),
        ({"file_size": 1.5}, "file_size"),
        ({"file_size": True}, "file_size"),
        ({"file_size": "9"}, "file_size"),
        ({"file_size": None}, "file_size"),
        ({"file_size": 2**70}, "file_size"),
        ({"content_type": "image/png"}, "content_type"),
        ({"content_type": ""}, "content_type"),
        ({"content_type": 7}, "content_type"),
        ({"filename": "x" * 501}, "filename"),
        ({"filename": ""}, "filename"),
        ({"filename": "a\0.wav"}, "filename"),
        ({"filename": None}, "filename"),
    ],
)
def test_what_cannot_be_announced_is_refused(client, dataset, changes, field):
    answer = ask(client, dataset, 9, **changes)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", field])
    assert AudioFile.objects.count() == 0


@pytest.mark.parametrize("field", ["filename", "content_type", "file_size"])
def test_every_part_of_an_announcement_is_needed(client, dataset, field):
    body = {"filename": "a.wav", "content_type": "audio/wav", "file_size": 9}
    del body[field]

    answer = client.post(f"/api/v1/datasets/{dataset.pk}/audio/upload-url", body)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", field])


@pytest.mark.parametrize(
    "changes",
    [
        {"file_size": 524_288_000},
        {"filename": "🎧" * 500},
        {"filename": " a "},
        {"content_type": "audio/webm;codecs=opus"},
        *({"content_type": f"audio/{kind}"} for kind in ("wav", "mpeg", "mp4", "ogg", "flac", "webm", "aac")),
    ],
)
def test_what_may_be_announced(client, dataset, changes):
    assert ask(client, dataset, 9, **changes).status_code == 201
    assert AudioFile.objects.get().filename == changes.get("filename", "a.wav")


def test_the_size_goes_by_two_names(client, dataset):
    body = {"filename": "a.wav", "content_type": "audio/wav", "file_size_bytes": 77}

    answer = client.post(f"/api/v1/datasets/{dataset.pk}/audio/upload-url", body)

    assert (answer.status_code, AudioFile.objects.get().size) == (201, 77)


@pytest.mark.parametrize(
    ("size", "field"), [({"file_size": 0}, "file_size"), ({"file_size_bytes": 0}, "file_size_bytes"), ({}, "file_size")]
)
def test_a_refusal_names_the_size_as_it_was_sent(client, dataset, size, field):
    body = {"filename": "a.wav", "content_type": "audio/wav", **size}

    answer = client.post(f"/api/v1/datasets/{dataset.pk}/audio/upload-url", body)

    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]


@pytest.mark.django_db(transaction=True)
def test_sent_and_confirmed_a_file_becomes_ready(client, dataset, offer, media):
    sent = send(offer, SOUND)
    answer = confirm(client, dataset, offer["audio_id"])

    assert (sent.status_code, sent.content) == (204, b"")
    assert (answer.status_code, answer.json()["audio_id"]) == (200, offer["audio_id"])
    assert answer.json()["message"]
    assert set(answer.json()) == {"audio_id", "status", "message"}
    row = client.get(f"/api/v1/datasets/{dataset.pk}/audio/{offer['audio_id']}").json()
    assert (row["processing_status"], row["duration_ms"], row["file_size"]) == ("ready", 200, len(SOUND))
    assert (row["sample_rate"], row["channels"], row["original_filename"]) == (8000, 1, "a.wav")
    assert media.names("uploads/") == []


def test_seven_fields_are_enough(offer):
    assert send(offer, SOUND, fields={name: offer["fields"][name] for name in SEVEN}).status_code == 204


def test_the_older_pair_of_names_is_enough(offer):
    names = ("key", "AWSAccessKeyId", "policy", "signature")

    assert send(offer, SOUND, fields={name: offer["fields"][name] for name in names}).status_code == 204


def changed(offer, **more):
    policy = json.loads(base64.b64decode(offer["fields"]["policy"]))
    return base64.b64encode(json.dumps({**policy, **more}).encode()).decode()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda offer: {"policy": changed(offer, max_size=10**9)},
        lambda offer: {"policy": changed(offer, key="uploads/other")},
        lambda offer: {"policy": "x"},
        lambda offer: {"policy": ""},
        lambda offer: {"x-amz-signature": "0" * 64},
        lambda offer: {"x-amz-signature": "ü"},
        lambda offer: {"x-amz-signature": "", "signature": ""},
        lambda offer: {"key": "uploads/other"},
    ],
)
def test_a_changed_form_stores_nothing(client, dataset, offer, tamper, media):
    answer = send(offer, SOUND, fields={**offer["fields"], **tamper(offer)})

    assert answer.status_code == 403
    assert isinstance(answer.json()["detail"], str)
    assert media.names() == []
    assert confirm(client, dataset, offer["audio_id"]).status_code == 400


def test_a_form_is_valid_for_an_hour(client, dataset, monkeypatch, media):
    monkeypatch.setattr(uploads, "VALID_FOR", timedelta(seconds=-1))
    offer = ask(client, dataset, len(SOUND)).json()

    assert send(offer, SOUND).status_code == 403
    assert media.names() == []


@pytest.mark.parametrize("content", [b"", SOUND + b"0"])
def test_more_than_was_announced_or_nothing_at_all_is_400(client, dataset, offer, content, media):
    assert send(offer, content).status_code == 400
    assert media.names() == []
    assert confirm(client, dataset, offer["audio_id"]).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_less_than_was_announced_may_come(client, dataset):
    offer = ask(client, dataset, len(SOUND) + 999).json()

    assert send(offer, SOUND).status_code == 204
    confirm(client, dataset, offer["audio_id"])
    assert AudioFile.objects.get().size == len(SOUND)
    assert AudioFile.objects.get().status == "ready"


def test_a_form_without_a_file_and_a_body_that_is_no_form_are_400(offer):
    nobody = Client()

    assert nobody.post("/api/v1/uploads", offer["fields"]).status_code == 400
    assert nobody.post("/api/v1/uploads", b"{}", content_type="application/json").status_code == 400
    assert nobody.post("/api/v1/uploads", b"x", content_type="multipart/form-data; boundary=b").status_code == 400
    assert nobody.get("/api/v1/uploads").status_code == 405


def test_a_file_before_its_fields_is_refused(offer, media):
    form = {"file": SimpleUploadedFile("a", SOUND), **offer["fields"]}

    assert Client().post("/api/v1/uploads", form).status_code == 403
    assert media.names() == []


@pytest.mark.django_db(transaction=True)
def test_sent_twice_before_confirming_the_last_counts(client, dataset, offer):
    other = wav_bytes(hz=330)

    assert [send(offer, sound).status_code for sound in (other, SOUND)] == [204, 204]
    confirm(client, dataset, offer["audio_id"])
    assert AudioFile.objects.get().blob.size == len(SOUND)


@pytest.mark.django_db(transaction=True)
def test_sent_again_after_confirming_changes_nothing(client, dataset, offer, media):
    send(offer, SOUND)
    confirm(client, dataset, offer["audio_id"])
    before = (AudioFile.objects.get().blob.sha256, media.names())

    assert send(offer, wav_bytes(hz=330)).status_code == 403
    assert (AudioFile.objects.get().blob.sha256, media.names()) == before


def test_confirmed_again_it_is_read_once(client, dataset, offer):
    send(offer, SOUND)

    answers = [confirm(client, dataset, offer["audio_id"]) for _ in range(2)]

    assert [(answer.status_code, answer.json()["audio_id"]) for answer in answers] == [(200, offer["audio_id"])] * 2
    assert Job.objects.filter(kind="datasets.import").count() == 1


def test_confirmed_before_anything_was_sent_is_400_and_may_be_sent_then(client, dataset, offer):
    early = confirm(client, dataset, offer["audio_id"])

    assert (early.status_code, Job.objects.count()) == (400, 0)
    assert early.json() == {"detail": "Nothing was uploaded for “a.wav” yet: send the form first."}
    send(offer, SOUND)
    assert confirm(client, dataset, offer["audio_id"]).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "loc"),
    [
        ({}, 422, ["body", "audio_id"]),
        ({"audio_id": "7"}, 422, ["body", "audio_id"]),
        ({"audio_id": 7}, 422, ["body", "audio_id"]),
        ({"audio_id": None}, 422, ["body", "audio_id"]),
        ({"audio_id": ABSENT}, 404, None),
        ({"file_id": ABSENT}, 404, None),
    ],
)
def test_what_cannot_be_confirmed(client, dataset, body, status, loc):
    answer = client.post(f"/api/v1/datasets/{dataset.pk}/audio/confirm", body)

    assert answer.status_code == status
    detail = answer.json()["detail"]
    assert detail[0]["loc"] == loc if loc else detail == "Audio file not found"


@pytest.mark.django_db(transaction=True)
def test_what_is_no_sound_fails_when_it_is_read(client, dataset):
    audio_id = upload(client, dataset, b"Nothing to hear here. " * 300)

    row = client.get(f"/api/v1/datasets/{dataset.pk}/audio/{audio_id}").json()
    assert row["processing_status"] == "failed"
    assert row["error_message"]


@pytest.mark.django_db(transaction=True)
def test_of_two_files_with_the_same_bytes_one_is_deleted(client, dataset, people):
    first, second = (upload(client, dataset) for _ in range(2))

    assert client.delete(f"/api/v1/datasets/{dataset.pk}/audio/{first}").status_code == 204
    assert client.get(f"/api/v1/datasets/{dataset.pk}/audio/{second}").json()["processing_status"] == "ready"
    assert client.get(f"/audio/{second}/sound").status_code == 200
    assert client.get(f"/api/v1/datasets/{dataset.pk}/audio/{first}").status_code == 404


def test_a_file_deleted_before_its_bytes_come_takes_none(client, dataset, offer, media):
    assert client.delete(f"/api/v1/datasets/{dataset.pk}/audio/{offer['audio_id']}").status_code == 204

    assert send(offer, SOUND).status_code == 403
    assert media.names() == []
    assert confirm(client, dataset, offer["audio_id"]).status_code == 404


@pytest.mark.parametrize("parameter", ["processing_status", "status"])
def test_the_list_of_ready_files_leaves_a_waiting_one_out(client, dataset, offer, parameter):
    ready = AudioFileFactory(dataset=dataset)

    def listed(status):
        rows = client.get(f"/api/v1/datasets/{dataset.pk}/audio?{parameter}={status}").json()
        return [row["id"] for row in rows["items"]], rows["total"]

    assert listed("ready") == ([str(ready.pk)], 1)
    assert listed("pending") == ([offer["audio_id"]], 1)
    assert client.get(f"/api/v1/datasets/{dataset.pk}/audio?{parameter}=odd").status_code == 422


def test_offers_of_yesterday_vanish_with_what_was_sent(
    client, dataset, offer, media, django_capture_on_commit_callbacks
):
    send(offer, SOUND)
    young = ask(client, dataset, 9).json()
    AudioFile.objects.filter(pk=offer["audio_id"]).update(created_at=timezone.now() - timedelta(days=2))

    with django_capture_on_commit_callbacks(execute=True):
        forget_offers()

    assert [str(audio.pk) for audio in AudioFile.objects.all()] == [young["audio_id"]]
    assert media.names() == []


def test_a_page_says_that_a_file_waits_for_its_upload(client, dataset, offer):
    page = client.get(f"/w/{dataset.workspace.slug}/datasets/{dataset.pk}/").content.decode()

    assert "waiting for its upload" in page
    assert "data-live" not in page


def test_the_signature_is_made_with_a_salt_of_its_own(settings):
    grant = Grant("uploads/a", 1)
    mine = signed_fields(grant, content_type="audio/wav")["signature"]

    settings.SECRET_KEY = "another"
    assert signed_fields(grant, content_type="audio/wav")["signature"] != mine


CALLS = {"upload-url": (201, 201, 403, 403, 403, 404, 401), "confirm": (200, 200, 403, 403, 403, 404, 401)}
CELLS = [(call, who, status) for call, row in CALLS.items() for who, status in zip(WHO, row, strict=True)]


@pytest.mark.parametrize(("call", "who", "status"), CELLS)
def test_who_may(api, people, dataset, offer, call, who, status):
    send(offer, SOUND)
    body = {"filename": "a", "content_type": "audio/wav", "file_size": 1, "audio_id": offer["audio_id"]}

    answer = api(people[who]).post(f"/api/v1/datasets/{dataset.pk}/audio/{call}", body)

    assert answer.status_code == status
    if status == 404:
        absent = api(people[who]).post(f"/api/v1/datasets/{ABSENT}/audio/{call}", body)
        assert absent.content == answer.content


@pytest.mark.parametrize(("scopes", "status"), [([], 201), (["datasets"], 201), (["read"], 403), (["labeling"], 403)])
def test_what_a_key_may(api, people, dataset, scopes, status):
    from workspaces.actions import create_api_key

    _key, secret = create_api_key(
        workspace=people.workspace, by=people.administrator, name="Program", scopes=scopes, user=people.administrator
    )

    assert ask(api(key=secret), dataset, 9).status_code == status


def test_a_dataset_that_goes_while_a_form_is_asked_for_is_refused(people, dataset):
    gone = Dataset.objects.get(pk=dataset.pk)
    dataset.delete()

    with pytest.raises(IllegalMove, match="not there any more"):
        offer_upload(gone, by=people.administrator, filename="a.wav", content_type="audio/wav", size=9)
    with pytest.raises(IllegalMove, match="not there any more"):
        accept_upload(gone, by=people.administrator, filename="a.wav", content=[SOUND])


def test_a_form_without_its_last_line_is_half_a_file(client, dataset, offer):
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{offer["fields"][name]}\r\n' for name in SEVEN
    ]
    head = "".join([*parts, '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n']).encode()
    whole = head + SOUND + b"\r\n--x--\r\n"

    cut = [
        Client().post("/api/v1/uploads", body, content_type="multipart/form-data; boundary=x")
        for body in (whole[: len(head) + len(SOUND) // 2], whole[:-6])
    ]

    assert [answer.status_code for answer in cut] == [400, 400]
    assert confirm(client, dataset, offer["audio_id"]).status_code == 400
    for body in (whole, whole[:-2]):
        assert Client().post("/api/v1/uploads", body, content_type="multipart/form-data; boundary=x").status_code == 204
