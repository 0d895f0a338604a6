"""Work changes hands by person and quantity, once per key, and never lands where it must not."""

import pytest
from django.utils import timezone

from annotations.actions import working
from annotations.models import Assignment, Draft, LabelingTask, TaskPerson, Transfer
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent, Membership, Notice, Role


@pytest.fixture
def task(people):
    return make_task(
        make_dataset(people.workspace, files=6),
        by=people.administrator,
        annotators=[(people.operator, 4), (people.annotation_administrator, 2)],
    )


@pytest.fixture
def colleague(people):
    return MembershipFactory(workspace=people.workspace, user__email="colleague@example.org", user__name="Cole").user


def url(task, what="transfers"):
    return f"/api/v1/labeling-tasks/{task.pk}/{what}"


def ask(api, user, task, **body):
    return api(user).post(url(task), {"kind": "labeling", "quantity": 1, **body})


def most(api, user, task, **query):
    answer = api(user).get(url(task, "movable"), {"kind": "labeling", **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def held_by(user):
    return Assignment.objects.filter(annotator=user).count()


def numbers(task, kind="labeling"):
    return dict(task.people.filter(kind=kind).values_list("user__email", "quota"))


def write_draft(turn, user, **answers):
    return working.save_draft(turn, by=user, body={"version": 0, "answers": {"note": "half", **answers}})


def leave(turn):
    """Its person went away and did not come back in time."""
    Assignment.objects.filter(pk=turn.pk).update(lease_until=timezone.now())
    assert Assignment.objects.all().give_back_expired() == 1


def test_items_and_numbers_go_from_one_to_the_other(api, people, task):
    to = people.annotation_administrator
    before = list(Assignment.objects.filter(annotator=people.operator).order_by("position"))
    response = ask(api, people.operator, task, to=to.email, quantity=2, reason=" On leave ")

    assert response.status_code == 201
    assert (held_by(people.operator), held_by(to)) == (2, 4)
    assert numbers(task) == {"operator@example.org": 2, "annotation_administrator@example.org": 4}
    event = AuditEvent.objects.get(verb="transfer")
    assert (event.actor, event.target_id) == (people.operator, task.pk)
    assert event.data == {
        "kind": "labeling",
        "from": str(people.operator.pk),
        "to": str(to.pk),
        "quantity": 2,
        "items": [str(turn.item_id) for turn in before[:2]],
        "reason": "On leave",
    }
    assert {turn.state for turn in Assignment.objects.all()} == {"assigned"}
    assert Notice.objects.get(user=to, kind="labeling_transferred").times == 2


def test_what_was_not_begun_goes_first_and_what_was_returned_last(api, people, task, colleague):
    returned = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    left = begin(task, people.operator)  # what was returned comes first
    working.release(left, by=people.operator)
    fresh = Assignment.objects.filter(annotator=people.operator, state="assigned").order_by("position")
    drafted = fresh[0]
    working.open_one(drafted, by=people.operator)
    write_draft(drafted, people.operator)
    leave(drafted)
    order = [fresh[1].pk, fresh[2].pk, drafted.pk, returned.pk]

    for turn in order:
        answer = ask(api, people.administrator, task, **{"from": people.operator.email}, to=colleague.email)
        assert answer.status_code == 201
        assert Assignment.objects.get(pk=turn).annotator == colleague

    assert Assignment.objects.get(pk=returned.pk).state == "rework"
    draft = Draft.objects.get(assignment=drafted)
    assert (draft.author, draft.begun_by, draft.answers["note"]) == (colleague, people.operator, "half")


def test_what_was_begun_moves_with_its_draft_when_that_is_asked_for(api, people, task, colleague):
    turn = begin(task, people.operator)
    write_draft(turn, people.operator)
    refused = ask(api, people.operator, task, to=colleague.email, quantity=4)
    moved = ask(api, people.operator, task, to=colleague.email, quantity=4, with_begun=True)

    assert refused.status_code == 422
    said = refused.json()["detail"][0]["msg"]
    assert (
        said == "Only 3 items can be moved from Annotation operator to Cole. "
        "1 more was begun and moves only when you say so."
    )
    assert moved.status_code == 201
    turn.refresh_from_db()
    assert (turn.state, turn.annotator, turn.lease_until, turn.is_dealt) == ("assigned", colleague, None, True)
    working.open_one(turn, by=colleague)
    assert working.current_draft(turn, colleague).answers["note"] == "half"
    late = api(people.operator).post(f"/api/v1/assignments/{turn.pk}/submit", {"answers": ANSWERS})
    assert (late.status_code, "was transferred" in late.json()["detail"]) == (409, True)


def test_a_begun_correction_rests_as_returned(api, people, task, colleague):
    hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    turn = begin(task, people.operator)

    assert most(api, people.operator, task, to=colleague.email) == {"movable": 3, "begun": 1}
    assert ask(api, people.operator, task, to=colleague.email, quantity=4, with_begun=True).status_code == 201
    turn.refresh_from_db()
    assert (turn.state, turn.annotator, turn.reviewer) == ("rework", colleague, people.auditor)


def test_a_transfer_can_be_taken_back(api, people, task, colleague):
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    write_draft(begin(task, people.operator), people.operator)

    for holder, to in ((people.operator, colleague), (colleague, people.operator)):
        answer = ask(api, holder, task, to=to.email, quantity=4, with_begun=True)
        assert answer.status_code == 201, answer.content

    turn.refresh_from_db()
    assert (turn.annotator, Draft.objects.get(assignment=turn).author) == (people.operator, people.operator)
    assert numbers(task)["operator@example.org"] == 4


def test_the_same_key_moves_once_and_not_for_something_else(api, people, task, colleague):
    answers = [ask(api, people.operator, task, to=colleague.email, idempotency_key="k1") for _ in range(2)]
    other = ask(api, people.operator, task, to=colleague.email, idempotency_key="k1", quantity=2)
    somebody = ask(
        api, people.administrator, task, to=colleague.email, idempotency_key="k1", **{"from": people.operator.email}
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (other.status_code, somebody.status_code) == (409, 409)
    assert "Send a new key" in other.json()["detail"]
    assert (held_by(people.operator), Transfer.objects.count()) == (3, 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quantity": 5}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10**10}, "quantity"),
        ({"quantity": "many"}, "quantity"),
        ({"to": "nobody@example.org"}, "to"),
        ({"to": "outsider@example.org"}, "to"),
        ({"to": "superadmin@example.org"}, "to"),
        ({"to": "operator@example.org"}, "to"),
        ({"to": "auditor@example.org"}, "to"),
        ({"kind": "nonsense"}, "kind"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_what_cannot_move_is_refused_and_nothing_moves(api, people, task, body, field):
    response = ask(api, people.operator, task, **{"to": people.annotation_administrator.email, **body})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", field]
    assert (held_by(people.operator), held_by(people.annotation_administrator)) == (4, 2)
    assert Transfer.objects.count() == 0


def test_nobody_gets_work_who_cannot_do_it_any_more(api, people, task, colleague):
    colleague.is_active = False
    colleague.save()

    assert ask(api, people.operator, task, to=str(colleague.pk)).status_code == 422


def test_a_manager_moves_the_work_of_somebody_who_left(api, people, task):
    Membership.objects.filter(user=people.operator).delete()
    response = ask(
        api, people.administrator, task, to=people.annotation_administrator.email, quantity=4,
        **{"from": "operator@example.org"},
    )  # fmt: skip

    assert response.status_code == 201
    assert held_by(people.annotation_administrator) == 6


def test_nobody_has_an_item_twice(api, people, colleague):
    task = make_task(
        make_dataset(people.workspace, files=4),
        by=people.administrator,
        overlap=2,
        annotators=[(people.operator, 4), (people.annotation_administrator, 2), (colleague, 2)],
    )

    assert most(api, people.operator, task) == {"movable": 4, "begun": 0}
    assert most(api, people.operator, task, to=colleague.email) == {"movable": 2, "begun": 0}
    answer = ask(api, people.operator, task, to=colleague.email, quantity=2)
    assert answer.status_code == 201
    refused = ask(api, people.operator, task, to=colleague.email)
    assert refused.json()["detail"][0]["msg"] == "Nothing can be moved from Annotation operator to Cole now."


def test_whoever_is_not_named_gets_a_seat_and_in_an_open_pool_finds_the_work(api, people, task, colleague):
    assert ask(api, people.operator, task, to=colleague.email, quantity=3).status_code == 201
    assert numbers(task)["colleague@example.org"] == 3

    pool = make_task(task.dataset, by=people.administrator)
    turn = begin(pool, people.operator)
    assert ask(api, people.operator, pool, to=colleague.email, with_begun=True).status_code == 201
    assert (numbers(pool), begin(pool, colleague).pk) == ({}, turn.pk)
    assert TaskPerson.objects.filter(task=pool).count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("superadmin", 201), ("administrator", 201), ("annotation_administrator", 201),
        ("operator", 409), ("auditor", 404), ("outsider", 404), ("anonymous", 401),
    ],
)  # fmt: skip
def test_while_a_task_is_stopped_its_managers_move_work(api, people, task, colleague, who, status):
    LabelingTask.objects.get(pk=task.pk).stop(by=people.administrator)
    task.people.filter(kind="review").delete()
    LabelingTask.objects.filter(pk=task.pk).update(reviews_openly=False)

    assert ask(api, people[who], task, to=colleague.email, **{"from": people.operator.email}).status_code == status


def test_reviews_never_go_to_whoever_labeled_or_approved_the_item(api, people, task):
    hand_in(task, people.operator)
    api(people.auditor).post(url(task, "next-review"))
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user=people.operator)
    second, third = (
        MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email=f"{name}@example.org").user
        for name in ("second", "third")
    )
    Assignment.objects.filter(state="pending_review").update(review_level=2, approved_by=third)
    refused = [ask(api, people.auditor, task, kind="review", to=user.email) for user in (people.operator, third)]
    moved = ask(api, people.auditor, task, kind="review", to=second.email)

    assert ([answer.status_code for answer in refused], moved.status_code) == ([422, 422], 201)
    assert Assignment.objects.get(state="pending_review").reviewer == second


def test_reviews_of_corrections_move_too_and_numbers_follow(api, people):
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email="second@example.org").user
    task = make_task(
        make_dataset(people.workspace, files=2), by=people.administrator, reviewers=[(people.auditor, 2), (second, 1)]
    )
    hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    hand_in(task, people.operator)

    assert most(api, people.auditor, task, kind="review", to=second.email) == {"movable": 1, "begun": 0}
    assert ask(api, people.auditor, task, kind="review", to=second.email).status_code == 201
    assert numbers(task, "review") == {"auditor@example.org": 1, "second@example.org": 2}
    assert judge(task, second).state == "approved"


@pytest.mark.parametrize(
    ("who", "transfers", "movable"),
    [
        ("superadmin", (200, 1), 200), ("administrator", (200, 1), 200), ("annotation_administrator", (200, 1), 200),
        ("operator", (200, 1), 200), ("auditor", (200, 0), 403),
        ("outsider", (404, None), 404), ("anonymous", (401, None), 401),
    ],
)  # fmt: skip
def test_who_reads_about_transfers(api, people, task, colleague, who, transfers, movable):
    ask(api, people.operator, task, to=colleague.email)
    answer = api(people[who]).get(url(task))
    asked = api(people[who]).get(url(task, "movable"), {"kind": "labeling", "from": people.operator.email})

    assert (answer.status_code, answer.json().get("total") if transfers[1] is not None else None) == transfers
    assert asked.status_code == movable
