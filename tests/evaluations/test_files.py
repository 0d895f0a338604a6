"""Files on `/v5/`: uploads, what is refused, tags, contents and deleting."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datasets.models import AudioBlob, AudioFile
from evaluations.models import (
    DatasetItem,
    DatasetItemFile,
    DatasetItemVersion,
    Evaluation,
    EvaluationDataset,
    EvaluationFile,
    EvaluationItem,
)
from tests.datasets.audio.zoo import Zoo
from tests.datasets.factories import AudioFileFactory, DatasetFactory, wav_bytes
from tests.factories import ApiKeyFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "01890000-0000-7000-8000-000000000000"


def part(content, *, name="call.wav", kind="audio/x-wav"):
    return SimpleUploadedFile(name, content, content_type=kind)


def upload(client, content, *, name="call.wav", kind="audio/x-wav", **fields):
    return client.post("/v5/files", {**fields, "file": part(content, name=name, kind=kind)}, format="multipart")


def body_of(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def zoo(tmp_path):
    return Zoo(tmp_path)


def test_an_upload_is_a_file_in_the_shape_of_the_contract(v5, media, people):
    content = wav_bytes(ms=2400)

    response = upload(v5, content, purpose="evaluation")

    assert response.status_code == 201
    answer = response.json()
    audio = AudioFile.objects.get()
    assert answer == {
        "id": str(audio.pk),
        "object": "file",
        "filename": "call.wav",
        "md5_checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "mime_type": "audio/wav",
        "size": len(content),
        "created_at": answer["created_at"],
        "created_by": {"id": str(audio.created_by_id), "type": "service_account", "object": "identity"},
        "duration_seconds": 2,
        "tags": {"purpose": "evaluation"},
        "status": "ready",
        "error": None,
    }
    assert (audio.duration_ms, audio.dataset.purpose, audio.workspace) == (2400, "evaluations", people.workspace)
    assert v5.get(f"/v5/files/{audio.pk}").json() == answer
    assert answer["created_at"].endswith("Z")


def test_neither_the_type_of_the_part_nor_its_name_is_believed(v5, media):
    response = upload(v5, wav_bytes(), name="../../etc/../passwd.txt", kind="text/html")

    assert (response.json()["filename"], response.json()["mime_type"]) == ("passwd.txt", "audio/wav")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("upload", "upload"),
        ("C:\\Users\\me\\call.wav", "call.wav"),
        ("ünï 呼.wav", "ünï 呼.wav"),
        ("a\x00b\x07.wav", "ab.wav"),
        ("x" * 400 + ".wav", "x" * 251 + ".wav"),
        ('quo"te.wav', 'quo"te.wav'),
    ],
)
def test_file_names_are_made_harmless(v5, media, name, kept):
    boundary = "limit"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{escaped}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode() + wav_bytes()
    body += f"\r\n--{boundary}--\r\n".encode()

    response = v5.generic("POST", "/v5/files", body, content_type=f"multipart/form-data; boundary={boundary}")

    assert (response.status_code, response.json().get("filename")) == (201, kept)


def test_the_same_bytes_twice_are_two_files_with_one_blob(v5, media):
    first, second = (upload(v5, wav_bytes(), name=name).json() for name in ("a.wav", "b.wav"))

    assert first["id"] != second["id"]
    assert (AudioFile.objects.count(), AudioBlob.objects.count()) == (2, 1)
    v5.delete(f"/v5/files/{first['id']}")
    assert body_of(v5.get(f"/v5/files/{second['id']}/content")) == wav_bytes()
    v5.delete(f"/v5/files/{second['id']}")
    assert media.names() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"<html><body>no sound</body></html>", "This is not a sound file: it looks like a web page."),
        (b"%PDF-1.7 " + bytes(40), "This is not a sound file: it looks like a PDF document."),
        (wav_bytes()[:36], "This is not a sound file, or it is damaged so badly that nothing of it can be played."),
        (wav_bytes()[:44], "There is no sound in it."),
        (b"fLaC" + bytes(10), "This is not a sound file, or it is damaged so badly that nothing of it can be played."),
    ],
)
def test_what_cannot_be_played_is_refused_and_nothing_is_stored(v5, media, content, sentence):
    response = upload(v5, content)

    assert (response.status_code, response["X-Should-Retry"]) == (422, "false")
    assert response.json() == {"detail": [{"loc": ["body", "file"], "msg": sentence, "type": "value_error"}]}
    assert (AudioFile.objects.count(), media.names()) == (0, [])


def test_an_mp4_without_its_index_is_refused(v5, media, zoo):
    response = upload(v5, zoo.path("cut.m4a").read_bytes(), name="cut.m4a")

    assert response.status_code == 422
    assert response.json()["detail"][0]["msg"].startswith("The file is damaged: its index is missing")


@pytest.mark.parametrize("beyond", [1, 100_000])
def test_a_file_beyond_the_limit_is_413(v5, media, settings, beyond):
    content = wav_bytes()
    settings.V5_MAX_FILE_BYTES = len(content)
    assert upload(v5, content).status_code == 201

    response = upload(v5, content + bytes(beyond))

    assert (response.status_code, AudioFile.objects.count()) == (413, 1)
    assert response.json() == {"detail": "The file is larger than 3.2\xa0KB, the most this door takes."}


def test_the_servers_own_limit_holds_here_too(v5, media, settings):
    settings.MAX_AUDIO_BYTES = 1000

    assert upload(v5, wav_bytes()).status_code == 413


def test_a_file_that_came_before_this_door_tells_its_type(v5, people):
    audio = AudioFileFactory(dataset__workspace=people.workspace)

    assert v5.get(f"/v5/files/{audio.pk}").json()["mime_type"] == "audio/wav"
    assert v5.get("/v5/files").json()["items"][0]["mime_type"] == "audio/wav"


def test_a_body_that_is_no_form_is_415(v5):
    for kind in ("application/json", "audio/wav", "text/plain"):
        response = v5.generic("POST", "/v5/files", b"{}", content_type=kind)
        assert (kind, response.status_code) == (kind, 415)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"file": "text, not a file"},
        {"other": part(wav_bytes())},
        {"file": [part(wav_bytes()), part(wav_bytes())]},
    ],
)
def test_a_form_without_one_file_is_422(v5, media, fields):
    response = v5.post("/v5/files", fields, format="multipart")

    assert (response.status_code, response.json()["detail"][0]["loc"]) == (422, ["body", "file"])
    assert AudioFile.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"--limit", b"--limit\r\n\r\n", b"\x00\xff" * 100, b"--limit\r\nContent-Disposition: form-data\r\n\r\nx"],
)
def test_broken_forms_are_refused(v5, body):
    response = v5.generic("POST", "/v5/files", body, content_type="multipart/form-data; boundary=limit")

    assert response.status_code in (400, 422)


def test_a_form_with_too_many_parts_is_refused(v5, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    response = v5.post("/v5/files", {f"f{n}": part(b"x") for n in range(3)}, format="multipart")

    assert response.status_code == 400


def test_the_list_has_all_files_of_the_workspace_and_finds_parts_of_names(v5, people):
    dataset = DatasetFactory(workspace=people.workspace)
    names = ["Call-1.wav", "call-2.wav", "music.wav"]
    files = [AudioFileFactory(dataset=dataset, filename=name) for name in names]
    AudioFileFactory(filename="call of another workspace.wav")

    everything = v5.get("/v5/files").json()
    found = v5.get("/v5/files", {"filename": "CALL"}).json()
    newest = v5.get("/v5/files", {"sort_by": "filename", "sort_order": "desc", "limit": 1}).json()

    assert [row["id"] for row in everything["items"]] == [str(audio.pk) for audio in files]
    assert (everything["total"], everything["has_more"], everything["object"]) == (3, False, "list")
    assert [row["filename"] for row in found["items"]] == names[:2]
    assert ([row["filename"] for row in newest["items"]], newest["has_more"]) == (["music.wav"], True)
    rest = v5.get("/v5/files", {"starting_after": str(files[0].pk)}).json()
    assert [row["filename"] for row in rest["items"]] == names[1:]


def test_a_longer_list_asks_no_more_questions(v5, people):
    counts = []
    v5.get("/v5/files")
    for more in (1, 2):
        for _file in range(more):
            AudioFileFactory(dataset__workspace=people.workspace, created_by=people.administrator)
        with CaptureQueriesContext(connection) as queries:
            v5.get("/v5/files")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_tags_are_replaced_as_a_whole(v5, people):
    audio = AudioFileFactory(dataset__workspace=people.workspace, tags={"old": 1}, metadata={"kept": True})
    tags = {"speaker": "a", "takes": [1, 2.5, None], "nested": {"x": True}}

    response = v5.patch(f"/v5/files/{audio.pk}", {"tags": tags})

    assert (response.status_code, response.json()["tags"]) == (200, tags)
    audio.refresh_from_db()
    assert (audio.tags, audio.metadata) == (tags, {"kept": True})
    assert v5.patch(f"/v5/files/{audio.pk}", {"tags": None}).json()["tags"] is None
    assert v5.patch(f"/v5/files/{audio.pk}", {}).status_code == 200


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"tags": []}, ["body", "tags"]),
        ({"tags": "a"}, ["body", "tags"]),
        ({"tags": {"a": "\0"}}, ["body", "tags"]),
        ({"tags": {"a": "x" * 20_000}}, ["body", "tags"]),
        ({"filename": "new.wav"}, ["body", "filename"]),
        ({"tags": {}, "id": "x"}, ["body", "id"]),
        ([], ["body"]),
        ("text", ["body"]),
    ],
)
def test_nothing_but_tags_can_be_changed(v5, people, body, loc):
    audio = AudioFileFactory(dataset__workspace=people.workspace, tags={"old": 1})

    response = v5.patch(f"/v5/files/{audio.pk}", body)

    assert (response.status_code, response.json()["detail"][0]["loc"]) == (422, loc)
    audio.refresh_from_db()
    assert audio.tags == {"old": 1}


def test_tags_nested_without_end_are_refused(v5, people):
    audio = AudioFileFactory(dataset__workspace=people.workspace)
    for depth in (200, 5_000):
        body = '{"tags": {"a": ' + "[" * depth + "]" * depth + "}}"
        response = v5.generic("PATCH", f"/v5/files/{audio.pk}", body, content_type="application/json")
        assert response.status_code in (400, 422)


def test_contents_are_the_bytes_as_they_came(v5, media):
    content = wav_bytes()
    file_id = upload(v5, content, name="ü call.wav").json()["id"]

    for accept in ("application/json", "text/html", "audio/mpeg", "*/*"):
        response = v5.get(f"/v5/files/{file_id}/content", headers={"Accept": accept})
        assert (response.status_code, body_of(response)) == (200, content)
    assert response["Content-Type"] == "audio/wav"
    assert response["Content-Disposition"] == "attachment; filename=\"_ call.wav\"; filename*=UTF-8''%C3%BC%20call.wav"
    assert response["Content-Length"] == str(len(content))
    part_of_it = v5.get(f"/v5/files/{file_id}/content", headers={"Range": "bytes=2-5"})
    assert (part_of_it.status_code, body_of(part_of_it)) == (206, content[2:6])
    assert part_of_it["Content-Range"] == f"bytes 2-5/{len(content)}"
    head = v5.head(f"/v5/files/{file_id}/content")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(content)))
    assert v5.get(f"/v5/files/{file_id}/content", headers={"Range": "bytes=999999-"}).status_code == 416


def test_the_original_is_given_where_browsers_play_a_copy(v5, media):
    content = wav_bytes(rate=96_000)

    file_id = upload(v5, content).json()["id"]

    assert AudioFile.objects.get().blob.playback
    assert body_of(v5.get(f"/v5/files/{file_id}/content")) == content


@pytest.mark.parametrize("status", ["pending", "normalizing", "failed"])
def test_contents_are_there_before_they_are_read(v5, people, media, status):
    default_storage.save("uploads/one", ContentFile(b"RIFFbytes"))
    audio = AudioFileFactory(
        dataset__workspace=people.workspace, blob=None, status=status, error="A trouble.", upload="uploads/one",
        duration_ms=0,
    )  # fmt: skip

    response = v5.get(f"/v5/files/{audio.pk}/content")

    assert (response.status_code, body_of(response)) == (200, b"RIFFbytes")
    assert response["Content-Type"] == "application/octet-stream"
    assert v5.get(f"/v5/files/{audio.pk}").json()["duration_seconds"] is None


def test_contents_that_are_gone_are_404_with_a_sentence(v5, people, media):
    dataset = DatasetFactory(workspace=people.workspace)
    lost = AudioFileFactory(dataset=dataset)
    unread = AudioFileFactory(dataset=dataset, blob=None, status="failed", error="Noise.")

    assert [v5.get(f"/v5/files/{audio.pk}/content").json() for audio in (lost, unread)] == [
        {"detail": "The bytes of this file are not in storage any more."},
        {"detail": "The bytes of this file were not kept, since it could not be read."},
    ]


def test_deleting_is_for_good(v5, media):
    file_id = upload(v5, wav_bytes()).json()["id"]

    response = v5.delete(f"/v5/files/{file_id}", content_type="application/json")

    assert (response.status_code, response.json()) == (200, {"id": file_id, "deleted": True, "object": "file"})
    assert media.names() == []
    assert v5.get(f"/v5/files/{file_id}").status_code == 404


def test_a_file_that_an_evaluation_or_rows_use_stays(v5, people):
    audio = AudioFileFactory(dataset__workspace=people.workspace)
    other = AudioFileFactory(dataset=audio.dataset)
    evaluation = Evaluation.objects.create(workspace=people.workspace, name="Week 46")
    item = EvaluationItem.objects.create(evaluation=evaluation, position=1)
    EvaluationFile.objects.create(item=item, key="audio", audio=audio)
    rows = EvaluationDataset.objects.create(workspace=people.workspace, name="Calls")
    version = DatasetItemVersion.objects.create(item=DatasetItem.objects.create(dataset=rows), since=1, content_hash="")
    DatasetItemFile.objects.create(version=version, key="audio", audio=other)

    answers = [v5.delete(f"/v5/files/{one.pk}") for one in (audio, other)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [answer.json()["detail"] for answer in answers] == [
        "This cannot be deleted, because it is used by evaluation “Week 46”.",
        "This cannot be deleted, because it is used by the rows of “Calls”.",
    ]
    assert AudioFile.objects.count() == 2


@pytest.mark.parametrize("wrong", ["x", "1", NOBODY, "%00", "a" * 500, "%F0%9F%98%80"])
def test_ids_of_nothing_are_404(v5, wrong):
    for method in ("get", "patch", "delete"):
        response = getattr(v5, method)(f"/v5/files/{wrong}")
        assert (method, response.status_code, list(response.json())) == (method, 404, ["detail"])
    assert v5.get(f"/v5/files/{wrong}/content").status_code == 404


def test_a_file_of_another_workspace_is_not_there(v5):
    audio = AudioFileFactory()

    for method in ("get", "patch", "delete"):
        assert getattr(v5, method)(f"/v5/files/{audio.pk}", {"tags": {}}).status_code == 404
    assert v5.get(f"/v5/files/{audio.pk}/content").status_code == 404
    assert AudioFile.objects.filter(pk=audio.pk).exists()


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("administrator", True, True),
        ("superadmin", True, True),
        ("annotation_administrator", True, False),
        ("auditor", False, False),
        ("operator", False, False),
    ],
)
def test_who_may_read_and_who_may_write(v5_of, people, media, who, reads, writes):
    client = v5_of(ApiKeyFactory(workspace=people.workspace, user=people[who]).plain_secret)
    audio = AudioFileFactory(dataset__workspace=people.workspace)

    assert upload(client, wav_bytes()).status_code == (201 if writes else 403)
    assert client.get("/v5/files").status_code == (200 if reads else 403)
    assert client.get(f"/v5/files/{audio.pk}").status_code == (200 if reads else 403)
    # Its bytes are not there.
    assert client.get(f"/v5/files/{audio.pk}/content").status_code == (404 if reads else 403)
    assert client.patch(f"/v5/files/{audio.pk}", {"tags": {}}).status_code == (200 if writes else 403)
    assert client.delete(f"/v5/files/{audio.pk}").status_code == (200 if writes else 403)


@pytest.mark.parametrize(("scopes", "status"), [(["datasets"], 201), (["read"], 403), (["manage"], 403), ([], 201)])
def test_a_key_needs_the_scope_of_datasets_to_upload(v5_of, people, media, scopes, status):
    key = ApiKeyFactory(workspace=people.workspace, user=people.administrator, scopes=scopes)

    assert upload(v5_of(key.plain_secret), wav_bytes()).status_code == status


def test_without_a_key_or_for_another_account_nothing_is_told(v5_of, people, api):
    assert api(people.administrator).get("/v5/files").status_code == 401
    key = ApiKeyFactory(workspace=people.workspace, user=people.administrator).plain_secret
    assert v5_of(key, account=str(WorkspaceFactory().pk)).get("/v5/files").status_code == 403
