"""Processed datasets over JSON."""

import pytest

from tests.datasets.factories import DatasetFactory, ProcessedDatasetFactory

WHO_READS = [
    ("superadmin", 200),
    ("administrator", 200),
    ("annotation_administrator", 200),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 401),
]


@pytest.fixture
def row(people, in_a_folder):
    return ProcessedDatasetFactory(dataset=DatasetFactory(workspace=people.workspace), stored=True)


@pytest.mark.parametrize(("who", "status"), WHO_READS)
@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/download"])
def test_who_may_read(api, people, row, path, who, status):
    response = api(people[who]).get("/api/v1/processed-datasets" + path.format(id=row.pk))

    # A list of nothing is no secret: the outsider reads datasets in a workspace of their own.
    assert response.status_code == (200 if (who, path) == ("outsider", "") else status)
    if response.streaming:
        assert b"".join(response.streaming_content) == b"PK\x05\x06"
    elif (who, path) == ("outsider", ""):
        assert response.json()["items"] == []


def test_a_list_is_narrowed_to_a_dataset_or_a_task(api, people, row):
    other = ProcessedDatasetFactory(dataset=DatasetFactory(workspace=people.workspace))
    client = api(people.administrator)

    for query, expected in [
        ("", [other, row]),
        (f"?dataset_id={row.dataset_id}", [row]),
        (f"?task_id={other.task_id}", [other]),
    ]:
        answer = client.get(f"/api/v1/processed-datasets{query}").json()
        assert [item["id"] for item in answer["items"]] == [str(found.pk) for found in expected]
    assert client.get("/api/v1/processed-datasets?dataset_id=7").status_code == 422


def test_one_has_its_manifest(api, people, row):
    body = api(people.administrator).get(f"/api/v1/processed-datasets/{row.pk}").json()

    assert body["manifest"] == {"version": 1}
    assert body["download_url"] == f"/api/v1/processed-datasets/{row.pk}/download"


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(api, people, row, n_rows, django_assert_num_queries):
    ProcessedDatasetFactory.create_batch(n_rows, dataset=row.dataset, created_by=people.administrator)
    client = api(people.administrator)

    with django_assert_num_queries(5):
        client.get("/api/v1/processed-datasets")
