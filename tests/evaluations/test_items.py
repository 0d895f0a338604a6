"""Rows of evaluations over `/v5/`: their order, their answers, and how far each task of theirs is."""

from uuid import UUID

import pytest

from annotations.actions import reviewing, setting_right
from annotations.models import LabelingTask, TaskItem
from datasets.models import AudioFile
from evaluations import beginning
from evaluations.actions import evaluations as actions
from evaluations.models import Evaluation, EvaluationItem
from tests.evaluations.factories import (
    CONFIGURATIONS,
    finish_reading,
    layout,
    make_evaluation,
    make_files,
    make_question,
    task_of,
)
from tests.evaluations.labeling import answer, begin, skip, turn_at
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


@pytest.fixture
def evaluation(people):
    return make_evaluation(people.workspace, by=people.administrator, rows=3)


def rows(v5, evaluation, query=""):
    return v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}{query}").json()["items"]


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


def reviewed(evaluation):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")


MARKS = {"marks": [1250]}


def opened(evaluation, people):
    pass


def in_progress(evaluation, people):
    begin(evaluation, 2, by=people.operator)


def assigned(evaluation, people):
    setting_right.one(turn_at(evaluation, 2), "reassign", to=people.operator, by=people.administrator)


def submitted(evaluation, people):
    answer(evaluation, 2, MARKS, by=people.operator)


def pending_review(evaluation, people):
    reviewed(evaluation)
    answer(evaluation, 2, MARKS, by=people.operator)


def approved(evaluation, people):
    pending_review(evaluation, people)
    reviewing.approve(turn_at(evaluation, 2), by=people.auditor)


def fixed(evaluation, people):
    pending_review(evaluation, people)
    body = {"answers": {"marks": [2500]}, "size": "minor", "active_ms": 0, "listened": []}
    reviewing.fix(turn_at(evaluation, 2), by=people.auditor, body=body)


def rework(evaluation, people):
    pending_review(evaluation, people)
    reason = {"reason_code": "missed_event", "comment": "one more at the end"}
    reviewing.reject(turn_at(evaluation, 2), by=people.auditor, body=reason)


def escalated(evaluation, people):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(max_rework=0)
    rework(evaluation, people)


def dropped(evaluation, people):
    pending_review(evaluation, people)
    reason = {"reason_code": "unusable_audio", "comment": "nothing but noise"}
    reviewing.drop(turn_at(evaluation, 2), by=people.auditor, body=reason)


def skipped(evaluation, people):
    skip(evaluation, 2, by=people.operator)


def cancelled(evaluation, people):
    skipped(evaluation, people)
    setting_right.one(turn_at(evaluation, 2), "exclude", by=people.administrator)


def reopened(evaluation, people):
    cancelled(evaluation, people)
    setting_right.one(turn_at(evaluation, 2), "reopen", by=people.administrator)


@pytest.mark.parametrize(
    ("happen", "state", "status", "marks"),
    [
        (opened, "open", "pending", None),
        (in_progress, "in_progress", "pending", None),
        (assigned, "assigned", "pending", None),
        (submitted, "submitted", "completed", [1.25]),
        (pending_review, "pending_review", "pending", None),
        (approved, "approved", "completed", [1.25]),
        (fixed, "approved", "completed", [2.5]),
        (rework, "rework", "pending", None),
        (escalated, "escalated", "pending", None),
        (dropped, "cancelled", "skipped", None),
        (skipped, "skipped", "skipped", None),
        (cancelled, "cancelled", "skipped", None),
        (reopened, "open", "pending", None),
    ],
)
def test_the_status_of_a_task_follows_from_the_state_of_its_turn(v5, people, evaluation, happen, state, status, marks):
    happen(evaluation, people)

    found = rows(v5, evaluation)
    assert turn_at(evaluation, 2).state == state
    assert [row["task_result_statuses"]["marks"] for row in found] == ["pending", status, "pending"]
    assert found[1]["data"] == {"text": "call 2", **({"marks": marks} if marks else {})}
    assert v5.get(f"/v5/evaluation-items/{found[1]['id']}").json() == found[1]


def test_queues_of_a_row_are_answered_apart(v5, people):
    quality = make_question(people.workspace, "rating", name="Quality")
    note = make_question(people.workspace, "free_text", name="Note")
    marks = make_question(people.workspace)
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        rows=2,
        tasks=[
            task_of(marks, alias="marks"),
            task_of(quality, alias="quality", queue_id="second"),
            task_of(note, alias="note"),
        ],
    )

    answer(evaluation, 1, {"quality": 3}, by=people.operator, queue="second")
    answer(evaluation, 2, {"marks": [], "note": "none heard"}, by=people.operator)

    first, second = rows(v5, evaluation)
    assert first["data"] == {"text": "call 1", "quality": 3}
    assert first["task_result_statuses"] == {"marks": "pending", "quality": "completed", "note": "pending"}
    assert second["data"] == {"text": "call 2", "marks": [], "note": "none heard"}
    assert second["task_result_statuses"] == {"marks": "completed", "quality": "pending", "note": "completed"}


@pytest.fixture
def prefilled(people):
    """Rows whose marks are given, in one of them behind the end as well, in one none at all; and two without."""
    data = [{"heard": [4.801, 1.25]}, {"heard": None}, {"heard": [1, 99]}, {"heard": []}, {}]
    return make_evaluation(
        people.workspace,
        by=people.administrator,
        data=data,
        tasks=[task_of(make_question(people.workspace), prefill_from="heard")],
        skip_prefilled_rows=True,
    )


def test_rows_that_were_answered_beforehand_are_shown_to_nobody(v5, prefilled):
    found = rows(v5, prefilled)

    assert [row["task_result_statuses"]["marks"] for row in found] == [
        "prefilled", "pending", "prefilled", "prefilled", "pending",
    ]  # fmt: skip
    assert [row["data"] for row in found] == [
        {"heard": [4.801, 1.25], "marks": [1.25, 4.801]},
        {"heard": None},
        {"heard": [1, 99], "marks": [1.0]},
        {"heard": [], "marks": []},
        {},
    ]


def test_no_choices_at_all_are_an_answer_where_several_may_be_chosen(v5, people):
    several = {"choices": ["a", "b"], "multi": True}
    question = make_question(people.workspace, "categorical", configuration=several)
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"chosen": []}, {"chosen": None}],
        tasks=[task_of(question, prefill_from="chosen")],
        skip_prefilled_rows=True,
    )

    none, nothing = rows(v5, evaluation)

    assert (none["data"], none["task_result_statuses"]) == ({"chosen": [], "marks": []}, {"marks": "prefilled"})
    assert (nothing["data"], nothing["task_result_statuses"]) == ({"chosen": None}, {"marks": "pending"})


def test_no_moments_given_beforehand_are_nothing_to_see_for_who_is_asked(v5, people):
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"heard": []}],
        tasks=[task_of(make_question(people.workspace), prefill_from="heard")],
    )

    (row,) = rows(v5, evaluation)
    assert (row["data"], row["task_result_statuses"]) == ({"heard": []}, {"marks": "pending"})
    assert TaskItem.objects.get().prefilled == {}


def test_an_answer_that_was_only_begun_beforehand_is_none(v5, people):
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"heard": [1.25]}],
        tasks=[task_of(make_question(people.workspace), prefill_from="heard")],
    )

    (row,) = rows(v5, evaluation)
    assert (row["data"], row["task_result_statuses"]) == ({"heard": [1.25]}, {"marks": "pending"})


def with_unreadable(people, numbers, unreadable):
    """An evaluation of rows with these numbers; some of them have a file that turned out to be no sound."""
    files = make_files(people.workspace, len(numbers), status=AudioFile.Status.PENDING)
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"n": number} for number in numbers],
        files=[{"audio": str(one.pk)} for one in files],
    )
    for number, audio in zip(numbers, files, strict=True):
        if number in unreadable:
            audio.fail("This is no sound.")
        else:
            finish_reading([audio])
    assert beginning.begin(evaluation.pk)
    return evaluation


@pytest.fixture
def half_failed(people):
    """Of three rows the second has a file that cannot be read."""
    return with_unreadable(people, [1, 2, 3], [2])


def test_a_row_whose_file_cannot_be_read_says_so(v5, half_failed):
    _first, second, third = rows(v5, half_failed)

    assert second["task_result_statuses"] == {"marks": "errored"}
    assert second["task_errors"]["marks"]["type"] == "file_unreadable"
    assert second["files"]["audio"] in second["task_errors"]["marks"]["message"]
    assert second["data"] == {"n": 2}
    assert (third["task_result_statuses"], third["task_errors"]) == ({"marks": "pending"}, None)


@pytest.mark.parametrize(("status", "numbers"), [("failed", [2]), ("passed", [1, 3]), ("all", [1, 2, 3])])
def test_rows_are_found_by_whether_they_have_errors(v5, half_failed, status, numbers):
    found = rows(v5, half_failed, f"&completion_status={status}")

    assert [row["data"]["n"] for row in found] == numbers


def test_rows_that_wait_for_their_files_are_pending(v5, people):
    unread = make_files(people.workspace, 2, status=AudioFile.Status.PENDING)
    files = [{"audio": str(one.pk)} for one in unread]
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{}, {}], files=files)

    assert [row["task_result_statuses"] for row in rows(v5, evaluation)] == [{"marks": "pending"}] * 2


def test_an_evaluation_without_tasks_has_no_statuses(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{"n": 1}], files=None, tasks=[])

    (row,) = rows(v5, evaluation)
    assert (row["task_result_statuses"], row["files"]) == (None, None)


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
