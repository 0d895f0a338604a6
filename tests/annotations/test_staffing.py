"""People and numbers of a running task: what is dealt, what goes back, what is refused, and that it all adds up."""

import pytest

from annotations.actions import working
from annotations.models import Assignment, LabelingTask, TaskPerson
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent, Membership, Notice, Role

OLGA, MAX, NEW = "operator@example.org", "annotation_administrator@example.org", "new@example.org"


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=10)


@pytest.fixture
def task(people, dataset):
    return make_task(
        dataset,
        by=people.administrator,
        annotators=[(people.operator, 4), (people.annotation_administrator, 3)],
        rest_in_pool=True,
    )


@pytest.fixture(autouse=True)
def new(people):
    return MembershipFactory(workspace=people.workspace, user__email=NEW, user__name="New").user


def url(task):
    return f"/api/v1/labeling-tasks/{task.pk}/people"


def put(api, user, task, **body):
    sides = {
        side: [{"user": who, "quota": quota} for who, quota in body.pop(side).items()]
        for side in ("annotators", "reviewers")
        if side in body
    }
    return api(user).put(url(task), {**sides, **body})


def numbers(task, kind="labeling"):
    return dict(TaskPerson.objects.filter(task=task, kind=kind).values_list("user__email", "quota"))


def held(task, **which):
    rows = Assignment.objects.filter(task=task, **which).exclude(annotator=None).values_list("annotator__email")
    emails = [email for (email,) in rows]
    return {email: emails.count(email) for email in emails}


def sentence(response, status=422):
    assert response.status_code == status, response.content
    detail = response.json()["detail"]
    return detail if isinstance(detail, str) else detail[0]["msg"]


def test_the_people_of_a_task_with_what_they_have(api, people, task):
    hand_in(task, people.operator)
    begin(task, people.operator)
    answer = api(people.administrator).get(url(task)).json()

    assert {name: answer[name] for name in ("labels_openly", "reviews_openly", "in_pool")} == {
        "labels_openly": False,
        "reviews_openly": True,
        "in_pool": 3,
    }
    rows = [{**row, "user": row["user"]["email"]} for row in answer["annotators"]]
    assert rows == [
        {"user": MAX, "quota": 3, "held": 3, "not_begun": 3, "begun": 0, "done": 0},
        {"user": OLGA, "quota": 4, "held": 4, "not_begun": 2, "begun": 1, "done": 1},
    ]


def test_a_higher_number_is_dealt_from_the_pool_and_somebody_new_gets_theirs(api, people, task):
    Notice.objects.all().delete()
    response = put(api, people.administrator, task, annotators={OLGA: 5, MAX: 3, NEW: 2})

    assert response.status_code == 200, response.content
    assert response.json()["in_pool"] == 0
    assert numbers(task) == held(task) == {OLGA: 5, MAX: 3, NEW: 2}
    assert set(Assignment.objects.values_list("state", "is_dealt")) == {("assigned", True)}
    event = AuditEvent.objects.get(verb="staff")
    ids = {user.email: str(user.pk) for user in (people.operator, people.annotation_administrator)}
    new = str(TaskPerson.objects.get(user__email=NEW).user_id)
    assert event.data == {"labeling": {"added": {new: 2}, "changed": {ids[OLGA]: 5}}}
    assert {notice.user.email: notice.data["number"] for notice in Notice.objects.all()} == {OLGA: 5, NEW: 2}


def test_the_same_numbers_at_the_same_point_are_dealt_alike(api, people, dataset):
    def dealt():
        task = make_task(dataset, by=people.administrator, annotators=[(people.operator, 2)], rest_in_pool=True)
        assert put(api, people.administrator, task, annotators={OLGA: 2, MAX: 3}, rest_in_pool=True).status_code == 200
        return list(Assignment.objects.filter(task=task, annotator__email=MAX).values_list("position", flat=True))

    assert dealt() == dealt()


def test_a_lower_number_gives_back_what_was_not_begun(api, people, task):
    first = begin(task, people.operator)
    response = put(api, people.administrator, task, annotators={OLGA: 1, MAX: 3}, rest_in_pool=True)

    assert response.status_code == 200
    assert (numbers(task)[OLGA], response.json()["in_pool"]) == (1, 6)
    assert list(Assignment.objects.filter(annotator=people.operator)) == [first]
    assert set(Assignment.objects.filter(state="open").values_list("is_dealt", "annotator")) == {(False, None)}


def test_what_was_begun_cannot_be_taken_back(api, people, task):
    hand_in(task, people.operator)
    turn = begin(task, people.operator)
    working.save_draft(turn, by=people.operator, body={"version": 0, "answers": {"note": "half"}})
    working.release(turn, by=people.operator)

    lower = put(api, people.administrator, task, annotators={OLGA: 1, MAX: 3}, rest_in_pool=True)
    remove = put(api, people.administrator, task, annotators={MAX: 3}, rest_in_pool=True)
    nobody = put(api, people.administrator, task, annotators={})

    said = (
        "Annotation operator has begun or done more than that: give at least 2. What was begun is moved by a transfer."
    )
    assert (sentence(lower), lower.json()["detail"][0]["loc"]) == (said, ["body", "annotators", 0, "quota"])
    said = "Annotation operator has begun 1 item and cannot be removed before it is transferred."
    assert (sentence(remove), sentence(nobody)) == (said, said)
    assert (numbers(task), held(task)) == ({OLGA: 4, MAX: 3}, {OLGA: 4, MAX: 3})


def test_without_a_number_and_without_a_seat_what_waits_goes_back(api, people, task):
    answer = put(api, people.administrator, task, annotators={OLGA: None, NEW: None})

    assert answer.json()["in_pool"] == 10
    assert (numbers(task), held(task)) == ({OLGA: None, NEW: None}, {})


def test_removing_everybody_opens_the_pool_and_naming_somebody_closes_it(api, people, task):
    assert put(api, people.administrator, task, annotators={}).json()["labels_openly"] is True
    assert begin(task, people.administrator).state == "in_progress"

    answer = put(api, people.administrator, task, annotators={NEW: 9})
    assert answer.json()["labels_openly"] is False
    assert held(task, state="assigned") == {NEW: 9}
    assert api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").status_code == 403


@pytest.mark.parametrize(
    ("annotators", "said"),
    [
        ({OLGA: 4, MAX: 4}, "The numbers add up to 8 of 10: raise them, or leave the rest in the pool."),
        ({OLGA: 9, MAX: 3}, "The numbers add up to 12, but there is no more to give than makes 10 in all."),
        ({"auditor@example.org": 3, OLGA: 4, MAX: 3}, "Annotation auditor has no role for this in the workspace."),
        ({OLGA: 4, "outsider@example.org": 1}, "“outsider@example.org” is not a member of this workspace."),
        ({OLGA: -1}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(api, people, task, annotators, said):
    assert sentence(put(api, people.administrator, task, annotators=annotators)) == said
    assert numbers(task) == held(task) == {OLGA: 4, MAX: 3}


def test_nobody_gets_an_item_they_had(api, people, dataset):
    task = make_task(
        dataset,
        by=people.administrator,
        overlap=2,
        annotators=[(people.operator, 10), (people.annotation_administrator, 4)],
        rest_in_pool=True,
    )

    refused = put(api, people.administrator, task, annotators={OLGA: 11, MAX: 4}, rest_in_pool=True)
    assert sentence(refused) == (
        "The numbers add up to 15, but no more than 14 can be dealt: each item comes to a person once."
    )
    assert put(api, people.administrator, task, annotators={OLGA: 10, MAX: 10}).status_code == 200
    assert held(task) == {OLGA: 10, MAX: 10}
    alone = put(api, people.administrator, task, annotators={OLGA: 10})
    assert sentence(alone) == "1 named, but each item is for 2 people: name more."


def test_a_page_that_shows_earlier_numbers_is_refused(api, people, task):
    version = api(people.administrator).get(url(task)).json()["version"]
    assert put(api, people.administrator, task, annotators={OLGA: 5, MAX: 5}, version=version).status_code == 200
    late = put(api, people.administrator, task, annotators={OLGA: 7, MAX: 3}, version=version)

    assert sentence(late, 409) == (
        "People or numbers were changed meanwhile. Look at what is there now and change it again."
    )
    assert numbers(task) == {OLGA: 5, MAX: 5}


def test_reviewers_have_numbers_from_what_they_decided_and_hold(api, people, dataset):
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email="second@example.org").user
    task = make_task(dataset, by=people.administrator, reviewers=[(people.auditor, None)])
    hand_in(task, people.operator, times=3)
    judge(task, people.auditor, times=2)
    api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review")
    low = put(api, people.administrator, task, reviewers={"auditor@example.org": 2, second.email: None})
    short = put(api, people.administrator, task, reviewers={"auditor@example.org": 3, second.email: 6})
    right = put(api, people.administrator, task, reviewers={"auditor@example.org": 3, second.email: 7})

    assert sentence(low) == "Annotation auditor decided or holds 3 reviews: give at least 3."
    assert sentence(short) == "The numbers add up to 9 of 10: raise them, or leave one reviewer without a number."
    assert right.status_code == 200
    assert numbers(task, "review") == {"auditor@example.org": 3, second.email: 7}

    gone = put(api, people.administrator, task, reviewers={second.email: 8})
    assert (gone.status_code, gone.json()["reviews_openly"]) == (200, False)
    assert judge(task, second).reviewer == second
    assert put(api, people.administrator, task, reviewers={}).json()["reviews_openly"] is True


def test_somebody_who_lost_the_role_keeps_the_number_until_a_manager_changes_it(api, people, task):
    Membership.objects.filter(user=people.operator).delete()

    assert put(api, people.administrator, task, annotators={OLGA: 4, MAX: 3}, rest_in_pool=True).status_code == 200
    assert put(api, people.administrator, task, annotators={OLGA: 5, MAX: 3}, rest_in_pool=True).status_code == 422
    assert put(api, people.administrator, task, annotators={MAX: 3}, rest_in_pool=True).status_code == 200
    assert held(task) == {MAX: 3}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("superadmin", 200), ("administrator", 200), ("annotation_administrator", 200), ("operator", 403),
        ("auditor", 403), ("outsider", 404), ("anonymous", 401),
    ],
)  # fmt: skip
def test_who_changes_people(api, people, task, who, status):
    assert api(people[who]).get(url(task)).status_code == status
    assert put(api, people[who], task, annotators={OLGA: 5, MAX: 5}).status_code == status
    assert numbers(task) == ({OLGA: 5, MAX: 5} if status == 200 else {OLGA: 4, MAX: 3})


def test_a_task_that_is_not_open_yet_or_was_deleted_is_left_alone(api, people, task):
    LabelingTask.objects.filter(pk=task.pk).update(state="draft")

    assert "once the task is open" in sentence(put(api, people.administrator, task, annotators={}), 409)
