"""Models over JSON."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from detectors.models import Detector
from tests.datasets.factories import DatasetFactory
from tests.detectors.factories import DetectorFactory, InferenceFileFactory, InferenceJobFactory, TrainingJobFactory
from workspaces.models import AuditEvent

URL = "/api/v1/models"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def detector(people):
    dataset = DatasetFactory(workspace=people.workspace)
    return DetectorFactory(dataset=dataset, training_job=TrainingJobFactory(dataset=dataset))


@pytest.mark.parametrize(
    ("who", "reads", "lists", "deletes"),
    [
        ("superadmin", 200, 200, 204),
        ("administrator", 200, 200, 204),
        ("annotation_administrator", 200, 200, 403),
        ("operator", 403, 403, 403),
        ("auditor", 403, 403, 403),
        ("outsider", 404, 200, 404),
        ("anonymous", 401, 401, 401),
    ],
)
def test_who_may_see_take_along_and_delete(api, people, detector, media, who, reads, lists, deletes):
    default_storage.save(detector.file, ContentFile(b"npz"))
    client, one = api(people[who]), f"{URL}/{detector.pk}"

    assert client.get(one).status_code == reads
    assert client.get(f"{one}/download", follow=False).status_code in (reads, 302 if reads == 200 else reads)
    listed = client.get(URL)
    assert listed.status_code == lists
    if lists == 200:
        named = {row["id"] for row in listed.json()["items"]}
        assert (str(detector.pk) in named) == (who != "outsider")
    assert client.delete(one).status_code == deletes
    assert Detector.objects.filter(pk=detector.pk).exists() == (deletes != 204)


def test_how_a_model_is_told(api, people, detector):
    row = api(people.administrator).get(f"{URL}/{detector.pk}").json()

    assert row == {
        "id": str(detector.pk),
        "tenant_id": str(people.workspace.pk),
        "kind": "trained",
        "name": detector.name,
        "training_job_id": str(detector.training_job_id),
        "dataset_id": str(detector.dataset_id),
        "dataset_deleted": False,
        "annotation_set_id": str(detector.annotation_set_uuid),
        "annotation_set_version": 1,
        "data_hash": detector.data_hash,
        "artifact_types": ["glitch", "long_pause"],
        "config": detector.config,
        "metrics": detector.metrics,
        "size": detector.size,
        "sha256": detector.sha256,
        "created_at": row["created_at"],
        "card": {},
        "mistakes": [],
    }
    assert row["created_at"].endswith("Z")


def test_a_model_outlives_its_dataset(api, people, detector):
    pk = str(detector.dataset_id)
    client = api(people.administrator)
    assert client.delete(f"/api/v1/datasets/{pk}").status_code == 204

    row = client.get(f"{URL}/{detector.pk}").json()

    assert (row["dataset_id"], row["dataset_deleted"]) == (pk, True)


def test_the_list_begins_with_models_that_need_no_training(api, people):
    first = api(people.administrator).get(URL).json()
    again = api(people.administrator).get(URL).json()

    assert first == again
    assert {row["kind"] for row in first["items"]} == {"built_in"}
    assert first["total"] == len(first["items"]) == 6
    pause = next(row for row in first["items"] if row["artifact_types"] == ["long_pause"])
    assert [pause[name] for name in ("metrics", "dataset_id", "training_job_id", "dataset_deleted")] == [
        None, None, None, False,
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_is_in_it(api, people, rows, django_assert_max_num_queries):
    for _ in range(rows):
        DetectorFactory(dataset=DatasetFactory(workspace=people.workspace))
    client = api(people.administrator)
    client.get(URL)

    with django_assert_max_num_queries(9):
        assert client.get(URL).json()["total"] == rows + 6


def test_a_model_is_taken_along_under_a_safe_name(api, people, detector, media, in_a_folder):
    Detector.objects.filter(pk=detector.pk).update(name='../Ünsafe "name"/v1')
    default_storage.save(detector.file, ContentFile(b"npz"))

    answer = api(people.administrator).get(f"{URL}/{detector.pk}/download", headers={"Accept": "text/html"})

    assert b"".join(answer.streaming_content) == b"npz"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "/" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].endswith(".npz")


def test_a_rule_has_no_file_and_stays(api, people):
    client = api(people.administrator)
    rule = client.get(URL).json()["items"][0]["id"]

    assert client.get(f"{URL}/{rule}/download").status_code == 404
    answer = client.delete(f"{URL}/{rule}")
    assert (answer.status_code, answer.json()["detail"]) == (400, "This model came with Earmark and cannot be deleted.")


def test_a_model_with_work_left_is_kept_and_says_so(api, people, detector):
    InferenceFileFactory(inference_job=InferenceJobFactory(detector=detector), state="queued", detections=None)

    answer = api(people.administrator).delete(f"{URL}/{detector.pk}")

    assert answer.status_code == 400
    assert "an analysis that has 1 file left to do" in answer.json()["detail"]


def test_a_deletion_is_noted(api, people, detector):
    api(people.administrator).delete(f"{URL}/{detector.pk}")

    event = AuditEvent.objects.get(target_type="detector")
    assert (event.verb, event.actor, event.data) == ("delete", people.administrator, {"name": detector.name})


@pytest.mark.parametrize(("verb", "path"), [("get", ""), ("delete", ""), ("get", "/download")])
def test_a_foreign_model_answers_byte_for_byte_as_an_absent_one(api, people, verb, path):
    foreign, client = DetectorFactory(), api(people.administrator)

    answers = [getattr(client, verb)(f"{URL}/{pk}{path}") for pk in (foreign.pk, NOBODY)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content == b'{"detail":"Model not found"}'


def test_a_malformed_id_is_422_and_says_which(api, people):
    answer = api(people.administrator).get(f"{URL}/seven")

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["path", "model_id"])


def test_a_model_is_not_changed_and_the_answer_says_what_is_allowed(api, people, detector):
    answer = api(people.administrator).patch(f"{URL}/{detector.pk}", {"name": "Other"})

    assert answer.status_code == 405
    assert {word.strip() for word in answer["Allow"].split(",")} >= {"GET", "DELETE"}


@pytest.mark.parametrize(("scopes", "status"), [([], 204), (["datasets"], 204), (["read"], 403), (["labeling"], 403)])
def test_a_key_needs_the_scope(api, people, detector, scopes, status):
    from workspaces.actions import create_api_key

    _key, secret = create_api_key(workspace=people.workspace, name="K", by=people.administrator, scopes=scopes)

    assert api(key=secret).delete(f"{URL}/{detector.pk}").status_code == status
