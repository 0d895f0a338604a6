"""Rows of evaluations over `/v5/`: their order, their answers, and how far each task of theirs is."""

from uuid import UUID

import pytest

from evaluations.actions import evaluations as actions
from evaluations.models import Evaluation, EvaluationItem
from tests.evaluations.factories import (
    CONFIGURATIONS,
    layout,
    make_evaluation,
    make_files,
    make_question,
    task_of,
)
from tests.evaluations.labeling import answer
from tests.evaluations.reading import rows, with_unreadable
from tests.factories import MembershipFactory

FIELDS = {
    "id", "object", "evaluation_id", "data", "files", "created_at", "created_by", "archived_at", "dataset_item_id",
    "dataset_item_version_num", "task_errors", "task_result_statuses",
}  # fmt: skip


FORM = CONFIGURATIONS["form"]


# Type, configuration, the answer as people give it, and as programs get it.
ANSWERS = [
    ("timestamp", {"multi": False}, 1250, 1.25),
    ("timestamp", {"multi": False}, 1, 0.001),
    ("timestamp", {"multi": False}, 0, 0.0),
    ("timestamp", {"multi": True}, [4801, 1250], [1.25, 4.801]),
    ("categorical", {"choices": ["good", "bad"]}, "bad", "bad"),
    ("categorical", {"choices": ["good", "bad"], "multi": True}, ["good", "bad"], ["good", "bad"]),
    ("rating", {"steps": 5, "min_label": "a", "max_label": "b"}, 4, 4),
    ("number", {}, 2.5, 2.5),
    ("number", {}, -3, -3),
    ("free_text", {}, "Zoë said “=1+1”\n🦒", "Zoë said “=1+1”\n🦒"),
    ("form", FORM, {"speaker": "Ada"}, {"speaker": "Ada"}),
]


UNANSWERED = [
    ("timestamp", {"multi": False}, None),
    ("timestamp", {"multi": True}, []),
    ("categorical", {"choices": ["good", "bad"]}, None),
    ("categorical", {"choices": ["good", "bad"], "multi": True}, []),
    ("rating", {"steps": 5, "min_label": "a", "max_label": "b"}, None),
    ("number", {}, None),
    ("free_text", {}, None),
    ("form", FORM, None),
]


def configured(kind, configuration):
    extra = {"dropdown": False} if kind == "categorical" else {}
    return {"multi": False, **extra, **configuration} if kind in ("categorical", "timestamp") else configuration


def test_rows_come_in_their_order_with_ids_of_their_files(v5, people):
    files = make_files(people.workspace, 2)
    data = [{"text": "call 1"}, {"text": "call 2", "more": {"speaker": None}}]
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, data=data, files=[{"audio": str(one.pk)} for one in files]
    )

    answer_ = v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}")

    first, second = answer_.json()["items"]
    assert answer_.status_code == 200
    assert first.keys() == FIELDS
    assert (first["data"], second["data"]) == (data[0], data[1])
    assert (first["files"], second["files"]) == ({"audio": str(files[0].pk)}, {"audio": str(files[1].pk)})
    assert first["task_result_statuses"] == {"marks": "pending"}
    assert (first["object"], first["evaluation_id"]) == ("evaluation.item", str(evaluation.pk))
    assert first["created_by"] == {"id": str(people.administrator.pk), "type": "user", "object": "identity"}
    assert first["task_errors"] is first["archived_at"] is first["dataset_item_id"] is None
    assert v5.get(f"/v5/evaluation-items/{second['id']}").json() == second


@pytest.mark.parametrize(("kind", "configuration", "given", "expected"), ANSWERS)
def test_answers_of_each_type_stand_in_the_data_in_its_units(v5, people, kind, configuration, given, expected):
    question = make_question(people.workspace, kind, configuration=configured(kind, configuration))
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, rows=1, tasks=[task_of(question, alias="heard")]
    )

    answer(evaluation, 1, {"heard": given}, by=people.operator)

    (row,) = rows(v5, evaluation)
    assert row["data"] == {"text": "call 1", "heard": expected}
    assert row["task_result_statuses"] == {"heard": "completed"}


@pytest.mark.parametrize(("kind", "configuration", "expected"), UNANSWERED)
def test_what_was_left_out_of_a_finished_answer_is_nothing_or_an_empty_list(v5, people, kind, configuration, expected):
    question = make_question(people.workspace, kind, configuration=configured(kind, configuration))
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, rows=1, tasks=[task_of(question, alias="heard")]
    )

    answer(evaluation, 1, {}, by=people.operator)

    (row,) = rows(v5, evaluation)
    assert row["data"] == {"text": "call 1", "heard": expected}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("&limit=2", [1, 2]),
        ("&sort_order=desc", [5, 4, 3, 2, 1]),
        ("&sort_by=created_at", [1, 2, 3, 4, 5]),
        ("&sort_by=position&sort_order=desc&limit=2", [5, 4]),
        ("&starting_after=2&limit=2", [3, 4]),
        ("&ending_before=4&limit=2", [2, 3]),
        ("&starting_after=5", []),
        ("&limit=10000", [1, 2, 3, 4, 5]),
    ],
)
def test_pages_follow_the_order_of_the_rows(v5, people, query, numbers):
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{"n": n} for n in range(1, 6)])
    ids = {row["data"]["n"]: row["id"] for row in rows(v5, evaluation)}
    for name in ("starting_after", "ending_before"):
        query = "&".join(f"{name}={ids[int(part[-1])]}" if part.startswith(name) else part for part in query.split("&"))

    assert [row["data"]["n"] for row in rows(v5, evaluation, query)] == numbers


def test_walking_page_by_page_sees_every_row_once(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{"n": n} for n in range(1, 6)])
    seen, after, more = [], "", True
    while more:
        page = v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}&limit=1{after}").json()
        seen += [row["data"]["n"] for row in page["items"]]
        after, more = f"&starting_after={page['items'][-1]['id']}", page["has_more"]
        assert page["total"] == 5

    assert seen == [1, 2, 3, 4, 5]


def test_rows_of_all_evaluations_come_one_evaluation_after_the_other(v5, people, evaluation):
    other = make_evaluation(people.workspace, by=people.administrator, rows=2)
    answer(other, 2, {"marks": [1]}, by=people.operator)

    found = v5.get("/v5/evaluation-items").json()["items"]
    backwards = v5.get("/v5/evaluation-items?sort_by=created_at&sort_order=desc").json()["items"]

    assert [row["evaluation_id"] for row in found] == [str(evaluation.pk)] * 3 + [str(other.pk)] * 2
    assert [row["data"].get("marks") for row in found] == [None] * 4 + [[0.001]]
    assert backwards == found[::-1]


def test_the_archive_hides_rows_until_they_are_asked_for(v5, people, evaluation):
    first = rows(v5, evaluation)[0]["id"]
    actions.archive(evaluation, by=people.administrator)

    hidden = v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}")
    assert (hidden.status_code, str(evaluation.pk) in hidden.json()["detail"]) == (404, True)
    assert v5.get("/v5/evaluation-items").json()["total"] == 0
    assert v5.get(f"/v5/evaluation-items/{first}").status_code == 404
    shown = rows(v5, evaluation, "&include_archived=true")
    assert len(shown) == 3
    assert shown[0]["archived_at"] is not None
    assert v5.get(f"/v5/evaluation-items/{first}?include_archived=true").json() == shown[0]
    assert v5.get("/v5/evaluation-items?include_archived=true").json()["items"] == shown


@pytest.mark.parametrize(
    ("query", "loc"),
    [
        ("completion_status=done", ["query", "completion_status"]),
        ("include_archived=maybe", ["query", "include_archived"]),
        ("sort_by=text", ["query", "sort_by"]),
        ("sort_order=up", ["query", "sort_order"]),
        ("limit=10001", ["query", "limit"]),
        ("starting_after=7", ["query", "starting_after"]),
    ],
)
def test_what_is_misspelled_is_refused_by_its_name(v5, evaluation, query, loc):
    answer_ = v5.get(f"/v5/evaluation-items?{query}")

    assert (answer_.status_code, answer_.json()["detail"][0]["loc"]) == (422, loc)


@pytest.mark.parametrize("address", ["/v5/evaluation-items/{id}", "/v5/evaluation-items?evaluation_id={id}"])
@pytest.mark.parametrize("pk", ["seven", "0", "01890000-0000-7000-8000-000000000000"])
def test_what_is_not_there_is_404_with_its_id(v5, evaluation, address, pk):
    answer_ = v5.get(address.format(id=pk))

    assert (answer_.status_code, f"“{pk}”" in answer_.json()["detail"]) == (404, True)


@pytest.mark.parametrize("verb", ["post", "patch", "put", "delete"])
def test_rows_are_never_changed_here(v5, evaluation, verb):
    pk = rows(v5, evaluation)[0]["id"]

    assert getattr(v5, verb)(f"/v5/evaluation-items/{pk}").status_code == 405


def test_strangers_find_no_rows(v5_of, people, evaluation):
    from workspaces.actions import create_api_key

    other = MembershipFactory(role="administrator")
    _key, secret = create_api_key(workspace=other.workspace, name="Other", by=other.user)
    stranger = v5_of(secret, account=other.workspace.slug)
    item = EvaluationItem.objects.filter(evaluation=evaluation).first()

    assert stranger.get("/v5/evaluation-items").json()["items"] == []
    assert stranger.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}").status_code == 404
    assert stranger.get(f"/v5/evaluation-items/{item.pk}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("annotation_administrator", 200), ("operator", 403), ("auditor", 403)],
)
def test_who_may_read_answers(v5_of, people, evaluation, who, status):
    from tests.factories import ApiKeyFactory

    client = v5_of(ApiKeyFactory(workspace=people.workspace, user=people[who]).plain_secret)

    assert client.get("/v5/evaluation-items").status_code == status
    assert client.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}").status_code == status


def queries_of(v5, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert v5.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_a_page_takes_as_many_queries_whatever_its_size(v5, people):
    note = make_question(people.workspace, "free_text")
    tasks = [
        task_of(make_question(people.workspace), prefill_from="heard"),
        task_of(note, alias="note", queue_id="second", layout=layout("item.files.audio", "item.heard")),
    ]
    data = [{"heard": [1.5]} for _row in range(12)]
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, data=data, tasks=tasks, skip_prefilled_rows=True
    )
    for position in range(1, 13):
        answer(evaluation, position, {"note": "fine"}, by=people.operator, queue="second")
    address = f"/v5/evaluation-items?evaluation_id={evaluation.pk}"
    queries_of(v5, address)

    one, twelve = queries_of(v5, f"{address}&limit=1"), queries_of(v5, f"{address}&limit=100")

    assert len(twelve) == len(one) <= 12


def test_rows_of_many_evaluations_take_no_more_queries_than_those_of_one(v5, people):
    for _number in range(3):
        make_evaluation(people.workspace, by=people.administrator, rows=2)
    queries_of(v5, "/v5/evaluation-items")

    one, six = queries_of(v5, "/v5/evaluation-items?limit=1"), queries_of(v5, "/v5/evaluation-items")

    assert len(six) == len(one)


def test_more_evaluations_than_one_question_takes_are_asked_for_in_parts(v5, people, monkeypatch):
    monkeypatch.setattr("evaluations.item_states.AT_ONCE", 2)
    made = [make_evaluation(people.workspace, by=people.administrator, rows=1) for _number in range(5)]
    for evaluation in made:
        answer(evaluation, 1, {"marks": [1000]}, by=people.operator)

    found = v5.get("/v5/evaluation-items").json()["items"]

    assert [row["data"]["marks"] for row in found] == [[1.0]] * 5


def test_rows_far_apart_are_looked_up_one_by_one(v5, people):
    evaluation = with_unreadable(people, range(1, 11), range(2, 10))
    answer(evaluation, 10, {"marks": [5000]}, by=people.operator)

    found = rows(v5, evaluation, "&completion_status=passed")

    assert [row["data"] for row in found] == [{"n": 1}, {"n": 10, "marks": [5.0]}]
    assert UUID(found[1]["id"]) == EvaluationItem.objects.get(evaluation=evaluation, position=10).pk


def test_turns_say_who_answered_and_how_long_it_took(people, evaluation):
    from evaluations.item_states import states_of

    turn = answer(evaluation, 2, {"marks": [1]}, by=people.operator)
    items = list(EvaluationItem.objects.filter(evaluation=evaluation).order_by("position"))

    states = states_of(Evaluation.objects.get(pk=evaluation.pk), items)

    assert states[items[1].pk].turns["marks"] == (turn.pk, "submitted", people.operator.pk, people.operator.name, 1500)
    assert states[items[0].pk].turns["marks"].annotator == ""
