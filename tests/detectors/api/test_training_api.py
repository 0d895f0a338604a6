"""Training jobs over JSON: what is refused, in which order, and how a training is told."""

import uuid

import pytest

from datasets.models import Annotation, AnnotationSet, AudioFile
from detectors.models import TrainingJob
from tests.datasets.factories import AnnotationSetFactory, AudioFileFactory, DatasetFactory
from tests.detectors.factories import DetectorFactory, TrainingJobFactory
from tests.detectors.sounds import labeled
from tests.factories import JobFactory
from workspaces.models import Job

URL = "/api/v1/training-jobs"
NOBODY = "00000000-0000-4000-8000-000000000000"
KEYS = {
    "id", "tenant_id", "dataset_id", "annotation_set_id", "config", "status", "progress", "current_epoch",
    "total_epochs", "metrics", "model_id", "error_message", "created_at", "started_at", "completed_at",
}  # fmt: skip


@pytest.fixture
def labels(people):
    return labeled(people.workspace)


def body(labels, **config):
    config = {"artifact_types": ["glitch", "long_pause"], **config}
    return {"dataset_id": str(labels.dataset_id), "annotation_set_id": str(labels.pk), "config": config}


def refusal(answer):
    return answer.status_code, answer.json()["detail"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("superadmin", 201),
        ("administrator", 201),
        ("annotation_administrator", 403),
        ("operator", 403),
        ("auditor", 403),
        ("outsider", 404),
        ("anonymous", 401),
    ],
)
def test_who_may_train(api, people, labels, who, status):
    assert api(people[who]).post(URL, body(labels)).status_code == status
    assert TrainingJob.objects.count() == (status == 201)


@pytest.mark.parametrize(
    ("who", "reads", "cancels", "lists"),
    [
        ("superadmin", 200, 200, 200),
        ("administrator", 200, 200, 200),
        ("annotation_administrator", 200, 403, 200),
        ("operator", 403, 403, 403),
        ("auditor", 403, 403, 403),
        ("outsider", 404, 404, 200),
        ("anonymous", 401, 401, 401),
    ],
)
def test_who_may_see_and_cancel(api, people, who, reads, cancels, lists):
    training = TrainingJobFactory(dataset=DatasetFactory(workspace=people.workspace))
    client = api(people[who])

    assert client.get(f"{URL}/{training.pk}").status_code == reads
    listed = client.get(URL)
    assert listed.status_code == lists
    if lists == 200:
        assert listed.json()["total"] == (who != "outsider")
    assert client.post(f"{URL}/{training.pk}/cancel").status_code == cancels


def test_a_new_training_has_all_fields_and_the_defaults_filled_in(api, people, labels):
    answer = api(people.administrator).post(URL, body(labels))

    assert answer.status_code == 201
    job = answer.json()
    assert job.keys() >= KEYS
    assert job["config"] == {
        "artifact_types": ["glitch", "long_pause"],
        "epochs": 20,
        "validation_split": 0.2,
        "learning_rate": 0.001,
        "batch_size": 32,
        "chunk_size_ms": 500,
        "stride_ms": 250,
    }
    assert (job["tenant_id"], job["dataset_id"]) == (str(people.workspace.pk), str(labels.dataset_id))
    assert (job["status"], job["progress"], job["current_epoch"], job["total_epochs"]) == ("pending", 0.0, 0, 20)
    assert [job[name] for name in ("metrics", "model_id", "error_message", "started_at", "completed_at")] == [None] * 5
    assert job["created_at"].endswith("Z")
    assert job["name"] == "Calls v1"
    assert job["warnings"][0] == "“glitch” has 1 example; under 10, luck decides what is learned."
    assert api(people.administrator).get(f"{URL}/{job['id']}").json() == job


def test_the_seed_and_the_name_may_be_given(api, people, labels):
    answer = api(people.administrator).post(URL, {**body(labels), "seed": 5, "name": " Mine "})

    assert (answer.json()["seed"], answer.json()["name"]) == (5, " Mine ")


REFUSED = [
    ({"epochs": 0}, ["epochs"]),
    ({"epochs": 101}, ["epochs"]),
    ({"epochs": 2.5}, ["epochs"]),
    ({"epochs": True}, ["epochs"]),
    ({"epochs": "20"}, ["epochs"]),
    ({"epochs": None}, ["epochs"]),
    ({"epochs": 10**30}, ["epochs"]),
    ({"validation_split": 0.09}, ["validation_split"]),
    ({"validation_split": 0.6}, ["validation_split"]),
    ({"learning_rate": 0.00009}, ["learning_rate"]),
    ({"learning_rate": 0.2}, ["learning_rate"]),
    ({"batch_size": 4}, ["batch_size"]),
    ({"batch_size": 257}, ["batch_size"]),
    ({"chunk_size_ms": 0}, ["chunk_size_ms"]),
    ({"chunk_size_ms": -500}, ["chunk_size_ms"]),
    ({"chunk_size_ms": 39}, ["chunk_size_ms"]),
    ({"chunk_size_ms": 10_001}, ["chunk_size_ms"]),
    ({"stride_ms": 0}, ["stride_ms"]),
    ({"stride_ms": 19}, ["stride_ms"]),
    ({"stride_ms": 501}, ["stride_ms"]),
    ({"chunk_size_ms": 200}, ["stride_ms"]),
    ({"artifact_types": []}, ["artifact_types"]),
    ({"artifact_types": "glitch"}, ["artifact_types"]),
    ({"artifact_types": None}, ["artifact_types"]),
    ({"artifact_types": ["glitch", "glitch"]}, ["artifact_types", 1]),
    ({"artifact_types": ["glitch", 3]}, ["artifact_types", 1]),
    ({"artifact_types": ["glitch", ""]}, ["artifact_types", 1]),
    ({"artifact_types": ["hiss"]}, ["artifact_types", 0]),
    ({"artifact_types": ["Glitch"]}, ["artifact_types", 0]),
]


@pytest.mark.parametrize(("config", "loc"), REFUSED)
def test_configs_that_are_refused(api, people, labels, config, loc):
    answer = api(people.administrator).post(URL, body(labels, **config))

    assert answer.status_code == 422
    assert [row["loc"] for row in answer.json()["detail"]] == [["body", "config", *loc]]
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "config",
    [
        {"epochs": 1, "validation_split": 0.1, "learning_rate": 0.0001, "batch_size": 8},
        {"epochs": 100, "validation_split": 0.5, "learning_rate": 0.1, "batch_size": 256},
        {"chunk_size_ms": 40, "stride_ms": 20},
        {"chunk_size_ms": 10_000, "stride_ms": 10_000},
        {"epochs": 3.0, "validation_split": 0.25},
        {"colour": "red"},
    ],
)
def test_bounds_are_part_of_what_is_allowed_and_unknown_fields_are_ignored(api, people, labels, config):
    answer = api(people.administrator).post(URL, body(labels, **config))

    assert answer.status_code == 201
    known = {name: value for name, value in config.items() if name != "colour"}
    assert {name: answer.json()["config"][name] for name in known} == known


@pytest.mark.parametrize("missing", ["dataset_id", "annotation_set_id", "config"])
def test_fields_that_are_needed(api, people, labels, missing):
    sent = body(labels)
    del sent[missing]

    answer = api(people.administrator).post(URL, sent)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", missing])


def test_without_types_it_says_where_they_belong(api, people, labels):
    sent = body(labels)
    sent["config"] = {}

    answer = api(people.administrator).post(URL, sent)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "config", "artifact_types"]


def _draft(labels):
    AnnotationSet.objects.filter(pk=labels.pk).update(state="draft", published_at=None)


def _failed(labels):
    AudioFileFactory(dataset=labels.dataset, filename="broken.wav", status="failed", error="No sound.", blob=None)


def _pending(labels):
    AudioFileFactory(dataset=labels.dataset, filename="new.wav", status="pending", blob=None, awaits_upload=True)


def _short(labels):
    AudioFile.objects.filter(dataset=labels.dataset_id).update(duration_ms=120_000)


def _without_glitches(labels):
    Annotation.objects.filter(annotation_set=labels, artifact_type="glitch").delete()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_draft, "is a draft"),
        (_failed, "“broken.wav” is not ready but failed (failed)."),
        (_pending, "“new.wav” is not ready but waiting (pending)."),
        (_short, "The dataset has 4 minutes of audio; training needs at least 5 minutes."),
        (_without_glitches, "no annotation of the type “glitch”"),
    ],
)
def test_preconditions_are_told_by_name(api, people, labels, spoil, named):
    spoil(labels)

    code, detail = refusal(api(people.administrator).post(URL, body(labels)))

    assert code == 400
    assert named in detail
    assert not Job.objects.exists()


def test_the_order_of_refusals(api, people, labels):
    """Each step mends what the one before complained of, and only then the next is told."""
    _draft(labels)
    _failed(labels)
    _short(labels)
    _without_glitches(labels)
    client = api(people.administrator)
    sent = body(labels, artifact_types=["hiss"], epochs=0) | {"dataset_id": NOBODY}

    assert refusal(api(people.anonymous).post(URL, sent)) == (401, "Invalid or missing API key")
    assert client.post(URL, sent).json()["detail"][0]["loc"] == ["body", "config", "epochs"]
    sent["config"]["epochs"] = 3
    assert refusal(client.post(URL, sent)) == (404, "Dataset not found")
    sent |= {"dataset_id": str(labels.dataset_id), "annotation_set_id": NOBODY}
    assert refusal(client.post(URL, sent)) == (404, "Annotation set not found")
    sent["annotation_set_id"] = str(labels.pk)
    assert client.post(URL, sent).json()["detail"][0]["loc"] == ["body", "config", "artifact_types", 0]
    sent["config"]["artifact_types"] = ["glitch"]
    assert "is a draft" in refusal(client.post(URL, sent))[1]
    AnnotationSet.objects.filter(pk=labels.pk).update(state="published", published_at=labels.published_at)
    assert "not ready" in refusal(client.post(URL, sent))[1]
    AudioFile.objects.filter(status="failed").delete()
    assert "4 minutes" in refusal(client.post(URL, sent))[1]
    AudioFile.objects.filter(dataset=labels.dataset_id).update(duration_ms=150_000)
    assert "“glitch”" in refusal(client.post(URL, sent))[1]
    sent["config"]["artifact_types"] = ["long_pause"]
    assert client.post(URL, sent).status_code == 201


def test_foreign_ids_answer_byte_for_byte_as_absent_ones(api, people, labels):
    foreign, own = labeled(DatasetFactory().workspace), api(people.administrator)
    training = TrainingJobFactory(dataset=foreign.dataset)

    for absent, there in [
        (body(labels) | {"dataset_id": NOBODY}, body(foreign)),
        (body(labels) | {"annotation_set_id": NOBODY}, body(labels) | {"annotation_set_id": str(foreign.pk)}),
    ]:
        answers = [own.post(URL, sent) for sent in (absent, there)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    for verb, path in [("get", ""), ("post", "/cancel")]:
        answers = [getattr(own, verb)(f"{URL}/{pk}{path}") for pk in (NOBODY, training.pk)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content == b'{"detail":"Training job not found"}'


def test_a_malformed_id_is_422_and_says_which(api, people):
    answer = api(people.administrator).get(f"{URL}/seven")

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["path", "job_id"]


def test_a_set_of_another_dataset_is_not_found(api, people, labels):
    other = AnnotationSetFactory(dataset__workspace=people.workspace)

    answer = api(people.administrator).post(URL, body(labels) | {"annotation_set_id": str(other.pk)})

    assert refusal(answer) == (404, "Annotation set not found")


@pytest.mark.parametrize(
    ("state", "status"),
    [("pending", 200), ("running", 200), ("completed", 400), ("failed", 400), ("cancelled", 400)],
)
def test_what_can_be_cancelled(api, people, state, status):
    more = {"claim": uuid.UUID(int=1), "lease_until": "2100-01-01T00:00Z"} if state == "running" else {}
    job = JobFactory(workspace=people.workspace, state=state, error="No." if state == "failed" else "", **more)
    training = TrainingJobFactory(dataset=DatasetFactory(workspace=people.workspace), job=job)

    answer = api(people.administrator).post(f"{URL}/{training.pk}/cancel")

    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["status"], answer.json()["completed_at"] is None) == ("cancelled", False)
    job.refresh_from_db()
    assert job.state == ("cancelled" if status == 200 else state)


def test_how_a_training_is_told_while_it_runs_and_when_it_ended(api, people):
    dataset = DatasetFactory(workspace=people.workspace)
    job = JobFactory(workspace=people.workspace, progress_done=430, progress_total=1000)
    row = {
        "epoch": 1,
        "train_loss": 0.4,
        "val_loss": 0.5,
        "per_type": {"glitch": {"precision": 0, "recall": 0, "f1": 0}},
    }
    training = TrainingJobFactory(dataset=dataset, job=job, epochs=[row])
    client = api(people.administrator)

    told = client.get(f"{URL}/{training.pk}").json()
    assert (told["progress"], told["current_epoch"], told["epochs"]) == (0.43, 1, [row])

    Job.objects.filter(pk=job.pk).update(state="completed", finished_at="2026-01-01T00:00Z")
    detector = DetectorFactory(dataset=dataset, training_job=training)
    told = client.get(f"{URL}/{training.pk}").json()
    assert (told["status"], told["progress"], told["model_id"]) == ("completed", 1.0, str(detector.pk))
    assert told["metrics"] == detector.metrics
    assert told["completed_at"] == "2026-01-01T00:00:00Z"

    detector.delete()
    assert client.get(f"{URL}/{training.pk}").json()["model_id"] is None


def test_a_training_outlives_its_dataset(api, people):
    dataset = DatasetFactory(workspace=people.workspace)
    training, pk = TrainingJobFactory(dataset=dataset), str(dataset.pk)
    client = api(people.administrator)

    assert client.delete(f"/api/v1/datasets/{pk}").status_code == 204

    assert client.get(f"{URL}/{training.pk}").json()["dataset_id"] == pk


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_is_in_it(api, people, rows, django_assert_max_num_queries):
    dataset = DatasetFactory(workspace=people.workspace)
    for _ in range(rows):
        DetectorFactory(dataset=dataset, training_job=TrainingJobFactory(dataset=dataset))
    client = api(people.administrator)

    with django_assert_max_num_queries(7):
        answer = client.get(URL, {"page_size": 2})

    assert answer.json().keys() == {"items", "total", "page", "page_size"}
    assert (answer.json()["total"], len(answer.json()["items"])) == (rows, min(rows, 2))
