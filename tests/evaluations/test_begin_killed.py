"""A worker that is killed outright while it hands out the rows of a large evaluation."""

from annotations.models import Assignment, ItemFile, LabelingTask, TaskItem
from evaluations.progress import progress_of
from tests.evaluations.factories import make_evaluation, make_files, make_question, task_of
from tests.workers import wait_until
from workspaces.models import AuditEvent, Job

ROWS = 18_000


def test_after_a_kill_nothing_is_there_twice_and_nothing_is_missing(people, real_jobs, workers):
    (audio,) = make_files(people.workspace, 1)
    # Every third row has its answer already and is shown to nobody: positions with gaps.
    data = [{"given": 3 if n % 3 == 0 else None} for n in range(1, ROWS + 1)]
    tasks = [task_of(make_question(people.workspace, "rating"), prefill_from="given")]
    files = [{"audio": str(audio.pk)}] * ROWS
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, data=data, files=files, tasks=tasks, skip_prefilled_rows=True
    )
    job = Job.objects.get(kind="evaluations.begin")
    wanted = [n for n in range(1, ROWS + 1) if n % 3]

    def progress():
        job.refresh_from_db()
        return job.progress_done

    workers.start()
    wait_until(lambda: progress() > 0, seconds=60, what=workers.log)
    workers.kill()
    job.refresh_from_db()
    there = TaskItem.objects.count()
    assert (job.state, there) == ("running", job.progress_done)
    assert 0 < there < len(wanted)

    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=120, what=workers.log)

    job.refresh_from_db()
    assert (job.state, job.error, job.progress_done) == ("completed", "", len(wanted))
    assert LabelingTask.objects.get().state == "open"
    assert list(TaskItem.objects.order_by("position").values_list("position", flat=True)) == wanted
    assert sorted(Assignment.objects.values_list("draw", flat=True)) == list(range(len(wanted)))
    assert ItemFile.objects.count() == len(wanted)
    found = progress_of([evaluation])[evaluation.pk]
    assert (found.total, found.pending, found.successful) == (ROWS, len(wanted), ROWS - len(wanted))
    assert AuditEvent.objects.filter(target_type="labelingtask", verb="open").count() == 1
