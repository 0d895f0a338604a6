"""A worker that is killed outright while a model listens to a task's items."""

from annotations import proposing
from annotations.models import ItemSuggestions, LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.suggested import give_sound
from tests.detectors.factories import BuiltInFactory
from tests.workers import wait_until
from workspaces.models import Job

ITEMS = 600


def test_after_a_kill_every_item_is_listened_to_and_none_twice(people, real_jobs, workers, media):
    task = make_task(make_dataset(people.workspace, files=ITEMS), by=people.administrator)
    give_sound(task)
    model = BuiltInFactory(workspace=people.workspace)
    LabelingTask.objects.filter(pk=task.pk).update(ai_assisted=True, detector=model)
    task = LabelingTask.objects.select_related("workspace").get(pk=task.pk)
    job = proposing.ask(task, by=None)
    rows = ItemSuggestions.objects.filter(item__task=task)

    workers.start()
    wait_until(lambda: rows.exists(), seconds=60, what=workers.log)
    workers.kill()
    kept = set(rows.values_list("pk", flat=True))
    job.refresh_from_db()
    assert job.state == "running"
    assert 0 < len(kept) < ITEMS

    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=120, what=workers.log)

    job.refresh_from_db()
    assert (job.state, job.error, job.progress_done, job.progress_total) == ("completed", "", ITEMS, ITEMS)
    # What was kept before stays as it is.
    assert kept <= set(rows.values_list("pk", flat=True))
    assert rows.count() == ITEMS
    assert {len(found) for found in rows.values_list("rows", flat=True)} == {1}
