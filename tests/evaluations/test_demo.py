"""The demo workspace's evaluation."""

from annotations import demo as workspace_demo
from evaluations import demo
from evaluations.models import Evaluation
from evaluations.progress import progress_of


def test_it_is_seeded_once_with_half_of_its_answers(db, media):
    workspace = workspace_demo.seed_people()

    for _ in range(2):
        demo.seed(workspace)

    evaluation = Evaluation.objects.get()
    progress = progress_of([evaluation])[evaluation.pk]
    assert (progress.total, progress.successful, progress.failed) == (demo.ROWS, demo.ANSWERED, 0)
    assert evaluation.workspace.datasets.get().audio_files.count() == demo.ROWS
