"""A worker that is killed outright while it gives a large task its items."""

from annotations.actions.creating import TaskPlan, create_task, filling_job
from annotations.dealing import split_evenly
from annotations.models import Assignment, ItemFile, TaskItem
from tests.annotations.factories import PACE, make_dataset
from tests.factories import MembershipFactory
from tests.workers import wait_until
from workspaces.models import AuditEvent, Job

ITEMS, PEOPLE, OVERLAP = 17_000, 5, 2


def large_task(people):
    """Asked for, and left to a worker: 17,000 items, two people each, all of them dealt."""
    from annotations.actions.creating import Seat

    users = [MembershipFactory(workspace=people.workspace).user for _ in range(PEOPLE)]
    numbers = split_evenly(ITEMS * OVERLAP, PEOPLE)
    return create_task(
        TaskPlan(
            dataset=make_dataset(people.workspace, files=ITEMS),
            name="Large",
            questions=[PACE],
            annotators=[Seat(user, number) for user, number in zip(users, numbers, strict=True)],
            overlap=OVERLAP,
            seed=7,
        ),
        by=people.administrator,
    )


def test_after_two_kills_nothing_is_there_twice_and_nothing_is_missing(people, real_jobs, workers):
    task = large_task(people)
    job = filling_job(task)
    assert (task.state, job.state) == ("draft", "pending")

    def progress():
        job.refresh_from_db()
        return job.progress_done

    # With its first slice stored, and again past the middle.
    for share in (0, 0.5):
        workers.start()
        wait_until(lambda least=share * ITEMS: progress() > least, seconds=60, what=workers.log)
        workers.kill()
        job.refresh_from_db()
        there = TaskItem.objects.filter(task=task).count()
        assert (job.state, there) == ("running", job.progress_done)
        assert 0 < there < ITEMS

    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=120, what=workers.log)

    job.refresh_from_db()
    task.refresh_from_db()
    assert (job.state, job.error, job.progress_done, task.state) == ("completed", "", ITEMS, "open")
    check_rows(task)


def check_rows(task):
    """Every recording once, in order; each item with two different people; each person with their number."""
    items = TaskItem.objects.filter(task=task)
    assert list(items.order_by("position").values_list("position", flat=True)) == list(range(1, ITEMS + 1))
    files = ItemFile.objects.filter(item__task=task).order_by("item__position").values_list("audio", flat=True)
    assert list(files) == list(task.dataset.audio_files.order_by("id").values_list("id", flat=True))
    turns = Assignment.objects.filter(task=task)
    assert sorted(turns.values_list("draw", flat=True)) == list(range(ITEMS * OVERLAP))
    assert turns.values("item", "annotator").distinct().count() == ITEMS * OVERLAP
    held = [turns.filter(annotator=seat.user).count() for seat in task.people.all()]
    assert sorted(held, reverse=True) == split_evenly(ITEMS * OVERLAP, PEOPLE)
    assert AuditEvent.objects.filter(target_id=task.pk, verb="open").count() == 1
