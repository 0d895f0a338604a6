"""Finding evaluations over `/v5/`: lists, filters by metadata, what is in their rows, and who may see what."""

import pytest

from evaluations.models import Evaluation
from tests.callers import WHO
from tests.evaluations import labeling
from tests.evaluations.factories import make_evaluation, make_question, task_of
from tests.factories import ApiKeyFactory, MembershipFactory, WorkspaceFactory
from workspaces.actions import create_api_key

pytestmark = pytest.mark.django_db
URL = "/v5/evaluations"


@pytest.fixture
def made(people):
    """`made("Calls", tags=["a"])`: an evaluation of a row without tasks, under its name."""

    def make(name, **plan):
        fields = {"data": [{"n": 1}], "files": None, "tasks": [], **plan}
        return make_evaluation(people.workspace, by=people.administrator, name=name, **fields)

    return make


def names(answer):
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["items"]]


def test_a_list_is_found_by_name_tags_and_archive(v5, made):
    made("Calls, week 46", tags=["calls", "nightly"])
    made("Calls, week 47", tags=["calls"])
    old = made("Old", tags=["calls", "nightly"])
    v5.delete(f"{URL}/{old.pk}")

    assert names(v5.get(URL)) == ["Calls, week 46", "Calls, week 47"]
    assert names(v5.get(f"{URL}?sort_by=name&sort_order=desc")) == ["Calls, week 47", "Calls, week 46"]
    assert names(v5.get(f"{URL}?name=WEEK+47")) == ["Calls, week 47"]
    assert names(v5.get(f"{URL}?tags=calls%2Cnightly")) == ["Calls, week 46"]
    assert names(v5.get(f"{URL}?tags=calls,nightly&include_archived=true")) == ["Calls, week 46", "Old"]
    assert names(v5.get(f"{URL}?tags=nothing")) == []


def test_pages_go_on_where_they_ended(v5, made):
    for number in range(5):
        made(f"{number}")

    first = v5.get(f"{URL}?limit=2").json()
    second = v5.get(f"{URL}?limit=2&starting_after={first['items'][-1]['id']}").json()
    back = v5.get(f"{URL}?limit=2&ending_before={second['items'][0]['id']}").json()

    assert (first["total"], first["has_more"], first["limit"], first["object"]) == (5, True, 2, "list")
    assert [row["name"] for row in second["items"]] == ["2", "3"]
    assert ([row["name"] for row in back["items"]], back["has_more"]) == (["0", "1"], False)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"), ("limit=10001", "limit"), ("limit=a", "limit"), ("limit=00000110000", "limit"),
        ("sort_by=status", "sort_by"),
        ("sort_order=up", "sort_order"), ("starting_after=x", "starting_after"), ("views=rows", "views"),
        ("ending_before=00000000-0000-4000-8000-000000000000", "ending_before"),
        ("include_archived=perhaps", "include_archived"), ("name=%00", "name"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(v5, made, query, name):
    made("Calls")

    answer = v5.get(f"{URL}?{query}")

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", name])


def test_a_list_shows_tasks_on_request_and_asks_no_more_for_more(v5, people, django_assert_max_num_queries):
    task = task_of(make_question(people.workspace))
    for _ in range(3):
        make_evaluation(people.workspace, by=people.administrator, tasks=[task])
    v5.get(f"{URL}?views=tasks")

    with django_assert_max_num_queries(12):
        rows = v5.get(f"{URL}?views=tasks").json()["items"]

    assert [[task["alias"] for task in row["tasks"]] for row in rows] == [["marks"]] * 3
    assert v5.get(URL).json()["items"][0]["tasks"] is None


METADATA = [
    {"round": 1, "team": "north", "done": True},
    {"round": 2.5, "team": "south"},
    {"round": "10", "team": "7", "done": False},
    {"team": None, "nested": {"a": 1}},
    None,
]
FOUND = [
    ("round", "==", "1", [0]),
    ("round", "==", "1.0", [0]),
    ("round", "==", "10", [2]),
    ("round", ">=", "1.5", [1, 2]),
    ("round", "<=", "1", [0]),
    ("round", "<=", "2", [0, 2]),
    ("round", "!=", "1", [1, 2]),
    ("round", "!=", "north", [0, 1, 2]),
    ("team", "==", "north", [0]),
    ("team", "!=", "north", [1, 2]),
    ("team", ">=", "north", [0, 1]),
    ("team", "<=", "north", [0, 2]),
    ("team", "IN", "north, 7", [0, 2]),
    ("team", "NOT_IN", "north,south", [2]),
    ("round", "IN", "1,2.5,x", [0, 1]),
    ("round", "NOT_IN", "2.5", [0, 2]),
    ("round", "NOT_IN", "a,b", [0, 1, 2]),
    ("done", "==", "true", [0]),
    ("done", "!=", "true", [2]),
    ("nested", "==", '{"a": 1}', []),
    ("nested", "!=", "x", []),
    ("team", "==", "", []),
    ("missing", "==", "1", []),
    ("missing", "!=", "1", []),
    ("ro%und", "==", "1", []),
    ('"; --', "==", "'; --", []),
]


@pytest.mark.parametrize(("key", "operator", "value", "which"), FOUND)
def test_metadata_are_compared_alike_everywhere(v5, made, key, operator, value, which):
    for number, metadata in enumerate(METADATA):
        made(f"{number}", metadata=metadata)

    answer = v5.post(f"{URL}/filter", {"filters": [{"key": key, "operator": operator, "value": value}]})

    assert names(answer) == [str(number) for number in which]


def test_filters_hold_together_and_come_in_pages(v5, made):
    for number, metadata in enumerate(METADATA):
        made(f"{number}", metadata=metadata)
    filters = [
        {"key": "round", "operator": ">=", "value": "1"}, {"key": "team", "operator": "!=", "value": "south"},
    ]  # fmt: skip

    both = v5.post(f"{URL}/filter?limit=1", {"filters": filters})
    every = v5.post(f"{URL}/filter?limit=2", {"filters": []})

    # As texts "10" is behind "1".
    assert (names(both), both.json()["has_more"], both.json()["total"]) == (["0"], True, 2)
    assert (names(every), every.json()["total"]) == (["0", "1"], 5)


@pytest.mark.parametrize(
    ("filters", "loc"),
    [
        (None, []), ({}, []), ([{}] * 11, []), (["x"], [0]), ([{"operator": "==", "value": "1"}], [0, "key"]),
        ([{"key": "a", "operator": "=", "value": "1"}], [0, "operator"]),
        ([{"key": "a", "operator": "==", "value": 1}], [0, "value"]),
        ([{"key": "a", "operator": "==", "value": "\0"}], [0, "value"]),
        ([{"key": "a" * 201, "operator": "==", "value": ""}], [0, "key"]),
    ],
)  # fmt: skip
def test_filters_that_are_none_are_refused(v5, filters, loc):
    answer = v5.post(f"{URL}/filter", {"filters": filters})

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "filters", *loc])


def test_the_schema_names_every_field_and_answer(v5, people):
    data = [{"text": "a", "about": {"round": 1, "ok": True}}, {"text": None, "about": {"round": 2}, "more": []}]
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=data)
    labeling.answer(evaluation, 2, {"marks": [100]}, by=people.operator)

    found = v5.get(f"{URL}/{evaluation.pk}/schema").json()

    fields = [(row["field_name"], row["data_type"], row["item_count"], row["source"]) for row in found.pop("fields")]
    assert fields == [
        ("about.ok", "boolean", 1, "data"),
        ("about.round", "number", 2, "data"),
        ("marks", "array", 1, "task_result_cache"),
        ("more", "array", 1, "data"),
        ("text", "string", 2, "data"),
    ]
    assert found == {
        "evaluation_id": str(evaluation.pk), "object": "evaluation_schema", "total_items": 2, "is_sampled": False,
        "sample_size": None,
    }  # fmt: skip


def test_of_many_rows_the_schema_looks_at_the_first(v5, made, monkeypatch):
    from evaluations import schemas

    monkeypatch.setattr(schemas, "SAMPLE", 4)
    monkeypatch.setattr(schemas, "SLICE", 2)
    evaluation = made("Large", data=[{"a": 1}] * 4 + [{"b": 1}])

    found = v5.get(f"{URL}/{evaluation.pk}/schema").json()

    assert (found["is_sampled"], found["sample_size"], found["total_items"]) == (True, 4, 5)
    assert [(row["field_name"], row["item_count"]) for row in found["fields"]] == [("a", 4)]


def test_a_taxonomy_is_kept_as_it_was_sent(v5, made):
    with_one, without = made("With", taxonomy={"nodes": [{"name": "x"}]}), made("Without")

    assert v5.get(f"{URL}/{with_one.pk}/taxonomy").json() == {"nodes": [{"name": "x"}]}
    missing = v5.get(f"{URL}/{without.pk}/taxonomy")
    assert (missing.status_code, str(without.pk) in missing.json()["detail"]) == (404, True)


CALLS = {
    "list": ("get", URL, None),
    "retrieve": ("get", f"{URL}/{{pk}}", None),
    "schema": ("get", f"{URL}/{{pk}}/schema", None),
    "filter": ("post", f"{URL}/filter", {"filters": []}),
    "create": ("post", URL, {"name": "New", "data": [{}]}),
    "update": ("patch", f"{URL}/{{pk}}", {"name": "Other"}),
    "archive": ("delete", f"{URL}/{{pk}}", None),
    "add task": ("post", f"{URL}/{{pk}}/tasks", {"task": {}}),
}
READING = ("list", "retrieve", "schema", "filter")


def status_of(client, call, evaluation):
    method, path, body = CALLS[call]
    return getattr(client, method)(path.format(pk=evaluation.pk), body).status_code


@pytest.mark.parametrize("call", CALLS)
def test_who_may_do_it(v5_of, people, made, call):
    """With a key that acts as a person. Whoever is of another workspace has a key of that one."""
    evaluation = made("Calls")
    good = {"create": 201, "add task": 422}.get(call, 200)
    expected = {
        "superadmin": good, "administrator": good, "annotation_administrator": good, "operator": 403, "auditor": 403,
        "outsider": 403, "anonymous": 401,
    }  # fmt: skip

    found = {}
    for who in WHO:
        secret = "none"
        if who != "anonymous":
            workspace = people.workspace if who != "outsider" else people.outsider.memberships.get().workspace
            secret = ApiKeyFactory(workspace=workspace, user=people[who]).plain_secret
        found[who] = status_of(v5_of(secret), call, evaluation)

    assert found == expected


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("scope", ["read", "datasets", "labeling", "manage"])
def test_what_a_limited_key_may_do(v5_of, people, made, call, scope):
    evaluation = made("Calls")
    _key, secret = create_api_key(workspace=people.workspace, name="Limited", by=people.administrator, scopes=[scope])

    may = call in READING or scope == "manage"
    assert (status_of(v5_of(secret), call, evaluation) != 403) == may


@pytest.mark.parametrize("call", [call for call, (_m, path, _b) in CALLS.items() if "{pk}" in path])
def test_an_evaluation_of_others_is_not_there(v5_of, people, made, call):
    evaluation = made("Calls")
    other = WorkspaceFactory()
    key = ApiKeyFactory(workspace=other, user=MembershipFactory(workspace=other, role="administrator").user)

    client = v5_of(key.plain_secret, account=other.slug)

    assert status_of(client, call, evaluation) == 404
    assert Evaluation.objects.get() == evaluation


@pytest.mark.parametrize("pk", ["x", "00000000-0000-4000-8000-000000000000", "1%2F2", "%00"])
def test_an_id_that_is_none_is_told_by_name(v5, pk):
    answer = v5.get(f"{URL}/{pk}")

    assert answer.status_code == 404
    assert isinstance(answer.json()["detail"], str)
