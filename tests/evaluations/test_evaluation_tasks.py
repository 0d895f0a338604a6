"""Adding and changing the tasks of an evaluation over `/v5/`, as long as nobody has begun to answer."""

import threading

import pytest

from annotations.form import form_of
from annotations.models import Assignment, LabelingTask, TaskItem, TaskPerson
from evaluations import beginning
from evaluations.models import Evaluation, EvaluationItem, EvaluationQueue, EvaluationTask
from tests.evaluations import labeling
from tests.evaluations.factories import layout, make_evaluation, make_files, make_question, task_of
from workspaces.audit_words import sentences
from workspaces.models import AuditEvent, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation(people):
    return make_evaluation(people.workspace, by=people.administrator)


def tasks_url(evaluation, alias=""):
    return f"/v5/evaluations/{evaluation.pk}/tasks" + (f"/{alias}" if alias else "")


def rating(people, **configuration):
    alias = configuration.pop("alias", "stars")
    return task_of(make_question(people.workspace, "rating"), alias=alias, **configuration)


def test_a_task_joins_the_form_of_its_queue_in_every_process(v5, people, evaluation):
    task = LabelingTask.objects.get()
    assert [question.alias for question in form_of(task)] == ["marks"]
    turns = list(Assignment.objects.values_list("pk", flat=True))

    answer = v5.post(tasks_url(evaluation), {"task": rating(people, required=True)})

    assert answer.status_code == 201, answer.content
    assert [task["alias"] for task in answer.json()["tasks"]] == ["marks", "stars"]
    task.refresh_from_db()
    assert [(question.alias, question.required) for question in form_of(task)] == [("marks", True), ("stars", True)]
    # The work itself is as it was.
    assert list(Assignment.objects.values_list("pk", flat=True)) == turns
    event = AuditEvent.objects.get(verb="add_task")
    assert (event.target_id, event.data) == (evaluation.pk, {"name": "Support calls", "alias": "stars"})
    (line,) = sentences([event])
    assert (line.did, line.what, line.details) == (
        "added a task to", "evaluation “Support calls”", "alias: stars; with the API key “Import”",
    )  # fmt: skip


def test_a_task_of_a_new_queue_is_work_of_its_own(v5, people, evaluation):
    answer = v5.post(tasks_url(evaluation), {"task": rating(people, queue_id="second")})

    assert answer.status_code == 201
    second = EvaluationQueue.objects.get(queue_id="second").labeling_task
    assert (second.state, second.name) == ("open", "Support calls · second")
    assert second.assignments.count() == 2
    assert answer.json()["progress"]["items"]["pending"] == 2


def test_what_changes_the_work_is_handed_out_anew_with_its_people(v5, people, evaluation):
    old = LabelingTask.objects.get()
    LabelingTask.objects.filter(pk=old.pk).update(priority=3, labels_openly=False)
    TaskPerson.objects.create(task=old, user=people.operator, kind="labeling")

    answer = v5.post(
        tasks_url(evaluation),
        {"task": task_of(make_question(people.workspace, "free_text"), alias="note", prefill_from="text")},
    )

    assert answer.status_code == 201, answer.content
    task = EvaluationQueue.objects.get().labeling_task
    assert task.pk != old.pk
    assert (task.state, task.priority, task.labels_openly, task.name) == ("open", 3, False, "Support calls")
    assert list(task.people.values_list("user", flat=True)) == [people.operator.pk]
    assert list(TaskItem.objects.filter(task=task).order_by("position").values_list("prefilled", flat=True)) == [
        {"note": "call 1"}, {"note": "call 2"},
    ]  # fmt: skip
    assert LabelingTask.objects.present().get() == task
    assert not LabelingTask.objects.deleted().exists()
    assert Job.objects.filter(kind="annotations.remove", args__task_id=str(old.pk)).count() == 1


def test_a_changed_task_is_replaced_as_a_whole(v5, people):
    stars = rating(people, required=True, prefill_from="given")
    data = [{"given": 2}, {"given": None}]
    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=[stars], data=data)
    assert TaskItem.objects.filter(prefilled={"stars": 2}).count() == 1
    number = make_question(people.workspace, "number")

    answer = v5.patch(
        tasks_url(evaluation, "stars"),
        {"configuration": {"question_id": str(number.pk), "layout": layout("item.given")}},
    )

    assert answer.status_code == 200, answer.content
    (task,) = answer.json()["tasks"]
    assert task["configuration"] == {
        "question_id": str(number.pk),
        "layout": {"children": [{"data": "item.given", "label": "given"}], "direction": "row"},
        "queue_id": "default",
        "required": False,
    }
    labeling_task = EvaluationQueue.objects.get().labeling_task
    assert [(question.alias, question.type, question.required) for question in form_of(labeling_task)] == [
        ("stars", "number", False)
    ]
    assert list(TaskItem.objects.filter(task=labeling_task).values_list("prefilled", flat=True)) == [{}, {}]


def test_a_queue_that_lost_its_last_task_is_gone(v5, people):
    both = [rating(people, alias="a"), rating(people, alias="b", queue_id="late")]
    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=both)
    late = EvaluationQueue.objects.get(queue_id="late").labeling_task
    configuration = {**both[1]["configuration"], "queue_id": "default"}

    answer = v5.patch(tasks_url(evaluation, "b"), {"configuration": configuration})

    assert answer.status_code == 200, answer.content
    queue = EvaluationQueue.objects.get()
    assert [question.alias for question in form_of(queue.labeling_task)] == ["a", "b"]
    assert not LabelingTask.objects.present().filter(pk=late.pk).exists()
    assert answer.json()["progress"]["items"]["pending"] == 2


def test_before_the_files_are_read_a_task_simply_joins(v5, people):
    (audio,) = make_files(people.workspace, 1, status="pending")
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{}], files=[{"audio": str(audio.pk)}])

    assert v5.post(tasks_url(evaluation), {"task": rating(people)}).status_code == 201

    assert LabelingTask.objects.get().state == "draft"
    assert LabelingTask.objects.get().form.count() == 2


def test_rows_that_failed_fail_for_a_new_task_too(v5, people):
    files = [*make_files(people.workspace, 1), *make_files(people.workspace, 1, status="pending")]
    named = [{"audio": str(audio.pk)} for audio in files]
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{}, {}], files=named, tasks=[])
    type(files[1]).objects.filter(pk=files[1].pk).update(status="failed", error="No sound.")
    assert beginning.begin(evaluation.pk)

    answer = v5.post(tasks_url(evaluation), {"task": rating(people)})

    assert list(EvaluationItem.objects.get(position=2).errors) == ["stars"]
    assert answer.json()["progress"]["items"]["failed"] == 1
    assert list(Assignment.objects.values_list("position", flat=True)) == [1]


REFUSED = {
    "no task": ({}, ["body", "task"], "object"),
    "alias taken": ({"alias": "marks"}, ["body", "task", "alias"], "“marks”"),
    "alias is a key of the rows": ({"alias": "text"}, ["body", "task", "alias"], "“text”"),
    "no such place": (
        {"layout": layout("item.other")}, ["body", "task", "configuration", "layout", "children", 0, "data"], "other",
    ),
    "no such column": ({"prefill_from": "other"}, ["body", "task", "configuration", "prefill_from"], "“other”"),
    "no answer in the column": ({"prefill_from": "text"}, ["body", "task", "configuration", "prefill_from"], "Row 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_task_that_does_not_fit_is_refused(v5, people, evaluation, case):
    changes, loc, part = REFUSED[case]

    answer = v5.post(tasks_url(evaluation), {"task": rating(people, **changes)} if changes else {})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == loc
    assert part in answer.json()["detail"][0]["msg"]
    assert EvaluationTask.objects.count() == 1


def test_a_change_that_does_not_fit_is_refused(v5, people, evaluation):
    url = tasks_url(evaluation, "marks")

    silent = v5.patch(
        url, {"configuration": {"question_id": str(make_question(people.workspace).pk), "layout": layout("item.text")}}
    )
    nothing = v5.patch(url, {})
    unknown = v5.patch(tasks_url(evaluation, "mraks"), {"configuration": {}})

    assert (silent.status_code, silent.json()["detail"][0]["loc"]) == (422, ["body", "configuration", "layout"])
    assert (nothing.status_code, nothing.json()["detail"][0]["loc"]) == (422, ["body", "configuration"])
    assert unknown.status_code == 404
    assert "“mraks”" in unknown.json()["detail"]


@pytest.mark.parametrize("verb", ["claimed", "done", "archived", "handed out"])
def test_at_the_wrong_moment_tasks_stay_as_they_are(v5, people, evaluation, verb):
    if verb == "claimed":
        labeling.begin(evaluation, 1, by=people.operator)
    elif verb == "done":
        labeling.answer(evaluation, 1, {"marks": [1]}, by=people.operator)
    elif verb == "archived":
        v5.delete(f"/v5/evaluations/{evaluation.pk}")
    else:
        LabelingTask.objects.update(state="draft")

    added = v5.post(tasks_url(evaluation), {"task": rating(people)})
    changed = v5.patch(tasks_url(evaluation, "marks"), {"configuration": {}})

    for answer in (added, changed):
        assert answer.status_code == 400
        assert str(evaluation.pk) in answer.json()["detail"]
        assert answer["X-Should-Retry"] == "false"
    assert EvaluationTask.objects.count() == 1
    assert LabelingTask.objects.get().form.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_tasks_with_one_alias_one_is_added(v5_of, workspace_key, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    bodies = [{"task": rating(people)} for _ in range(2)]
    barrier, answers = threading.Barrier(2), []

    def add(body):
        from django.db import connections

        try:
            client = v5_of(workspace_key)
            barrier.wait()
            answers.append(client.post(tasks_url(evaluation), body))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert list(EvaluationTask.objects.order_by("position").values_list("alias", "position")) == [
        ("marks", 0), ("stars", 1),
    ]  # fmt: skip
    assert [question.alias for question in form_of(LabelingTask.objects.get())] == ["marks", "stars"]


@pytest.mark.django_db(transaction=True)
def test_an_archive_that_comes_between_refuses_the_answer_and_keeps_it_open(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    turn = labeling.begin(evaluation, 1, by=people.operator)
    outcome = []

    def archive():
        from django.db import connections

        outcome.append(v5.delete(f"/v5/evaluations/{evaluation.pk}").status_code)
        connections.close_all()

    def submit():
        from django.db import connections
        from rest_framework.test import APIClient

        client = APIClient()
        client.force_login(people.operator)
        body = {"answers": {"marks": [100]}, "active_ms": 10, "listened": []}
        outcome.append(client.post(f"/api/v1/assignments/{turn.pk}/submit", body, format="json").status_code)
        connections.close_all()

    threads = [threading.Thread(target=call) for call in (archive, submit)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    turn.refresh_from_db()
    was_taken = turn.state == "submitted"
    assert sorted(outcome) == [200, 200 if was_taken else 409]
    assert Evaluation.objects.get(pk=evaluation.pk).archived_at is not None
    assert LabelingTask.objects.get().state == "stopped"
