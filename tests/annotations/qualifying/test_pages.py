"""Skills and exams, a training or an exam, its items, control items, and My labeling: what is shown and who may."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Attempt, ItemKey, LabelingTask, Requirement, Skill, SkillValue
from tests.annotations.qualifying.made import RIGHT, answer, make_lesson, make_plain_task, now, with_controls
from tests.callers import statuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(people):
    return make_plain_task(people)


@pytest.fixture
def client(people, client_of):
    return client_of(people.annotation_administrator)


def space(people):
    return f"/w/{people.workspace.slug}/"


def file_of(people, task, *, n=2):
    """Rows of the task's own dataset as an upload."""
    rows = [{"filename": f"call-{number:04}.wav", "expected": RIGHT, "hint": "Count."} for number in range(1, n + 1)]
    return SimpleUploadedFile("keys.jsonl", "\n".join(map(json.dumps, rows)).encode())


def test_skills_are_kept_on_a_page(people, client):
    url = f"{space(people)}skills/"
    assert "None yet" in client.get(url).content.decode()
    assert client.post(url, {"name": ""}).status_code == 422
    made = client.post(url, {"name": "Pace", "description": "Hearing it"})
    skill = Skill.objects.get()
    assert made["Location"] == f"{url}{skill.pk}/"
    assert client.post(url, {"name": "Pace"}).status_code == 422
    page = f"{url}{skill.pk}/"
    assert client.post(page, {"do": "give", "user": people.operator.pk, "value": "70"}).status_code == 302
    assert "Annotation operator" in client.get(page).content.decode()
    assert client.post(page, {"do": "give", "user": people.operator.pk, "value": "700"}).status_code == 422
    assert client.post(page, {"do": "take", "user": people.operator.pk}).status_code == 302
    assert not SkillValue.objects.exists()
    assert client.post(page, {"do": "rename", "name": "Speed", "description": ""}).status_code == 302
    assert "Speed" in client.get(url).content.decode()
    assert client.post(f"{page}delete/").status_code == 302
    assert not Skill.objects.exists()


def test_a_training_is_made_on_a_page(people, client, task):
    url = f"{space(people)}skills/lessons/new/"
    body = {"kind": "training", "name": "Warm up", "task": task.pk, "source": "file", "pass_percent": 70, "skill": ""}
    assert "Choose a file." in client.post(url, body).content.decode()
    bad = SimpleUploadedFile("keys.jsonl", b'{"filename": "call-0001.wav", "expected": {"pace": "slow"}}\n{"a": 1}')
    refused = client.post(url, {**body, "file": bad})
    assert refused.status_code == 422
    assert "keys.jsonl, line 2" in refused.content.decode()
    made = client.post(url, {**body, "file": file_of(people, task)})
    lesson = LabelingTask.objects.get(purpose="training")
    assert made["Location"] == f"{space(people)}skills/lessons/{lesson.pk}/"
    assert (lesson.retry_after_hours, lesson.attempt_size, lesson.pass_percent) == (None, None, 70)
    page = client.get(made["Location"]).content.decode()
    assert "call-0001.wav" in page
    assert "Count." in page
    listed = client.get(f"{space(people)}skills/").content.decode()
    assert "Warm up" in listed


def test_answers_become_an_exam(people, client, task):
    answer(task, people.operator)
    url = f"{space(people)}skills/lessons/new/"
    body = {"kind": "exam", "name": "E", "task": task.pk, "pass_percent": 70, "source": "answers", "count": 5}
    assert client.post(url, {**body, "author": people.auditor.pk}).status_code == 422
    assert client.post(url, {**body, "author": people.operator.pk}).status_code == 302
    assert ItemKey.objects.get().expected == RIGHT
    assert client.post(url, {**body, "source": "results"}).status_code == 422


def test_a_lesson_and_its_keys_are_changed(people, client, task):
    lesson = make_lesson(task, people, n=2)
    answer(lesson, people.operator)
    page = f"{space(people)}skills/lessons/{lesson.pk}/"
    assert "Annotation operator" in client.get(page).content.decode()
    body = {"do": "save", "name": "Other", "pass_percent": 55, "retry_after_hours": 3, "attempt_size": 1, "skill": ""}
    assert client.post(page, body).status_code == 302
    assert (now(lesson).name, now(lesson).pass_percent, now(lesson).skill) == ("Other", 55, None)
    assert client.post(page, {**body, "pass_percent": 0}).status_code == 422
    assert client.post(page, {"do": "add", "source": "file", "file": file_of(people, task, n=1)}).status_code == 302
    assert lesson.items.count() == 3
    item = lesson.items.order_by("-position").first()
    key = f"{space(people)}skills/items/{item.pk}/"
    assert "Count." in client.get(key).content.decode()
    body = {"hint": "Listen.", "explanation": "So.", "expected-pace": "slow"}
    assert client.post(key, body).status_code == 302
    found = ItemKey.objects.get(item=item)
    assert (found.hint, found.explanation, found.expected) == ("Listen.", "So.", {"pace": "slow"})
    assert client.post(key, {**body, "expected-pace": ""}).status_code == 422
    assert client.post(page, {"do": "remove", "item": item.pk}).status_code == 302
    assert lesson.items.count() == 2
    for verb, state in (("stop", "stopped"), ("resume", "open")):
        assert client.post(page, {"do": verb}).status_code == 302
        assert now(lesson).state == state
    assert client.post(f"{page}delete/").status_code == 302
    assert now(lesson).deleted_at is not None


def test_control_items_and_skills_of_a_task(people, client, task):
    page = f"{space(people)}tasks/{task.pk}/quality/controls/"
    assert "Add control items" in client.get(page).content.decode()
    assert client.post(page, {"do": "add", "source": "file", "file": file_of(people, task)}).status_code == 302
    assert now(task).control_percent == 10
    assert client.post(page, {"do": "percent", "percent": "35"}).status_code == 302
    assert now(task).control_percent == 35
    client.post(page, {"do": "percent", "percent": "x"})
    assert now(task).control_percent == 35
    item = ItemKey.objects.first().item_id
    assert client.post(page, {"do": "remove", "item": item}).status_code == 302
    assert ItemKey.objects.count() == 1
    skill = Skill.objects.create(workspace=people.workspace, name="Pace")
    body = {"do": "require", "skill": skill.pk, f"least-{skill.pk}": "62.5", f"missing-{skill.pk}": "on"}
    assert client.post(page, body).status_code == 302
    row = Requirement.objects.get()
    assert (row.least, row.accepts_missing, now(task).has_requirements) == (62.5, True, True)
    assert 'value="62.5"' in client.get(page).content.decode()
    client.post(page, {**body, f"least-{skill.pk}": ""})
    assert not Requirement.objects.exists()


def test_my_labeling_shows_lessons_and_what_is_locked(people, client_of, task):
    exam = make_lesson(task, people, kind="exam", n=1, retry_after_hours=5)
    Requirement.objects.create(task=task, skill=exam.skill, least=80)
    LabelingTask.objects.filter(pk=task.pk).update(has_requirements=True)
    client = client_of(people.operator)
    url = f"{space(people)}labeling/"
    page = client.get(url).content.decode()
    assert f"try-{exam.pk}" in page
    assert f"earn-{task.pk}-{exam.pk}" in page
    assert "nothing is known of yours" in page
    assert f'id="label-{task.pk}"' not in page
    answer(exam, people.operator, {"pace": "slow"})
    page = client.get(url).content.decode()
    assert "and yours is 0." in page
    assert "Again from" in page
    Attempt.objects.update(finished_at="2020-01-01T00:00Z")
    assert f"try-{exam.pk}" in client.get(url).content.decode()
    SkillValue.objects.update(value=80)
    assert f'id="label-{task.pk}"' in client.get(url).content.decode()


def test_who_may_see_the_pages(people, client_of, task):
    lesson = make_lesson(task, people)
    with_controls(task, people)
    item = ItemKey.objects.filter(item__task=lesson).first().item_id
    pages = [
        "skills/", f"skills/{lesson.skill_id}/", f"skills/lessons/{lesson.pk}/", "skills/lessons/new/",
        f"skills/items/{item}/", f"tasks/{task.pk}/quality/controls/",
    ]  # fmt: skip
    for page in pages:
        found = statuses(lambda who, page=page: client_of(people[who]).get(space(people) + page))
        assert found == (200, 200, 200, 403, 403, 404, 302), (page, found)


def test_lists_cost_the_same_however_long_they_are(people, client, client_of, task):
    url, mine = f"{space(people)}skills/", f"{space(people)}labeling/"
    worker = client_of(people.operator)

    def cost():
        counts = []
        for who, page in ((client, url), (worker, mine), (client, f"{space(people)}tasks/{task.pk}/quality/controls/")):
            who.get(page)
            with CaptureQueriesContext(connection) as found:
                who.get(page)
            counts.append(len(found))
        return counts

    make_lesson(task, people, n=1)
    with_controls(task, people, n=1)
    answer(task, people.operator)
    before = cost()
    for number in range(3):
        other = make_lesson(task, people, n=2, name=f"No {number}")
        Skill.objects.create(workspace=people.workspace, name=f"Skill {number}")
        another = make_plain_task(people, files=2)
        with_controls(another, people, n=2)
        answer(other, people.operator)
    with_controls(task, people, n=3)
    assert cost() == before
