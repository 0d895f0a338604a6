"""Datasets over JSON."""

import pytest

from datasets.models import Dataset
from tests.callers import WHO
from tests.datasets.factories import AnnotationSetFactory, ArtifactTypeFactory, AudioFileFactory, DatasetFactory
from tests.factories import MembershipFactory
from workspaces.models import Role

CALLS = {
    ("get", ""): (200, 200, 200, 403, 403, 200, 401),
    ("get", "/{d}"): (200, 200, 200, 403, 403, 404, 401),
    ("post", ""): (201, 201, 403, 403, 403, 201, 401),
    ("patch", "/{d}"): (200, 200, 403, 403, 403, 404, 401),
    ("delete", "/{d}"): (204, 204, 403, 403, 403, 404, 401),
}
CELLS = [(call, who, status) for call, row in CALLS.items() for who, status in zip(WHO, row, strict=True)]


@pytest.fixture
def dataset(people):
    return DatasetFactory(workspace=people.workspace)


@pytest.mark.parametrize(("call", "who", "status"), CELLS)
def test_who_may(api, people, dataset, call, who, status):
    method, path = call
    body = {"name": "New", "workspace": people.workspace.slug} if who == "superadmin" else {"name": "New"}

    response = getattr(api(people[who]), method)(f"/api/v1/datasets{path.format(d=dataset.pk)}", body)

    assert response.status_code == status


def test_a_dataset_is_made_and_read_back(api, people):
    types = [{"name": "glitch", "description": "a click", "color": "#FF0000"}, {"name": "Audio Glitch"}]
    client = api(people.administrator)

    made = client.post("/api/v1/datasets", {"name": " Calls ", "description": "\nline\n", "artifact_types": types})

    assert made.status_code == 201
    body = made.json()
    assert body == {
        "id": body["id"],
        "name": " Calls ",
        "description": "\nline\n",
        "artifact_types": [
            {"name": "glitch", "description": "a click", "color": "#FF0000"},
            {"name": "Audio Glitch", "description": None, "color": None},
        ],
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
    }
    assert body["created_at"].endswith("Z")
    assert client.get(f"/api/v1/datasets/{body['id']}").json() == body
    assert Dataset.objects.get().workspace == people.workspace


def test_what_was_read_can_be_sent_back_with_a_type_more(api, people, dataset):
    ArtifactTypeFactory(dataset=dataset, name="glitch")
    client = api(people.administrator)
    before = client.get(f"/api/v1/datasets/{dataset.pk}").json()

    after = client.patch(
        f"/api/v1/datasets/{dataset.pk}", {"artifact_types": [*before["artifact_types"], {"name": "echo"}]}
    ).json()

    assert [row["name"] for row in after["artifact_types"]] == ["glitch", "echo"]
    assert (after["name"], after["description"]) == (before["name"], before["description"])
    assert after["updated_at"] > before["updated_at"]


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"artifact_types": []}, ["body", "name"]),
        ({"name": ""}, ["body", "name"]),
        ({"name": "a" * 256}, ["body", "name"]),
        ({"name": 7}, ["body", "name"]),
        ({"name": "a\0"}, ["body", "name"]),
        ({"name": "a", "artifact_types": [{"name": "x"}, {"name": "x"}]}, ["body", "artifact_types"]),
        ({"name": "a", "artifact_types": [{"name": "x", "color": "red"}]}, ["body", "artifact_types", 0, "color"]),
        ({"name": "a", "artifact_types": [{"name": "x", "color": ""}]}, ["body", "artifact_types", 0, "color"]),
        ({"name": "a", "artifact_types": [{"name": "x", "color": "#FF444"}]}, ["body", "artifact_types", 0, "color"]),
        ({"name": "a", "artifact_types": [{"name": "x", "color": 7}]}, ["body", "artifact_types", 0, "color"]),
        ({"name": "a", "artifact_types": [{"name": "x" * 101}]}, ["body", "artifact_types", 0, "name"]),
        ({"name": "a", "artifact_types": [{"name": ""}]}, ["body", "artifact_types", 0, "name"]),
        ({"name": "a", "artifact_types": [{"name": "x\0"}]}, ["body", "artifact_types", 0, "name"]),
        ({"name": "a", "artifact_types": ["x"]}, ["body", "artifact_types", 0]),
        ({"name": "a", "artifact_types": [{"name": f"t{n}"} for n in range(1001)]}, ["body", "artifact_types"]),
        ({"name": "a", "description": 7}, ["body", "description"]),
        ({"name": "a", "description": "a\0"}, ["body", "description"]),
        ({"name": None}, ["body", "name"]),
        ({"name": "a", "artifact_types": [{}]}, ["body", "artifact_types", 0, "name"]),
        ({"name": "a", "artifact_types": {}}, ["body", "artifact_types"]),
        ({"name": "a", "workspace": "nowhere"}, ["body", "workspace"]),
    ],
)
def test_what_is_refused_names_its_place_and_stores_nothing(api, people, body, loc):
    response = api(people.administrator).post("/api/v1/datasets", body)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == loc
    assert Dataset.objects.count() == 0


def test_what_is_missing_is_told_by_the_published_word(api, people):
    problem = api(people.administrator).post("/api/v1/datasets", {"artifact_types": []}).json()["detail"][0]

    assert (problem["loc"], problem["type"]) == (["body", "name"], "value_error.missing")


def test_somebody_in_two_workspaces_names_one(api, people):
    other = MembershipFactory(user=people.administrator, role=Role.ADMINISTRATOR).workspace
    client = api(people.administrator)

    unnamed = client.post("/api/v1/datasets", {"name": "New"})
    named = client.post("/api/v1/datasets", {"name": "New", "workspace": other.slug})

    assert (unnamed.status_code, unnamed.json()["detail"][0]["loc"]) == (422, ["body", "workspace"])
    assert (named.status_code, Dataset.objects.get().workspace) == (201, other)


def test_a_list_has_its_figures(api, people, dataset):
    AudioFileFactory.create_batch(2, dataset=dataset, duration_ms=1500)
    AnnotationSetFactory(dataset=dataset)
    empty = DatasetFactory(workspace=people.workspace)

    answer = api(people.administrator).get("/api/v1/datasets").json()

    figures = {
        row["id"]: (row["audio_count"], row["annotation_set_count"], row["total_duration_ms"])
        for row in answer["items"]
    }
    assert figures == {str(dataset.pk): (2, 1, 3000), str(empty.pk): (0, 0, 0)}
    assert (answer["total"], answer["page"], answer["page_size"]) == (2, 1, 20)


def test_absent_foreign_and_malformed_ids(api, people, dataset):
    client = api(people.administrator)
    foreign = DatasetFactory()
    absent = "01a1f8a9-172f-70ac-bc4d-42cb4a644129"

    for pk in (absent, foreign.pk):
        for method in ("get", "patch", "delete"):
            response = getattr(client, method)(f"/api/v1/datasets/{pk}", {"name": "X"})
            assert (response.status_code, response.json()) == (404, {"detail": "Dataset not found"})
    malformed = client.get("/api/v1/datasets/7")
    assert (malformed.status_code, malformed.json()["detail"][0]["loc"]) == (422, ["path", "dataset_id"])


def test_a_dataset_in_use_is_400_with_its_sentence(api, people, dataset, monkeypatch):
    monkeypatch.setattr("datasets.access._dataset_uses", [lambda asked: ["labeling task “Calls”"]])

    response = api(people.administrator).delete(f"/api/v1/datasets/{dataset.pk}")

    assert (response.status_code, response.json()) == (
        400,
        {"detail": "This cannot be deleted, because it is used by labeling task “Calls”."},
    )


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(api, people, n_rows, django_assert_num_queries):
    for _ in range(n_rows):
        ArtifactTypeFactory(dataset=AudioFileFactory(dataset=DatasetFactory(workspace=people.workspace)).dataset)
    client = api(people.administrator)

    with django_assert_num_queries(6):
        response = client.get("/api/v1/datasets")

    assert len(response.json()["items"]) == n_rows


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ("7", 422),
        ('{"name": NaN}', 400),
        ('{"name": "\\ud800"}', 422),
        ("[" * 100_000, 400),
    ],
)
def test_bodies_that_are_none(api, people, text, status):
    answer = api(people.administrator).generic("POST", "/api/v1/datasets", text, content_type="application/json")

    assert answer.status_code == status
    assert Dataset.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {"name": "🎧" * 255},
        {"name": "a\u0301 "},
        {"name": "a", "description": "\n  Guidelines:\n- glitch: any pop\n"},
        {"name": "a", "description": "x" * 100_000},
        {"name": "a", "artifact_types": []},
        {"name": "a", "artifact_types": [{"name": "🎧" * 100, "description": "\nä\n", "color": "#aAbBcC"}]},
        {"name": "a", "artifact_types": [{"name": name} for name in ("z", "a", "Z", " a", "m")]},
    ],
)
def test_text_is_kept_as_it_was_sent(api, people, body):
    client = api(people.administrator)

    made = client.post("/api/v1/datasets", body).json()
    told = client.get(f"/api/v1/datasets/{made['id']}").json()

    assert told == made
    assert {name: told[name] for name in body if name != "artifact_types"} == {
        name: value for name, value in body.items() if name != "artifact_types"
    }
    for sent, kept in zip(body.get("artifact_types", []), told["artifact_types"], strict=True):
        assert kept == {"description": None, "color": None, **sent}


@pytest.mark.parametrize(
    "body",
    [
        {"name": "New"},
        {"description": "New"},
        {"description": None},
        {"artifact_types": []},
        {"artifact_types": [{"name": "echo"}, {"name": "glitch"}]},
        {},
    ],
)
def test_a_change_moves_its_date_and_leaves_the_rest(api, people, dataset, body):
    ArtifactTypeFactory(dataset=dataset, name="glitch")
    client = api(people.administrator)
    before = client.get(f"/api/v1/datasets/{dataset.pk}").json()

    after = client.patch(f"/api/v1/datasets/{dataset.pk}", body).json()

    assert after == client.get(f"/api/v1/datasets/{dataset.pk}").json()
    assert after["updated_at"] > before["updated_at"]
    kept = {"id", "name", "description", "artifact_types", "created_at"} - body.keys()
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    if "artifact_types" in body:
        assert [row["name"] for row in after["artifact_types"]] == [row["name"] for row in body["artifact_types"]]


def test_what_is_wrong_with_a_change_is_told_before_what_is_not_there(api, people, dataset):
    client = api(people.administrator)

    for pk in ("01a1f8a9-172f-70ac-bc4d-42cb4a644129", dataset.pk):
        assert client.patch(f"/api/v1/datasets/{pk}", {"name": ""}).status_code == 422
    assert client.patch(f"/api/v1/datasets/{dataset.pk}", {"name": None}).status_code == 422
    assert client.patch(f"/api/v1/datasets/{dataset.pk}", {"artifact_types": None}).status_code == 422


def test_where_earmark_keeps_files_of_its_own_is_not_in_the_list(api, people, dataset):
    from datasets.actions import analysis_files, evaluation_files

    for files_of in (analysis_files, evaluation_files):
        kept = files_of(people.workspace, people.administrator)
        assert files_of(people.workspace, None) == kept

    body = api(people.administrator).get("/api/v1/datasets").json()
    assert ([row["id"] for row in body["items"]], body["total"]) == ([str(dataset.pk)], 1)
