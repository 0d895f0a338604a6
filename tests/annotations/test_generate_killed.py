"""A worker that is killed outright while it makes a processed dataset."""

import hashlib
import json
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from annotations.actions.generating import ask_to_generate
from annotations.models import Assignment, LabelingTask, Submission
from datasets.models import Annotation, AnnotationSet, ProcessedDataset
from tests.annotations.factories import make_dataset, make_task
from tests.workers import wait_until
from workspaces.models import Job

ITEMS, MARKS = 3000, 3
ANSWERS = {
    "marks": [
        {"id": f"r{n}", "label": "glitch", "start_ms": 1000 * n, "end_ms": 1000 * n + 250, "note": "click"}
        for n in range(MARKS)
    ],
    "pace": "normal",
}


def finished_task(people):
    """Every item answered by the operator, written in bulk: what is tested comes after."""
    task = make_task(make_dataset(people.workspace, files=ITEMS), by=people.administrator, review_mode="none")
    Assignment.objects.filter(task=task).update(
        state="submitted", origin="no_review", annotator=people.operator, revision=1, submitted_at=timezone.now()
    )
    Submission.objects.bulk_create(
        (
            Submission(assignment_id=pk, author=people.operator, revision=1, answers=ANSWERS, active_ms=60_000)
            for pk in Assignment.objects.filter(task=task).values_list("pk", flat=True)
        ),
        batch_size=500,
    )
    LabelingTask.objects.filter(pk=task.pk).update(state="ready")
    task.refresh_from_db()
    return task


@pytest.mark.parametrize(("share", "is_under_way"), [(0, True), (0.99, False)], ids=["early", "late"])
def test_after_a_kill_the_dataset_is_generated_once(people, real_jobs, workers, media, share, is_under_way):
    task = finished_task(people)
    job = ask_to_generate(task, by=people.administrator, options={"audio": "none"})

    def progress():
        job.refresh_from_db()
        return job.progress_done

    workers.start()
    wait_until(lambda: progress() > share * ITEMS, what=workers.log)
    workers.kill()
    job.refresh_from_db()
    # Late, the rest may be done before the kill comes; early, it cannot.
    assert job.state == "running" or not is_under_way
    if job.state == "running":
        assert not ProcessedDataset.objects.exists()
        assert not AnnotationSet.objects.exists()

    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=60, what=workers.log)

    job.refresh_from_db()
    assert (job.state, job.error, job.progress_done) == ("completed", "", ITEMS)
    assert job.tries <= 3
    check_output(task, media)


def check_output(task, media):
    """One dataset, one published annotation set, one file, and it is whole."""
    made = ProcessedDataset.objects.get()
    published = AnnotationSet.objects.get()
    assert (made.version, made.annotation_set, made.n_items) == (1, published, ITEMS)
    assert published.state == "published"
    assert Annotation.objects.filter(annotation_set=published).count() == ITEMS * MARKS
    task.refresh_from_db()
    assert task.state == "generated"

    # A killed worker's folder is tidied up later; nobody sees it.
    assert [name for name in media.names() if not name.startswith("scratch/")] == [made.archive]
    with default_storage.open(made.archive) as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == made.sha256
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            lines = archive.read("answers.jsonl").splitlines()
    assert len(lines) == ITEMS
    assert [json.loads(line)["position"] for line in lines] == list(range(1, ITEMS + 1))
