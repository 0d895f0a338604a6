"""What the wizard asks of a review, the deadline and the priority: said live, kept, and stored."""

import re
from datetime import UTC, datetime

import pytest

from annotations.models import LabelingTask
from tests.annotations.factories import make_dataset
from tests.annotations.wizard import POOL, QUESTIONS, Wizard, errors, seats
from tests.factories import MembershipFactory

SAMPLED = {
    "review_mode": "sampled", "sample_by": "share", "sample_rate": "7", "sample_count": "", "recheck_percent": "0",
    "max_rework": "3",
}  # fmt: skip


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=100)


@pytest.fixture
def wizard(client_of, people):
    return Wizard(client_of(people.administrator))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_sampled_review_is_summed_up_and_made(wizard, dataset):
    people = {**POOL, "deadline": "2101-05-04T10:30:00.000Z", "priority": "3"}
    review = {**SAMPLED, "recheck_percent": "12", "max_rework": "1"}
    summary = words(wizard.through(dataset, people=people, review=review).look())

    for sentence in (
        "7 of 100 are drawn and reviewed.",
        "If 5 % of all were wrong (5), the chance that the sample shows none of them is 69 %.",
        "A second auditor judges 12 % of what was approved.",
        "An item is returned 1 time at most; then a manager decides.",
        "4 May 2101, 10:30 UTC",
        "Priority high",
    ):
        assert sentence in summary
    wizard.send({})
    task = LabelingTask.objects.get()
    assert (task.review_mode, task.sample_rate, task.sample_count, task.sample_size) == ("sampled", 0.07, None, 7)
    assert (task.recheck_percent, task.max_rework, task.priority) == (12, 1, LabelingTask.Priority.HIGH)
    assert task.deadline == datetime(2101, 5, 4, 10, 30, tzinfo=UTC)


def test_a_number_instead_of_a_share(wizard, dataset):
    wizard.through(dataset, review={**SAMPLED, "sample_by": "number", "sample_count": "20"}).send({})

    task = LabelingTask.objects.get()
    assert (task.sample_rate, task.sample_count, task.sample_size) == (None, 20, 20)


def test_a_partial_review_with_a_limit(wizard, dataset):
    review = {"review_mode": "partial", "max_rejects": "2"}
    summary = words(wizard.through(dataset, review=review).look())
    wizard.send({})

    assert "The rest may be approved at once with up to 2 rejections." in summary
    task = LabelingTask.objects.get()
    # What was not typed is as usual.
    assert (task.max_rejects, task.recheck_percent, task.max_rework) == (2, 0, 3)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sample_rate": ""}, ["Say how much is reviewed."]),
        ({"sample_rate": "0"}, ["Give more than 0 and up to 100 per cent."]),
        ({"sample_rate": "100.5"}, ["Give more than 0 and up to 100 per cent."]),
        ({"sample_by": "number"}, ["Say how much is reviewed."]),
        ({"sample_by": "number", "sample_count": "101"}, ["There are only 100 to draw from: give at most that."]),
        ({"recheck_percent": ""}, ["Give a number from 0 to 100."]),
        ({"recheck_percent": "101"}, ["Ensure this value is less than or equal to 100."]),
        ({"max_rework": "21"}, ["Ensure this value is less than or equal to 20."]),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(wizard, dataset, changed, said):
    wizard.through(dataset, review=None)

    status, html = wizard.send({**SAMPLED, **changed})

    assert (status, errors(html)) == (422, said)
    assert wizard.step == "review"


def test_what_was_typed_for_another_kind_of_review_is_kept_and_not_used(wizard, dataset):
    wizard.through(dataset, review={**SAMPLED, "review_mode": "full", "sample_rate": "nonsense", "max_rejects": "-4"})
    assert wizard.step == "summary"

    html = wizard.at("review")
    assert 'value="nonsense"' in html
    wizard.at("summary")
    wizard.send({})
    task = LabelingTask.objects.get()
    assert (task.review_mode, task.sample_rate, task.max_rejects) == ("full", None, None)


def test_a_deadline_that_has_passed_is_refused(wizard, dataset):
    wizard.send({"name": "Calls", "dataset": str(dataset.pk)})
    wizard.send(QUESTIONS)

    status, html = wizard.send({**POOL, "deadline": "2020-01-01T00:00"})

    assert (status, errors(html)) == (422, ["The deadline has passed already. Give a time to come, or none."])
    assert 'value="2020-01-01T00:00"' in html


def test_reviewers_share_evenly_what_is_reviewed(wizard, people, dataset):
    other = MembershipFactory(workspace=people.workspace, role="auditor").user
    both = seats("reviewer", **{str(people.auditor.pk): "", str(other.pk): ""})
    wizard.through(dataset, review=None)

    _status, html = wizard.send({**SAMPLED, "sample_rate": "25", **both}, do="split")

    assert sorted(re.findall(r'name="reviewer-[^"]+" value="(\d+)"', html)) == ["12", "13"]
    assert re.search(r"data-wanted>25<", html)
