"""Annotation tasks moved many at once over `/v5/`: all of them, or none and a sentence that says which and why."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.actions import reviewing, setting_right, working
from annotations.models import Assignment, LabelingTask, TaskPerson
from evaluations.actions import evaluations as actions
from evaluations.progress import progress_of
from tests.evaluations.factories import make_evaluation, make_question, task_of
from tests.evaluations.labeling import answer, begin, skip, turn_at
from tests.factories import ApiKeyFactory, MembershipFactory
from workspaces.models import AuditEvent, Notice, Role

ADDRESS = "/v5/annotation-tasks/batch"
MARKS = {"marks": [1250]}
REASON = {"reason_code": "missed_event", "comment": "one more at the end"}


@pytest.fixture
def evaluation(people):
    return make_evaluation(people.workspace, by=people.administrator, rows=3)


@pytest.fixture
def second_operator(people):
    return MembershipFactory(workspace=people.workspace, role=Role.OPERATOR).user


@pytest.fixture
def second_auditor(people):
    return MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user


@pytest.fixture
def reviewed(evaluation):
    """Every answer is looked at by an auditor."""
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")
    return evaluation


def ids(evaluation, *positions):
    return [str(turn_at(evaluation, position).pk) for position in positions]


def moved(v5, body):
    answer_ = v5.patch(ADDRESS, body)
    assert answer_.status_code == 200, answer_.json()
    return answer_.json()["items"]


def refused(v5, body, status=400):
    """The sentence of a refusal, after which every turn is what it was."""
    rows = list(Assignment.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    answer_ = v5.patch(ADDRESS, body)
    assert answer_.status_code == status, answer_.json()
    assert answer_["X-Should-Retry"] == "false"
    assert list(Assignment.objects.order_by("pk").values()) == rows
    assert AuditEvent.objects.count() == events
    detail = answer_.json()["detail"]
    return detail if isinstance(detail, str) else detail[0]["msg"]


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


def audit(evaluation, *positions, **people):
    rows = evaluation.items.filter(position__in=positions).values_list("pk", flat=True)
    named = {name: str(getattr(person, "pk", person)) for name, person in people.items()}
    return {
        "audit_assignment": {
            "evaluation_id": str(evaluation.pk),
            "queue_id": "default",
            "evaluation_item_ids": [str(pk) for pk in rows],
            **named,
        }
    }


def test_an_auditor_is_chosen_for_what_waits_for_one(v5, people, reviewed, second_auditor):
    for position in (1, 2):
        answer(reviewed, position, MARKS, by=people.operator)
    reviewing.next_review_for(turn_at(reviewed, 1).task, by=people.auditor)

    found = moved(v5, audit(reviewed, 1, 2, level_1_assigned_to=second_auditor))

    assert [task["id"] for task in found] == ids(reviewed, 1, 2)
    assert [task["task_type"] for task in found] == ["CONTRIBUTOR_AUDIT"] * 2
    assert [task["assigned_to"] for task in found] == [str(second_auditor.pk)] * 2
    assert Notice.objects.filter(user=second_auditor).exists()
    assert moved(v5, audit(reviewed, 1, 2, level_1_assigned_to=second_auditor)) == found
    reviewing.approve(turn_at(reviewed, 1), by=second_auditor)
    assert turn_at(reviewed, 1).state == "approved"


@pytest.fixture
def approved_once(people, reviewed):
    """Its first row was approved, and is judged a second time."""
    LabelingTask.objects.filter(evaluation_queue__evaluation=reviewed).update(recheck_percent=100)
    answer(reviewed, 1, MARKS, by=people.operator)
    reviewing.approve(turn_at(reviewed, 1), by=people.auditor)
    return reviewed


def test_a_second_auditor_is_chosen_once_the_first_has_approved(v5, people, approved_once, second_auditor):
    body = audit(approved_once, 1, level_1_assigned_to=people.auditor, level_2_assigned_to=second_auditor)

    (task,) = moved(v5, body)

    assert task["assigned_to"] == str(second_auditor.pk)
    reviewing.approve(turn_at(approved_once, 1), by=second_auditor)
    assert turn_at(approved_once, 1).state == "approved"


def test_rows_that_are_none_of_the_evaluation_are_skipped(v5, people, reviewed):
    answer(reviewed, 1, MARKS, by=people.operator)
    body = audit(reviewed, 1, level_1_assigned_to=people.auditor)
    body["audit_assignment"]["evaluation_item_ids"] += ["seven", str(uuid4())]

    assert len(moved(v5, body)) == 1


def test_an_auditor_is_chosen_only_where_there_is_a_review(v5, people, evaluation):
    said = refused(v5, audit(evaluation, 1, level_1_assigned_to=people.auditor))

    assert "has no review. Switch one on" in said


@pytest.mark.parametrize(
    ("level_1", "level_2", "sentence"),
    [
        ("second", None, "its first review is decided"),
        (None, "auditor", "somebody else judges it a second time"),
    ],
)
def test_a_second_review_is_for_another_than_the_first(
    v5, people, approved_once, second_auditor, level_1, level_2, sentence
):
    who = {"second": second_auditor, "auditor": people.auditor}
    named = {"level_1_assigned_to": level_1, "level_2_assigned_to": level_2}

    said = refused(v5, audit(approved_once, 1, **{name: who[one] for name, one in named.items() if one}))

    assert sentence in said


def test_level_2_needs_level_1(v5, people, reviewed, second_auditor):
    for position in (1, 2):
        answer(reviewed, position, MARKS, by=people.operator)

    said = refused(v5, audit(reviewed, 1, 2, level_1_assigned_to=people.auditor, level_2_assigned_to=second_auditor))

    assert "once the first has approved it" in said


def test_what_nobody_answered_waits_for_no_auditor(v5, people, reviewed):
    answer(reviewed, 1, MARKS, by=people.operator)

    assert "does not wait for a review" in refused(v5, audit(reviewed, 1, 2, level_1_assigned_to=people.auditor))


def test_nobody_audits_what_they_labeled(v5, people, reviewed):
    both = MembershipFactory(workspace=people.workspace, role=Role.OPERATOR).user
    MembershipFactory(workspace=people.workspace, user=both, role=Role.AUDITOR)
    answer(reviewed, 1, MARKS, by=people.operator)
    answer(reviewed, 2, MARKS, by=both)

    assert "has labeled this item" in refused(v5, audit(reviewed, 1, 2, level_1_assigned_to=both))


def test_where_auditors_are_named_it_is_one_of_them(v5, people, reviewed, second_auditor):
    answer(reviewed, 1, MARKS, by=people.operator)
    task = turn_at(reviewed, 1).task
    TaskPerson.objects.create(task=task, user=people.auditor, kind=TaskPerson.Kind.REVIEW)
    LabelingTask.objects.filter(pk=task.pk).update(reviews_openly=False)

    said = refused(v5, audit(reviewed, 1, level_1_assigned_to=second_auditor))

    assert "is not among the reviewers of this labeling task" in said
    assert len(moved(v5, audit(reviewed, 1, level_1_assigned_to=people.auditor))) == 1


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({}, 422, "level_1_assigned_to or level_2_assigned_to"),
        ({"level_1_assigned_to": "OPERATOR"}, 422, "Nobody with the id"),
        ({"level_1_assigned_to": "AUDITOR", "level_2_assigned_to": "AUDITOR"}, 422, "two different people"),
        ({"level_1_assigned_to": "AUDITOR", "queue_id": "third"}, 422, "no queue “third”"),
        ({"level_1_assigned_to": "AUDITOR", "evaluation_id": "seven"}, 404, "“seven”"),
        ({"level_1_assigned_to": "AUDITOR", "evaluation_item_ids": []}, 422, "at least 1"),
    ],
)
def test_an_audit_that_makes_no_sense_is_refused(v5, people, reviewed, change, status, sentence):
    body = audit(reviewed, 1)
    named = {"OPERATOR": str(people.operator.pk), "AUDITOR": str(people.auditor.pk)}
    body["audit_assignment"] |= {
        name: named.get(value, value) if isinstance(value, str) else value for name, value in change.items()
    }

    assert sentence in refused(v5, body, status=status)


def test_an_audit_goes_alone(v5, people, reviewed):
    body = {**audit(reviewed, 1, level_1_assigned_to=people.auditor), "ids": ["x"]}

    assert "alone" in refused(v5, body, status=422)


def test_each_queue_has_its_own_tasks(v5, people):
    tasks = [
        task_of(make_question(people.workspace), alias="marks"),
        task_of(make_question(people.workspace, "rating"), alias="quality", queue_id="second"),
    ]
    evaluation = make_evaluation(people.workspace, by=people.administrator, rows=1, tasks=tasks)
    both = [str(turn_at(evaluation, 1, queue=queue).pk) for queue in ("second", "default")]

    found = moved(v5, {"ids": both, "assigned_to": str(people.operator.pk)})

    assert [task["queue_id"] for task in found] == ["second", "default"]
    assert len({task["evaluation_item_id"] for task in found}) == 1


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

    answer_ = v5_of(key.plain_secret).patch(
        ADDRESS, {"ids": ids(evaluation, 1), "assigned_to": str(people.operator.pk)}
    )

    assert answer_.status_code == status


def test_strangers_move_nothing(v5_of, people, evaluation):
    from workspaces.actions import create_api_key

    other = MembershipFactory(role=Role.ADMINISTRATOR)
    _key, secret = create_api_key(workspace=other.workspace, name="Other", by=other.user)
    stranger = v5_of(secret, account=other.workspace.slug)

    answer_ = stranger.patch(ADDRESS, {"ids": ids(evaluation, 1), "assigned_to": str(other.user.pk)})
    audited = stranger.patch(ADDRESS, audit(evaluation, 1, level_1_assigned_to=other.user))

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
