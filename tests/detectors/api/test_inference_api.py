"""Inference over JSON: jobs, uploads in three steps, and what was found."""

import csv
import io
import json
import zipfile

import pytest

from datasets.models import AudioFile, Dataset
from detectors.models import InferenceFile, InferenceJob
from tests.datasets.factories import AudioFileFactory, DatasetFactory, wav_bytes
from tests.detectors.factories import (
    BuiltInFactory,
    DetectorFactory,
    InferenceFileFactory,
    InferenceJobFactory,
    detection,
)
from tests.detectors.sounds import sound

URL = "/api/v1/inference-jobs"
NOBODY = "00000000-0000-4000-8000-000000000000"
JOB_KEYS = {
    "id", "tenant_id", "model_id", "config", "status", "total_files", "processed_files", "failed_files",
    "total_detections", "error_message", "created_at", "started_at", "completed_at",
}  # fmt: skip
FILE_KEYS = {
    "id", "inference_job_id", "original_filename", "s3_key", "duration_ms", "status", "error_message", "detections",
    "detection_count", "processed_at",
}  # fmt: skip
ASKED = {"filename": "a.wav", "file_size_bytes": 1000}


@pytest.fixture
def rule(people):
    return BuiltInFactory(workspace=people.workspace)


@pytest.fixture
def inference(rule):
    return InferenceJobFactory(detector=rule)


def offered(client, inference, **asked):
    return client.post(f"{URL}/{inference.pk}/files/upload-url", {**ASKED, **asked})


def sent(offer, content):
    """Send a form as programs do: without a key, every field and then the file."""
    from rest_framework.test import APIClient

    path = offer["upload_url"].partition("testserver")[2]
    parts = {**offer["fields"], "file": io.BytesIO(content)}
    assert APIClient().post(path, parts, format="multipart").status_code == 204


def uploaded(client, inference, content, *, name="a.wav"):
    offer = offered(client, inference, filename=name, file_size_bytes=len(content)).json()
    sent(offer, content)
    return client.post(f"{URL}/{inference.pk}/files/confirm", {"file_id": offer["file_id"]}), offer["file_id"]


WRITES = [
    ("superadmin", 201),
    ("administrator", 201),
    ("annotation_administrator", 403),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 401),
]


@pytest.mark.parametrize(("who", "status"), WRITES)
def test_who_may_start(api, people, rule, who, status):
    assert api(people[who]).post(URL, {"model_id": str(rule.pk)}).status_code == status
    assert InferenceJob.objects.count() == (status == 201)


@pytest.mark.parametrize(("who", "status"), WRITES)
def test_who_may_upload(api, people, inference, who, status):
    assert offered(api(people[who]), inference).status_code == status
    assert InferenceFile.objects.count() == AudioFile.objects.count() == (status == 201)


@pytest.mark.parametrize(
    ("who", "status", "lists", "confirms"),
    [
        ("superadmin", 200, 200, 400),
        ("administrator", 200, 200, 400),
        ("annotation_administrator", 200, 200, 403),
        ("operator", 403, 403, 403),
        ("auditor", 403, 403, 403),
        ("outsider", 404, 200, 404),
        ("anonymous", 401, 401, 401),
    ],
)
def test_who_may_read_and_confirm(api, people, inference, who, status, lists, confirms):
    file, client = InferenceFileFactory(inference_job=inference), api(people[who])
    waiting = offered(api(people.administrator), inference).json()["file_id"]

    for path in ("", f"/files/{file.pk}", "/export"):
        assert client.get(f"{URL}/{inference.pk}{path}").status_code == status
    listed = client.get(URL)
    assert listed.status_code == lists
    if lists == 200:
        assert listed.json()["total"] == (who != "outsider")
    answer = client.post(f"{URL}/{inference.pk}/files/confirm", {"file_id": waiting})
    assert answer.status_code == confirms


def test_a_new_job_has_all_keys_and_the_defaults(api, people, rule):
    answer = api(people.administrator).post(URL, {"model_id": str(rule.pk), "config": {"threshold": 0.7}})

    assert answer.status_code == 201
    job = answer.json()
    assert job.keys() == JOB_KEYS
    assert job["config"] == {"threshold": 0.7, "merge_window_ms": 200, "min_duration_ms": 50}
    assert (job["model_id"], job["tenant_id"]) == (str(rule.pk), str(people.workspace.pk))
    assert (job["status"], job["total_files"], job["total_detections"]) == ("pending", 0, 0)
    assert [job[name] for name in ("error_message", "started_at", "completed_at")] == [None] * 3
    detail = api(people.administrator).get(f"{URL}/{job['id']}").json()
    assert detail == {**job, "files": []}


@pytest.mark.parametrize(
    ("config", "loc"),
    [
        ({"threshold": 1.5}, ["threshold"]),
        ({"threshold": True}, ["threshold"]),
        ({"merge_window_ms": 5001}, ["merge_window_ms"]),
        ({"merge_window_ms": 1.5}, ["merge_window_ms"]),
        ({"min_duration_ms": 1001}, ["min_duration_ms"]),
        ([], []),
    ],
)
def test_configs_that_are_refused_before_the_model_is_looked_for(api, people, config, loc):
    answer = api(people.administrator).post(URL, {"model_id": NOBODY, "config": config})

    assert answer.status_code == 422
    assert [row["loc"] for row in answer.json()["detail"]] == [["body", "config", *loc]]


@pytest.mark.parametrize("config", [None, {}])
def test_a_config_may_be_left_out(api, people, rule, config):
    answer = api(people.administrator).post(URL, {"model_id": str(rule.pk), "config": config})

    assert (answer.status_code, answer.json()["config"]["threshold"]) == (201, 0.5)


@pytest.mark.parametrize("model_id", [None, 7, "seven"])
def test_a_model_is_named_by_its_id(api, people, model_id):
    answer = api(people.administrator).post(URL, {"model_id": model_id})

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "model_id"])


def test_foreign_ids_answer_byte_for_byte_as_absent_ones(api, people, inference):
    client, foreign = api(people.administrator), InferenceFileFactory()
    other = foreign.inference_job
    pairs = [
        ("post", URL, {"model_id": NOBODY}, URL, {"model_id": str(DetectorFactory().pk)}),
        *(
            ("post", f"{URL}/{NOBODY}/files/{path}", sent, f"{URL}/{other.pk}/files/{path}", sent)
            for path, sent in [("upload-url", ASKED), ("confirm", {"file_id": str(foreign.pk)})]
        ),
        *(
            ("get", f"{URL}/{NOBODY}{path}", {}, f"{URL}/{other.pk}{path}", {})
            for path in ("", f"/files/{foreign.pk}", "/export")
        ),
        ("get", f"{URL}/{inference.pk}/files/{NOBODY}", {}, f"{URL}/{inference.pk}/files/{foreign.pk}", {}),
    ]

    for verb, one, asked, two, also in pairs:
        answers = [getattr(client, verb)(path, sent) for path, sent in ((one, asked), (two, also))]
        assert [answer.status_code for answer in answers] == [404, 404], one
        assert answers[0].content == answers[1].content, one


@pytest.mark.parametrize("name", ["file_size_bytes", "file_size"])
def test_an_upload_is_offered_under_both_spellings(api, people, inference, name):
    client = api(people.administrator)

    answer = client.post(f"{URL}/{inference.pk}/files/upload-url", {"filename": "a.wav", name: 5})

    offer = answer.json()
    assert answer.status_code == 201
    assert offer.keys() >= {
        "file_id",
        "upload_url",
        "upload_fields",
        "s3_key",
        "expires_in",
        "fields",
        "key",
        "audio_id",
    }
    assert (offer["fields"], offer["key"], offer["audio_id"]) == (
        offer["upload_fields"], offer["s3_key"], offer["file_id"],
    )  # fmt: skip
    file = client.get(f"{URL}/{inference.pk}/files/{offer['file_id']}").json()
    assert (file["status"], file["s3_key"], file["detections"]) == ("pending", offer["s3_key"], None)
    assert client.get(f"{URL}/{inference.pk}").json()["total_files"] == 0


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"file_size_bytes": 524_288_001}, "file_size_bytes"),
        ({"file_size_bytes": 0}, "file_size_bytes"),
        ({"file_size_bytes": "5"}, "file_size_bytes"),
        ({"filename": ""}, "filename"),
        ({"filename": "a" * 501}, "filename"),
        ({"filename": "a\0b"}, "filename"),
        ({"content_type": "image/png"}, "content_type"),
    ],
)
def test_uploads_that_are_refused(api, people, inference, asked, field):
    answer = offered(api(people.administrator), inference, **asked)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", field])
    assert not InferenceFile.objects.exists()


@pytest.mark.parametrize(
    ("size", "field"),
    [({"file_size": 0}, "file_size"), ({"file_size_bytes": 0}, "file_size_bytes"), ({}, "file_size_bytes")],
)
def test_a_refusal_names_the_size_as_it_was_sent(api, people, inference, size, field):
    answer = api(people.administrator).post(f"{URL}/{inference.pk}/files/upload-url", {"filename": "a.wav", **size})

    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]


def test_uploads_go_to_the_files_for_analysis(api, people, inference):
    offered(api(people.administrator), inference)

    assert [audio.dataset.purpose for audio in AudioFile.objects.select_related("dataset")] == ["analysis"]


def test_a_confirmation_before_the_upload_is_refused(api, people, inference):
    client = api(people.administrator)
    offer = offered(client, inference).json()

    answer = client.post(f"{URL}/{inference.pk}/files/confirm", {"file_id": offer["file_id"]})

    assert answer.status_code == 400
    assert "Nothing was uploaded" in answer.json()["detail"]
    assert InferenceFile.objects.get().state == "pending"


@pytest.mark.django_db(transaction=True)
def test_a_file_is_uploaded_confirmed_twice_and_analysed_once(api, people, inference, in_a_folder):
    client = api(people.administrator)

    answer, file_id = uploaded(client, inference, sound(1, pauses=(9000,)))
    again = client.post(f"{URL}/{inference.pk}/files/confirm", {"audio_id": file_id})

    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json().keys() >= FILE_KEYS
    file = again.json()
    assert (file["id"], file["status"], file["duration_ms"]) == (file_id, "completed", 20_000)
    assert [found["artifact_type"] for found in file["detections"]] == ["long_pause"]
    assert file["detections"][0].keys() == {"artifact_type", "start_ms", "end_ms", "confidence"}
    assert file["detection_count"] == 1
    job = client.get(f"{URL}/{inference.pk}").json()
    assert (job["status"], job["total_files"], job["processed_files"], job["total_detections"]) == (
        "completed",
        1,
        1,
        1,
    )
    assert job["files"] == [file]
    assert job["started_at"] <= job["completed_at"]


@pytest.mark.django_db(transaction=True)
def test_what_is_no_sound_fails_and_another_file_opens_the_job_again(api, people, inference, in_a_folder):
    client = api(people.administrator)
    uploaded(client, inference, b"RIFF but nothing behind it", name="bad.wav")
    job = client.get(f"{URL}/{inference.pk}").json()
    assert (job["status"], job["failed_files"], job["files"][0]["detections"]) == ("failed", 1, None)
    assert job["files"][0]["error_message"]
    assert job["error_message"] == "None of the files could be analysed; each says why."

    uploaded(client, inference, wav_bytes(ms=500))

    job = client.get(f"{URL}/{inference.pk}").json()
    assert (job["status"], job["total_files"], job["processed_files"], job["failed_files"]) == ("completed", 2, 1, 1)
    assert job["error_message"] is None


def test_without_its_model_a_job_takes_no_more_files(api, people):
    inference = InferenceJobFactory(detector=DetectorFactory(dataset__workspace=people.workspace))
    inference.detector.delete()

    answer = offered(api(people.administrator), inference)

    assert (answer.status_code, answer.json()["detail"]) == (400, f"The model “{inference.model_name}” was deleted.")


@pytest.mark.django_db(transaction=True)
def test_recordings_of_datasets_are_analysed_at_once(api, people, rule, media):
    from tests.detectors.sounds import uploaded as recording

    audio = recording(DatasetFactory(workspace=people.workspace), 1, sound(1, pauses=(9000,)))
    client = api(people.administrator)

    answer = client.post(URL, {"model_id": str(rule.pk), "audio_ids": [str(audio.pk), str(audio.pk)]})

    job = client.get(f"{URL}/{answer.json()['id']}").json()
    assert (job["status"], job["total_files"]) == ("completed", 1)
    assert (job["files"][0]["audio_id"], job["files"][0]["original_filename"]) == (str(audio.pk), "call-1.wav")


def test_recordings_elsewhere_are_refused_by_their_place(api, people, rule):
    own, foreign = AudioFileFactory(dataset__workspace=people.workspace), AudioFileFactory()
    sent = [str(own.pk), str(foreign.pk), NOBODY]

    answer = api(people.administrator).post(URL, {"model_id": str(rule.pk), "audio_ids": sent})

    assert answer.status_code == 422
    assert [row["loc"] for row in answer.json()["detail"]] == [["body", "audio_ids", 1], ["body", "audio_ids", 2]]
    assert len({row["msg"] for row in answer.json()["detail"]}) == 1
    assert not InferenceJob.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_is_in_it(api, people, rule, rows, django_assert_max_num_queries):
    for _ in range(rows):
        InferenceFileFactory(inference_job=InferenceJobFactory(detector=rule))
    client = api(people.administrator)

    with django_assert_max_num_queries(7):
        answer = client.get(URL)

    assert answer.json()["total"] == rows
    assert {row["total_detections"] for row in answer.json()["items"]} == {1}


@pytest.fixture
def found(inference):
    for name, rows in [("a.wav", [detection(), detection("echo", 500, 900)]), ("a.wav", []), ("b.wav", None)]:
        state = "failed" if rows is None else "completed"
        more = {"original_filename": name, "error": "" if rows is not None else "No sound."}
        InferenceFileFactory(inference_job=inference, state=state, detections=rows, **more)
    return inference


def exported(client, inference, **query):
    answer = client.get(f"{URL}/{inference.pk}/export", query)
    assert answer.status_code == 200
    return answer, b"".join(answer.streaming_content)


def test_export_as_json(api, people, found):
    answer, data = exported(api(people.administrator), found)

    assert answer["Content-Type"] == "application/json"
    told = json.loads(data)
    assert told["model_id"] == str(found.model_uuid)
    assert [row["status"] for row in told["files"]] == ["completed", "completed", "failed"]
    assert [row["detections"] for row in told["files"]] == [[detection(), detection("echo", 500, 900)], [], None]


def test_export_as_a_table(api, people, found):
    _answer, data = exported(api(people.administrator), found, format="csv")

    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert [(row["original_filename"], row["artifact_type"], row["start_ms"]) for row in rows] == [
        ("a.wav", "glitch", "100"),
        ("a.wav", "echo", "500"),
    ]


def test_export_as_label_tracks(api, people, found, rule):
    answer, data = exported(api(people.administrator), found, format="audacity")

    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert len(set(archive.namelist())) == 2
    assert texts == ["0.100000\t0.300000\tglitch\n0.500000\t0.900000\techo\n", ""]

    single = InferenceFileFactory(inference_job=InferenceJobFactory(detector=rule)).inference_job
    answer, data = exported(api(people.administrator), single, format="audacity")
    assert (answer["Content-Type"], data) == ("text/plain; charset=utf-8", b"0.100000\t0.300000\tglitch\n")


def test_an_unknown_format_is_refused(api, people, inference):
    answer = api(people.administrator).get(f"{URL}/{inference.pk}/export", {"format": "xml"})

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", "format"])


def test_a_job_outlives_the_recordings(api, people, rule):
    file = InferenceFileFactory(inference_job=InferenceJobFactory(detector=rule))
    client = api(people.administrator)
    Dataset.objects.filter(pk=file.audio_file.dataset_id).delete()

    row = client.get(f"{URL}/{file.inference_job_id}/files/{file.pk}").json()

    assert (row["audio_id"], row["detections"]) == (None, [detection()])
