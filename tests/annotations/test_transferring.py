"""Work changes hands by person and quantity, once per key, and never lands where it must not."""

import pytest

from annotations.models import Assignment, TaskPerson, Transfer
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.test_loop import hand_in, take
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent, Role


@pytest.fixture
def task(people):
    return make_task(
        make_dataset(people.workspace, files=5),
        by=people.administrator,
        annotators=[(people.operator, 3), (people.annotation_administrator, 2)],
    )


def ask(api, user, task, **body):
    return api(user).post(f"/api/v1/labeling-tasks/{task.pk}/transfers", {"kind": "labeling", "quantity": 1, **body})


def held_by(user):
    return Assignment.objects.filter(annotator=user).count()


def test_items_and_numbers_go_from_one_to_the_other(api, people, task):
    response = ask(api, people.operator, task, to=people.annotation_administrator.email, quantity=2)

    assert response.status_code == 201
    assert (held_by(people.operator), held_by(people.annotation_administrator)) == (1, 4)
    quotas = dict(TaskPerson.objects.values_list("user", "quota"))
    assert (quotas[people.operator.pk], quotas[people.annotation_administrator.pk]) == (1, 4)
    assert AuditEvent.objects.filter(verb="transfer", actor=people.operator).count() == 2


def test_the_same_key_moves_once(api, people, task):
    for _ in range(2):
        response = ask(api, people.operator, task, to=people.annotation_administrator.email, idempotency_key="k1")
        assert response.status_code == 201

    assert held_by(people.operator) == 2
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quantity": 4}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"to": "nobody@example.org"}, "to"),
        ({"to": "operator@example.org"}, "to"),
        ({"to": "auditor@example.org"}, "to"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_what_cannot_move_is_refused_and_nothing_moves(api, people, task, body, field):
    response = ask(api, people.operator, task, **{"to": people.annotation_administrator.email, **body})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", field]
    assert (held_by(people.operator), held_by(people.annotation_administrator)) == (3, 2)
    assert Transfer.objects.count() == 0


def test_what_was_begun_or_handed_in_stays(api, people, task):
    hand_in(api, people.operator, take(api, people.operator, task))
    take(api, people.operator, task)
    response = ask(api, people.operator, task, to=people.annotation_administrator.email, quantity=2)

    assert response.status_code == 422
    assert "Only 1 items" in response.json()["detail"][0]["msg"]


def test_reviews_never_go_to_whoever_labeled_the_item(api, people, task):
    hand_in(api, people.operator, take(api, people.operator, task))
    api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review")
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user=people.operator)
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email="second@example.org").user
    refused = ask(api, people.auditor, task, kind="review", to=people.operator.email)
    moved = ask(api, people.auditor, task, kind="review", to=second.email)

    assert (refused.status_code, moved.status_code) == (422, 201)
    assert Assignment.objects.get(state="pending_review").reviewer == second
