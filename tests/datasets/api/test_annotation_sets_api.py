"""Versions of a dataset's annotations over JSON: starting, reading, publishing and deleting them."""

import json

import pytest

from datasets.actions import delete_audio, replace_types
from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from tests.callers import WHO
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
)
from tests.datasets.labels import row, set_path, sets_path

ABSENT = "01a1f8a9-172f-70ac-bc4d-42cb4a644129"
NINE = {
    *("id", "dataset_id", "version", "status", "total_annotations", "total_positive_duration_ms"),
    *("annotations_by_type", "created_at", "published_at"),
}


@pytest.fixture
def dataset(people):
    dataset = DatasetFactory(workspace=people.workspace)
    for name in ("glitch", "long_pause"):
        ArtifactTypeFactory(dataset=dataset, name=name)
    return dataset


@pytest.fixture
def audio(dataset):
    return AudioFileFactory(dataset=dataset, duration_ms=60_000)


@pytest.fixture
def draft(dataset):
    return AnnotationSetFactory(dataset=dataset, version=1)


@pytest.fixture
def client(api, people):
    return api(people.administrator)


def publish(client, chosen):
    return client.post(f"{set_path(chosen)}/publish")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content_type": "application/json"},
        {"data": "{}", "content_type": "application/json"},
        {"data": '{"colour": 1}', "content_type": "application/json"},
        {"data": '{"based_on": null}', "content_type": "application/json"},
        {"content_type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_set_is_made_of_nothing_with_the_next_version(client, dataset, body):
    answers = [client.generic("POST", sets_path(dataset), **body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["version"] for answer in answers] == [1, 2]
    first = answers[0].json()
    assert first.keys() >= NINE
    assert {name: first[name] for name in NINE - {"id", "created_at"}} == {
        "dataset_id": str(dataset.pk),
        "version": 1,
        "status": "draft",
        "total_annotations": 0,
        "total_positive_duration_ms": 0,
        "annotations_by_type": {},
        "published_at": None,
    }
    assert first["created_at"].endswith("Z")


@pytest.mark.parametrize(
    ("data", "status"),
    [("{", 400), ("[]", 422), ("7", 422), ('{"based_on": 7}', 422), ('{"based_on": "x"}', 422)],
)
def test_a_body_that_is_sent_has_to_be_one(client, dataset, data, status):
    answer = client.generic("POST", sets_path(dataset), data, content_type="application/json")

    assert answer.status_code == status
    assert AnnotationSet.objects.count() == 0


def test_a_set_begins_with_what_another_has(client, dataset, audio, draft, people):
    AnnotationFactory(annotation_set=draft, audio_file=audio, extra_data={"by": "ear"}, confidence=0.5)
    ListenedFile.objects.create(annotation_set=draft, audio_file=audio, artifact_types=["glitch"])
    publish(client, draft)

    made = client.post(sets_path(dataset), {"based_on": str(draft.pk)})

    assert (made.status_code, made.json()["version"], made.json()["based_on"]) == (201, 2, str(draft.pk))
    copy = AnnotationSet.objects.get(version=2)
    assert (copy.based_on, copy.state) == (draft, "draft")
    fields = ("audio_file", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")
    assert list(copy.annotations.values(*fields)) == list(draft.annotations.values(*fields))
    assert copy.listened_files.get().artifact_types == ["glitch"]


def test_it_cannot_begin_with_a_set_of_another_dataset(client, dataset, people):
    foreign = AnnotationSetFactory(dataset=DatasetFactory(workspace=people.workspace))

    for pk in (foreign.pk, ABSENT):
        answer = client.post(sets_path(dataset), {"based_on": str(pk)})
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "based_on"])


def test_the_list_has_all_versions_with_their_figures(client, dataset, audio, draft):
    AnnotationFactory(annotation_set=draft, audio_file=audio, start_ms=0, end_ms=250)
    AnnotationFactory(annotation_set=draft, audio_file=audio, start_ms=100, end_ms=200, artifact_type="long_pause")
    publish(client, draft)
    AnnotationSetFactory(dataset=dataset, version=2)

    body = client.get(sets_path(dataset)).json()

    assert (body["total"], [row["version"] for row in body["items"]]) == (2, [2, 1])
    newer, older = body["items"]
    assert (newer["status"], newer["published_at"], newer["annotations_by_type"]) == ("draft", None, {})
    assert (older["total_annotations"], older["total_positive_duration_ms"]) == (2, 350)
    assert older["annotations_by_type"] == {"glitch": 1, "long_pause": 1}
    assert all(row.keys() >= NINE for row in body["items"])
    assert [row["version"] for row in client.get(f"{sets_path(dataset)}?page=2&page_size=1").json()["items"]] == [1]


def test_the_detail_has_what_was_posted_in_its_order(client, audio, draft):
    sent = [row(audio, start_ms=start, end_ms=start + 50, extra_data={"n": start}) for start in (500, 100, 300)]
    client.post(f"{set_path(draft)}/annotations/bulk", {"annotations": sent})

    body = client.get(set_path(draft)).json()

    assert [{name: told[name] for name in sent[0]} for told in body["annotations"]] == sent
    assert {told["annotation_set_id"] for told in body["annotations"]} == {str(draft.pk)}
    assert (body["total_annotations"], body["total_positive_duration_ms"]) == (3, 150)
    assert sum(body["annotations_by_type"].values()) == body["total_annotations"]


def test_a_large_detail_is_streamed_with_the_same_words(client, audio, draft, monkeypatch):
    AnnotationFactory.create_batch(7, annotation_set=draft, audio_file=audio, extra_data={"wört": "ß"})
    whole = client.get(set_path(draft))

    monkeypatch.setattr("datasets.api.annotation_sets.STREAMED_FROM", 6)
    monkeypatch.setattr("datasets.api.annotation_sets.PIECE_ROWS", 3)
    streamed = client.get(set_path(draft))

    assert streamed.streaming
    assert b"".join(streamed).decode() == whole.content.decode()
    assert streamed["Content-Type"] == "application/json"


def test_publishing_fixes_a_set_for_ever(client, audio, draft):
    kept = AnnotationFactory(annotation_set=draft, audio_file=audio)

    published = publish(client, draft)

    assert (published.status_code, published.json()["status"]) == (200, "published")
    assert published.json()["published_at"].endswith("Z")
    before = client.get(set_path(draft)).content
    path = f"{set_path(draft)}/annotations"
    refused = [
        client.post(path, row(audio)),
        client.post(f"{path}/bulk", {"annotations": [row(audio)]}),
        client.patch(f"{path}/{kept.pk}", {"start_ms": 1}),
        client.delete(f"{path}/{kept.pk}"),
        client.put(f"{set_path(draft)}/listened", {"audio_file_ids": [str(audio.pk)]}),
        client.delete(f"{set_path(draft)}/listened?audio_file_id={audio.pk}"),
        client.delete(set_path(draft)),
        publish(client, draft),
    ]
    assert [answer.status_code for answer in refused] == [400] * 8
    assert all(isinstance(answer.json()["detail"], str) for answer in refused)
    assert client.get(set_path(draft)).content == before


def test_an_empty_set_is_not_published_but_one_of_clean_files_is(client, audio, draft):
    assert publish(client, draft).status_code == 400
    client.put(f"{set_path(draft)}/listened", {"audio_file_ids": [str(audio.pk)]})

    assert publish(client, draft).status_code == 200
    assert client.get(set_path(draft)).json()["annotations"] == []


def test_a_draft_is_deleted_with_what_is_in_it(client, audio, draft):
    AnnotationFactory(annotation_set=draft, audio_file=audio)

    assert client.delete(set_path(draft)).status_code == 204
    assert client.get(set_path(draft)).status_code == 404
    assert (Annotation.objects.count(), AudioFile.objects.count()) == (0, 1)


def retype(client, dataset, *names):
    answer = client.patch(f"/api/v1/datasets/{dataset.pk}", {"artifact_types": [{"name": name} for name in names]})
    assert answer.status_code == 200


def test_a_removed_type_leaves_a_draft_and_not_what_is_published(client, dataset, audio, draft):
    for kind in ("glitch", "long_pause"):
        AnnotationFactory(annotation_set=draft, audio_file=audio, artifact_type=kind)
    copy = client.post(sets_path(dataset), {"based_on": str(draft.pk)}).json()["id"]
    publish(client, draft)
    before = client.get(set_path(draft)).content

    retype(client, dataset, "long_pause")

    assert client.get(set_path(draft)).content == before
    body = client.get(f"{sets_path(dataset)}/{copy}").json()
    assert (body["total_annotations"], body["annotations_by_type"]) == (1, {"long_pause": 1})
    assert {told["artifact_type"]: told["is_valid"] for told in body["annotations"]} == {
        "glitch": False,
        "long_pause": True,
    }
    refused = client.post(f"{sets_path(dataset)}/{copy}/publish")
    assert refused.status_code == 400
    assert "glitch" in refused.json()["detail"]

    retype(client, dataset, "long_pause", "glitch")
    assert client.get(f"{sets_path(dataset)}/{copy}").json()["total_annotations"] == 2
    assert client.post(f"{sets_path(dataset)}/{copy}/publish").status_code == 200


def test_a_published_set_keeps_its_files(client, dataset, audio, draft, people):
    clean = AudioFileFactory(dataset=dataset)
    AnnotationFactory(annotation_set=draft, audio_file=audio)
    ListenedFile.objects.create(annotation_set=draft, audio_file=clean)
    publish(client, draft)

    for file in (audio, clean):
        assert client.delete(f"/api/v1/datasets/{dataset.pk}/audio/{file.pk}").status_code == 400
    assert AudioFile.objects.count() == 2


def test_a_draft_loses_what_was_on_a_deleted_file(client, dataset, audio, draft, people):
    AnnotationFactory(annotation_set=draft, audio_file=audio)

    assert client.delete(f"/api/v1/datasets/{dataset.pk}/audio/{audio.pk}").status_code == 204
    assert client.get(set_path(draft)).json()["total_annotations"] == 0


def test_a_deleted_dataset_takes_its_sets_along(client, dataset, audio, draft):
    AnnotationFactory(annotation_set=draft, audio_file=audio)
    publish(client, draft)
    path = f"/api/v1/datasets/{dataset.pk}"

    assert client.delete(path).status_code == 204
    for gone in ("", "/audio", f"/audio/{audio.pk}", "/annotation-sets", f"/annotation-sets/{draft.pk}/annotations"):
        answer = client.get(f"{path}{gone}")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Dataset not found"})
    assert (AnnotationSet.objects.count(), Annotation.objects.count()) == (0, 0)


CALLS = {
    ("get", ""): (200, 200, 200, 403, 403, 404, 401),
    ("post", ""): (201, 201, 403, 403, 403, 404, 401),
    ("get", "/{s}"): (200, 200, 200, 403, 403, 404, 401),
    ("post", "/{s}/publish"): (200, 200, 403, 403, 403, 404, 401),
    ("delete", "/{s}"): (204, 204, 403, 403, 403, 404, 401),
    ("get", "/{s}/annotations"): (200, 200, 200, 403, 403, 404, 401),
    ("post", "/{s}/annotations"): (201, 201, 403, 403, 403, 404, 401),
    ("post", "/{s}/annotations/bulk"): (201, 201, 403, 403, 403, 404, 401),
    ("patch", "/{s}/annotations/{a}"): (200, 200, 403, 403, 403, 404, 401),
    ("delete", "/{s}/annotations/{a}"): (204, 204, 403, 403, 403, 404, 401),
    ("get", "/{s}/listened"): (200, 200, 200, 403, 403, 404, 401),
    ("put", "/{s}/listened"): (204, 204, 403, 403, 403, 404, 401),
    ("delete", "/{s}/listened?audio_file_id={f}"): (204, 204, 403, 403, 403, 404, 401),
}
CELLS = [(call, who, status) for call, cells in CALLS.items() for who, status in zip(WHO, cells, strict=True)]


def bodies(audio):
    """By the end of the address, what has to be sent there."""
    one = row(audio)
    return {"annotations": one, "bulk": {"annotations": [one]}, "listened": {"audio_file_ids": [str(audio.pk)]}}


@pytest.mark.parametrize(("call", "who", "status"), CELLS)
def test_who_may(api, people, dataset, audio, draft, call, who, status):
    kept = AnnotationFactory(annotation_set=draft, audio_file=audio)
    method, end = call
    path = end.format(s=draft.pk, a=kept.pk, f=audio.pk)
    body = bodies(audio).get(end.rpartition("/")[2], {}) if method != "get" else None

    def ask(dataset_id):
        return getattr(api(people[who]), method)(f"/api/v1/datasets/{dataset_id}/annotation-sets{path}", body)

    answer = ask(dataset.pk)
    assert answer.status_code == status
    if status == 404:
        assert (
            answer.content
            == ask(ABSENT).content
            == json.dumps({"detail": "Dataset not found"}, separators=(",", ":")).encode()
        )


WRONG = [
    (call, part)
    for call in sorted(CALLS)
    for part, name in (("set", "{s}"), ("malformed", "{s}"), ("annotation", "{a}"))
    if name in call[1]
]


@pytest.mark.parametrize(("call", "part"), WRONG)
def test_absent_foreign_and_malformed_ids(client, people, dataset, audio, draft, call, part):
    method, end = call
    mine = AnnotationFactory(annotation_set=draft, audio_file=audio)
    other_set = AnnotationFactory(annotation_set__dataset=DatasetFactory(workspace=people.workspace)).annotation_set
    foreign = AnnotationFactory()
    wrong = {
        "set": [{"s": other_set.pk}, {"s": foreign.annotation_set_id}, {"s": ABSENT}],
        "annotation": [{"a": other_set.annotations.get().pk}, {"a": foreign.pk}, {"a": ABSENT}],
        "malformed": [{"s": "7"}],
    }[part]
    body = bodies(audio).get(end.rpartition("/")[2], {}) if method != "get" else None

    answers = [
        getattr(client, method)(
            sets_path(dataset) + end.format(**{"s": draft.pk, "a": mine.pk, "f": audio.pk} | ids), body
        )
        for ids in wrong
    ]

    if part == "malformed":
        assert [(a.status_code, a.json()["detail"][0]["loc"]) for a in answers] == [
            (422, ["path", "annotation_set_id"])
        ]
        return
    sentence = "Annotation not found" if part == "annotation" else "Annotation set not found"
    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"detail": sentence})] * 3


@pytest.mark.parametrize(("scopes", "read", "write"), [([], 200, 201), (["datasets"], 200, 201), (["read"], 200, 403)])
def test_what_a_key_may(api, people, dataset, scopes, read, write):
    from workspaces.actions import create_api_key

    _key, secret = create_api_key(workspace=people.workspace, by=people.administrator, name="Program", scopes=scopes)
    client = api(key=secret)

    assert client.get(sets_path(dataset)).status_code == read
    assert client.post(sets_path(dataset)).status_code == write


@pytest.mark.parametrize("n_sets", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(client, dataset, audio, n_sets, django_assert_num_queries):
    for version in range(1, n_sets + 1):
        made = AnnotationSetFactory(dataset=dataset, version=version)
        AnnotationFactory.create_batch(2, annotation_set=made, audio_file=audio)
    client.get(sets_path(dataset))

    with django_assert_num_queries(8):
        assert len(client.get(sets_path(dataset)).json()["items"]) == n_sets


def test_types_and_files_are_replaced_by_pages_too(people, dataset, audio, draft):
    """What pages do goes through the same verbs."""
    AnnotationFactory(annotation_set=draft, audio_file=audio)

    replace_types(dataset, by=people.administrator, types=[{"name": "echo"}])
    delete_audio(AudioFile.objects.filter(pk=audio.pk), by=people.administrator)

    assert Annotation.objects.count() == 0
