"""What an API key that is limited to one kind of work may call: every call of the labeling API, every scope."""

import re
from uuid import uuid4

import pytest

from annotations.models import Assignment
from annotations.urls import router
from tests.annotations.factories import make_dataset, make_task
from tests.factories import ApiKeyFactory, MembershipFactory
from workspaces.authentication import SCOPES
from workspaces.models import Role

ANY_WORK = {"labeling", "review", "manage"}
# What a key needs one of, for each call that changes something. To look, any scope will do.
NEEDED = {
    "POST labeling-tasks": {"manage"},
    "PATCH labeling-tasks/{pk}": {"manage"},
    "DELETE labeling-tasks/{pk}": {"manage"},
    "POST labeling-tasks/{pk}/next": {"labeling"},
    "POST labeling-tasks/{pk}/next-review": {"review"},
    "POST labeling-tasks/{pk}/approve-rest": {"review"},
    "POST labeling-tasks/{pk}/close-sample": {"review"},
    "PUT labeling-tasks/{pk}/people": {"manage"},
    "POST labeling-tasks/{pk}/transfers": ANY_WORK,
    "POST labeling-tasks/{pk}/stop": {"manage"},
    "POST labeling-tasks/{pk}/resume": {"manage"},
    "POST labeling-tasks/{pk}/restore": {"manage"},
    "POST labeling-tasks/{pk}/bulk": {"manage"},
    "POST labeling-tasks/{pk}/generate": {"manage"},
    "POST labeling-tasks/import-answers": {"manage"},
    "POST assignments/{pk}/open": {"labeling"},
    "PUT assignments/{pk}/draft": {"labeling", "review"},
    "POST assignments/{pk}/submit": {"labeling"},
    "POST assignments/{pk}/skip": {"labeling"},
    "POST assignments/{pk}/release": {"labeling"},
    "POST assignments/{pk}/approve": {"review"},
    "POST assignments/{pk}/fix": {"review"},
    "POST assignments/{pk}/reject": {"review"},
    "POST assignments/{pk}/drop": {"review"},
    "POST assignments/{pk}/let-go": {"review"},
    "POST assignments/{pk}/reopen": {"manage"},
    "POST assignments/{pk}/exclude": {"manage"},
    "POST assignments/{pk}/reassign": {"manage"},
    "POST assignments/{pk}/adjudicate": {"manage"},
    "POST assignments/{pk}/take-back": {"manage"},
    "POST assignments/{pk}/comments": ANY_WORK,
    "DELETE comments/{pk}": ANY_WORK,
    "PUT labeling-tasks/{pk}/requirements": {"manage"},
    "POST labeling-tasks/{pk}/controls": {"manage"},
    "DELETE labeling-tasks/{pk}/controls/{pk}": {"manage"},
    "POST labeling-tasks/{pk}/attempts": {"labeling"},
    "POST skills": {"manage"},
    "PATCH skills/{pk}": {"manage"},
    "DELETE skills/{pk}": {"manage"},
    "PUT skills/{pk}/values": {"manage"},
    "DELETE skills/{pk}/values": {"manage"},
    "POST lessons": {"manage"},
    "PUT labeling-tasks/{pk}/rules": {"manage"},
    "POST labeling-tasks/{pk}/standings/{pk}/{pk}": {"manage"},
    "PUT labeling-tasks/{pk}/checks": {"manage"},
    "POST check-results/{pk}/clear": {"manage"},
    "POST check-results/{pk}/ask-again": {"manage"},
    "POST labeling-tasks/{pk}/quality": {"manage"},
    "POST labeling-tasks/{pk}/aggregate": {"manage"},
    "PUT labeling-tasks/{pk}/aggregation": {"manage"},
    "POST labeling-tasks/{pk}/next-adjudication": {"review"},
    "POST labeling-tasks/{pk}/items/{pk}/adjudication": {"review"},
    "POST vocabularies": {"manage"},
    "PATCH vocabularies/{pk}": {"manage"},
    "POST vocabularies/{pk}/archive": {"manage"},
    "POST vocabularies/{pk}/restore": {"manage"},
    "POST vocabularies/{pk}/versions": {"manage"},
    "POST vocabularies/{pk}/publish": {"manage"},
    "PUT vocabularies/{pk}/terms": {"manage"},
    "DELETE vocabularies/{pk}/terms": {"manage"},
    "POST vocabularies/{pk}/import": {"manage"},
    "POST proposals/{pk}/add": {"manage"},
    "POST proposals/{pk}/map": {"manage"},
    "POST proposals/{pk}/refuse": {"manage"},
}
READ = ("labeling-tasks", "labeling-tasks/{task}", "labeling-tasks/{task}/people", "labeling-tasks/{task}/transfers",
        "labeling-tasks/{task}/movable?kind=labeling", "labeling-tasks/{task}/progress",
        "labeling-tasks/{task}/review-figures", "labeling-tasks/{task}/reviews", "labeling-tasks/{task}/assignments",
        "labeling-tasks/{task}/items", "labeling-tasks/{task}/requirements", "labeling-tasks/{task}/controls",
        "skills", "labeling-tasks/{task}/export", "labeling-tasks/{task}/figures/people.csv",
        "assignments/{turn}", "assignments/{turn}/comments")  # fmt: skip


@pytest.fixture
def client(api, people):
    """Somebody with every role; `client(scope)` is a key of theirs that is limited to it."""
    for role in (Role.OPERATOR, Role.AUDITOR):
        MembershipFactory(workspace=people.workspace, role=role, user=people.administrator)
    return lambda *scopes: api(
        key=ApiKeyFactory(workspace=people.workspace, user=people.administrator, scopes=list(scopes)).plain_secret
    )


@pytest.mark.parametrize("call", NEEDED)
def test_who_may_call(client, call):
    method, path = call.split()
    # The last part of this one is a move, and nothing else leads anywhere.
    path = path.replace("standings/{pk}/{pk}", "standings/{pk}/warn")
    address = f"/api/v1/{path.format(pk=uuid4())}"
    allowed = set()
    for scope in SCOPES:
        answer = client(scope).generic(method, address)
        if "does not have the scope" in answer.content.decode():
            assert answer.status_code == 403
        else:
            assert answer.status_code in (404, 422)  # nothing is there, and nothing was sent
            allowed.add(scope)

    assert allowed == NEEDED[call]


def test_the_table_has_every_call():
    routes = [(re.sub(r"\(\?P<\w+>[^)]*\)", "{pk}", route).strip("^$"), view) for route, view, _name in _routes()]
    calls = {
        f"{method.upper()} {path}"
        for path, view in routes
        for method in view.actions
        if method not in ("get", "head", "options")
    }

    assert calls == set(NEEDED)


def _routes():
    for pattern in router.urls:
        yield str(pattern.pattern), pattern.callback, pattern.name


@pytest.mark.parametrize("scope", SCOPES)
def test_any_scope_may_look(client, people, scope):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    turn = Assignment.objects.get(task=task)
    answers = {path: client(scope).get(f"/api/v1/{path.format(task=task.pk, turn=turn.pk)}") for path in READ}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(READ, 200)


@pytest.mark.parametrize(
    ("kind", "own", "allowed"),
    [
        ("labeling", True, {"labeling", "manage"}),
        ("review", True, {"review", "manage"}),
        ("labeling", False, {"manage"}),
        ("review", False, {"manage"}),
    ],
)
def test_a_key_for_work_moves_the_work_of_its_person_alone(client, people, kind, own, allowed):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    holder = people.administrator if own else people.operator if kind == "labeling" else people.auditor
    body = {"kind": kind, "from": holder.email, "to": people.superadmin.email, "quantity": 1}
    statuses = {scope: _refused(client(scope).post(f"/api/v1/labeling-tasks/{task.pk}/transfers", body))
                for scope in SCOPES}  # fmt: skip

    assert {scope for scope, is_refused in statuses.items() if not is_refused} == allowed


def _refused(answer):
    """By the key; what is asked for is wrong besides: the person who would receive is no member."""
    assert answer.status_code in (403, 422)
    return answer.status_code == 403
