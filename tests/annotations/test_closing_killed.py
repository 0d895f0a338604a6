"""A worker that is killed outright while it closes a review."""

from collections import Counter

from django.utils import timezone

from annotations.actions import closing
from annotations.models import Assignment, LabelingTask, Review, Submission
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.workers import wait_until
from workspaces.models import AuditEvent, Job

ITEMS = 6000


def waiting_task(people):
    """Everything handed in and a single item drawn, which was approved: the rest waits for its sample."""
    task = make_task(make_dataset(people.workspace, files=ITEMS), by=people.administrator)
    LabelingTask.objects.filter(pk=task.pk).update(
        review_mode="sampled", sample_count=1, sample_size=1, state="reviewing"
    )
    turns = Assignment.objects.filter(task=task)
    turns.update(state="pending_review", annotator=people.operator, revision=1, submitted_at=timezone.now())
    turns.filter(draw=0).update(state="approved", origin="reviewed", reviewer=people.auditor, first_pass=True)
    Submission.objects.bulk_create(
        (
            Submission(assignment_id=pk, author=people.operator, revision=1, answers=ANSWERS)
            for pk in turns.values_list("pk", flat=True)
        ),
        batch_size=500,
    )
    return LabelingTask.objects.get(pk=task.pk)


def test_after_a_kill_each_item_is_closed_once(people, real_jobs, workers):
    task = waiting_task(people)
    job = closing.close_sample(task, by=people.auditor, body={"action": "pass_unchecked"}).job

    def done():
        job.refresh_from_db()
        return job.progress_done

    workers.start()
    wait_until(lambda: done() > 0, what=workers.log)
    workers.kill()
    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=60, what=workers.log)

    job.refresh_from_db()
    rest = ITEMS - 1
    assert (job.state, job.error, job.progress_done) == ("completed", "", rest)
    assert job.args["outcome"] == {"approved": rest}
    assert Counter(Assignment.objects.values_list("state", "origin")) == {
        ("approved", "reviewed"): 1,
        ("approved", "sample_pass"): rest,
    }
    assert Review.objects.filter(origin="sample_pass").count() == rest
    assert AuditEvent.objects.filter(verb="approve").count() == rest
    task.refresh_from_db()
    assert task.state == "ready"
