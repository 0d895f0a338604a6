"""Handing an evaluation's rows out: once its files are read, to whom they can be given, and never twice."""

import pytest

from annotations import filling
from annotations.models import Assignment, ItemFile, LabelingTask, TaskItem
from datasets.models import AudioFile
from evaluations import beginning, jobs
from evaluations.beginning import begin
from evaluations.models import Evaluation, EvaluationItem
from evaluations.progress import progress_of
from tests.evaluations import labeling
from tests.evaluations.factories import finish_reading, make_evaluation, make_files, make_question, task_of
from workspaces.jobs import run
from workspaces.models import AuditEvent, Job, Notice

pytestmark = pytest.mark.django_db


def progress(evaluation):
    evaluation.refresh_from_db()
    found = progress_of([evaluation])[evaluation.pk]
    return (found.status, found.total, found.pending, found.successful, found.failed)


def turns(evaluation, queue="default"):
    rows = Assignment.objects.filter(
        task__evaluation_queue__evaluation=evaluation, task__evaluation_queue__queue_id=queue
    )
    return list(rows.order_by("position").values_list("position", "duration_ms", "state"))


def waiting_evaluation(people, **plan):
    """Three rows, of whose files the second and the third are still to be read."""
    files = [*make_files(people.workspace, 1), *make_files(people.workspace, 2, status="pending")]
    fields = {"data": [{"n": n} for n in range(3)], "files": [{"audio": str(audio.pk)} for audio in files], **plan}
    return make_evaluation(people.workspace, by=people.administrator, **fields), files


def test_what_is_ready_is_handed_out_at_once(people):
    evaluation = make_evaluation(people.workspace, by=people.administrator, rows=3)

    task = LabelingTask.objects.get()
    assert (task.state, task.name, task.overlap, task.review_mode, task.labels_openly) == (
        "open", "Support calls", 1, "none", True,
    )  # fmt: skip
    assert turns(evaluation) == [(1, 10_000, "open"), (2, 10_000, "open"), (3, 10_000, "open")]
    assert list(TaskItem.objects.order_by("position").values_list("position", "data", "prefilled")) == [
        (n, {"text": f"call {n}"}, {}) for n in (1, 2, 3)
    ]
    assert sorted(Assignment.objects.values_list("draw", flat=True)) == [0, 1, 2]
    assert progress(evaluation) == ("running", 3, 3, 0, 0)


def test_each_queue_is_a_labeling_task_with_its_own_form(people):
    good, pace = make_question(people.workspace, "categorical"), make_question(people.workspace, "rating")
    tasks = [
        task_of(good, alias="b", queue_id="late"),
        task_of(pace, alias="a"),
        task_of(make_question(people.workspace), alias="c", queue_id="late", required=True),
    ]
    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=tasks)

    forms = {
        queue.labeling_task.name: list(queue.labeling_task.form.values_list("alias", "required", "queue", "position"))
        for queue in evaluation.queues.all()
    }
    assert forms == {
        "Support calls": [("a", False, "default", 0)],
        "Support calls · late": [("b", False, "late", 0), ("c", True, "late", 1)],
    }
    assert progress(evaluation) == ("running", 2, 2, 0, 0)
    labeling.answer(evaluation, 1, {"a": 3}, by=people.operator)
    assert progress(evaluation) == ("running", 2, 2, 0, 0)
    labeling.answer(evaluation, 1, {"c": [100]}, by=people.operator, queue="late")
    assert progress(evaluation) == ("running", 2, 1, 1, 0)


def test_without_tasks_there_is_nothing_to_do(people):
    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=[])

    assert progress(evaluation) == ("completed", 2, 0, 2, 0)
    assert not LabelingTask.objects.exists()


def test_it_waits_until_the_last_file_is_read(people):
    evaluation, files = waiting_evaluation(people)
    assert (LabelingTask.objects.get().state, turns(evaluation)) == ("draft", [])
    assert progress(evaluation) == ("running", 3, 3, 0, 0)

    finish_reading(files[1:2])
    jobs.when_read(files[1])
    assert turns(evaluation) == []
    finish_reading(files[2:], duration_ms=7000)
    jobs.when_read(files[2])

    assert LabelingTask.objects.get().state == "open"
    assert turns(evaluation) == [(1, 10_000, "open"), (2, 10_000, "open"), (3, 7000, "open")]
    assert progress(evaluation) == ("running", 3, 3, 0, 0)


def test_the_chore_begins_what_nobody_was_told_of(people):
    evaluation, files = waiting_evaluation(people)
    finish_reading(files[1:])

    jobs.begin_what_can()
    first = turns(evaluation)
    jobs.begin_what_can()

    assert len(first) == 3
    assert turns(evaluation) == first
    assert AuditEvent.objects.filter(verb="open").count() == 1


def test_a_row_whose_file_failed_is_shown_to_nobody(people, v5):
    evaluation, files = waiting_evaluation(people)
    finish_reading(files[1:2])
    AudioFile.objects.filter(pk=files[2].pk).update(status="failed", error="No sound in it.")

    assert begin(evaluation.pk)

    sentence = f"The file “{files[2].filename}” ({files[2].pk}) cannot be read: No sound in it."
    assert turns(evaluation) == [(1, 10_000, "open"), (2, 10_000, "open")]
    item = EvaluationItem.objects.get(position=3)
    assert item.errors == {"marks": {"message": sentence, "type": "file_unreadable"}}
    assert progress(evaluation) == ("running", 3, 2, 0, 1)
    shown = v5.get(f"/v5/evaluations/{evaluation.pk}").json()
    assert shown["error_count"] == 1
    assert shown["progress"]["items"] == {
        "total": 3,
        "pending": 2,
        "successful": 0,
        "failed": 1,
        "failed_items": [{"item_id": str(item.pk), "error": sentence, "error_type": "file_unreadable"}],
    }


def test_it_fails_where_no_row_can_be_answered(people, v5):
    evaluation, files = waiting_evaluation(people)
    AudioFile.objects.filter(pk__in=[audio.pk for audio in files]).update(status="failed", error="No sound in it.")

    assert begin(evaluation.pk)

    assert progress(evaluation) == ("failed", 3, 0, 0, 3)
    assert LabelingTask.objects.get().state == "ready"
    shown = v5.get(f"/v5/evaluations/{evaluation.pk}").json()
    assert (shown["status"], shown["status_reason"]) == (
        "failed", "No row can be answered: their files cannot be read.",
    )  # fmt: skip


def test_answers_make_it_complete_and_a_redo_makes_it_run_again(people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    labeling.answer(evaluation, 1, {"marks": [1200]}, by=people.operator)
    labeling.skip(evaluation, 2, by=people.operator)
    assert progress(evaluation) == ("completed", 2, 0, 2, 0)

    labeling.turn_at(evaluation, 2).reopen(by=people.administrator)

    assert progress(evaluation) == ("running", 2, 1, 1, 0)


def prefilled_plan(people, **plan):
    """Rows 1 and 3 come with moments, row 3 with one behind its end alone, row 2 with nothing."""
    tasks = [task_of(make_question(people.workspace), prefill_from="given")]
    data = [{"given": [2.5, 99]}, {"given": None}, {"given": [99]}, {"given": [0]}]
    return make_evaluation(people.workspace, by=people.administrator, tasks=tasks, data=data, **plan)


def test_work_begins_with_the_answers_of_the_rows(people):
    evaluation = prefilled_plan(people)

    assert list(TaskItem.objects.order_by("position").values_list("prefilled", flat=True)) == [
        {"marks": [2500]}, {}, {}, {"marks": [0]},
    ]  # fmt: skip
    assert progress(evaluation) == ("running", 4, 4, 0, 0)


def test_rows_with_all_answers_are_left_out_on_request(people):
    evaluation = prefilled_plan(people, skip_prefilled_rows=True)

    assert [position for position, _ms, _state in turns(evaluation)] == [2, 3]
    assert sorted(Assignment.objects.values_list("draw", flat=True)) == [0, 1]
    assert progress(evaluation) == ("running", 4, 2, 2, 0)


def test_where_all_rows_have_all_answers_it_is_complete(people):
    tasks = [task_of(make_question(people.workspace, "rating"), alias="stars", prefill_from="given")]
    data = [{"given": 3}, {"given": 4}]
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, tasks=tasks, data=data, skip_prefilled_rows=True
    )

    assert progress(evaluation) == ("completed", 2, 0, 2, 0)
    assert LabelingTask.objects.get().state == "ready"


def test_the_length_is_that_of_the_first_recording_shown_else_the_longest(people):
    short, long = make_files(people.workspace, 1, duration_ms=3000)[0], make_files(people.workspace, 1)[0]
    nested = {"children": [{"children": [{"data": "item.text"}]}, {"children": [{"data": "item.files.b"}]}]}
    tasks = [task_of(make_question(people.workspace, "rating"), layout=nested)]
    files = [{"a": str(long.pk), "b": str(short.pk)}, {"a": str(long.pk), "c": str(short.pk)}, {}]
    data = [{"text": "t"}] * 3

    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=tasks, data=data, files=files)

    assert turns(evaluation) == [(1, 3000, "open"), (2, 10_000, "open"), (3, 0, "open")]
    named = ItemFile.objects.order_by("item__position", "name").values_list("item__position", "name", "audio")
    assert list(named) == [(1, "a", long.pk), (1, "b", short.pk), (2, "a", long.pk), (2, "c", short.pk)]


def test_an_archived_one_waits_for_its_restoring(people, v5):
    evaluation, files = waiting_evaluation(people)
    v5.delete(f"/v5/evaluations/{evaluation.pk}")
    finish_reading(files[1:])

    jobs.when_read(files[2])
    jobs.begin_what_can()
    assert turns(evaluation) == []
    v5.patch(f"/v5/evaluations/{evaluation.pk}", {"restore": True})

    assert len(turns(evaluation)) == 3


@pytest.fixture
def small(monkeypatch):
    """What is large is small here."""
    monkeypatch.setattr(beginning, "AT_ONCE", 5)
    monkeypatch.setattr(filling, "SLICE", 3)


def test_many_rows_are_handed_out_by_a_job(people, small):
    evaluation = make_evaluation(people.workspace, by=people.administrator, rows=10)

    job = Job.objects.get(kind="evaluations.begin")
    assert (LabelingTask.objects.get().state, progress(evaluation)) == ("draft", ("running", 10, 10, 0, 0))
    run(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.progress_done, job.progress_total) == ("completed", 10, 10)
    assert [position for position, _ms, _state in turns(evaluation)] == list(range(1, 11))
    assert progress(evaluation) == ("running", 10, 10, 0, 0)


def test_what_is_archived_while_a_job_hands_it_out_waits_for_its_restoring(people, small, v5):
    evaluation = make_evaluation(people.workspace, by=people.administrator, rows=10)
    v5.delete(f"/v5/evaluations/{evaluation.pk}")

    run(str(Job.objects.get(kind="evaluations.begin").pk))

    assert (len(turns(evaluation)), LabelingTask.objects.get().state) == (10, "stopped")
    v5.patch(f"/v5/evaluations/{evaluation.pk}", {"restore": True})
    assert LabelingTask.objects.get().state == "open"


def test_a_job_for_what_another_took_the_place_of_does_nothing(people, small):
    evaluation = make_evaluation(people.workspace, by=people.administrator, rows=10)
    job = Job.objects.get(kind="evaluations.begin")
    evaluation.queues.update(labeling_task=None)

    run(str(job.pk))

    job.refresh_from_db()
    assert (job.state, TaskItem.objects.count()) == ("completed", 0)


def test_a_job_for_a_deleted_task_says_why_it_gives_up(people, small):
    make_evaluation(people.workspace, by=people.administrator, rows=10)
    job = Job.objects.get(kind="evaluations.begin")
    task = LabelingTask.objects.get()
    LabelingTask.objects.filter(pk=task.pk).update(deleted_at=task.created_at)

    run(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error) == (
        "failed", "The rows could not be handed out: The labeling task was deleted before it had all its items.",
    )  # fmt: skip
    assert not Notice.objects.exists()


def test_cut_off_anywhere_it_goes_on_where_it_was(people, small, real_jobs):
    """Gaps in the positions among the rows that were stored and those that were not."""
    data = [{"given": 3 if n % 3 else None} for n in range(12)]
    tasks = [task_of(make_question(people.workspace, "rating"), prefill_from="given")]
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, tasks=tasks, data=data, skip_prefilled_rows=True
    )
    assert progress(evaluation) == ("running", 12, 12, 0, 0)
    job = Job.objects.get(kind="evaluations.begin")
    queue = evaluation.queues.get()
    assert job.take()

    class Stopped:
        def report(self, *, done, total):
            if done > 3:
                raise InterruptedError

    with pytest.raises(InterruptedError):
        beginning.hand_out_now(queue, by=None, job=Stopped())
    assert [position for position, _ms, _state in turns(evaluation)] == [1, 4, 7]
    first = list(TaskItem.objects.order_by("position").values_list("pk", flat=True))
    job.give_back()
    run(str(job.pk))

    assert [position for position, _ms, _state in turns(evaluation)] == [1, 4, 7, 10]
    assert list(TaskItem.objects.order_by("position").values_list("pk", flat=True))[:3] == first
    assert sorted(Assignment.objects.values_list("draw", flat=True)) == [0, 1, 2, 3]
    assert Job.objects.get(pk=job.pk).state == "completed"
    assert LabelingTask.objects.get().state == "open"
    assert progress(evaluation) == ("running", 12, 4, 8, 0)
    run(str(job.pk))
    assert len(turns(evaluation)) == 4


def test_its_labeling_task_goes_with_it_alone(people, api):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    task = LabelingTask.objects.get()

    answer = api(people.administrator).delete(f"/api/v1/labeling-tasks/{task.pk}")

    assert (answer.status_code, answer.json()["detail"]) == (
        409, "This labeling task belongs to the evaluation “Support calls”. Archive the evaluation instead.",
    )  # fmt: skip
    assert Evaluation.objects.filter(pk=evaluation.pk).exists()


def test_progress_is_counted_in_two_queries(people, django_assert_num_queries):
    evaluations = [make_evaluation(people.workspace, by=people.administrator) for _ in range(3)]
    for some in (evaluations[:1], evaluations):
        with django_assert_num_queries(2):
            progress_of(some)
