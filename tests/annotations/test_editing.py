"""Changing a task while it runs, over HTTP: what is allowed, what needs a reason, and what is written down."""

from datetime import UTC, datetime

import pytest

from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import hand_in, judge
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent, Membership, Role


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=6), by=people.administrator)


@pytest.fixture
def second_auditor(people):
    return MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user


@pytest.fixture
def patch(api, people):
    def send(task, **body):
        return api(people.annotation_administrator).patch(f"/api/v1/labeling-tasks/{task.pk}", body)

    return send


def said(response):
    detail = response.json()["detail"]
    return (response.status_code, detail if isinstance(detail, str) else [(row["loc"], row["msg"]) for row in detail])


def now(task, *fields):
    return LabelingTask.objects.values_list(*fields).get(pk=task.pk)


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 403, 403, 404, 401), strict=True)))
def test_who_may_edit(api, people, task, who, status):
    assert api(people[who]).patch(f"/api/v1/labeling-tasks/{task.pk}", {"name": "New"}).status_code == status
    assert now(task, "name") == ("New" if status == 200 else "Support calls",)


def test_what_changed_is_written_down_and_nothing_else(patch, people, task):
    answer = patch(
        task,
        name=" Week 47 ",
        instructions="",
        priority="high",
        deadline="2030-05-01T12:00:00+02:00",
        lease_minutes=30,
        max_rework=1,
    )

    assert answer.status_code == 200
    assert now(task, "name", "priority", "deadline", "lease_minutes", "max_rework") == (
        "Week 47", 3, datetime(2030, 5, 1, 10, tzinfo=UTC), 30, 1,
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="edit")
    assert (event.actor, event.target_id) == (people.annotation_administrator, task.pk)
    assert event.data == {
        "changes": {
            "name": {"before": "Support calls", "after": "Week 47"},
            "priority": {"before": 2, "after": 3},
            "deadline": {"before": None, "after": "2030-05-01T10:00:00+00:00"},
            "max_rework": {"before": 3, "after": 1},
        }
    }


def test_what_is_as_it_was_is_no_change(patch, task):
    assert patch(task, name="Support calls", review_mode="full").status_code == 200
    assert not AuditEvent.objects.filter(verb="edit").exists()


@pytest.mark.parametrize("field", ["questions", "overlap", "dataset", "seed", "state"])
def test_what_answers_refer_to_stays(patch, task, field):
    answer = patch(task, **{field: 2})

    sentence = "This cannot be changed once the task exists: answers refer to it. Make a new task instead."
    assert said(answer) == (422, [(["body", field], sentence)])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"lease_minutes": 0}, "lease_minutes"),
        ({"review_mode": "half"}, "review_mode"),
        ({"priority": "urgent"}, "priority"),
        ({"deadline": "tomorrow"}, "deadline"),
        ({"deadline": "2020-05-01T12:00:00Z"}, "deadline"),
        ({"recheck_percent": 101}, "recheck_percent"),
        ({"max_rework": 21}, "max_rework"),
        ({"sample_rate": 1.5}, "sample_rate"),
        ({"sample_rate": 0}, "sample_rate"),
        ({"sample_count": 0}, "sample_count"),
        ({"review_mode": "sampled", "reason": "why not"}, "sample_rate"),
        ({"review_mode": "sampled", "sample_rate": 0.5, "sample_count": 2, "reason": "why not"}, "sample_rate"),
        ({"max_rejects": -1}, "max_rejects"),
        ({"ai_assisted": True}, "model_id"),
        ({"model_id": "no id"}, "model_id"),
        ({"suggestion_threshold": 1.01}, "suggestion_threshold"),
        ({"suggestion_threshold": "nan"}, "suggestion_threshold"),
        ({"detector_id": 1}, "detector_id"),
    ],
)
def test_what_cannot_be_is_said_with_its_field(patch, task, body, field):
    answer = patch(task, **body)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", field]
    assert not AuditEvent.objects.filter(verb="edit").exists()


@pytest.mark.parametrize(
    ("before", "change", "is_weaker"),
    [
        ({"review_mode": "full"}, {"review_mode": "partial"}, True),
        ({"review_mode": "full"}, {"review_mode": "sampled", "sample_rate": 0.9}, True),
        ({"review_mode": "full"}, {"review_mode": "none"}, True),
        ({"review_mode": "partial"}, {"review_mode": "none"}, True),
        ({"review_mode": "partial"}, {"review_mode": "sampled", "sample_count": 6}, True),
        ({"review_mode": "sampled", "sample_rate": 0.5}, {"review_mode": "partial"}, True),
        ({"review_mode": "sampled", "sample_rate": 0.5}, {"sample_rate": 0.4}, True),
        ({"review_mode": "sampled", "sample_count": 4}, {"sample_count": 3}, True),
        ({"review_mode": "sampled", "sample_count": 4}, {"sample_rate": 0.9}, True),
        ({"review_mode": "partial", "max_rejects": 2}, {"max_rejects": 3}, True),
        ({"review_mode": "partial", "max_rejects": 2}, {"max_rejects": None}, True),
        ({"review_mode": "full", "recheck_percent": 20}, {"recheck_percent": 10}, True),
        ({"review_mode": "partial", "recheck_percent": 20}, {"recheck_percent": 0, "review_mode": "full"}, True),
        ({"review_mode": "none"}, {"review_mode": "partial"}, False),
        ({"review_mode": "none"}, {"review_mode": "sampled", "sample_rate": 0.1}, False),
        ({"review_mode": "partial"}, {"review_mode": "full"}, False),
        ({"review_mode": "sampled", "sample_rate": 0.5}, {"review_mode": "full"}, False),
        ({"review_mode": "sampled", "sample_rate": 0.5}, {"sample_rate": 0.6}, False),
        ({"review_mode": "partial", "max_rejects": 2}, {"max_rejects": 1}, False),
        ({"review_mode": "partial"}, {"max_rejects": 5}, False),
        ({"review_mode": "full"}, {"max_rejects": 5, "max_rework": 20}, False),
        ({"review_mode": "full"}, {"recheck_percent": 10}, False),
    ],
)
def test_a_weaker_review_needs_a_reason(patch, task, second_auditor, before, change, is_weaker):
    LabelingTask.objects.filter(pk=task.pk).update(**before)

    without = patch(task, **change)
    short = patch(task, **change, reason=" a ") if is_weaker else None
    given = patch(task, **change, reason=" The first 40 were faultless. ") if is_weaker else None

    assert without.status_code == (422 if is_weaker else 200)
    event = AuditEvent.objects.get(verb="edit")
    assert set(event.data["changes"]) >= set(change)
    if is_weaker:
        assert said(without)[1][0][0] == said(short)[1][0][0] == ["body", "reason"]
        assert (given.status_code, event.data["reason"]) == (200, "The first 40 were faultless.")


@pytest.mark.parametrize(
    ("change", "size"),
    [
        ({"sample_rate": 0.5}, 3),
        ({"sample_rate": 0.51}, 4),
        ({"sample_count": 2}, 2),
        ({"sample_count": 60}, 6),
    ],
)
def test_the_sample_is_counted_anew(patch, task, change, size):
    assert patch(task, review_mode="sampled", reason="for a try", **change).status_code == 200
    assert now(task, "sample_size") == (size,)


def test_a_rate_takes_the_place_of_a_number(patch, task):
    patch(task, review_mode="sampled", sample_count=4, reason="for a try")
    patch(task, sample_rate=1.0, reason="for a try")

    assert now(task, "sample_count", "sample_rate", "sample_size") == (None, 1.0, 6)


def test_a_review_is_not_taken_away_from_what_waits_for_it(patch, people, task):
    hand_in(task, people.operator, times=2)

    refused = patch(task, review_mode="none", reason="no time")
    judge(task, people.auditor, times=2)
    allowed = patch(task, review_mode="none", reason="no time")
    hand_in(task, people.operator)

    assert said(refused) == (
        409,
        "2 items wait in review. Have them decided first, or approve the rest in a partial review.",
    )
    assert allowed.status_code == 200
    assert sorted(Assignment.objects.filter(task=task).exclude(origin="").values_list("state", "origin")) == [
        ("approved", "reviewed"), ("approved", "reviewed"), ("submitted", "no_review"),
    ]  # fmt: skip


def test_a_review_that_is_added_counts_for_what_is_handed_in_from_then_on(patch, people):
    task = make_task(make_dataset(people.workspace, files=3), by=people.administrator, review_mode="none")
    hand_in(task, people.operator)

    assert patch(task, review_mode="full").status_code == 200
    hand_in(task, people.operator)

    states = Assignment.objects.filter(task=task).order_by("position").values_list("state", flat=True)
    assert list(states) == ["submitted", "pending_review", "open"]


def test_without_auditors_there_is_no_review(patch, people):
    task = make_task(make_dataset(people.workspace), by=people.administrator, review_mode="none")
    Membership.objects.filter(role=Role.AUDITOR).delete()

    status, problems = said(patch(task, review_mode="full"))

    assert (status, problems[0][0]) == (422, ["body", "review_mode"])
    assert "Nobody in this space is an annotation auditor" in problems[0][1]


def test_a_second_look_needs_a_second_auditor(patch, people, task):
    assert said(patch(task, recheck_percent=10))[1][0][0] == ["body", "recheck_percent"]
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR)
    assert patch(task, recheck_percent=10).status_code == 200


@pytest.mark.parametrize("state", ["draft", "ready", "generated"])
def test_before_and_after_the_work_only_what_it_is_called_and_when_it_is_due(patch, task, state):
    LabelingTask.objects.filter(pk=task.pk).update(state=state)
    Assignment.objects.filter(task=task).update(state="cancelled")

    allowed = patch(task, name="Other", priority="low", deadline=None)
    refused = [patch(task, **change) for change in ({"review_mode": "none", "reason": "why"}, {"lease_minutes": 5})]

    assert allowed.status_code == 200
    assert [answer.status_code for answer in refused] == [409, 409]
    assert now(task, "name", "review_mode", "lease_minutes") == ("Other", "full", 30)


def test_a_stopped_task_can_be_edited_and_stays_stopped(api, people, patch, task):
    api(people.administrator).post(f"/api/v1/labeling-tasks/{task.pk}/stop")

    assert patch(task, review_mode="partial", reason="for a try").status_code == 200
    assert now(task, "state", "review_mode") == ("stopped", "partial")


def test_a_deleted_task_is_not_edited(api, people, patch, task):
    api(people.administrator).delete(f"/api/v1/labeling-tasks/{task.pk}")

    assert said(patch(task, name="Other")) == (
        409,
        "This labeling task was deleted. Restore it first: the list of deleted tasks has it.",
    )
