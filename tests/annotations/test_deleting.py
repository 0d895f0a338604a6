"""Deleting a task, restoring it, and removing it for good once that is past."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations import removing
from annotations.actions import deleting
from annotations.jobs import remove_what_was_deleted
from annotations.models import (
    Assignment,
    Comment,
    Draft,
    ItemFile,
    LabelingTask,
    Question,
    Review,
    Submission,
    TaskItem,
)
from datasets.models import AudioFile, ProcessedDataset
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge, skip
from tests.callers import WHO
from tests.factories import JobFactory
from workspaces.models import AuditEvent, Job


@pytest.fixture
def task(people):
    """With a turn in every kind of hands."""
    task = make_task(make_dataset(people.workspace, files=6), by=people.administrator)
    hand_in(task, people.operator, times=3)
    judge(task, people.auditor)
    judge(task, people.auditor, reject=True)
    skip(task, people.annotation_administrator)
    begin(task, people.administrator)
    return LabelingTask.objects.get(pk=task.pk)


@pytest.fixture
def manager(api, people):
    return api(people.annotation_administrator)


def url(task, verb=""):
    return f"/api/v1/labeling-tasks/{task.pk}" + (f"/{verb}" if verb else "")


def cite(task):
    return ProcessedDataset.objects.create(
        workspace=task.workspace, dataset=task.dataset, task_id=task.pk, task_name=task.name, version=1, manifest={},
        archive="processed/none.zip", size=1, sha256="0" * 64, n_items=1,
    )  # fmt: skip


def age(task, **ago):
    LabelingTask.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - timedelta(**ago))


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (204, 204, 204, 403, 403, 404, 401), strict=True)))
def test_who_may_delete(api, people, task, who, status):
    assert api(people[who]).delete(url(task)).status_code == status


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 403, 403, 404, 401), strict=True)))
def test_who_may_restore(api, people, task, who, status):
    deleting.delete(task, by=people.administrator)

    assert api(people[who]).post(url(task, "restore")).status_code == status
    assert (LabelingTask.objects.get(pk=task.pk).deleted_at is None) == (status == 200)


@pytest.mark.parametrize(("who", "names"), list(zip(WHO[:6], (["Gone"], ["Gone"], ["Gone"], [], [], []), strict=True)))
def test_deleted_tasks_are_listed_for_managers(api, people, task, who, names):
    LabelingTask.objects.filter(pk=task.pk).update(name="Gone")
    make_task(task.dataset, by=people.administrator, name="There")
    deleting.delete(task, by=people.administrator)

    listed = api(people[who]).get("/api/v1/labeling-tasks?deleted=true").json()["items"]

    assert [row["name"] for row in listed] == names
    assert [row["moves"] for row in listed] == [["restore"]] * len(names)


def test_it_comes_back_exactly_as_it_was(manager, task):
    def everything():
        task_row = LabelingTask.objects.filter(pk=task.pk).values().get()
        turns = list(Assignment.objects.filter(task=task).order_by("pk").values())
        return task_row, turns, list(Submission.objects.order_by("pk").values()), list(Review.objects.values())

    before = everything()
    assert manager.delete(url(task)).status_code == 204
    assert manager.get(url(task)).status_code == 404
    assert manager.get("/api/v1/labeling-tasks").json()["items"] == []
    assert manager.post(url(task, "restore")).status_code == 200

    assert everything() == before
    assert list(AuditEvent.objects.filter(target_id=task.pk).order_by("-id").values_list("verb", flat=True)[:2]) == [
        "restore", "delete",
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["stop", "resume", "generate", "bulk"])
def test_verbs_on_a_deleted_task_say_so(manager, task, verb):
    manager.delete(url(task))

    answer = manager.post(url(task, verb), {"move": "reopen", "ids": []})

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "This labeling task was deleted. Restore it first: the list of deleted tasks has it.",
    )
    assert manager.delete(url(task)).status_code == 409


def test_moves_of_its_items_say_so_too(manager, people, task):
    turn = Assignment.objects.get(task=task, state="skipped")
    manager.delete(url(task))

    answer = manager.post(f"/api/v1/assignments/{turn.pk}/reopen")

    assert answer.status_code == 409
    assert "was deleted" in answer.json()["detail"]


def test_restoring_what_is_there_is_the_wrong_moment(manager, task):
    assert manager.post(url(task, "restore")).json() == {"detail": "It is not deleted."}


def test_what_was_generated_from_it_has_to_be_let_go(manager, task):
    made = cite(task)

    refused = manager.delete(url(task))
    still_there = LabelingTask.objects.get(pk=task.pk).deleted_at is None
    allowed = manager.delete(f"{url(task)}?detach=true")

    assert (refused.status_code, still_there) == (409, True)
    assert refused.json()["detail"].startswith("1 processed dataset was made of this task.")
    assert allowed.status_code == 204
    assert AuditEvent.objects.get(target_id=task.pk, verb="delete").data["detach"] is True
    assert ProcessedDataset.objects.filter(pk=made.pk, task_name="Support calls").exists()


def test_while_it_is_generated_it_stays(manager, people, task):
    JobFactory(workspace=people.workspace, kind="annotations.generate", args={"task_id": str(task.pk), "options": {}})

    assert manager.delete(url(task)).status_code == 409
    assert LabelingTask.objects.get(pk=task.pk).deleted_at is None


def test_after_thirty_days_it_cannot_be_restored(manager, task):
    manager.delete(url(task))
    age(task, days=29, hours=23)
    assert [row["id"] for row in manager.get("/api/v1/labeling-tasks?deleted=true").json()["items"]] == [str(task.pk)]
    age(task, days=30, minutes=1)

    assert manager.get("/api/v1/labeling-tasks?deleted=true").json()["items"] == []
    assert manager.post(url(task, "restore")).json() == {"detail": "It cannot be restored any more."}


def rows_left(task):
    return {
        model.__name__: model.objects.count()
        for model in (LabelingTask, TaskItem, ItemFile, Assignment, Submission, Review, Draft, Comment)
    }


def test_then_its_rows_go_for_good_and_nothing_else(people, task, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(removing, "SLICE", 2)
    other = make_task(task.dataset, by=people.administrator, name="Other")
    turn = Assignment.objects.filter(task=task, state="in_progress").get()
    Draft.objects.create(assignment=turn, author=people.administrator, answers={})
    Comment.objects.create(assignment=turn, author=people.administrator, text="Hm")
    made, audio, questions = cite(task), AudioFile.objects.count(), Question.objects.count()
    deleting.delete(task, by=people.administrator, detach=True)

    with django_capture_on_commit_callbacks(execute=True):
        remove_what_was_deleted()
    untouched = rows_left(task)
    age(task, days=31)
    with django_capture_on_commit_callbacks(execute=True):
        remove_what_was_deleted()

    assert untouched["LabelingTask"] == 2
    assert rows_left(task) == {
        "LabelingTask": 1, "TaskItem": 6, "ItemFile": 6, "Assignment": 6, "Submission": 0, "Review": 0, "Draft": 0,
        "Comment": 0,
    }  # fmt: skip
    assert LabelingTask.objects.get() == other
    assert (AudioFile.objects.count(), Question.objects.count()) == (audio, questions)
    assert ProcessedDataset.objects.get().pk == made.pk
    assert Job.objects.get(kind="annotations.remove").state == "completed"
    event = AuditEvent.objects.get(verb="remove")
    assert (event.actor, event.data) == (None, {"name": "Support calls", "turns": 6})


def test_removing_is_gone_on_with_after_an_interruption(people, task, monkeypatch):
    monkeypatch.setattr(removing, "SLICE", 2)
    deleting.delete(task, by=people.administrator)
    age(task, days=31)
    job = JobFactory(workspace=people.workspace, kind="annotations.remove", args={"task_id": str(task.pk)})
    assert job.take()

    class Cut(Exception):
        pass

    def cut(**_progress):
        raise Cut

    real, job.report = job.report, cut
    with pytest.raises(Cut):
        removing.remove(task, job=job)
    half = Assignment.objects.filter(task=task).count()
    job.report = real
    removing.remove(task, job=job)

    assert half == 4
    assert not LabelingTask.objects.filter(pk=task.pk).exists()
