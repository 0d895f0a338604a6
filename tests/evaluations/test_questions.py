"""Questions on `/v5/`, as a program sends them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import questions as actions
from annotations.models import Question
from tests.callers import WHO
from workspaces.actions import create_api_key
from workspaces.models import AuditEvent

SCHEMA = {"type": "object", "properties": {"who": {"type": "string"}, "age": {"type": "integer"}}}
GIVEN = {
    "timestamp": ({"multi": True}, {"multi": True}),
    "categorical": (
        {"choices": ["good", "bad"]},
        {"choices": ["good", "bad"], "multi": False, "dropdown": False},
    ),
    "rating": (
        {"steps": 5, "min_label": "poor", "max_label": "great"},
        {"steps": 5, "min_label": "poor", "max_label": "great"},
    ),
    "number": ({"min": 0.5}, {"min": 0.5}),
    "free_text": ({"min_length": 3}, {"min_length": 3, "max_length": 2000}),
    "form": ({"form_schema": SCHEMA}, {"form_schema": SCHEMA}),
}


def create(v5, kind="timestamp", **fields):
    body = {"name": "When", "prompt": "When is it wrong?", "question_type": kind}
    return v5.post("/v5/questions", {**body, "configuration": GIVEN[kind][0], **fields})


@pytest.fixture
def question(v5):
    return create(v5).json()


@pytest.mark.parametrize("kind", list(GIVEN))
def test_each_type_is_stored_and_given_back(v5, people, kind):
    given, kept = GIVEN[kind]
    conditions = [{"when": {"question": "other", "is": ["yes", 1, None]}}]

    answer = create(v5, kind, configuration=given, conditions=conditions)

    stored = Question.objects.get()
    owner = create_owner(stored)
    assert answer.status_code == 201, answer.content
    assert answer.json() == {
        "id": str(stored.pk), "object": "question", "question_type": kind, "name": "When",
        "prompt": "When is it wrong?", "configuration": kept, "conditions": conditions,
        "created_at": answer.json()["created_at"], "created_by": owner, "archived_at": None,
    }  # fmt: skip
    assert v5.get(f"/v5/questions/{stored.pk}").json() == answer.json()
    assert (stored.type, stored.workspace) == (kind, people.workspace)


def create_owner(question):
    return {"id": str(question.created_by_id), "type": "service_account", "object": "identity"}


@pytest.mark.parametrize("kind", ["timestamp", "number", "free_text"])
@pytest.mark.parametrize("configuration", [{}, None])
def test_some_types_need_no_configuration(v5, kind, configuration):
    kept = {"timestamp": {"multi": False}, "number": {}, "free_text": {"min_length": 0, "max_length": 2000}}

    answer = create(v5, kind, configuration=configuration)

    assert (answer.status_code, answer.json()["configuration"]) == (201, kept[kind])


def test_older_names_are_taken_and_answered_with_the_present_ones(v5):
    body = {"type": "timestamp", "title": "Mispronunciation", "prompt": "Mark each.", "multi": True}

    answer = v5.post("/v5/questions", body).json()

    assert (answer["question_type"], answer["name"], answer["configuration"]) == (
        "timestamp", "Mispronunciation", {"multi": True},
    )  # fmt: skip
    assert not {"type", "title", "multi"} & answer.keys()


def test_the_present_names_come_first(v5):
    answer = create(v5, type="form", title="Old", multi=False).json()

    assert (answer["question_type"], answer["name"], answer["configuration"]) == ("timestamp", "When", {"multi": True})


CONFIGURATION = ["body", "configuration"]
REFUSED = [
    ({"name": ""}, [["body", "name"]]),
    ({"name": "  "}, [["body", "name"]]),
    ({"name": "x" * 256}, [["body", "name"]]),
    ({"name": None}, [["body", "name"]]),
    ({"name": "a\0b"}, [["body", "name"]]),
    ({"prompt": 7}, [["body", "prompt"]]),
    ({"prompt": "x" * 10_001}, [["body", "prompt"]]),
    ({"question_type": "regions"}, [["body", "question_type"]]),
    ({"question_type": ["timestamp"]}, [["body", "question_type"]]),
    ({"configuration": []}, [CONFIGURATION]),
    ({"configuration": "multi"}, [CONFIGURATION]),
    ({"configuration": {"multi": "yes"}}, [[*CONFIGURATION, "multi"]]),
    ({"conditions": {}}, [["body", "conditions"]]),
    ({"conditions": ["x"]}, [["body", "conditions"]]),
    ({"conditions": [{"a": "\0"}]}, [["body", "conditions", 0, "a"]]),
    ({"conditions": [{"a": "x" * 70_000}]}, [["body", "conditions"]]),
    ({"name": "", "prompt": None, "configuration": {"multi": 1}},
     [["body", "name"], ["body", "prompt"], [*CONFIGURATION, "multi"]]),
    ({"question_type": "categorical", "configuration": {}}, [[*CONFIGURATION, "choices"]]),
    ({"question_type": "rating", "configuration": {"steps": 0}},
     [[*CONFIGURATION, "steps"], [*CONFIGURATION, "min_label"], [*CONFIGURATION, "max_label"]]),
    ({"question_type": "number", "configuration": {"min": 2, "max": 1}}, [[*CONFIGURATION, "max"]]),
    ({"question_type": "free_text", "configuration": {"min_length": -1}}, [[*CONFIGURATION, "min_length"]]),
    ({"question_type": "form", "configuration": {"form_schema": {"type": "array"}}},
     [[*CONFIGURATION, "form_schema", "type"]]),
    ({"question_type": "form", "configuration": {
        "form_schema": {"type": "object", "properties": {"a": {"$ref": "https://example.org/x"}}}}},
     [[*CONFIGURATION, "form_schema", "properties", "a", "$ref"]]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "places"), REFUSED)
def test_what_is_wrong_is_named_and_nothing_is_stored(v5, fields, places):
    answer = create(v5, **{"configuration": {}, **fields})

    assert answer.status_code == 422, answer.content
    assert [problem["loc"] for problem in answer.json()["detail"]] == places
    assert not Question.objects.exists()


@pytest.mark.parametrize("missing", ["name", "prompt", "question_type"])
def test_what_is_missing_is_named(v5, missing):
    body = {"name": "When", "prompt": "When?", "question_type": "timestamp"}
    del body[missing]

    answer = v5.post("/v5/questions", body)

    assert (answer.status_code, [problem["loc"] for problem in answer.json()["detail"]]) == (422, [["body", missing]])


@pytest.mark.parametrize("body", [None, [], "x", 3, [{"name": "When"}]])
def test_a_body_that_is_no_object_is_refused(v5, body):
    assert v5.post("/v5/questions", body).status_code == 422


def test_the_list_goes_by_age_and_leaves_out_the_archive_and_what_only_pages_ask(v5, people):
    first, second, third = (create(v5, name=name).json() for name in ("C", "A", "B"))
    v5.delete(f"/v5/questions/{second['id']}")
    Question.objects.create(workspace=people.workspace, type="regions", name="Marks", configuration={"labels": []})

    def names(query=""):
        return [row["name"] for row in v5.get(f"/v5/questions?{query}").json()["items"]]

    assert names() == ["C", "B"]
    assert names("include_archived=true") == ["C", "A", "B"]
    assert names("include_archived=true&sort_by=name&sort_order=desc") == ["C", "B", "A"]
    assert names(f"ids={third['id']},{first['id']},nonsense") == ["C", "B"]
    assert names(f"ids={second['id']}") == []
    assert names(f"ids={second['id']}&include_archived=true") == ["A"]
    assert names("ids=") == []
    assert names(f"limit=1&starting_after={first['id']}") == ["B"]


@pytest.mark.parametrize("query", ["include_archived=perhaps", "limit=0", "sort_by=prompt", "starting_after=x"])
def test_a_list_that_is_asked_for_wrongly_is_refused(v5, question, query):
    assert v5.get(f"/v5/questions?{query}").status_code == 422


def test_a_name_is_all_that_changes(v5, question):
    address = f"/v5/questions/{question['id']}"

    renamed = v5.patch(address, {"name": " Other "})
    fixed = v5.patch(address, {"name": "Third", "prompt": "Else?", "configuration": {"multi": False}})

    assert (renamed.status_code, renamed.json()) == (200, {**question, "name": "Other"})
    assert fixed.status_code == 422
    assert [problem["loc"] for problem in fixed.json()["detail"]] == [["body", "prompt"], CONFIGURATION]
    assert v5.get(address).json() == renamed.json()
    for wrong in ({}, {"name": ""}, {"name": 5}, {"title": "Old"}):
        assert v5.patch(address, wrong).status_code == 422


def test_the_archive_keeps_and_gives_back(v5, question):
    address = f"/v5/questions/{question['id']}"

    archived = v5.delete(address)
    again = v5.delete(address)
    restored = v5.generic("POST", f"{address}/restore", b"", content_type="application/json")
    twice = v5.generic("POST", f"{address}/restore", b"", content_type="application/json")

    assert archived.status_code == 200
    assert archived.json()["archived_at"] is not None
    assert (again.status_code, again.json()) == (200, archived.json())
    assert (restored.status_code, restored.json()) == (200, question)
    assert (twice.status_code, twice.json()) == (200, question)
    assert list(AuditEvent.objects.filter(target_id=question["id"]).order_by("id").values_list("verb", flat=True)) == [
        "create", "archive", "restore",
    ]  # fmt: skip


def test_what_is_archived_keeps_its_name(v5, question):
    v5.delete(f"/v5/questions/{question['id']}")

    renamed = v5.patch(f"/v5/questions/{question['id']}", {"name": "Other"})

    assert (renamed.status_code, renamed["X-Should-Retry"]) == (400, "false")
    assert renamed.json()["detail"] == "“When” is archived. Restore it to change its name."


@pytest.mark.parametrize("which", ["foreign", "regions", "unknown", "nonsense", "\0", "%00"])
@pytest.mark.parametrize("method", ["get", "patch", "delete", "restore"])
def test_what_is_not_theirs_is_not_found(v5, people, which, method):
    elsewhere = people.outsider.memberships.get().workspace
    foreign = actions.create_question(
        elsewhere, kind="timestamp", name="F", prompt="", configuration={}, conditions=[], by=people.outsider
    )
    marks = Question.objects.create(workspace=people.workspace, type="regions", name="M", configuration={"labels": []})
    pk = {"foreign": foreign.pk, "regions": marks.pk, "unknown": people.workspace.pk}.get(which, which)

    if method == "restore":
        answer = v5.post(f"/v5/questions/{pk}/restore")
    else:
        answer = getattr(v5, method)(f"/v5/questions/{pk}", *([{"name": "Mine"}] if method == "patch" else []))

    assert answer.status_code == 404
    assert Question.objects.filter(name__in=["F", "M"], archived_at=None).count() == 2


# Keys act for people: reading is for who manages tasks, changing for who may make them.
KEYS = {
    "superadmin": (200, 201, 200, 200, 200),
    "administrator": (200, 201, 200, 200, 200),
    "annotation_administrator": (200, 201, 200, 200, 200),
    "operator": (403, 403, 403, 403, 403),
    "auditor": (403, 403, 403, 403, 403),
}


@pytest.mark.parametrize("who", list(KEYS))
def test_whose_keys_open_this_door(v5_of, people, who):
    _key, secret = create_api_key(workspace=people.workspace, name="Own", by=people.administrator, user=people[who])
    client = v5_of(secret)
    made = actions.create_question(
        people.workspace, kind="timestamp", name="W", prompt="", configuration={}, conditions=[], by=people.superadmin
    )

    answers = (
        client.get("/v5/questions"),
        create(client),
        client.patch(f"/v5/questions/{made.pk}", {"name": "X"}),
        client.delete(f"/v5/questions/{made.pk}"),
        client.post(f"/v5/questions/{made.pk}/restore"),
    )

    assert tuple(answer.status_code for answer in answers) == KEYS[who]


def test_people_and_strangers_have_no_key(api, people):
    statuses = {who: api(people[who]).get("/v5/questions").status_code for who in WHO}

    assert set(statuses.values()) == {401}


def test_a_list_takes_as_many_queries_for_three_as_for_one(v5):
    def queries():
        with CaptureQueriesContext(connection) as made:
            v5.get("/v5/questions")
            return len(made)

    create(v5)
    queries()
    for_one = queries()
    create(v5)
    create(v5)

    assert queries() == for_one
