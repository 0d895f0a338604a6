"""Everything that can be sent to a labeling call, sent wrong: nothing answers 5xx, every refusal is a sentence."""

import json
from uuid import uuid4

import pytest
from django.db import transaction

from annotations.models import Assignment
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, skip
from tests.factories import MembershipFactory
from workspaces.models import Role

FOREIGN = "Foreign"
NESTED = {"a": [{"b": [[{"c": "\0"}]]}]}
HOSTILE = [
    None, True, False, 0, -1, 1.5, 1e308, 2**31, 2**63, 10**400, -(10**400), "", " ", "x", "x" * 70_000, "\0", "a\0b",
    "\ud800", "abc\udfff", "\u202e\ufeff", "=1+1", "'; DROP TABLE x; --", "%s%(n)d{0}", str(uuid4()), "0" * 36,
    "nobody@nowhere.example", "a\0b@nowhere.example", [], [None], [[]], ["\0"], [{}], {}, {"\0": "\ud800"}, NESTED,
    [1] * 20_001,
]  # fmt: skip
# 1 tries every value at every place, which takes minutes.
STEP = 17


@pytest.fixture
def scene(people):
    """A task with turns in every state, and one in another workspace. The administrator holds every role."""
    for role in (Role.OPERATOR, Role.AUDITOR):
        MembershipFactory(workspace=people.workspace, role=role, user=people.administrator)
    colleague = MembershipFactory(workspace=people.workspace, user__name="Colleague").user
    task = make_task(make_dataset(people.workspace, files=9), by=people.administrator, review_mode="partial")
    turns = {
        "mine": begin(task, people.administrator),
        "waiting": hand_in(task, colleague),
        "skipped": skip(task, colleague),
        "escalated": skip(task, colleague),
        "theirs": begin(task, people.operator),
    }
    Assignment.objects.filter(pk=turns["escalated"].pk).update(state="escalated", revision=1)
    foreign = make_task(make_dataset(people.outsider.memberships.get().workspace, name=FOREIGN), by=people.outsider)
    return {
        "task": task.pk, "dataset": str(task.dataset_id), "colleague": str(colleague.pk),
        "mark": Assignment.objects.get(pk=turns["skipped"].pk).seen,
        "sampled": make_task(task.dataset, by=people.administrator, review_mode="sampled", sample_rate=0.5).pk,
        **{name: turn.pk for name, turn in turns.items()},
        "foreign": [str(pk) for pk in (foreign.pk, foreign.dataset_id, people.outsider.pk, people.outsider.email,
                    Assignment.objects.filter(task=foreign).first().pk)],
    }  # fmt: skip


QUESTION = {"type": "regions", "name": "When", "prompt": "", "configuration": {}, "required": True, "alias": "when"}
REASON = {"revision": 1, "reason_code": "boundary_late", "comment": "Too late", "next": True}
EFFORT = {"active_ms": 100, "listened": [[0, 100]], "next": True}
# Each with a body in which everything is right.
CALLS = {
    "POST labeling-tasks": lambda s: {
        "dataset": s["dataset"], "name": "New", "instructions": "", "questions": [QUESTION],
        "annotators": [{"user": s["colleague"], "quota": 9}], "reviewers": [], "rest_in_pool": True,
        "review_mode": "sampled", "overlap": 1, "sample_rate": 0.5, "sample_count": None, "recheck_percent": 0,
        "max_rejects": 3, "max_rework": 2, "lease_minutes": 30, "deadline": "2030-01-01T00:00Z", "priority": "low",
        "seed": 1,
    },
    "PATCH labeling-tasks/{task}": lambda s: {
        "name": "Other", "instructions": "", "lease_minutes": 5, "review_mode": "full", "sample_rate": 0.1,
        "sample_count": None, "recheck_percent": 0, "max_rejects": 1, "max_rework": 1, "ai_assisted": False,
        "deadline": None, "priority": "high", "reason": "Because", "unknown": 1, "state": "ready", "overlap": 2,
    },
    "POST labeling-tasks/{task}/next": lambda s: {"x": 1},
    "POST labeling-tasks/{task}/next-review": lambda s: {"x": 1},
    "POST labeling-tasks/{task}/approve-rest": lambda s: {"x": 1},
    "POST labeling-tasks/{sampled}/close-sample": lambda s: {
        "action": "reject_all", "reason_code": "boundary_late", "comment": "Too late",
    },
    "PUT labeling-tasks/{task}/people": lambda s: {
        "annotators": [{"user": s["colleague"], "quota": 1}], "reviewers": [], "rest_in_pool": True, "version": "",
    },
    "POST labeling-tasks/{task}/transfers": lambda s: {
        "kind": "labeling", "from": s["colleague"], "to": "operator@example.org", "quantity": 1, "with_begun": True,
        "reason": "Holidays", "idempotency_key": "k",
    },
    "POST labeling-tasks/{task}/bulk": lambda s: {
        "move": "reassign", "to": s["colleague"], "expect": None,
        "only": {"state": "skipped", "person": None, "q": "", "returned": 0, "origin": "", "correction": ""},
    },
    "POST labeling-tasks/{task}/bulk ": lambda s: {
        "move": "reopen", "ids": [str(s["skipped"])], "expect": 1, "seen": {str(s["skipped"]): s["mark"]},
    },
    "POST labeling-tasks/{task}/generate": lambda s: {"audio": "none"},
    "POST assignments/{mine}/open": lambda s: {"x": 1},
    "PUT assignments/{mine}/draft": lambda s: {"version": 0, "revision": 0, "answers": ANSWERS, **EFFORT},
    "PUT assignments/{waiting}/draft": lambda s: {"version": 0, "revision": 1, "answers": ANSWERS, **EFFORT},
    "POST assignments/{mine}/submit": lambda s: {"answers": ANSWERS, "revision": 0, "draft_version": 0, **EFFORT},
    "POST assignments/{mine}/skip": lambda s: {"reason": "Nothing to hear", "next": True},
    "POST assignments/{mine}/release": lambda s: {"x": 1},
    "POST assignments/{waiting}/approve": lambda s: {"revision": 1, "next": True},
    "POST assignments/{waiting}/fix": lambda s: {
        "revision": 1, "answers": {**ANSWERS, "pace": "slow"}, "size": "minor", **EFFORT,
    },
    "POST assignments/{waiting}/reject": lambda s: REASON,
    "POST assignments/{waiting}/drop": lambda s: REASON,
    "POST assignments/{waiting}/let-go": lambda s: {"next": True},
    "POST assignments/{skipped}/reopen": lambda s: {"x": 1},
    "POST assignments/{skipped}/exclude": lambda s: {"seen": s["mark"]},
    "POST assignments/{skipped}/reassign": lambda s: {"to": "operator@example.org"},
    "POST assignments/{escalated}/adjudicate": lambda s: {"to": "auditor@example.org"},
    "POST assignments/{theirs}/take-back": lambda s: {"x": 1},
    "POST assignments/{mine}/comments": lambda s: {"text": "Look", "at_ms": 10},
}  # fmt: skip


def places(value, path=()):
    """Every place in a body where something else could stand."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def put(body, path, value):
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


def send(client, method, address, raw):
    """What is answered; what it did is undone."""
    with transaction.atomic():
        answer = client.generic(method, address, raw, content_type="application/json")
        transaction.set_rollback(True)
    return answer


def require_sentence(answer, what):
    assert answer.status_code < 500, what
    if answer.status_code >= 400:
        assert answer.status_code in (400, 403, 404, 409, 422), what
        detail = answer.json()["detail"]
        sentences = [detail] if isinstance(detail, str) else [row["msg"] for row in detail]
        assert sentences, what
        assert all(len(sentence) < 500 for sentence in sentences), (what, sentences)
    assert FOREIGN not in answer.content.decode(), what


@pytest.mark.parametrize("call", CALLS)
def test_nothing_breaks(api, people, scene, call):
    method, path = call.split()
    address, body = f"/api/v1/{path.format(**scene)}", CALLS[call](scene)
    client = api(people.administrator)

    assert send(client, method, address, json.dumps(body)).status_code in (200, 201, 202, 204, 409, 422)
    for n, place in enumerate(places(body)):
        # Every place gets some of them, and every value many places.
        for value in [*HOSTILE, *scene["foreign"]][n % STEP :: STEP]:
            raw = json.dumps(put(body, place, value))
            require_sentence(send(client, method, address, raw), (call, place, str(value)[:100]))


RAW = ["", "{", "[]", "null", "1", '"x"', "NaN", '{"a": NaN}', '{"name": "a", "name": "b", "to": 1, "to": 2}',
       '{"quantity": ' + "9" * 5000 + "}", "[" * 100_000, '{"a":' * 100_000, "\x00", "ÿ"]  # fmt: skip


@pytest.mark.parametrize(
    "call", ["PATCH labeling-tasks/{task}", "POST assignments/{mine}/submit", "POST assignments/{waiting}/approve"]
)
def test_no_body_breaks(api, people, scene, call):
    method, path = call.split()
    client = api(people.administrator)
    for raw in [*RAW, b"\xff\xfe{", b'{"name": "\xff"}']:
        answer = send(client, method, f"/api/v1/{path.format(**scene)}", raw)
        require_sentence(answer, (call, raw[:50]))


def test_many_ids_are_refused_before_they_are_looked_for(api, people, scene):
    body = {"move": "reopen", "ids": [str(uuid4())] * 100_000}

    answer = api(people.administrator).post(f"/api/v1/labeling-tasks/{scene['task']}/bulk", body)

    assert answer.status_code == 422


QUERIES = {
    "labeling-tasks": ["state", "dataset", "priority", "deleted", "page", "page_size"],
    "labeling-tasks/{task}/assignments": ["state", "annotator", "reviewer", "page", "page_size"],
    "labeling-tasks/{task}/movable": ["kind", "from", "to"],
    "labeling-tasks/{task}/reviews": ["verdict", "page"],
    "labeling-tasks/{task}/transfers": ["page"],
    "labeling-tasks/{task}/items": ["page"],
    "assignments/{waiting}": ["revision"],
}
TEXTS = ["", " ", "-1", "0", "1e9", "9" * 30, "x" * 5000, "\0", "٣", "true", "null", "[]", str(uuid4()), "a@b.example"]


@pytest.mark.parametrize("path", QUERIES)
def test_no_query_breaks(api, people, scene, path):
    client = api(people.administrator)
    right = {"kind": "labeling"} if "movable" in path else {}
    for name in QUERIES[path]:
        for value in [*TEXTS, *scene["foreign"]]:
            answer = client.get(f"/api/v1/{path.format(**scene)}", {**right, name: value})
            require_sentence(answer, (path, name, value[:50]))


@pytest.mark.parametrize("call", CALLS)
def test_no_id_breaks(api, people, scene, call):
    """An id that is none, of nothing, or of another workspace: all of them are not there."""
    method, path = call.split()
    if "{" not in path:
        return
    head, _id, tail = path.partition(path[path.index("{") : path.index("}") + 1])
    task, *_others, turn = scene["foreign"]
    for wrong in ("x", "0", "%00", "9" * 40, str(uuid4()), task if "tasks" in head else turn):
        answer = send(api(people.administrator), method, f"/api/v1/{head}{wrong}{tail}", "{}")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."}), wrong
