"""Uploads and the list of files, over JSON."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from datasets.jobs import READ_MANY
from datasets.models import AudioFile
from tests.datasets.factories import AudioFileFactory, DatasetFactory, wav_bytes
from tests.factories import JobFactory
from workspaces.models import Job


@pytest.fixture
def dataset(people, media):
    return DatasetFactory(workspace=people.workspace)


def upload(client, dataset, content, *, name="call.wav", **query):
    return client.generic(
        "POST",
        f"/api/v1/datasets/{dataset.pk}/audio/upload",
        content,
        content_type="application/octet-stream",
        query_params={"filename": name, **query},
    )


WHO_UPLOADS = [
    ("superadmin", 201),
    ("administrator", 201),
    ("annotation_administrator", 403),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 401),
]
WHO_READS = [
    ("superadmin", 200),
    ("administrator", 200),
    ("annotation_administrator", 200),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 401),
]


@pytest.mark.parametrize(("who", "status"), WHO_UPLOADS)
def test_who_may_upload(api, people, dataset, who, status, media):
    assert upload(api(people[who]), dataset, wav_bytes()).status_code == status
    assert AudioFile.objects.count() == (1 if status == 201 else 0)
    assert len(media.names("uploads/")) == (1 if status == 201 else 0)


@pytest.mark.parametrize(("who", "status"), WHO_READS)
@pytest.mark.parametrize("path", ["audio", "audio/{audio}", "audio/progress?ids={audio}"])
def test_who_may_read_files(api, people, dataset, who, status, path):
    audio = AudioFileFactory(dataset=dataset)

    response = api(people[who]).get(f"/api/v1/datasets/{dataset.pk}/" + path.format(audio=audio.pk))

    assert response.status_code == status


@pytest.mark.parametrize(("who", "status"), [(who, 204 if status == 201 else status) for who, status in WHO_UPLOADS])
def test_who_may_delete_a_file(api, people, dataset, who, status):
    audio = AudioFileFactory(dataset=dataset)

    response = api(people[who]).delete(f"/api/v1/datasets/{dataset.pk}/audio/{audio.pk}")

    assert response.status_code == status
    assert AudioFile.objects.filter(pk=audio.pk).exists() == (status != 204)


@pytest.mark.parametrize(("who", "status"), [(who, 400 if status == 201 else status) for who, status in WHO_UPLOADS])
def test_who_may_ask_for_another_try(api, people, dataset, who, status):
    audio = AudioFileFactory(dataset=dataset)

    response = api(people[who]).post(f"/api/v1/datasets/{dataset.pk}/audio/{audio.pk}/retry")

    # A file that is ready has nothing to try again: 400 is "wrong moment" on the resources of the contract.
    assert response.status_code == status


def test_an_upload_waits_for_its_job(api, people, dataset):
    response = upload(api(people.administrator), dataset, wav_bytes(), name="Anruf ü.wav", folder="week 46/a")

    audio = AudioFile.objects.get()
    assert response.json() | {"created_at": ""} == {
        "id": str(audio.pk),
        "dataset_id": str(dataset.pk),
        "original_filename": "Anruf ü.wav",
        "processing_status": "pending",
        "duration_ms": None,
        "sample_rate": None,
        "channels": None,
        "content_type": "audio/wav",
        "file_size": len(wav_bytes()),
        "warnings": [],
        "error_message": None,
        "tags": {},
        "metadata": {"folder": "week 46/a"},
        "created_at": "",
        "is_duplicate": False,
    }
    assert (audio.status, audio.created_by) == ("pending", people.administrator)
    assert [job.args["audio_file_id"] for job in Job.objects.all()] == [str(audio.pk)]


@pytest.mark.parametrize(("token", "status"), [(True, 201), (False, 403)])
def test_a_browser_upload_needs_its_token_and_nothing_of_the_body(people, dataset, token, status):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.administrator)
    client.get("/")
    secret = client.get(f"/w/{people.workspace.slug}/datasets/new/").context["csrf_token"]

    response = client.generic(
        "POST",
        f"/api/v1/datasets/{dataset.pk}/audio/upload?filename=a.wav",
        wav_bytes(),
        content_type="application/octet-stream",
        headers={"X-CSRFToken": str(secret)} if token else {},
    )

    assert response.status_code == status
    assert AudioFile.objects.filter(size=len(wav_bytes())).count() == (1 if token else 0)


def test_a_form_upload_is_taken_too(api, people, dataset, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = api(people.administrator).post(
            f"/api/v1/datasets/{dataset.pk}/audio/upload",
            {"file": SimpleUploadedFile("form.wav", wav_bytes())},
            format="multipart",
        )

    assert response.status_code == 201
    assert AudioFile.objects.get().status == "ready"
    assert AudioFile.objects.get().filename == "form.wav"


@pytest.mark.parametrize(
    ("content", "name", "loc", "sentence"),
    [
        (b"", "a.wav", "file", "The file is empty."),
        (b"hello, this is a letter", "a.wav", "file", "This is not a sound file: it looks like text."),
        (b"%PDF-1.7 ...", "a.wav", "file", "This is not a sound file: it looks like a PDF document."),
        (wav_bytes(), "", "filename", "Say what the file is called."),
        (wav_bytes(), "a" * 501, "filename", "The file name is longer than 500 characters."),
        (wav_bytes(), "a\0.wav", "filename", "The file name has characters that are not text."),
    ],
)
def test_what_cannot_be_sound_is_refused_at_the_door(api, people, dataset, media, content, name, loc, sentence):
    response = upload(api(people.administrator), dataset, content, name=name)

    assert response.status_code == 422
    assert [(row["loc"], row["msg"]) for row in response.json()["detail"]] == [(["body", loc], sentence)]
    assert (AudioFile.objects.count(), Job.objects.count(), media.names()) == (0, 0, [])


@pytest.mark.parametrize("length", [None, "5000"])
def test_a_file_over_the_limit_is_refused(api, people, dataset, media, settings, length):
    settings.MAX_AUDIO_BYTES = 4000

    response = upload(api(people.administrator), dataset, wav_bytes(ms=1000)[:5000])

    assert response.status_code == 422
    assert response.json()["detail"][0]["msg"] == "The file is larger than 3.9\xa0KB, the most this server takes."
    assert media.names() == []


def test_the_same_bytes_are_ready_at_once(api, people, dataset, media, django_capture_on_commit_callbacks):
    client = api(people.administrator)
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, dataset, wav_bytes(), name="first.wav")
    stored = media.names()

    second = upload(client, dataset, wav_bytes(), name="second.wav").json()

    assert (second["processing_status"], second["is_duplicate"], second["duration_ms"]) == ("ready", True, 200)
    assert media.names() == stored
    assert AudioFile.objects.values("blob").distinct().count() == 1


def test_files_are_listed_newest_first_in_pages(api, people, dataset):
    files = [AudioFileFactory(dataset=dataset) for _ in range(3)]

    answer = api(people.administrator).get(f"/api/v1/datasets/{dataset.pk}/audio?page=1&page_size=2").json()

    assert [row["id"] for row in answer["items"]] == [str(files[2].pk), str(files[1].pk)]
    assert (answer["total"], answer["page"], answer["page_size"]) == (3, 1, 2)


def test_files_are_filtered_by_status(api, people, dataset):
    AudioFileFactory(dataset=dataset)
    failed = AudioFileFactory(dataset=dataset, status="failed", error="There is no sound in it.", blob=None)
    client = api(people.administrator)

    for name in ("processing_status", "status"):
        answer = client.get(f"/api/v1/datasets/{dataset.pk}/audio?{name}=failed").json()
        assert [(row["id"], row["error_message"]) for row in answer["items"]] == [
            (str(failed.pk), "There is no sound in it.")
        ]
    assert client.get(f"/api/v1/datasets/{dataset.pk}/audio?status=lost").status_code == 422


def test_progress_tells_of_the_files_asked_for(api, people, dataset):
    client = api(people.administrator)
    upload(client, dataset, wav_bytes())
    audio = AudioFile.objects.get()
    Job.objects.update(progress_done=400, progress_total=1000)

    answer = client.get(f"/api/v1/datasets/{dataset.pk}/audio/progress?ids={audio.pk},{dataset.pk}").json()

    assert answer["items"] == [
        {
            "id": str(audio.pk),
            "processing_status": "pending",
            "percent": 40,
            "duration_ms": None,
            "warnings": [],
            "error_message": None,
        }
    ]


def test_progress_of_files_that_one_job_reads_is_that_of_the_job(api, people, dataset):
    audio = AudioFileFactory(dataset=dataset, blob=None, status="pending", duration_ms=0)
    job = JobFactory(workspace=people.workspace, kind=READ_MANY, args={"audio_file_ids": [str(audio.pk)]})
    Job.objects.filter(pk=job.pk).update(progress_done=30, progress_total=40)

    answer = api(people.administrator).get(f"/api/v1/datasets/{dataset.pk}/audio/progress?ids={audio.pk}").json()

    assert [(row["processing_status"], row["percent"]) for row in answer["items"]] == [("pending", 75)]


@pytest.mark.parametrize("ids", ["nonsense", ",".join(["01a1f8a9-172f-70ac-bc4d-42cb4a644129"] * 101)])
def test_progress_refuses_what_are_no_ids(api, people, dataset, ids):
    assert api(people.administrator).get(f"/api/v1/datasets/{dataset.pk}/audio/progress?ids={ids}").status_code == 422


def test_absent_and_malformed_addresses(api, people, dataset):
    client = api(people.administrator)
    other = AudioFileFactory()
    absent = "01a1f8a9-172f-70ac-bc4d-42cb4a644129"

    for pk in (absent, other.pk):
        response = client.get(f"/api/v1/datasets/{dataset.pk}/audio/{pk}")
        assert (response.status_code, response.json()) == (404, {"detail": "Audio file not found"})
    malformed = client.get(f"/api/v1/datasets/{dataset.pk}/audio/7")
    assert (malformed.status_code, malformed.json()["detail"][0]["loc"]) == (422, ["path", "audio_id"])


@pytest.mark.parametrize("n_files", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(api, people, dataset, n_files, django_assert_num_queries):
    AudioFileFactory.create_batch(n_files, dataset=dataset)
    client = api(people.administrator)

    with django_assert_num_queries(6):
        answer = client.get(f"/api/v1/datasets/{dataset.pk}/audio")

    assert len(json.loads(answer.content)["items"]) == n_files


FORM_START = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="call.wav"\r\n\r\n'


@pytest.mark.parametrize(
    ("content_type", "start"), [("application/octet-stream", b""), ("multipart/form-data; boundary=cut", FORM_START)]
)
def test_half_an_upload_is_no_file(api, people, dataset, content_type, start):
    came = start + wav_bytes(ms=1000)[:9000]

    response = api(people.administrator).generic(
        "POST",
        f"/api/v1/datasets/{dataset.pk}/audio/upload?filename=call.wav",
        b"",
        content_type=content_type,
        **{"wsgi.input": io.BytesIO(came), "CONTENT_LENGTH": str(len(came) + 20_000)},
    )

    assert response.status_code == 400, response.content
    assert "Send it again" in response.json()["detail"]
    assert not AudioFile.objects.exists()
