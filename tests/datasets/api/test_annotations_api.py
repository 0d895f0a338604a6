"""Annotations of a draft over JSON, and which files were listened to."""

import json

import pytest

from datasets.models import Annotation, ListenedFile
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
)
from tests.datasets.labels import row, set_path


@pytest.fixture
def dataset(people):
    dataset = DatasetFactory(workspace=people.workspace)
    for name in ("glitch", "Audio Glitch"):
        ArtifactTypeFactory(dataset=dataset, name=name)
    return dataset


@pytest.fixture
def audio(dataset):
    return AudioFileFactory(dataset=dataset, duration_ms=1000)


@pytest.fixture
def draft(dataset):
    return AnnotationSetFactory(dataset=dataset, version=1)


@pytest.fixture
def path(draft):
    return f"{set_path(draft)}/annotations"


@pytest.fixture
def client(api, people):
    return api(people.administrator)


def test_an_annotation_is_made_with_what_it_needs(client, path, audio, draft):
    made = client.post(path, row(audio))

    body = made.json()
    assert made.status_code == 201
    assert body == {
        "id": body["id"],
        "annotation_set_id": str(draft.pk),
        "audio_file_id": str(audio.pk),
        "artifact_type": "glitch",
        "start_ms": 100,
        "end_ms": 300,
        "confidence": 1.0,
        "extra_data": {},
        "created_at": body["created_at"],
        "is_valid": True,
    }
    assert body["created_at"].endswith("Z")


@pytest.mark.parametrize(
    "changes",
    [
        {"confidence": 0},
        {"confidence": 0.5},
        {"extra_data": {"by": "ear", "deep": [{"er": None}], "ü": 1.5}},
        {"start_ms": 0, "end_ms": 1},
        {"end_ms": 1001},
        {"start_ms": 100.0},
        {"artifact_type": "Audio Glitch"},
        {"something": "else"},
    ],
)
def test_what_is_taken_is_told_as_it_was_sent(client, path, audio, changes):
    sent = row(audio, **changes)

    made = client.post(path, sent)

    assert made.status_code == 201
    told = made.json()
    assert {name: told[name] for name in sent if name in told} == {k: v for k, v in sent.items() if k in told}


def test_the_same_place_may_be_marked_twice(client, path, audio):
    assert [client.post(path, row(audio)).status_code for _ in range(2)] == [201, 201]


NONE_OF_OURS = "01a1f8a9-172f-70ac-bc4d-42cb4a644129"
REFUSED = [
    ({"start_ms": -1}, "start_ms"),
    ({"start_ms": 1.5}, "start_ms"),
    ({"start_ms": True}, "start_ms"),
    ({"start_ms": "100"}, "start_ms"),
    ({"start_ms": None}, "start_ms"),
    ({"end_ms": 100}, "end_ms"),
    ({"end_ms": 99}, "end_ms"),
    ({"end_ms": 1002}, "end_ms"),
    ({"end_ms": 2**63}, "end_ms"),
    ({"end_ms": False}, "end_ms"),
    ({"confidence": 1.1}, "confidence"),
    ({"confidence": -0.1}, "confidence"),
    ({"confidence": True}, "confidence"),
    ({"confidence": "0.5"}, "confidence"),
    ({"confidence": 10**400}, "confidence"),
    ({"confidence": None}, "confidence"),
    ({"artifact_type": "echo"}, "artifact_type"),
    ({"artifact_type": "Glitch"}, "artifact_type"),
    ({"artifact_type": ""}, "artifact_type"),
    ({"artifact_type": "x" * 101}, "artifact_type"),
    ({"artifact_type": "a\0"}, "artifact_type"),
    ({"artifact_type": 7}, "artifact_type"),
    ({"audio_file_id": NONE_OF_OURS}, "audio_file_id"),
    ({"audio_file_id": "7"}, "audio_file_id"),
    ({"audio_file_id": 7}, "audio_file_id"),
    ({"audio_file_id": None}, "audio_file_id"),
    ({"extra_data": []}, "extra_data"),
    ({"extra_data": "x"}, "extra_data"),
    ({"extra_data": {"a": "\0"}}, "extra_data"),
    ({"extra_data": {"\0": 1}}, "extra_data"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
@pytest.mark.parametrize("way", ["post", "bulk", "patch"])
def test_what_cannot_be_is_refused_with_its_place(client, path, audio, draft, way, changes, field):
    if way == "post":
        answer, loc = client.post(path, row(audio, **changes)), ["body", field]
    elif way == "bulk":
        sent = [row(audio), row(audio, **changes), row(audio)]
        answer, loc = client.post(f"{path}/bulk", {"annotations": sent}), ["body", "annotations", 1, field]
    else:
        kept = AnnotationFactory(annotation_set=draft, audio_file=audio, start_ms=100, end_ms=300)
        answer, loc = client.patch(f"{path}/{kept.pk}", changes), ["body", field]

    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [loc]
    assert all(problem.keys() == {"loc", "msg", "type"} for problem in answer.json()["detail"])
    assert Annotation.objects.count() == (1 if way == "patch" else 0)
    if way == "patch":
        assert Annotation.objects.values_list("start_ms", "end_ms", "confidence").get() == (100, 300, 1.0)


@pytest.mark.parametrize("name", ["audio_file_id", "artifact_type", "start_ms", "end_ms"])
def test_every_part_of_an_annotation_is_needed(client, path, audio, name):
    sent = row(audio)
    del sent[name]

    answer = client.post(path, sent)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", name])


def test_a_file_of_another_dataset_is_none(client, path, people):
    other = AudioFileFactory(dataset=DatasetFactory(workspace=people.workspace))

    assert client.post(path, row(other)).json()["detail"][0]["loc"] == ["body", "audio_file_id"]


def test_a_file_that_was_not_read_yet_may_be_annotated_anywhere(client, path, dataset):
    waiting = AudioFileFactory(dataset=dataset, status="pending", blob=None, duration_ms=0)

    assert client.post(path, row(waiting, end_ms=10**9)).status_code == 201
    assert client.post(path, row(waiting, end_ms=2**63)).status_code == 422


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("{", 400),
        ("", 422),
        ("[]", 422),
        ("7", 422),
        ('"x"', 422),
        ('{"annotations": {}}', 422),
        ('{"annotations": [7]}', 422),
        ('{"start_ms": NaN}', 400),
        ('{"end_ms": Infinity}', 400),
        ('{"extra_data": {"a": 1e999}}', 422),
        ('{"confidence": 1e999}', 422),
        ('{"start_ms": 1e999}', 422),
        ('{"artifact_type": "\\ud800"}', 422),
        ("[" * 100_000, 400),
        ('{"extra_data": {"a": ' + "[" * 100 + "]" * 100 + "}}", 422),
        ('{"extra_data": {"a": ' + "[" * 900 + "]" * 900 + "}}", (400, 422)),
    ],
)
@pytest.mark.parametrize("end", ["", "/bulk"])
def test_bodies_that_are_none(client, path, audio, text, status, end):
    answer = client.generic("POST", path + end, text, content_type="application/json")

    assert answer.status_code in (status if isinstance(status, tuple) else (status,))
    assert Annotation.objects.count() == 0


def test_a_deep_object_is_refused_for_its_depth_alone(client, path, audio):
    deep: object = 1
    for _ in range(48):
        deep = [deep]

    assert client.post(path, row(audio, extra_data={"a": deep})).status_code == 201
    assert client.post(path, row(audio, extra_data={"a": [[deep]]})).status_code == 422


def test_other_kinds_of_bodies_are_not_taken(client, path):
    answer = client.generic("POST", path, "a=1", content_type="application/x-www-form-urlencoded")

    assert answer.status_code in (400, 415, 422)


def test_many_are_made_at_once_in_their_order(client, path, audio):
    sent = [row(audio, start_ms=start, end_ms=start + 10) for start in (300, 100, 200)]

    made = client.post(f"{path}/bulk", {"annotations": sent})

    assert (made.status_code, made.json()["created"]) == (201, 3)
    assert [told["start_ms"] for told in made.json()["annotations"]] == [300, 100, 200]
    assert [told["start_ms"] for told in client.get(path).json()["items"]] == [300, 100, 200]


def test_many_may_be_none(client, path):
    assert client.post(f"{path}/bulk", {"annotations": []}).json() == {"created": 0, "annotations": []}
    assert client.post(f"{path}/bulk", {}).json()["detail"][0]["loc"] == ["body", "annotations"]


def test_many_with_a_few_bad_ones_name_each_and_store_none(client, path, audio):
    sent = [row(audio, end_ms=1002) if n in (2, 4) else row(audio) for n in range(5)]

    answer = client.post(f"{path}/bulk", {"annotations": sent})

    assert [problem["loc"] for problem in answer.json()["detail"]] == [
        ["body", "annotations", 2, "end_ms"],
        ["body", "annotations", 4, "end_ms"],
    ]
    assert Annotation.objects.count() == 0


def test_a_body_of_megabytes_is_taken(client, path, audio):
    sent = [row(audio, extra_data={"note": "x" * 20_000}) for _ in range(300)]

    assert client.post(f"{path}/bulk", {"annotations": sent}).json()["created"] == 300


def test_the_list_is_narrowed_down(client, path, dataset, draft, audio):
    other = AudioFileFactory(dataset=dataset)
    mine = AnnotationFactory(annotation_set=draft, audio_file=audio)
    pause = AnnotationFactory(annotation_set=draft, audio_file=other, artifact_type="Audio Glitch")
    AnnotationFactory(annotation_set__dataset=dataset, annotation_set__version=2, audio_file=audio)

    def listed(query):
        body = client.get(f"{path}?{query}").json()
        return [told["id"] for told in body["items"]], body["total"]

    assert listed("") == ([str(mine.pk), str(pause.pk)], 2)
    assert listed(f"audio_file_id={audio.pk}") == ([str(mine.pk)], 1)
    assert listed("artifact_type=Audio%20Glitch") == ([str(pause.pk)], 1)
    assert listed("artifact_type=audio") == ([], 0)
    assert listed("artifact_type=a%00") == ([], 0)
    assert listed(f"audio_file_id={audio.pk}&artifact_type=Audio%20Glitch") == ([], 0)
    assert listed("page=2&page_size=1") == ([str(pause.pk)], 2)
    assert listed("page=9") == ([], 2)
    assert client.get(f"{path}?audio_file_id=7").json()["detail"][0]["loc"] == ["query", "audio_file_id"]
    assert client.get(f"{path}?page_size=101").status_code == 422


def test_an_annotation_is_changed_in_part(client, path, draft, audio):
    kept = AnnotationFactory(annotation_set=draft, audio_file=audio, extra_data={"by": "ear"}, confidence=0.5)

    changed = client.patch(f"{path}/{kept.pk}", {"end_ms": 400, "id": "x"})

    assert (changed.status_code, changed.json()["end_ms"], changed.json()["start_ms"]) == (200, 400, 100)
    assert (changed.json()["extra_data"], changed.json()["confidence"]) == ({"by": "ear"}, 0.5)
    assert client.patch(f"{path}/{kept.pk}", {}).json() == changed.json()
    assert client.patch(f"{path}/{kept.pk}", {"start_ms": 400}).status_code == 422
    assert client.patch(f"{path}/{kept.pk}", {"extra_data": {}}).json()["extra_data"] == {}


def test_an_annotation_of_a_removed_type_can_be_given_another(client, path, draft, audio):
    kept = AnnotationFactory(annotation_set=draft, audio_file=audio, artifact_type="gone")

    moved = client.patch(f"{path}/{kept.pk}", {"start_ms": 50})
    renamed = client.patch(f"{path}/{kept.pk}", {"artifact_type": "glitch"})

    assert (moved.status_code, moved.json()["is_valid"]) == (200, False)
    assert (renamed.status_code, renamed.json()["is_valid"]) == (200, True)


def test_an_annotation_is_removed(client, path, draft, audio):
    kept = AnnotationFactory(annotation_set=draft, audio_file=audio)

    assert [client.delete(f"{path}/{kept.pk}").status_code for _ in range(2)] == [204, 404]


def listened(client, draft):
    items = client.get(f"{set_path(draft)}/listened").json()["items"]
    return {told["audio_file_id"]: told["artifact_types"] for told in items}


def test_files_are_marked_as_listened_to_and_marked_anew(client, draft, dataset, audio):
    other = AudioFileFactory(dataset=dataset)
    both = [str(audio.pk), str(other.pk)]

    first = client.put(f"{set_path(draft)}/listened", {"audio_file_ids": [*both, both[0]]})
    again = client.put(f"{set_path(draft)}/listened", {"audio_file_ids": both[:1], "artifact_types": ["glitch"]})

    assert (first.status_code, again.status_code) == (204, 204)
    assert listened(client, draft) == {both[0]: ["glitch"], both[1]: []}
    path = f"{set_path(draft)}/listened?audio_file_id={audio.pk}"
    assert [client.delete(path).status_code for _ in range(2)] == [204, 204]
    assert listened(client, draft) == {both[1]: []}


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body", "audio_file_ids"]),
        ({"audio_file_ids": []}, ["body", "audio_file_ids"]),
        ({"audio_file_ids": "x"}, ["body", "audio_file_ids"]),
        ({"audio_file_ids": ["x"]}, ["body", "audio_file_ids", 0]),
        ({"audio_file_ids": [NONE_OF_OURS]}, ["body", "audio_file_ids", 0]),
        ({"audio_file_ids": ["{audio}"], "artifact_types": ["echo"]}, ["body", "artifact_types", 0]),
        ({"audio_file_ids": ["{audio}"], "artifact_types": [7]}, ["body", "artifact_types", 0]),
    ],
)
def test_marks_that_cannot_be(client, draft, audio, body, loc):
    sent = json.loads(json.dumps(body).replace("{audio}", str(audio.pk)))

    answer = client.put(f"{set_path(draft)}/listened", sent)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, loc)
    assert ListenedFile.objects.count() == 0


def test_taking_a_mark_back_names_its_file(client, draft):
    for query, loc in (("", "audio_file_id"), ("?audio_file_id=7", "audio_file_id")):
        answer = client.delete(f"{set_path(draft)}/listened{query}")
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", loc])
