"""Auditors named over `/v5/` for what waits for one, first and second, and what is refused."""

from uuid import uuid4

import pytest

from annotations.actions import reviewing
from annotations.models import LabelingTask, TaskPerson
from tests.evaluations.factories import make_evaluation, make_question, task_of
from tests.evaluations.labeling import answer, turn_at
from tests.evaluations.reading import audit, ids, moved, refused
from tests.factories import MembershipFactory
from workspaces.models import Notice, Role

MARKS = {"marks": [1250]}


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
