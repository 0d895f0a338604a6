"""What a labeling task is made with, and what is refused, over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Assignment, LabelingTask, TaskPerson
from tests.annotations.factories import make_dataset
from tests.factories import MembershipFactory
from workspaces.models import Notice

pytestmark = pytest.mark.django_db
ITEMS = 40
POLICY = (
    "review_mode", "sample_rate", "sample_count", "sample_size", "recheck_percent", "max_rejects", "max_rework",
    "priority", "deadline", "job",
)  # fmt: skip


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=ITEMS)


@pytest.fixture
def create(api, people, dataset):
    def send(who=None, **fields):
        body = {"dataset": str(dataset.pk), "name": "Calls", "questions": [{"type": "regions", "name": "Marks"}]}
        return api(who or people.administrator).post("/api/v1/labeling-tasks", {**body, **fields})

    return send


def refusals(answer):
    return answer.status_code, [(row["loc"], row["msg"]) for row in answer.json()["detail"]]


def seats(*numbered):
    return [{"user": user.email, "quota": number} for user, number in numbered]


def test_the_usual_policy(create):
    made = create().json()

    assert {name: made[name] for name in POLICY} == {
        "review_mode": "none", "sample_rate": None, "sample_count": None, "sample_size": 0, "recheck_percent": 0,
        "max_rejects": None, "max_rework": 3, "priority": "normal", "deadline": None, "job": None,
    }  # fmt: skip


def test_all_of_a_policy_comes_back_and_is_stored(create):
    deadline = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    policy = {
        "review_mode": "sampled", "sample_rate": 0.07, "recheck_percent": 10, "max_rework": 1, "priority": "high",
        "deadline": deadline.isoformat(), "overlap": 2,
    }  # fmt: skip
    made = create(**policy).json()

    task = LabelingTask.objects.get()
    assert (made["sample_rate"], made["sample_size"], made["priority"]) == (0.07, 6, "high")
    assert (task.sample_rate, task.sample_count, task.sample_size, task.recheck_percent, task.max_rework) == (
        0.07, None, 6, 10, 1,
    )  # fmt: skip
    assert (task.priority, task.deadline) == (LabelingTask.Priority.HIGH, deadline)


def test_a_partial_review_may_have_a_limit_of_rejections(create):
    made = create(review_mode="partial", max_rejects=0).json()

    assert (made["review_mode"], made["max_rejects"]) == ("partial", 0)


SHARE = "Say how much is reviewed: either a share or a number."


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"review_mode": "sampled"}, ("sample_rate", SHARE)),
        ({"review_mode": "sampled", "sample_rate": 0.5, "sample_count": 3}, ("sample_rate", SHARE)),
        (
            {"review_mode": "sampled", "sample_rate": 0},
            ("sample_rate", "Give a share above 0 and up to 1: 0.1 is a tenth."),
        ),
        (
            {"review_mode": "sampled", "sample_rate": 1.01},
            ("sample_rate", "Give a share above 0 and up to 1: 0.1 is a tenth."),
        ),
        (
            {"review_mode": "sampled", "sample_count": 41},
            ("sample_count", "There are only 40 to draw from: give at most that."),
        ),
        (
            {"review_mode": "full", "sample_count": 4},
            ("sample_count", "Only a sampled review draws a sample. Choose sampled, or leave this out."),
        ),
        (
            {"review_mode": "full", "max_rejects": 4},
            ("max_rejects", "Only a partial review has a limit of rejections. Leave this out."),
        ),
        (
            {"recheck_percent": 5},
            ("recheck_percent", "Without a review there is nothing to judge a second time."),
        ),
        (
            {"deadline": "2020-01-01T12:00:00Z"},
            ("deadline", "The deadline has passed already. Give a time to come, or none."),
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused_and_nothing_is_stored(create, fields, refused):
    name, sentence = refused

    assert refusals(create(**fields)) == (422, [(["body", name], sentence)])
    assert not LabelingTask.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"priority": "urgent"}, "priority"), ({"priority": 3}, "priority"), ({"deadline": "tomorrow"}, "deadline"),
        ({"recheck_percent": 101}, "recheck_percent"), ({"max_rework": 21}, "max_rework"),
        ({"max_rejects": -1}, "max_rejects"), ({"sample_count": 0}, "sample_count"),
        ({"sample_rate": "NaN", "review_mode": "sampled"}, "sample_rate"),
    ],
)  # fmt: skip
def test_what_is_no_such_value_is_refused_with_its_field(create, fields, name):
    status, found = refusals(create(**fields))

    assert (status, [loc[-1] for loc, _sentence in found]) == (422, [name])


@pytest.mark.parametrize(
    ("review", "wanted"),
    [
        ({"review_mode": "full"}, 40),
        ({"review_mode": "full", "overlap": 2}, 80),
        ({"review_mode": "partial"}, 20),
        ({"review_mode": "sampled", "sample_rate": 0.25}, 10),
        ({"review_mode": "sampled", "sample_count": 7}, 7),
    ],
)
def test_reviewers_numbers_must_cover_what_is_reviewed(create, people, review, wanted):
    other = MembershipFactory(workspace=people.workspace, role="auditor").user
    few = create(**review, reviewers=seats((people.auditor, wanted - 2), (other, 1)))
    enough = create(**review, reviewers=seats((people.auditor, wanted - 1), (other, 1)))
    open_ended = create(**review, reviewers=seats((people.auditor, 1), (other, None)))

    sentence = f"The numbers add up to {wanted - 1} of {wanted}: raise them, or leave one reviewer without a number."
    assert refusals(few) == (422, [(["body", "reviewers"], sentence)])
    assert (enough.status_code, open_ended.status_code) == (201, 201)


def test_a_second_look_needs_a_second_auditor(create, people):
    sentence = "A second auditor judges a part again: name at least two reviewers, or nobody."

    alone = create(review_mode="full", recheck_percent=5, reviewers=seats((people.auditor, None)))
    assert refusals(alone) == (422, [(["body", "reviewers"], sentence)])
    assert create(review_mode="full", recheck_percent=5).status_code == 201


def test_reviewers_numbers_cover_the_second_look_too(create, people):
    other = MembershipFactory(workspace=people.workspace, role="auditor").user
    review = {"review_mode": "full", "recheck_percent": 50, "seed": 5}
    again = sum(LabelingTask(seed=5, recheck_percent=50).rechecks(draw) for draw in range(ITEMS))
    assert 10 < again < 30

    few = create(**review, reviewers=seats((people.auditor, 40), (other, again - 1)))
    enough = create(**review, reviewers=seats((people.auditor, 40), (other, again)))

    sentence = (
        f"The numbers add up to {39 + again} of {40 + again}: raise them, or leave one reviewer without a number."
    )
    assert (refusals(few), enough.status_code) == ((422, [(["body", "reviewers"], sentence)]), 201)


def test_people_who_are_named_are_told(create, people):
    answer = create(
        review_mode="full",
        annotators=seats((people.operator, 40)),
        reviewers=seats((people.auditor, None)),
    )

    assert answer.status_code == 201
    told = {(notice.user, notice.data["number"]) for notice in Notice.objects.all()}
    assert told == {(people.operator, 40), (people.auditor, None)}


def test_whoever_names_themselves_knows_it(create, people):
    assert create(annotators=seats((people.administrator, 40))).status_code == 201

    assert not Notice.objects.exists()


def test_more_people_per_item_than_one(create, people):
    users = [people.operator, *(MembershipFactory(workspace=people.workspace).user for _ in range(2))]
    made = create(
        overlap=2, annotators=seats((users[0], 40), (users[1], 25), (users[2], 10)), rest_in_pool=True, seed=3
    )

    assert made.status_code == 201, made.content
    turns = Assignment.objects.all()
    assert [turns.filter(annotator=user).count() for user in users] == [40, 25, 10]
    assert turns.filter(annotator=None, state="open", is_dealt=False).count() == 5
    assert turns.exclude(annotator=None).values("item", "annotator").distinct().count() == 75
    assert dict(TaskPerson.objects.values_list("user", "quota")) == {
        users[0].pk: 40, users[1].pk: 25, users[2].pk: 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("overlap", "numbers", "rest_in_pool", "sentence"),
    [
        (1, (25, 16), False, "The numbers add up to 41, but there are only 40 to give: make them 40 in all."),
        (1, (25, 16), True, "The numbers add up to 41, but there are only 40 to give: make them 40 in all."),
        (1, (20, 19), False, "The numbers add up to 39 of 40: raise them, or leave the rest in the pool."),
        (2, (41, 39), False, "Nobody can get more than 40 items: there are no more, and each comes to a person once."),
        (2, (40, 39), False, "The numbers add up to 79 of 80: raise them, or leave the rest in the pool."),
    ],
)
def test_numbers_that_do_not_add_up_are_refused_with_the_sum_that_would_do(
    create, people, overlap, numbers, rest_in_pool, sentence
):
    other = MembershipFactory(workspace=people.workspace).user
    named = seats(*zip((people.operator, other), numbers, strict=True))

    answer = create(overlap=overlap, annotators=named, rest_in_pool=rest_in_pool)

    assert refusals(answer) == (422, [(["body", "annotators"], sentence)])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("superadmin", 201), ("administrator", 201), ("annotation_administrator", 201), ("operator", 403),
        ("auditor", 403), ("outsider", 422), ("anonymous", 401),
    ],
)  # fmt: skip
def test_who_may_create(create, people, who, status):
    assert create(who=people[who]).status_code == status
