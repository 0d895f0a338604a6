"""Datasets of rows over `/v5/`."""

from uuid import uuid4

import pytest

from evaluations.models import DatasetItem, EvaluationDataset
from tests.evaluations.factories import make_files

FIELDS = {
    "id", "object", "name", "description", "tags", "current_version_num", "created_at", "created_by", "archived_at",
}  # fmt: skip
NAMED = {"name": "Calls", "data": [{"text": "one"}, {"text": "two"}]}


@pytest.fixture
def dataset(v5):
    return v5.post("/v5/datasets", {**NAMED, "tags": ["calls", "may"], "description": "From May"}).json()


@pytest.fixture
def items(v5, dataset):
    return v5.get(f"/v5/dataset-items?dataset_id={dataset['id']}").json()["items"]


def test_a_dataset_is_stored_with_its_rows_in_its_first_version(v5, people):
    one, two = (str(audio.pk) for audio in make_files(people.workspace, 2))

    answer = v5.post("/v5/datasets", {**NAMED, "files": [{"audio": one}, {"audio": two, "other": one}]})

    made = answer.json()
    items = v5.get(f"/v5/dataset-items?dataset_id={made['id']}").json()
    assert answer.status_code == 201
    assert made.keys() == FIELDS
    assert (made["object"], made["current_version_num"], made["tags"], made["archived_at"]) == ("dataset", 1, [], None)
    assert made["created_by"]["object"] == "identity"
    assert [row["data"] for row in items["items"]] == NAMED["data"]
    assert [row["files"] for row in items["items"]] == [{"audio": one}, {"audio": two, "other": one}]
    assert {row["object"] for row in items["items"]} == {"dataset.item"}
    assert (items["total"], items["has_more"]) == (2, False)


def deep(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("body", "loc", "sentence"),
    [
        ({"data": [{}]}, ["body", "name"], "1 to 128"),
        ({"name": "", "data": [{}]}, ["body", "name"], "1 to 128"),
        ({"name": "x" * 129, "data": [{}]}, ["body", "name"], "128"),
        ({"name": "Calls", "data": [{}], "description": "x" * 281}, ["body", "description"], "280"),
        ({"name": "Calls", "data": [{}], "tags": "calls"}, ["body", "tags"], "list"),
        ({"name": "Calls", "data": [{}], "tags": ["a,b"]}, ["body", "tags"], "“a,b” holds a comma"),
        ({"name": "Calls", "data": [{}], "tags": [""]}, ["body", "tags"], "1 to 100"),
        ({"name": "Calls"}, ["body", "data"], "at least one row"),
        ({"name": "Calls", "data": []}, ["body", "data"], "at least one row"),
        ({"name": "Calls", "data": [{}, "two"]}, ["body", "data", 1], "object"),
        ({"name": "Calls", "data": [{"files": 1}]}, ["body", "data", 0, "files"], "“files” is taken"),
        ({"name": "Calls", "data": [{"a": ["\0"]}]}, ["body", "data", 0], "cannot be stored"),
        ({"name": "Calls", "data": [{"\0": 1}]}, ["body", "data", 0], "cannot be stored"),
        ({"name": "Calls", "data": [{"a": deep(60)}]}, ["body", "data", 0], "too deeply"),
        ({"name": "Calls", "data": [{}, {}], "files": [{}]}, ["body", "files"], "as many rows"),
        ({"name": "Calls", "data": [{}], "files": ["x"]}, ["body", "files", 0], "object"),
        ({"name": "Calls", "data": [{}], "files": [{"audio": 7}]}, ["body", "files", 0, "audio"], "“7”"),
        ({"name": "Calls", "data": [{}], "files": [{"audio": "nine"}]}, ["body", "files", 0, "audio"], "“nine”"),
        ({"name": "Calls", "data": [{}], "files": [{"": "nine"}]}, ["body", "files", 0, ""], "1 to 100"),
        (
            {"name": "Calls", "data": [{}], "files": [{f"k{n}": str(uuid4()) for n in range(21)}]},
            ["body", "files", 0], "at most 20",
        ),
        (["Calls"], ["body"], "object"),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_with_its_place_and_nothing_is_stored(v5, body, loc, sentence):
    answer = v5.post("/v5/datasets", body)

    problem = answer.json()["detail"][0]
    assert (answer.status_code, problem["loc"]) == (422, loc)
    assert sentence in problem["msg"]
    assert answer["X-Should-Retry"] == "false"
    assert not EvaluationDataset.objects.exists()


def test_numbers_beyond_all_bounds_are_refused(v5):
    answer = v5.generic("POST", "/v5/datasets", '{"name": "Calls", "data": [{"a": 1e999}]}', "application/json")

    assert answer.status_code == 422
    assert "too large" in answer.json()["detail"][0]["msg"]


def test_files_of_another_workspace_are_files_that_are_not_there(v5, people):
    from tests.factories import WorkspaceFactory

    (theirs,) = make_files(WorkspaceFactory(), 1)

    answer = v5.post("/v5/datasets", {"name": "Calls", "data": [{}], "files": [{"audio": str(theirs.pk)}]})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "files", 0, "audio"]
    assert str(theirs.pk) in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Calls in May", "Songs"]),
        ("?name=MAY", ["Calls in May"]),
        ("?tags=music", ["Songs"]),
        ("?tags=music,loud", ["Songs"]),
        ("?tags=music%2Cquiet", []),
        ("?tags=mus", []),
        ("?include_archived=true", ["Calls in May", "Old", "Songs"]),
        ("?sort_by=name&sort_order=desc", ["Songs", "Calls in May"]),
        ("?limit=1", ["Calls in May"]),
    ],
)
def test_datasets_are_found_by_name_tags_and_archive(v5, query, names):
    v5.post("/v5/datasets", {**NAMED, "name": "Calls in May", "tags": ['it\'s "quoted"']})
    old = v5.post("/v5/datasets", {**NAMED, "name": "Old", "tags": ["quiet"]}).json()
    v5.post("/v5/datasets", {**NAMED, "name": "Songs", "tags": ["music", "loud"]})
    v5.delete(f"/v5/datasets/{old['id']}")

    answer = v5.get(f"/v5/datasets{query}")

    assert answer.status_code == 200
    assert [row["name"] for row in answer.json()["items"]] == names


def test_a_tag_may_hold_quotes(v5):
    v5.post("/v5/datasets", {**NAMED, "tags": ['it\'s "quoted"']})

    assert v5.get("/v5/datasets", {"tags": 'it\'s "quoted"'}).json()["total"] == 1


@pytest.mark.parametrize(
    ("address", "loc"),
    [
        ("/v5/datasets?include_archived=perhaps", ["query", "include_archived"]),
        ("/v5/datasets?limit=0", ["query", "limit"]),
        ("/v5/datasets?sort_by=size", ["query", "sort_by"]),
        ("/v5/datasets?name=%00", ["query", "name"]),
        ("/v5/datasets?starting_after=nothing", ["query", "starting_after"]),
        ("/v5/dataset-items?version=1", ["query", "dataset_id"]),
        ("/v5/dataset-items?version=first", ["query", "version"]),
        ("/v5/dataset-items?version=0", ["query", "version"]),
        ("/v5/dataset-items?version=99999999999999999999", ["query", "version"]),
    ],
)
def test_what_is_misspelled_in_an_address_is_refused(v5, address, loc):
    answer = v5.get(address)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, loc)


def test_name_description_and_tags_change_and_the_version_stays(v5, dataset):
    answer = v5.patch(f"/v5/datasets/{dataset['id']}", {"name": "Songs", "tags": []})

    assert answer.json() == {**dataset, "name": "Songs", "tags": []}


def test_nulls_are_nothing_said(v5, dataset):
    nulls = {"description": None, "tags": None}

    made, changed = v5.post("/v5/datasets", {**NAMED, **nulls}), v5.patch(f"/v5/datasets/{dataset['id']}", nulls)

    assert (made.status_code, made.json()["description"], made.json()["tags"]) == (201, "", [])
    assert changed.json() == {**dataset, "description": "", "tags": []}


@pytest.mark.parametrize(
    ("body", "loc", "sentence"),
    [
        ({"name": None}, ["body", "name"], "1 to 128"),
        ({"tags": ["a,b"]}, ["body", "tags"], "comma"),
        ({"description": "x" * 281}, ["body", "description"], "280"),
    ],
)
def test_a_change_that_cannot_be_stored_changes_nothing(v5, dataset, body, loc, sentence):
    answer = v5.patch(f"/v5/datasets/{dataset['id']}", {"name": "Songs", **body})

    problem = answer.json()["detail"][0]
    assert (answer.status_code, problem["loc"], sentence in problem["msg"]) == (422, loc, True)
    assert v5.get(f"/v5/datasets/{dataset['id']}").json() == dataset


def test_spaces_around_a_tag_are_not_part_of_it(v5, dataset):
    answer = v5.patch(f"/v5/datasets/{dataset['id']}", {"tags": [" loud ", "loud", "two words"]})

    assert answer.json()["tags"] == ["loud", "two words"]
    assert v5.get("/v5/datasets", {"tags": "two words,loud"}).json()["total"] == 1


def test_the_archive_hides_and_gives_back(v5, dataset):
    address = f"/v5/datasets/{dataset['id']}"

    gone = [v5.delete(address) for _twice in range(2)]

    assert [answer.status_code for answer in gone] == [200, 200]
    assert gone[0].json() == {"id": dataset["id"], "deleted": True, "object": "dataset"}
    assert v5.get(address).status_code == 404
    assert v5.get(f"{address}?include_archived=true").json()["archived_at"] is not None
    assert v5.get("/v5/dataset-items").json()["total"] == 0
    refused = v5.patch(address, {"name": "Songs"})
    assert (refused.status_code, "Restore it" in refused.json()["detail"]) == (400, True)
    added = v5.post("/v5/dataset-items/batch", {"dataset_id": dataset["id"], "data": [{}]})
    assert (added.status_code, dataset["id"] in added.json()["detail"]) == (400, True)

    assert v5.patch(address, {"restore": True}).json() == dataset
    assert v5.get(address).json() == dataset


@pytest.mark.parametrize("body", [{"restore": False}, {"restore": True, "name": "Songs"}, {"restore": "yes"}])
def test_restoring_goes_alone(v5, dataset, body):
    answer = v5.patch(f"/v5/datasets/{dataset['id']}", body)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "restore"])


def test_every_change_of_rows_makes_a_version_and_earlier_ones_stay_readable(v5, dataset, items):
    pk = dataset["id"]
    added = v5.post("/v5/dataset-items/batch", {"dataset_id": pk, "data": [{"text": "three"}, {"text": "four"}]})
    changed = v5.patch(f"/v5/dataset-items/{items[0]['id']}", {"data": {"word": "uno"}})
    again = v5.patch(f"/v5/dataset-items/{items[0]['id']}", {"data": {"word": "uno"}})
    gone = [v5.delete(f"/v5/dataset-items/{items[1]['id']}") for _twice in range(2)]

    def held(version):
        rows = v5.get(f"/v5/dataset-items?dataset_id={pk}&version={version}").json()["items"]
        return [next(iter(row["data"].values())) for row in rows]

    assert added.status_code == 201
    assert (added.json()["object"], len(added.json()["items"])) == ("list", 2)
    assert changed.json()["data"] == {"word": "uno"}
    assert again.json() == changed.json()
    assert [answer.json() for answer in gone] == [{"id": items[1]["id"], "deleted": True, "object": "dataset.item"}] * 2
    assert [held(version) for version in range(1, 5)] == [
        ["one", "two"],
        ["one", "two", "three", "four"],
        ["uno", "two", "three", "four"],
        ["uno", "three", "four"],
    ]
    assert v5.get(f"/v5/datasets/{pk}").json()["current_version_num"] == 4


def test_a_row_is_read_as_it_is_and_as_it_was(v5, dataset, items):
    first, second = (f"/v5/dataset-items/{item['id']}" for item in items)
    v5.patch(first, {"data": {"text": "uno"}})
    v5.delete(second)

    assert v5.get(first).json()["data"] == {"text": "uno"}
    assert v5.get(f"{first}?version=1").json()["data"] == {"text": "one"}
    assert v5.get(f"{first}?version=1").json()["content_hash"] == items[0]["content_hash"]
    assert v5.get(second).json()["archived_at"] is not None
    assert v5.get(f"{second}?version=2").json()["data"] == {"text": "two"}
    missing = v5.get(f"{second}?version=3")
    assert (missing.status_code, "version 3" in missing.json()["detail"]) == (404, True)


def test_a_version_that_never_was_is_not_there(v5, dataset, items):
    v5.patch(f"/v5/dataset-items/{items[0]['id']}", {"data": {"text": "uno"}})
    addresses = [
        f"/v5/dataset-items?dataset_id={dataset['id']}&version=",
        f"/v5/dataset-items/{items[0]['id']}?version=",
    ]

    for address in addresses:
        assert v5.get(f"{address}2").status_code == 200
        beyond = v5.get(f"{address}99")
        sentence = f"The dataset “{dataset['id']}” has no version 99: its newest is 2."
        assert (beyond.status_code, beyond.json()["detail"]) == (404, sentence)


def test_an_archived_row_cannot_be_changed(v5, items):
    address = f"/v5/dataset-items/{items[0]['id']}"
    v5.delete(address)

    answer = v5.patch(address, {"data": {}})

    assert (answer.status_code, items[0]["id"] in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "status", "loc"),
    [
        ({"data": [{}]}, 422, ["body", "dataset_id"]),
        ({"dataset_id": 7, "data": [{}]}, 422, ["body", "dataset_id"]),
        ({"dataset_id": "seven", "data": [{}]}, 404, None),
        ({"dataset_id": "HERE", "data": []}, 422, ["body", "data"]),
        ({"dataset_id": "HERE", "data": [{}], "files": [{"audio": "x"}]}, 422, ["body", "files", 0, "audio"]),
    ],
)
def test_rows_that_cannot_be_added_make_no_version(v5, dataset, body, status, loc):
    body = {**body, **({"dataset_id": dataset["id"]} if body.get("dataset_id") == "HERE" else {})}

    answer = v5.post("/v5/dataset-items/batch", body)

    assert answer.status_code == status
    assert loc is None or answer.json()["detail"][0]["loc"] == loc
    assert v5.get(f"/v5/datasets/{dataset['id']}").json()["current_version_num"] == 1


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body", "data"]),
        ({"data": []}, ["body", "data"]),
        ({"data": {}, "files": {"audio": "x"}}, ["body", "files", "audio"]),
        ({"data": {}, "files": []}, ["body", "files"]),
    ],
)
def test_a_row_is_replaced_by_a_whole_one_or_not_at_all(v5, items, body, loc):
    answer = v5.patch(f"/v5/dataset-items/{items[0]['id']}", body)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, loc)


CALLS = [
    ("get", "/v5/datasets/{dataset}"),
    ("patch", "/v5/datasets/{dataset}"),
    ("delete", "/v5/datasets/{dataset}"),
    ("get", "/v5/dataset-items/{item}"),
    ("patch", "/v5/dataset-items/{item}"),
    ("delete", "/v5/dataset-items/{item}"),
    ("get", "/v5/dataset-items?dataset_id={dataset}"),
]


@pytest.mark.parametrize(("verb", "address"), CALLS)
def test_strangers_find_nothing(v5_of, people, dataset, items, verb, address):
    from workspaces.actions import create_api_key

    other = people.outsider.memberships.get().workspace
    _key, secret = create_api_key(workspace=other, name="Other", by=people.outsider)
    client = v5_of(secret, account=other.slug)

    address = address.format(dataset=dataset["id"], item=items[0]["id"])
    answer = getattr(client, verb)(address, *([{"data": {}}] if verb == "patch" else []))

    assert answer.status_code == 404
    assert address.rpartition("/")[2].rpartition("=")[2] in answer.json()["detail"]
    assert DatasetItem.objects.filter(archived_at=None).count() == 2


@pytest.mark.parametrize(("verb", "address"), CALLS)
@pytest.mark.parametrize("pk", ["seven", "0", "%F0%9F%A6%92"])
def test_what_is_no_id_is_the_id_of_nothing(v5, verb, address, pk):
    address = address.format(dataset=pk, item=pk)

    assert getattr(v5, verb)(address, *([{"data": {}}] if verb == "patch" else [])).status_code == 404


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("administrator", 200, 201),
        ("annotation_administrator", 200, 201),
        ("operator", 403, 403),
        ("auditor", 403, 403),
    ],
)
def test_who_may_read_and_write_them(v5_of, people, who, reads, writes):
    from tests.factories import ApiKeyFactory

    client = v5_of(ApiKeyFactory(workspace=people.workspace, user=people[who]).plain_secret)

    assert client.get("/v5/datasets").status_code == reads
    assert client.get("/v5/dataset-items").status_code == reads
    assert client.post("/v5/datasets", NAMED).status_code == writes


@pytest.mark.parametrize(("scopes", "reads", "writes"), [(["read"], 200, 403), (["manage"], 200, 201)])
def test_which_scope_of_a_key_is_enough(v5_of, people, scopes, reads, writes):
    from tests.factories import ApiKeyFactory

    key = ApiKeyFactory(workspace=people.workspace, user=people.administrator, scopes=scopes)
    client = v5_of(key.plain_secret)

    assert client.get("/v5/datasets").status_code == reads
    assert client.post("/v5/datasets", NAMED).status_code == writes


@pytest.mark.parametrize("address", ["/v5/datasets", "/v5/dataset-items"])
def test_a_page_takes_as_many_queries_with_one_row_as_with_many(v5, address, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as captured:
            v5.get(address)
        return len(captured)

    v5.post("/v5/datasets", {"name": "Calls", "data": [{}]})
    v5.get(address)
    one = queries()
    for _more in range(3):
        v5.post("/v5/datasets", {"name": "Calls", "data": [{}, {}]})

    assert queries() == one
