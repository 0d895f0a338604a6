"""A worker that is killed outright while it computes a report."""

from annotations.models import QualityReport
from annotations.reports.asking import ask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.reports.crowd import PACE, answer_all
from tests.workers import wait_until
from workspaces.models import Job

ITEMS = 3000


def test_after_a_kill_the_report_is_computed_once(people, real_jobs, workers):
    dataset = make_dataset(people.workspace, files=ITEMS)
    task = make_task(dataset, by=people.administrator, questions=(PACE,), overlap=2, review_mode="none")
    users = [people.operator, people.annotation_administrator]
    answer_all(task, users, said=lambda who, position: {"pace": ("slow", "normal", "fast")[position % (2 + who)]})
    job = ask(task, by=people.administrator)

    def progress():
        job.refresh_from_db()
        return job.progress_done

    workers.start()
    wait_until(lambda: progress() > 0, what=workers.log)
    workers.kill()
    job.refresh_from_db()
    assert job.state == "running"
    assert not QualityReport.objects.exists()

    workers.start()
    wait_until(lambda: not Job.objects.live().filter(pk=job.pk).exists(), seconds=90, what=workers.log)

    job.refresh_from_db()
    assert (job.state, job.error) == ("completed", "")
    report = QualityReport.objects.get()
    assert (report.n_submissions, report.figures["page"]["overlapping"]) == (2 * ITEMS, ITEMS)
