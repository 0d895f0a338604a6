"""Comments on a turn: who reads and writes them, what is refused, who is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, Comment, LabelingTask
from tests.annotations.factories import DURATION_MS, make_dataset, make_task
from tests.annotations.working import begin, hand_in
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import Notice, Role


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace), by=people.administrator)


@pytest.fixture
def other(people):
    return MembershipFactory(workspace=people.workspace, user__name="Other").user


def url(turn):
    return f"/api/v1/assignments/{turn.pk}/comments"


def write(api, user, turn, **body):
    return api(user).post(url(turn), {"text": "Is a repeated word a hallucination?", **body})


@pytest.mark.parametrize(
    ("owner", "handed_in", "statuses"),
    [
        # Begun by the operator: theirs and the managers'.
        ("operator", False, (201, 201, 201, 201, 403, 404, 401)),
        # Handed in by the operator: an auditor may take it too.
        ("operator", True, (201, 201, 201, 201, 201, 404, 401)),
        # Somebody else's: not the operator's.
        ("other", True, (201, 201, 201, 403, 201, 404, 401)),
        ("other", False, (201, 201, 201, 403, 403, 404, 401)),
    ],
)
def test_who_reads_and_writes_comments(api, people, task, other, owner, handed_in, statuses):
    user = other if owner == "other" else people[owner]
    turn = hand_in(task, user) if handed_in else begin(task, user)

    for who, status in zip(WHO, statuses, strict=True):
        assert write(api, people[who], turn).status_code == status, who
        assert api(people[who]).get(url(turn)).status_code == {201: 200}.get(status, status), who
    assert Comment.objects.count() == statuses.count(201)


def test_another_auditors_review_is_closed(api, people, task):
    turn = hand_in(task, people.operator)
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    Assignment.objects.filter(pk=turn.pk).update(reviewer=people.auditor)

    assert write(api, people.auditor, turn).status_code == 201
    assert write(api, second, turn).status_code == 403
    assert api(second).get(url(turn)).status_code == 403


def test_both_sides_see_it_in_their_work(api, people, task):
    turn = hand_in(task, people.operator)
    written = write(api, people.operator, turn, at_ms=2400).json()

    theirs = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()["comments"]
    mine = api(people.operator).get(f"/api/v1/assignments/{turn.pk}").json()["comments"]

    assert written == {
        "id": str(Comment.objects.get().pk),
        "author": {"id": str(people.operator.pk), "name": "Annotation operator"},
        "at_ms": 2400,
        "text": "Is a repeated word a hallucination?",
        "created_at": written["created_at"],
        "mine": True,
    }
    assert mine == [written]
    assert theirs == [{**written, "mine": False}]
    assert api(people.administrator).get(url(turn)).json() == {"items": theirs, "total": 1}


def test_comments_come_in_the_order_they_were_written(api, people, task):
    turn = begin(task, people.operator)
    for text in ("First", "Second", "Third"):
        write(api, people.operator, turn, text=f"  {text} ")

    items = api(people.operator).get(url(turn)).json()["items"]

    assert [(item["text"], item["at_ms"]) for item in items] == [("First", None), ("Second", None), ("Third", None)]


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"text": ""}, "text", "Write a comment of 1 to 2000 characters."),
        ({"text": "  "}, "text", "Write a comment of 1 to 2000 characters."),
        ({"text": "x" * 2001}, "text", "Write a comment of 1 to 2000 characters."),
        ({"text": 7}, "text", "Write a comment of 1 to 2000 characters."),
        ({"text": "a\0b"}, "text", "Write a comment of 1 to 2000 characters."),
        ({"at_ms": -1}, "at_ms", "between 0 and 10000, the length of the recording."),
        ({"at_ms": DURATION_MS + 1}, "at_ms", "between 0 and 10000, the length of the recording."),
        ({"at_ms": 1.5}, "at_ms", "between 0 and 10000, the length of the recording."),
        ({"at_ms": True}, "at_ms", "between 0 and 10000, the length of the recording."),
        ({"at_ms": "12"}, "at_ms", "between 0 and 10000, the length of the recording."),
    ],
)
def test_what_cannot_be_a_comment_is_refused_in_a_sentence(api, people, task, body, field, sentence):
    answer = write(api, people.operator, begin(task, people.operator), **body)

    assert answer.status_code == 422
    [problem] = answer.json()["detail"]
    assert problem["loc"] == ["body", field]
    assert problem["msg"].endswith(sentence)
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("body", [{"at_ms": 0}, {"at_ms": DURATION_MS}, {"text": "x" * 2000}])
def test_the_edges_are_inside(api, people, task, body):
    assert write(api, people.operator, begin(task, people.operator), **body).status_code == 201


def test_comments_on_a_deleted_task_are_gone(api, people, task):
    turn = begin(task, people.operator)
    LabelingTask.objects.get(pk=task.pk).delete_softly(by=people.administrator)

    assert api(people.operator).get(url(turn)).status_code == 404
    answer = write(api, people.operator, turn)
    assert (answer.status_code, answer.json()["detail"]) == (409, "This labeling task was deleted.")


def test_one_can_talk_while_the_task_is_stopped(api, people, task):
    turn = begin(task, people.operator)
    LabelingTask.objects.get(pk=task.pk).stop(by=people.administrator)

    assert write(api, people.operator, turn).status_code == 201


@pytest.mark.parametrize(("who", "status"), [*zip(WHO, (403, 403, 403, 204, 403, 404, 401), strict=True)])
def test_a_comment_is_deleted_by_its_author_alone(api, people, task, who, status):
    written = write(api, people.operator, hand_in(task, people.operator)).json()

    answer = api(people[who]).delete(f"/api/v1/comments/{written['id']}")

    assert answer.status_code == status
    assert Comment.objects.exists() == (status != 204)
    if status == 403:
        assert answer.json()["detail"] == "Only the person who wrote a comment can delete it."


def test_the_others_are_told(api, people, task):
    turn = hand_in(task, people.operator)
    Assignment.objects.filter(pk=turn.pk).update(reviewer=people.auditor)

    write(api, people.auditor, turn)

    told = Notice.objects.filter(kind="comment").values_list("user__email", flat=True)
    assert sorted(told) == sorted([people.operator.email, people.administrator.email])


def test_a_turn_without_comments_costs_no_look_for_them(api, people, task):
    turn = begin(task, people.operator)
    client = api(people.operator)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/assignments/{turn.pk}").status_code == 200
        return len(captured)

    queries()
    without = queries()
    for _ in range(3):
        write(api, people.operator, turn)

    assert queries() == without + 1
