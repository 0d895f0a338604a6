"""What somebody has to do, and how far they are by their number."""

from annotations import my_work
from annotations.actions.working import progress_of
from annotations.models import TaskPerson
from tests.annotations.factories import make_dataset, make_task


def test_a_number_of_none_is_a_number(people):
    task = make_task(
        make_dataset(people.workspace, files=6), by=people.administrator, annotators=[(people.operator, 6)]
    )
    TaskPerson.objects.update(quota=0)
    TaskPerson.objects.create(task=task, user=people.auditor, kind="review", quota=0)

    [labeling] = my_work.labeling_rows(people.operator, people.workspace)
    [review] = my_work.review_rows(people.auditor, people.workspace)

    assert (labeling.done, labeling.total, review.total) == (0, 0, 0)
    for user, kind in ((people.operator, "labeling"), (people.auditor, "review")):
        assert progress_of(task, user=user, kind=kind) == {"done": 0, "total": 0}
