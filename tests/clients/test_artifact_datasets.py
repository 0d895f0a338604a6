"""The published contract of artifact datasets, check by check, by plain HTTP clients against a live server."""

import io
import socket
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
import requests
from django.utils import timezone

from datasets.models import AudioFile
from tests.datasets.factories import wav_bytes
from tests.datasets.sending import SEVEN
from workspaces.models import Job

SOUND = wav_bytes(ms=1500)
TYPES = [
    {"name": "glitch", "description": "Audio pop, click, or distortion", "color": "#FF4444"},
    {"name": "long_pause", "description": "Unnatural silence > 500ms", "color": "#4444FF"},
    {"name": "hallucination", "description": "Extra words or sounds not in input", "color": "#44FF44"},
]
FIVE_STATES = {"pending", "normalizing", "embedding", "ready", "failed"}
ABSENT = "01a1f8a9-172f-70ac-bc4d-42cb4a644129"


@pytest.fixture
def http(door):
    """As the published typed client asks: JSON is announced whatever is sent."""
    headers = {"X-API-Key": door.key, "Content-Type": "application/json"}
    with httpx.Client(base_url=f"{door.url}/api/v1", headers=headers) as client:
        yield client


@pytest.fixture
def dataset(http):
    made = http.post("/datasets", json={"name": "TTS Quality Detection", "artifact_types": TYPES})
    assert made.status_code == 201, made.text
    return made.json()


@pytest.fixture
def here(dataset):
    return f"/datasets/{dataset['id']}"


def offer(http, here, content=SOUND, **changes):
    body = {"filename": "a.wav", "content_type": "audio/wav", "file_size": len(content), **changes}
    return http.post(f"{here}/audio/upload-url", json=body)


def send(told, content=SOUND, *, fields=None):
    """As the published snippets do: no key, and no content type of the part."""
    data = told["fields"] if fields is None else fields
    return requests.post(told["upload_url"], data=data, files={"file": ("a.wav", io.BytesIO(content))}, timeout=10)


def uploaded(http, here, content=SOUND):
    told = offer(http, here, content).json()
    assert send(told, content).status_code == 204
    assert http.post(f"{here}/audio/confirm", json={"audio_id": told["audio_id"]}).status_code == 200
    return told["audio_id"]


@pytest.fixture
def audio_id(http, here):
    return uploaded(http, here)


@pytest.fixture
def labels(http, here):
    return f"{here}/annotation-sets/{http.post(f'{here}/annotation-sets').json()['id']}"


def mark(audio_id, **changes):
    return {"audio_file_id": audio_id, "artifact_type": "glitch", "start_ms": 100, "end_ms": 300, **changes}


def locs(answer):
    assert answer.status_code == 422, answer.text
    return [problem["loc"] for problem in answer.json()["detail"]]


def test_1_5_6_keys_that_are_none_any_more(http, door):
    def ask(secret):
        return requests.get(f"{door.url}/api/v1/datasets", headers={"X-API-Key": secret} if secret else {}, timeout=10)

    gone = http.post("/auth/api-keys", json={"name": "gone"}).json()
    past = (timezone.now() - timedelta(days=1)).isoformat()
    old = http.post("/auth/api-keys", json={"name": "old", "expires_at": past}).json()
    assert ask(gone["key"]).status_code == 200
    assert http.delete(f"/auth/api-keys/{gone['id']}").status_code == 204

    answers = [ask(secret) for secret in (None, "garbage", gone["key"], old["key"])]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert [answer.json()["detail"] for answer in answers] == ["Invalid or missing API key"] * 3 + ["API key expired"]


def test_2_3_4_keys_are_made_and_listed(http):
    made = http.post("/auth/api-keys", json={"name": "ci"})

    body = made.json()
    assert (made.status_code, body["scopes"], body["last_used_at"]) == (201, [], None)
    assert (body["key"].startswith(body["key_prefix"]), len(body["key_prefix"])) == (True, 8)
    listed = http.get("/auth/api-keys").json()
    assert isinstance(listed, list)
    assert not any(row.get("key") for row in listed)
    for name in ("a" * 256, ""):
        assert locs(http.post("/auth/api-keys", json={"name": name}))[0][-1] == "name"


def test_7_a_dataset_is_made_as_it_was_sent(dataset):
    assert [{name: row[name] for name in TYPES[0]} for row in dataset["artifact_types"]] == TYPES
    assert UUID(dataset["id"])
    assert dataset["created_at"].endswith("Z")


def test_8_9_10_what_a_dataset_needs(http):
    refused = http.post("/datasets", json={"artifact_types": [{"name": "glitch"}]})
    assert locs(refused) == [["body", "name"]]
    for name in ("glitch", "Audio Glitch"):
        assert (
            http.post("/datasets", json={"name": "My Dataset", "artifact_types": [{"name": name}]}).status_code == 201
        )


def test_11_the_list_has_figures_and_pages(http, dataset):
    other = http.post("/datasets", json={"name": "Other"}).json()

    body = http.get("/datasets").json()

    assert body["total"] == 2
    assert all(isinstance(row[name], int) for row in body["items"] for name in ("audio_count", "annotation_set_count"))
    pages = [http.get(f"/datasets?page={n}&page_size=1").json()["items"] for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [1, 1, 0]
    assert {page[0]["id"] for page in pages[:2]} == {dataset["id"], other["id"]}


def test_12_13_types_are_read_added_to_and_sent_back(http, dataset, here):
    types = http.get(here).json()["artifact_types"]
    types.append({"name": "echo", "description": "Reverb or echo artifact", "color": "#FF8844"})

    changed = http.patch(here, json={"artifact_types": types})

    body = changed.json()
    assert (changed.status_code, [row["name"] for row in body["artifact_types"]][-1]) == (200, "echo")
    assert (body["name"], body["description"]) == (dataset["name"], dataset["description"])
    assert body["updated_at"] > dataset["updated_at"]
    renamed = http.patch(here, json={"name": "X"}).json()
    assert (renamed["name"], renamed["artifact_types"]) == ("X", body["artifact_types"])


def test_14_absent_and_foreign_are_the_same(http):
    from tests.datasets.factories import DatasetFactory

    answers = [http.get(f"/datasets/{pk}") for pk in (ABSENT, DatasetFactory().pk)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content == b'{"detail":"Dataset not found"}'


def test_15_16_19_20_22_a_file_is_uploaded_in_three_steps(http, here):
    told = offer(http, here).json()
    early = http.post(f"{here}/audio/confirm", json={"audio_id": told["audio_id"]})
    waiting = http.get(f"{here}/audio?processing_status=ready").json()["total"]
    sent = send(told)
    answers = [http.post(f"{here}/audio/confirm", json={"audio_id": told["audio_id"]}) for _ in range(2)]

    assert urlsplit(told["upload_url"]).scheme in ("http", "https")
    assert all(isinstance(value, str) for value in told["fields"].values())
    assert isinstance(told["expires_in"], int)
    assert (early.status_code, isinstance(early.json()["detail"], str), waiting) == (400, True, 0)
    assert sent.status_code == 204
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json()["audio_id"] == told["audio_id"]
        assert answer.json()["status"] in FIVE_STATES
        assert answer.json()["message"]
    assert Job.objects.filter(kind="datasets.import").count() == 1
    [row] = http.get(f"{here}/audio?processing_status=ready").json()["items"]
    assert (row["id"], row["processing_status"], abs(row["duration_ms"] - 1500) <= 20) == (
        told["audio_id"],
        "ready",
        True,
    )


def test_17_the_fields_of_the_shell_program_are_enough(http, here):
    told = offer(http, here).json()
    if "AWSAccessKeyId" not in told["fields"]:
        pytest.skip("A bucket gives its own fields.")

    assert send(told, fields={name: told["fields"][name] for name in SEVEN}).status_code == 204


@pytest.mark.parametrize("name", ["policy", "x-amz-signature"])
def test_18_a_changed_form_stores_nothing(http, here, name, media, in_a_folder):
    told = offer(http, here).json()

    answer = send(told, fields={**told["fields"], name: "x" + told["fields"][name][1:]})

    assert answer.status_code == 403
    assert media.names() == []


def test_20_a_text_that_is_called_sound_fails(http, here):
    pk = uploaded(http, here, b"Not a sound, only words. " * 400)

    row = http.get(f"{here}/audio/{pk}").json()
    assert (row["processing_status"], bool(row["error_message"])) == ("failed", True)


@pytest.mark.parametrize(
    "changes", [{"file_size": 524_288_001}, {"content_type": "image/png"}, {"filename": "a" * 501}, {"file_size": 0}]
)
def test_21_what_is_not_taken(http, here, changes):
    assert locs(offer(http, here, **changes)) == [["body", *changes]]


def test_23_24_sets_are_made_of_nothing(http, here, door):
    bare = requests.post(f"{door.url}/api/v1{here}/annotation-sets", headers={"X-API-Key": door.key}, timeout=10)
    announced = http.post(f"{here}/annotation-sets", content=b"")

    assert [(a.status_code, a.json()["version"], a.json()["status"]) for a in (bare, announced)] == [
        (201, 1, "draft"),
        (201, 2, "draft"),
    ]
    listed = http.get(f"{here}/annotation-sets").json()
    assert (listed["total"], [row["published_at"] for row in listed["items"]]) == (2, [None, None])


def test_25_26_annotations_are_taken_or_refused(http, labels, audio_id):
    from tests.datasets.factories import AudioFileFactory

    path = f"{labels}/annotations"
    made = http.post(path, json=mark(audio_id, extra_data={"by": "ear"}))
    assert (made.status_code, made.json()["confidence"], made.json()["extra_data"]) == (201, 1.0, {"by": "ear"})

    missing = mark(audio_id)
    del missing["audio_file_id"]
    wrong = [
        (mark(audio_id, start_ms=-1), "start_ms"),
        (mark(audio_id, confidence=1.1), "confidence"),
        (mark(audio_id, end_ms=100), "end_ms"),
        (mark(audio_id, end_ms=1502), "end_ms"),
        (mark(audio_id, artifact_type="echo"), "artifact_type"),
        (missing, "audio_file_id"),
        (mark(str(AudioFileFactory().pk)), "audio_file_id"),
    ]
    assert [locs(http.post(path, json=body)) for body, _field in wrong] == [[["body", field]] for _body, field in wrong]


def test_27_28_many_at_once_or_none(http, labels, audio_id):
    rows = [mark(audio_id, start_ms=start, end_ms=start + 60) for start in (400, 0, 200)]

    made = http.post(f"{labels}/annotations/bulk", json={"annotations": rows})
    refused = http.post(f"{labels}/annotations/bulk", json={"annotations": [*rows, mark(audio_id, end_ms=1)]})

    assert (made.status_code, made.json()["created"]) == (201, 3)
    assert [row["start_ms"] for row in made.json()["annotations"]] == [400, 0, 200]
    assert locs(refused) == [["body", "annotations", 3, "end_ms"]]
    body = http.get(labels).json()
    assert [{name: row[name] for name in rows[0]} for row in body["annotations"]] == rows
    assert (body["total_annotations"], body["total_positive_duration_ms"]) == (3, 180)
    assert sum(body["annotations_by_type"].values()) == 3


def test_29_30_what_is_published_stays(http, labels, audio_id):
    kept = http.post(f"{labels}/annotations", json=mark(audio_id)).json()["id"]

    published = http.post(f"{labels}/publish")

    assert (published.status_code, published.json()["status"]) == (200, "published")
    assert published.json()["published_at"]
    before = http.get(labels).content
    answers = [
        http.post(f"{labels}/publish"),
        http.post(f"{labels}/annotations", json=mark(audio_id)),
        http.post(f"{labels}/annotations/bulk", json={"annotations": [mark(audio_id)]}),
        http.patch(f"{labels}/annotations/{kept}", json={"end_ms": 400}),
        http.delete(f"{labels}/annotations/{kept}"),
        http.delete(labels),
    ]
    assert [answer.status_code for answer in answers] == [400] * 6
    assert http.get(labels).content == before


def test_39_a_removed_type_invalidates_what_is_a_draft(http, here, labels, audio_id):
    for kind in ("glitch", "long_pause"):
        http.post(f"{labels}/annotations", json=mark(audio_id, artifact_type=kind))
    draft = (
        f"{here}/annotation-sets/{http.post(f'{here}/annotation-sets', json={'based_on': labels[-36:]}).json()['id']}"
    )
    http.post(f"{labels}/publish")

    assert http.patch(here, json={"artifact_types": TYPES[1:]}).status_code == 200
    assert http.get(draft).json()["annotations_by_type"] == {"long_pause": 1}
    refused = http.post(f"{draft}/publish")
    assert (refused.status_code, "glitch" in refused.json()["detail"]) == (400, True)
    assert http.get(labels).json()["annotations_by_type"] == {"glitch": 1, "long_pause": 1}

    http.patch(here, json={"artifact_types": TYPES})
    assert http.get(draft).json()["total_annotations"] == 2


def test_40_a_deleted_dataset_takes_all_along(http, here, labels, audio_id, media):
    http.post(f"{labels}/annotations", json=mark(audio_id))

    assert http.delete(here).status_code == 204
    for path in (here, f"{here}/audio/{audio_id}", labels, f"{labels}/annotations"):
        assert http.get(path).status_code == 404
    assert media.names() == []


def test_addresses_end_in_no_slash(http, here):
    for path in ("/datasets/", f"{here}/", f"{here}/annotation-sets/"):
        answer = http.post(path, json={})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    refused = http.put(here, json={})
    assert (refused.status_code, refused.json().keys(), "Allow" in refused.headers) == (405, {"detail"}, True)


def test_a_connection_that_breaks_leaves_nothing(http, here, media, in_a_folder):
    told = offer(http, here).json()
    parts = urlsplit(told["upload_url"])
    form = requests.Request("POST", told["upload_url"], data=told["fields"], files={"file": ("a", SOUND)}).prepare()
    head = "\r\n".join(f"{name}: {value}" for name, value in form.headers.items())

    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{head}\r\n\r\n".encode() + form.body[:-900]
        )
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(1000)

    assert answer.split()[1] == b"400"
    assert media.names() == []
    assert AudioFile.objects.get().awaits_upload
