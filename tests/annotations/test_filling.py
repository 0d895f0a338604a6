"""Large tasks: stored by a worker, slice by slice, told about on their page, and open when all is there."""

import pytest

from annotations import filling
from annotations.actions import creating
from annotations.actions.creating import filling_job
from annotations.models import Assignment, ItemFile, LabelingTask, TaskItem
from datasets.models import AudioFile
from tests.annotations.factories import make_dataset, make_task
from workspaces.jobs import run
from workspaces.models import AuditEvent, Job, Notice
from workspaces.notices import address_of, sentence_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """What is large is small here."""
    monkeypatch.setattr(creating, "AT_ONCE", 5)
    monkeypatch.setattr(filling, "SLICE", 3)


def rows(task):
    """Everything a task is made of, without ids."""
    turns = Assignment.objects.filter(task=task).order_by("position", "slot")
    return list(
        turns.values_list(
            "position", "slot", "draw", "annotator", "state", "is_dealt", "duration_ms", "item__files__audio",
            "item__data", "item__position", "item__files__name",
        )
    )  # fmt: skip


def plan(people, **other):
    return {"by": people.administrator, "annotators": [(people.operator, 6), (people.administrator, 4)], **other}


def test_a_large_task_is_the_same_as_if_it_were_stored_at_once(people, monkeypatch):
    dataset = make_dataset(people.workspace, files=10)
    large = make_task(dataset, **plan(people))
    monkeypatch.setattr(creating, "AT_ONCE", 10)
    at_once = make_task(dataset, **plan(people))

    assert (large.state, at_once.state) == ("open", "open")
    assert rows(large) == rows(at_once)
    assert len(rows(large)) == 10


def test_the_rows_are_as_the_models_would_have_made_them(people):
    task = make_task(make_dataset(people.workspace, files=7), **plan(people, annotators=[(people.operator, 7)]))

    turn = Assignment.objects.filter(task=task).order_by("position").first()
    made = Assignment(
        task_id=task.pk, item_id=turn.item_id, position=1, slot=0, draw=turn.draw, duration_ms=10_000,
        annotator_id=people.operator.pk, state="assigned", is_dealt=True,
    )  # fmt: skip
    unlike = {"id", "created_at"}
    names = {field.attname for field in Assignment._meta.concrete_fields} - unlike
    assert {name: getattr(turn, name) for name in names} == {name: getattr(made, name) for name in names}
    assert turn.created_at >= task.created_at
    assert turn.item.data == {"Agent": "voice-v3"}


def test_the_job_says_how_far_it_is_and_tells_the_people_at_the_end(people):
    task = make_task(make_dataset(people.workspace, files=10), **plan(people, reviewers=[(people.auditor, None)]))

    job = Job.objects.get(kind="annotations.fill")
    assert (job.state, job.progress_done, job.progress_total, job.tries) == ("completed", 10, 10, 1)
    assert filling_job(task) is None
    events = AuditEvent.objects.filter(target_id=task.pk).order_by("id")
    assert [(event.verb, event.actor) for event in events] == [
        ("create", people.administrator), ("open", people.administrator),
    ]  # fmt: skip
    assert set(Notice.objects.values_list("user", flat=True)) == {people.operator.pk, people.auditor.pk}


def test_the_sample_is_counted_when_all_is_there(people):
    task = make_task(make_dataset(people.workspace, files=10), **plan(people, review_mode="sampled", sample_rate=0.25))

    assert task.sample_size == 3


def test_audio_that_comes_later_is_not_in_it_and_audio_that_is_gone_is_missed(people, real_jobs):
    dataset = make_dataset(people.workspace, files=8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filling, "SLICE", 100)
        task = creating.create_task(plan_of(dataset), by=people.administrator)
    assert task.state == "draft"
    AudioFile.objects.filter(dataset=dataset, filename="call-0004.wav").delete()

    run(str(filling_job(task).pk))

    job = filling_job(task)
    assert (job.state, job.error) == (
        "failed", "Recordings were removed from the dataset: 1 fewer are ready than there were. Make a new task.",
    )  # fmt: skip
    # Whoever waits for it need not look at the page to hear of it.
    notice = Notice.objects.get(user=people.administrator)
    assert (notice.kind, sentence_of(notice)) == ("task_not_filled", f"“Calls” could not get its items: {job.error}")
    assert address_of(notice, user=people.administrator) == f"/w/speech-lab/tasks/{task.pk}/"


def test_that_a_deleted_task_was_not_filled_is_no_news(people, real_jobs):
    task = creating.create_task(plan_of(make_dataset(people.workspace, files=8)), by=people.administrator)
    job = filling_job(task)
    task.delete_softly(by=people.administrator)

    run(str(job.pk))

    assert Job.objects.get(pk=job.pk).state == "failed"
    assert Notice.objects.count() == 0


def plan_of(dataset):
    from tests.annotations.factories import PACE

    return creating.TaskPlan(dataset=dataset, name="Calls", questions=[PACE])


def failed_task(people):
    """A draft whose filling gave up after the first slice."""
    dataset = make_dataset(people.workspace, files=8)
    task = creating.create_task(plan_of(dataset), by=people.administrator)
    job = filling_job(task)
    assert job.take()

    def stop(done):
        if done > 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        filling.fill(task, rows=filling.Recordings(task, n_items=8), report=stop)
    job.fail("The disk is full.")
    return task


def test_a_failed_one_says_so_on_its_page_and_goes_on_from_where_it_was(people, real_jobs, client_of):
    task = failed_task(people)
    first = list(TaskItem.objects.filter(task=task).values_list("pk", flat=True))
    browser = client_of(people.administrator)
    page = f"/w/speech-lab/tasks/{task.pk}/"

    html = browser.get(page).content.decode()
    assert "The disk is full." in html
    assert len(first) == 3

    assert browser.post(f"{page}fill/").status_code == 302
    job = filling_job(task)
    assert job.state == "pending"
    assert "Items are being stored and dealt" in browser.get(page).content.decode()
    run(str(job.pk))

    task.refresh_from_db()
    assert task.state == "open"
    assert list(TaskItem.objects.filter(task=task).values_list("pk", flat=True)[:3]) == first
    assert ItemFile.objects.filter(item__task=task).values("audio").distinct().count() == 8
    assert Assignment.objects.filter(task=task, state="open").count() == 8
    assert "Items are being stored" not in browser.get(page).content.decode()


def test_going_on_twice_is_refused(people, real_jobs, client_of):
    task = failed_task(people)
    browser = client_of(people.administrator)

    answers = [browser.post(f"/w/speech-lab/tasks/{task.pk}/fill/").status_code for _ in range(2)]

    assert answers == [302, 409]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("superadmin", 302), ("administrator", 302), ("annotation_administrator", 302), ("operator", 403),
        ("auditor", 403), ("outsider", 404), ("anonymous", 302),
    ],
)  # fmt: skip
def test_who_may_go_on(people, real_jobs, client_of, who, status):
    task = failed_task(people)

    answer = client_of(people[who]).post(f"/w/speech-lab/tasks/{task.pk}/fill/")

    assert answer.status_code == status
    assert filling_job(task).state == ("pending" if status == 302 and who != "anonymous" else "failed")


def test_a_draft_hands_out_nothing_and_can_be_deleted(people, real_jobs, api):
    task = failed_task(people)
    path = f"/api/v1/labeling-tasks/{task.pk}"

    answer = api(people.operator).post(f"{path}/next")
    assert (answer.status_code, answer.json()["detail"]) == (409, "This labeling task is not open yet.")
    shown = api(people.administrator).get(path).json()
    assert (shown["state"], shown["job"]["state"], shown["job"]["error"]) == ("draft", "failed", "The disk is full.")
    assert api(people.administrator).delete(path).status_code == 204


def test_a_deleted_one_is_not_filled_any_further(people, real_jobs, api):
    task = creating.create_task(plan_of(make_dataset(people.workspace, files=8)), by=people.administrator)
    job = filling_job(task)
    assert api(people.administrator).delete(f"/api/v1/labeling-tasks/{task.pk}").status_code == 204

    run(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The labeling task was deleted before it had all its items.")
    assert LabelingTask.objects.get(pk=task.pk).state == "draft"
    assert not TaskItem.objects.filter(task=task).exists()
