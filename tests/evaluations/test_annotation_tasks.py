"""Annotation tasks moved many at once over `/v5/`: all of them, or none and a sentence that says which and why."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.actions import reviewing, setting_right, working
from annotations.models import LabelingTask
from evaluations.actions import evaluations as actions
from evaluations.progress import progress_of
from tests.evaluations.labeling import answer, begin, skip, turn_at
from tests.evaluations.reading import BATCH, audit, ids, moved, refused
from tests.factories import ApiKeyFactory, MembershipFactory
from workspaces.models import Notice, Role

REASON = {"reason_code": "missed_event", "comment": "one more at the end"}
MARKS = {"marks": [1250]}


@pytest.fixture
def second_operator(people):
    return MembershipFactory(workspace=people.workspace, role=Role.OPERATOR).user


def test_tasks_are_given_to_somebody_in_the_order_they_were_named(v5, people, evaluation):
    wanted = ids(evaluation, 2, 1)

    found = moved(v5, {"ids": [*wanted, wanted[0]], "assigned_to": str(people.operator.pk)})

    row = evaluation.items.get(position=2)
    assert [task["id"] for task in found] == wanted
    assert datetime.fromisoformat(found[0].pop("updated_at")) <= timezone.now()
    assert found[0] == {
        "id": wanted[0],
        "object": "annotation_task",
        "evaluation_id": str(evaluation.pk),
        "evaluation_item_id": str(row.pk),
        "queue_id": "default",
        "priority": 2,
        "status": "PENDING",
        "task_type": "CONTRIBUTOR_ANNOTATION",
        "assigned_to": str(people.operator.pk),
        "assignment_expires_at": None,
        "duration_seconds": 0,
        "flagged_for_review": False,
        "review_comment": None,
    }
    assert [turn_at(evaluation, position).state for position in (1, 2, 3)] == ["assigned", "assigned", "open"]
    assert Notice.objects.filter(user=people.operator).exists()


def test_giving_it_to_whoever_has_it_changes_nothing(v5, people, evaluation):
    body = {"ids": ids(evaluation, 1), "assigned_to": str(people.operator.pk)}
    first = moved(v5, body)

    assert moved(v5, body) == first


def test_what_somebody_has_open_is_taken_from_them(v5, people, evaluation, second_operator):
    turn = begin(evaluation, 1, by=people.operator)

    (task,) = moved(v5, {"ids": [str(turn.pk)], "assigned_to": str(second_operator.pk)})

    assert (task["assigned_to"], task["status"]) == (str(second_operator.pk), "PENDING")
    assert turn_at(evaluation, 1).state == "assigned"


def test_a_finished_task_is_redone_by_its_annotator(v5, people, evaluation):
    for position in (1, 2, 3):
        answer(evaluation, position, MARKS, by=people.operator)
    assert progress_of([evaluation])[evaluation.pk].status == "completed"

    (task,) = moved(v5, {"ids": ids(evaluation, 2), "status": "PENDING_REDO"})

    assert (task["status"], task["assigned_to"]) == ("PENDING_REDO", str(people.operator.pk))
    assert task["duration_seconds"] == 2
    assert progress_of([evaluation])[evaluation.pk].status == "running"
    assert LabelingTask.objects.get(evaluation_queue__evaluation=evaluation).state == "open"
    rows = v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}").json()["items"]
    assert [row["task_result_statuses"]["marks"] for row in rows] == ["completed", "pending", "completed"]

    again = moved(v5, {"ids": ids(evaluation, 2), "status": "PENDING_REDO"})
    answer(evaluation, 2, {"marks": [2000]}, by=people.operator)

    assert again == [task]
    assert turn_at(evaluation, 2).revision == 2
    assert progress_of([evaluation])[evaluation.pk].status == "completed"


def test_a_finished_task_is_redone_by_somebody_else(v5, people, evaluation, second_operator):
    answer(evaluation, 1, MARKS, by=people.operator)

    (task,) = moved(v5, {"ids": ids(evaluation, 1), "status": "PENDING_REDO", "assigned_to": str(second_operator.pk)})

    assert (task["status"], task["assigned_to"]) == ("PENDING_REDO", str(second_operator.pk))
    assert answer(evaluation, 1, {"marks": [3000]}, by=second_operator).revision == 2


def test_what_was_set_aside_comes_back(v5, people, evaluation):
    turn = skip(evaluation, 1, by=people.operator)

    (task,) = moved(v5, {"ids": [str(turn.pk)], "status": "PENDING_REDO"})

    assert (task["status"], task["assigned_to"]) == ("PENDING", None)
    assert turn_at(evaluation, 1).state == "open"


def test_an_approved_task_goes_the_whole_way_again(v5, people, reviewed):
    answer(reviewed, 1, MARKS, by=people.operator)
    body = {"answers": {"marks": [2000]}, "size": "minor", "active_ms": 0, "listened": []}
    reviewing.fix(turn_at(reviewed, 1), by=people.auditor, body=body)

    (fixed,) = moved(v5, {"ids": ids(reviewed, 1), "status": "COMPLETED"})
    (redone,) = moved(v5, {"ids": ids(reviewed, 1), "status": "PENDING_REDO"})

    assert (fixed["status"], redone["status"]) == ("FIXED", "PENDING_REDO")
    answer(reviewed, 1, {"marks": [3000]}, by=people.operator)
    reviewing.approve(turn_at(reviewed, 1), by=people.auditor)
    assert (turn_at(reviewed, 1).state, turn_at(reviewed, 1).revision) == ("approved", 3)


def test_what_is_completed_may_be_said_to_be(v5, people, evaluation):
    answer(evaluation, 1, MARKS, by=people.operator)
    skip(evaluation, 2, by=people.operator)

    found = moved(v5, {"ids": ids(evaluation, 1, 2), "status": "COMPLETED"})

    assert [task["status"] for task in found] == ["COMPLETED", "COMPLETED"]
    assert [(task["flagged_for_review"], task["review_comment"]) for task in found] == [
        (False, None),
        (True, "too noisy"),
    ]


def test_ids_of_nothing_are_skipped(v5, people, evaluation):
    (wanted,) = ids(evaluation, 1)

    found = moved(v5, {"ids": ["seven", str(uuid4()), wanted], "assigned_to": str(people.operator.pk)})

    assert [task["id"] for task in found] == [wanted]


def test_turns_of_other_labeling_tasks_are_no_annotation_tasks(v5, people):
    from tests.annotations.factories import make_dataset, make_task

    task = make_task(make_dataset(people.workspace), by=people.administrator)
    turn = task.assignments.first()

    assert moved(v5, {"ids": [str(turn.pk)], "assigned_to": str(people.operator.pk)}) == []
    assert task.assignments.get(pk=turn.pk).state == "open"


def test_where_nobody_can_go_on_a_task_is_not_ready(v5, people, evaluation):
    labeling_task = LabelingTask.objects.get(evaluation_queue__evaluation=evaluation)
    labeling_task.stop(by=people.administrator)

    (task,) = moved(v5, {"ids": ids(evaluation, 1), "assigned_to": str(people.operator.pk)})

    assert (task["status"], task["assigned_to"]) == ("NOT_READY", str(people.operator.pk))


def test_work_in_progress_says_until_when_it_is_kept(v5, people, evaluation):
    turn = begin(evaluation, 1, by=people.operator)

    (task,) = moved(v5, {"ids": [str(turn.pk)], "assigned_to": str(people.operator.pk)})

    assert datetime.fromisoformat(task["assignment_expires_at"]) == turn_at(evaluation, 1).lease_until


def done(evaluation, people):
    answer(evaluation, 2, MARKS, by=people.operator)


def waiting(evaluation, people):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")
    done(evaluation, people)


def archived(evaluation, people):
    actions.archive(evaluation, by=people.administrator)


def set_aside(evaluation, people):
    skip(evaluation, 2, by=people.operator)


def untouched(evaluation, people):
    pass


@pytest.mark.parametrize(
    ("happen", "change", "sentence"),
    [
        (done, {"assigned_to": "SECOND"}, "it is completed. Set its status to PENDING_REDO as well."),
        (done, {"assigned_to": "SECOND", "status": "COMPLETED"}, "it is completed by whoever answers it"),
        (set_aside, {"assigned_to": "SECOND"}, "it is completed."),
        (waiting, {"assigned_to": "SECOND"}, "waits for its auditor. Use audit_assignment"),
        (waiting, {"status": "PENDING_REDO"}, "it waits for its auditor, who returns it"),
        (waiting, {"status": "COMPLETED"}, "it is completed by whoever answers it"),
        (untouched, {"status": "PENDING_REDO"}, "nothing was handed in for it yet."),
        (untouched, {"status": "COMPLETED"}, "it is completed by whoever answers it"),
        (archived, {"assigned_to": "SECOND"}, "its evaluation is archived. Restore that first."),
    ],
)
def test_one_that_cannot_be_moved_keeps_all_from_being_moved(
    v5, people, evaluation, second_operator, happen, change, sentence
):
    happen(evaluation, people)
    change = {name: str(second_operator.pk) if value == "SECOND" else value for name, value in change.items()}

    said = refused(v5, {"ids": ids(evaluation, *([1, 2, 3] if "assigned_to" in change else [2])), **change})

    assert sentence in said
    assert any(pk in said for pk in ids(evaluation, 1, 2, 3))


def test_who_judged_an_item_is_not_given_it_to_label(v5, people, reviewed):
    both = MembershipFactory(workspace=people.workspace, role=Role.OPERATOR).user
    MembershipFactory(workspace=people.workspace, user=both, role=Role.AUDITOR)
    answer(reviewed, 1, MARKS, by=people.operator)
    reviewing.reject(turn_at(reviewed, 1), by=both, body=REASON)

    said = refused(v5, {"ids": ids(reviewed, 2, 1), "assigned_to": str(both.pk)})

    assert "this person has judged the item" in said


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "send ids, or an audit_assignment"),
        ({"ids": []}, "Send at least 1 of them."),
        ({"ids": "seven"}, "Send a list."),
        ({"ids": [7, None]}, "Give a value"),
        ({"ids": [["x"]]}, "Send a text."),
        ({"ids": ["\0"]}, "cannot be stored"),
        ({"ids": ["x"], "assigned_to": ""}, "not empty"),
        ({"ids": ["x"] * 501}, "Send at most 500 of them at once."),
        ({"ids": ["x"]}, "send assigned_to or status"),
        ({"assigned_to": "x"}, "send ids"),
        ({"ids": ["x"], "status": "PENDING"}, "PENDING"),
        ({"ids": ["x"], "status": None}, "Give a value, or leave this field out."),
        ({"ids": ["x"], "assigned_to": "seven"}, "“seven”"),
        ({"ids": ["x"], "assigned_to": "AUDITOR"}, "Nobody with the id"),
        ({"ids": ["x"], "assigned_to": "OUTSIDER"}, "Nobody with the id"),
        ({"ids": ["x"], "audit_assignment": {}}, "This field is needed."),
        ({"audit_assignment": "x"}, "Send a JSON object."),
        ([], "Send a JSON object."),
    ],
)
def test_what_makes_no_sense_is_refused(v5, people, body, sentence):
    if isinstance(body, dict) and body.get("assigned_to") in ("AUDITOR", "OUTSIDER"):
        body = {**body, "assigned_to": str(people[body["assigned_to"].lower()].pk)}

    assert sentence in refused(v5, body, status=422)


@pytest.mark.parametrize(
    ("who", "scopes", "status"),
    [
        ("administrator", [], 200),
        ("annotation_administrator", [], 200),
        ("operator", [], 403),
        ("auditor", [], 403),
        ("administrator", ["manage"], 200),
        ("administrator", ["read"], 403),
        ("administrator", ["labeling"], 403),
    ],
)
def test_who_may_move_work(v5_of, people, evaluation, who, scopes, status):
    key = ApiKeyFactory(workspace=people.workspace, user=people[who], scopes=scopes)

    answer_ = v5_of(key.plain_secret).patch(BATCH, {"ids": ids(evaluation, 1), "assigned_to": str(people.operator.pk)})

    assert answer_.status_code == status


def test_strangers_move_nothing(v5_of, people, evaluation):
    from workspaces.actions import create_api_key

    other = MembershipFactory(role=Role.ADMINISTRATOR)
    _key, secret = create_api_key(workspace=other.workspace, name="Other", by=other.user)
    stranger = v5_of(secret, account=other.workspace.slug)

    answer_ = stranger.patch(BATCH, {"ids": ids(evaluation, 1), "assigned_to": str(other.user.pk)})
    audited = stranger.patch(BATCH, audit(evaluation, 1, level_1_assigned_to=other.user))

    assert answer_.json() == {"object": "list", "items": []}
    assert audited.status_code == 404
    assert turn_at(evaluation, 1).state == "open"


def test_the_items_of_a_labeling_task_name_the_ids(api, people, evaluation):
    task = LabelingTask.objects.get(evaluation_queue__evaluation=evaluation)

    items = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/items").json()["items"]

    assert [item["assignments"][0]["id"] for item in items] == ids(evaluation, 1, 2, 3)


def test_describing_many_takes_no_more_queries_than_one(people, evaluation):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from evaluations.annotation_tasks import described, turns_in

    answer(evaluation, 1, MARKS, by=people.operator)
    working.open_one(turn_at(evaluation, 2), by=people.operator)
    setting_right.one(turn_at(evaluation, 3), "reassign", to=people.operator, by=people.administrator)

    def queries(count):
        with CaptureQueriesContext(connection) as captured:
            described(list(turns_in(people.workspace, people.administrator).order_by("pk")[:count]))
        return len(captured)

    assert queries(3) == queries(1) <= 4
