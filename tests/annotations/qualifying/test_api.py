"""Skills, requirements, control items, trainings and exams over the API: what it does, and who may."""

import pytest

from annotations.models import Attempt, ItemKey, LabelingTask, Skill
from tests.annotations.qualifying.made import RIGHT, answer, make_lesson, make_plain_task, now, rows_of, with_controls
from tests.callers import statuses

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def task(people):
    return make_plain_task(people)


@pytest.fixture
def send(people, client_of):
    def sent(who, method, path, body=None):
        client = client_of(getattr(people, who))
        return getattr(client, method)(f"{API}/{path}", body or {}, content_type="application/json")

    return sent


def test_a_skill_is_made_given_and_taken_away(people, send):
    made = send("administrator", "post", "skills", {"name": "Pace", "description": "x"})
    assert made.status_code == 201
    skill = f"skills/{made.json()['id']}"
    assert send("administrator", "post", "skills", {"name": "Pace"}).status_code == 422
    assert send("administrator", "patch", skill, {"name": "Pitch"}).json()["name"] == "Pitch"
    given = send("administrator", "put", f"{skill}/values", {"user_id": str(people.operator.pk), "value": 70})
    assert (given.status_code, given.json()["source"]) == (200, "manual")
    assert send("administrator", "get", f"{skill}/values").json()["total"] == 1
    body = {"user_id": str(people.operator.pk), "value": 170}
    assert send("administrator", "put", f"{skill}/values", body).status_code == 422
    assert send("administrator", "delete", f"{skill}/values?user_id={people.operator.pk}").status_code == 204
    assert send("administrator", "get", f"{skill}/values").json()["items"] == []
    assert send("administrator", "get", "skills").json()["total"] == 1
    assert send("administrator", "delete", skill).status_code == 204


def test_control_items_are_added_listed_and_taken_out(people, send, task):
    path = f"labeling-tasks/{task.pk}/controls"
    added = send("administrator", "post", path, {"percent": 20, "items": rows_of(people, n=2)})
    assert added.status_code == 201
    assert added.json()["percent"] == 20
    first = added.json()["items"][0]
    assert (first["files"], first["expected"], first["n_answers"]) == (["call-0001.wav"], RIGHT, 0)
    assert send("administrator", "post", path, {"percent": 5}).json()["percent"] == 5
    for _n in range(6):
        answer(task, people.operator)
    shown = send("administrator", "get", path).json()
    assert sum(row["n_right"] for row in shown["items"]) == shown["people"][0]["right"] >= 1
    for row in shown["items"]:
        assert send("administrator", "delete", f"{path}/{row['id']}").status_code == 204
        assert send("administrator", "delete", f"{path}/{row['id']}").status_code == 404
    assert ItemKey.objects.count() == 0
    assert LabelingTask.objects.get(controls_of=task).assignments.exists()


def test_what_is_wrong_with_control_items_is_said(people, send, task):
    path = f"labeling-tasks/{task.pk}/controls"
    wrong = send("administrator", "post", path, {"items": [{"filename": "nope.wav", "expected": {}}]})
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["loc"] == ["body", "items", 0, "filename"]
    assert send("administrator", "post", path, {"from_results": True}).status_code == 422
    assert send("administrator", "post", path, {}).status_code == 422
    assert not LabelingTask.objects.filter(purpose="control").exists()


def test_a_lesson_is_made_and_tried(people, send, task):
    skill = Skill.objects.create(workspace=people.workspace, name="Pace")
    body = {
        "kind": "exam", "name": "Entry", "source_task_id": str(task.pk), "skill_id": str(skill.pk),
        "pass_percent": 70, "retry_after_hours": 0, "items": rows_of(people, n=2),
    }  # fmt: skip
    made = send("administrator", "post", "lessons", body)
    assert made.status_code == 201
    exam = now(LabelingTask.objects.get(pk=made.json()["id"]))
    assert (exam.purpose, exam.pass_percent, exam.attempt_size, exam.items.count()) == ("exam", 70, None, 2)
    path = f"labeling-tasks/{exam.pk}"
    for _n in range(2):
        turn = send("operator", "post", f"{path}/next").json()
        assert (turn["task"]["lesson"], turn["feedback"]) == ("exam", None)
        done = send("operator", "post", f"assignments/{turn['assignment']['id']}/submit", {"answers": {"pace": "slow"}})
        assert done.json()["feedback"] is None
    assert send("operator", "post", f"{path}/next").status_code == 204
    told = send("operator", "get", f"{path}/attempts").json()
    assert (told["mine"][0]["state"], told["mine"][0]["score"], told["pass_percent"]) == ("failed", 0, 70)
    assert told["next_try_at"] is not None
    assert "items" not in told
    assert send("operator", "post", f"{path}/attempts").status_code == 201
    assert send("operator", "post", f"{path}/attempts").status_code == 409
    assert send("administrator", "get", f"{path}/attempts").json()["items"][0]["number"] == 2
    for field, value in (("source_task_id", str(skill.pk)), ("skill_id", str(task.pk)), ("items", [])):
        assert send("administrator", "post", "lessons", {**body, field: value}).status_code == 422


def test_feedback_of_a_training(people, send, task):
    lesson = make_lesson(task, people)
    turn = send("operator", "post", f"labeling-tasks/{lesson.pk}/next").json()["assignment"]["id"]
    path = f"assignments/{turn}/submit"
    wrong = send("operator", "post", path, {"answers": {"pace": "fast"}, "next": True}).json()
    assert wrong["feedback"] == {
        "is_right": False, "again": True, "questions": [{"alias": "pace", "right": False, "share": 0.0}],
        "hint": "Count the words.", "explanation": "",
    }  # fmt: skip
    assert wrong["next"]["assignment"]["id"] == turn
    assert wrong["next"]["feedback"] == wrong["feedback"]
    assert "skip" not in wrong["next"]["assignment"]["moves"]
    right = send("operator", "post", path, {"answers": RIGHT}).json()["feedback"]
    assert right == {
        "is_right": True, "again": False,
        "questions": [{"alias": "pace", "right": True, "share": 1.0, "expected": "normal"}],
        "hint": "", "explanation": "About two words a second.",
    }  # fmt: skip
    assert send("operator", "get", f"assignments/{turn}").json()["feedback"] == right


def test_a_skill_that_is_missing_keeps_out_with_a_sentence(people, send, task):
    lesson = make_lesson(task, people)
    rows = [{"skill_id": str(lesson.skill_id), "least": 50, "accepts_missing": False}]
    assert send("administrator", "put", f"labeling-tasks/{task.pk}/requirements", rows).json()[0]["skill"] == "Pace"
    for wrong in ("yes", 1, None):
        asked = send(
            "administrator", "put", f"labeling-tasks/{task.pk}/requirements", [{**rows[0], "accepts_missing": wrong}]
        )
        assert (asked.status_code, asked.json()["detail"][0]["loc"]) == (422, ["body", 0, "accepts_missing"])
    refused = send("operator", "post", f"labeling-tasks/{task.pk}/next")
    assert refused.status_code == 403
    assert "“Pace” of at least 50" in refused.json()["detail"]
    assert "“Training”" in refused.json()["detail"]


def test_who_may(people, client_of, task):
    """The columns are those of WHO."""
    exam = make_lesson(task, people, kind="exam")
    with_controls(task, people)
    skill, item = exam.skill, ItemKey.objects.filter(item__task__purpose="control").first().item_id
    Attempt.objects.create(task=exam, user=people.auditor, n_items=1)
    rows = [{"skill_id": str(skill.pk), "least": 5}]
    lesson = {"kind": "exam", "name": "E", "source_task_id": str(task.pk), "items": rows_of(people, n=1, name="More")}
    given = {"user_id": str(people.operator.pk), "value": 3}
    space = f"labeling-tasks/{task.pk}"
    table = [
        ("post", "skills", {"name": "New", "workspace_id": str(people.workspace.pk)}, 201, 403, 422),
        ("get", f"skills/{skill.pk}", None, 200, 404, 404),
        ("patch", f"skills/{skill.pk}", {"name": "Other"}, 200, 404, 404),
        ("get", f"skills/{skill.pk}/values", None, 200, 404, 404),
        ("put", f"skills/{skill.pk}/values", given, 200, 404, 404),
        ("get", f"{space}/requirements", None, 200, 403, 404),
        ("put", f"{space}/requirements", rows, 200, 403, 404),
        ("get", f"{space}/controls", None, 200, 403, 404),
        ("post", f"{space}/controls", {"percent": 9}, 201, 403, 404),
        ("delete", f"{space}/controls/{item}", None, 204, 403, 404),
        ("post", "lessons", lesson, 201, 403, 422),
    ]
    for method, path, body, ok, refused, stranger in table:

        def ask(who, method=method, path=path, body=body):
            return getattr(client_of(people[who]), method)(f"{API}/{path}", body or {}, content_type="application/json")

        found = statuses(ask)
        assert found == (ok, ok, ok, refused, refused, stranger, 401), (method, path, found)

    def tries(who):
        return client_of(people[who]).get(f"{API}/labeling-tasks/{exam.pk}/attempts")

    assert statuses(tries) == (200, 200, 200, 200, 403, 404, 401)
