"""What can never be true is refused by the database, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from annotations.models import Assignment, Draft, LabelingTask, Review, Submission, Transfer
from tests.annotations.factories import ANSWERS, make_dataset, make_task


@pytest.fixture
def turn(people):
    make_task(make_dataset(people.workspace, files=1), by=people.administrator, overlap=2)
    return Assignment.objects.order_by("slot").first()


def refused(constraint, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    # SQLite names unique constraints by their columns, all else by name.
    assert constraint in str(error.value) or "UNIQUE constraint" in str(error.value)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("open_means_nobody_has_it", {"state": "open", "annotator": "operator"}),
        ("open_means_nobody_has_it", {"state": "assigned"}),
        ("work_in_progress_has_a_lease", {"state": "in_progress", "annotator": "operator"}),
        ("done_says_how", {"state": "approved", "annotator": "operator"}),
        ("nobody_reviews_own_work", {"state": "pending_review", "annotator": "operator", "reviewer": "operator"}),
    ],
)
def test_assignment(people, turn, constraint, changes):
    changes = {key: people[value] if key in ("annotator", "reviewer") else value for key, value in changes.items()}

    refused(constraint, lambda: Assignment.objects.filter(pk=turn.pk).update(**changes))


def test_an_item_comes_to_a_person_once(people, turn):
    refused("once", lambda: Assignment.objects.update(state="assigned", annotator=people.operator))


def test_a_task_is_for_at_least_one_person(turn):
    refused("an_item_is_for_at_least_one", lambda: LabelingTask.objects.update(overlap=0))


def test_a_stopped_task_knows_its_way_back(turn):
    refused("a_stopped_task_knows_its_way_back", lambda: LabelingTask.objects.update(state="stopped"))


def test_a_rejection_has_its_reason(people, turn):
    submission = Submission.objects.create(assignment=turn, author=people.operator, revision=1, answers=ANSWERS)
    refused(
        "a_rejection_has_its_reason",
        lambda: Review.objects.create(submission=submission, reviewer=people.auditor, verdict="rejected"),
    )


def test_revisions_are_counted_once_from_one(people, turn):
    fields = {"assignment": turn, "author": people.operator, "answers": {}}
    Submission.objects.create(**fields, revision=1)
    refused("a_revision_is_given_once", lambda: Submission.objects.create(**fields, revision=1))
    refused("revisions_count_from_one", lambda: Submission.objects.create(**fields, revision=0))


def test_a_person_has_one_draft_of_a_turn(people, turn):
    Draft.objects.create(assignment=turn, author=people.operator)
    refused("one_draft", lambda: Draft.objects.create(assignment=turn, author=people.operator))


def test_a_transfer_changes_hands_and_moves_something(people, turn):
    fields = {"task": turn.task, "kind": "labeling", "created_by": people.administrator, "from_user": people.operator}
    refused("a_transfer_changes_hands", lambda: Transfer.objects.create(**fields, to_user=people.operator, quantity=1))
    refused("a_transfer_moves_something", lambda: Transfer.objects.create(**fields, to_user=people.auditor, quantity=0))
