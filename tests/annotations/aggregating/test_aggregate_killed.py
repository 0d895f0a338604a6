"""A worker that is killed outright while it puts the answers of many items together."""

from annotations.aggregating import asking
from annotations.aggregating.running import run
from annotations.models import Assignment, ItemResult, LabelingTask, Submission
from tests.annotations.factories import PACE, make_dataset, make_task
from tests.factories import MembershipFactory
from tests.workers import wait_until
from workspaces.bulk import BulkRows
from workspaces.ids import new_id
from workspaces.models import Job

ITEMS, OVERLAP = 12_000, 2


def answered_task(people) -> LabelingTask:
    """Two people answered every item; every third time they disagree."""
    users = [MembershipFactory(workspace=people.workspace).user for _ in range(OVERLAP)]
    dataset = make_dataset(people.workspace, files=ITEMS)
    seats = [(user, ITEMS) for user in users]
    task = make_task(
        dataset, by=people.administrator, annotators=seats, overlap=OVERLAP, review_mode="none", questions=(PACE,)
    )
    turns = Assignment.objects.filter(task=task)
    turns.update(state="submitted", origin="no_review", revision=1)
    rows = BulkRows(
        Submission,
        each=("id", "assignment_id", "author_id", "answers"),
        revision=1,
        created_at=task.created_at,
    )
    given = (
        (new_id(), pk, person, {"pace": "slow" if position % 3 or slot else "fast"})
        for pk, person, position, slot in turns.values_list("id", "annotator", "position", "slot")
    )
    rows.write(rows.prepared(given))
    return task


def values(task):
    rows = ItemResult.objects.filter(task=task).order_by("position")
    return list(rows.values_list("position", "state", "n_answers", "values", "gain"))


def test_after_a_kill_each_item_has_its_result_once(people, real_jobs, workers):
    task = answered_task(people)
    job = asking.ask(task, by=people.administrator)
    workers.start()
    wait_until(lambda: Job.objects.get(pk=job.pk).progress_done > 0, seconds=120, what=workers.log)
    workers.kill()
    job.refresh_from_db()
    assert job.state == "running"
    assert 0 < ItemResult.objects.filter(task=task).count() < ITEMS
    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=180, what=workers.log)
    job.refresh_from_db()
    assert (job.state, job.progress_done) == ("completed", ITEMS)
    found = values(task)
    assert len(found) == ITEMS
    assert sum(state == "disputed" for _position, state, *_rest in found) == ITEMS // 3
    run(task)
    assert values(task) == found
