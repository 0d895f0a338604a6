"""Making a task for teams over the API: what is stored, what each item gets, and what is refused with which words."""

import pytest

from annotations import filling
from annotations.actions import creating
from annotations.models import Assignment, LabelingTask, TaskTeam
from annotations.overlapping.share import full_items
from tests.annotations.factories import make_dataset
from tests.annotations.teams import make_team, team_task, turns_at
from tests.factories import TeamFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db
ITEMS = 10
PACE = {"type": "categorical", "name": "Pace", "configuration": {"choices": ["slow", "normal", "fast"]}}
STARS = {"type": "rating", "name": "Stars", "configuration": {"steps": 33, "min_label": "bad", "max_label": "good"}}
SEVERAL = {"type": "categorical", "name": "Tags", "configuration": {"choices": ["a", "b"], "multi": True}}


@pytest.fixture
def crowd(people):
    return make_team(people.workspace, "Crowd", people=4)


@pytest.fixture
def experts(people):
    return make_team(people.workspace, "Experts", people=3)


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=ITEMS)


@pytest.fixture
def create(api, people, dataset):
    def send(who=None, **fields):
        body = {"dataset": str(dataset.pk), "name": "Calls", "questions": [PACE]}
        return api(who or people.administrator).post("/api/v1/labeling-tasks", {**body, **fields})

    return send


def seat(team, overlap=1, **more):
    return {"team_id": str(team.pk), "overlap": overlap, **more}


def refusals(answer):
    return answer.status_code, [(row["loc"][1:], row["msg"]) for row in answer.json()["detail"]]


def test_each_item_gets_people_of_each_team_in_the_order_of_the_teams(create, crowd, experts):
    made = create(teams=[seat(crowd, 3), seat(experts, 2, decides=True)]).json()

    assert made["teams"] == [
        {"team_id": str(crowd.pk), "name": "Crowd", "overlap": 3, "decides": False},
        {"team_id": str(experts.pk), "name": "Experts", "overlap": 2, "decides": True},
    ]
    assert (made["overlap"], made["overlap_percent"], made["dynamic_overlap"]) == (5, 100, None)
    task = LabelingTask.objects.get()
    assert (task.by_team, task.labels_openly, task.overlap, task.is_shared) == (True, False, 5, True)
    expected = [(0, "Crowd"), (1, "Crowd"), (2, "Crowd"), (3, "Experts"), (4, "Experts")]
    assert all(turns_at(task, position) == expected for position in range(1, ITEMS + 1))
    draws = sorted(Assignment.objects.filter(task=task).values_list("draw", flat=True))
    assert draws == list(range(5 * ITEMS))


def test_a_share_of_the_items_gets_everybody_and_the_others_one_of_the_team_that_decides(
    people, dataset, crowd, experts
):
    task = team_task(dataset, (crowd, 2, False), (experts, 1, True), by=people.administrator, overlap_percent=30)

    is_full = full_items(ITEMS, percent=30, seed=task.seed)
    assert sum(is_full) == 3
    for position, full in enumerate(is_full, start=1):
        all_of_them = [(0, "Crowd"), (1, "Crowd"), (2, "Experts")]
        assert turns_at(task, position) == (all_of_them if full else [(0, "Experts")])
    draws = sorted(Assignment.objects.filter(task=task).values_list("draw", flat=True))
    assert draws == list(range(3 * 3 + 7))


def test_a_share_of_the_items_without_teams_too(create):
    made = create(overlap=3, overlap_percent=25).json()

    counts = [Assignment.objects.filter(task=made["id"], position=position).count() for position in range(1, ITEMS + 1)]
    assert sorted(counts) == [1] * 7 + [3] * 3
    assert not Assignment.objects.exclude(team=None).exists()


def test_a_large_task_is_the_same_as_if_it_were_stored_at_once(people, dataset, crowd, experts, monkeypatch):
    def rows(task):
        turns = Assignment.objects.filter(task=task).order_by("position", "slot")
        return list(turns.values_list("position", "slot", "draw", "team", "state", "item__files__audio"))

    seats = ((crowd, 2, False), (experts, 2, True))
    at_once = team_task(dataset, *seats, by=people.administrator, overlap_percent=50)
    monkeypatch.setattr(creating, "AT_ONCE", 5)
    monkeypatch.setattr(filling, "SLICE", 3)
    large = team_task(dataset, *seats, by=people.administrator, overlap_percent=50)

    assert (large.state, rows(large)) == ("open", rows(at_once))


def test_dynamic_overlap_is_stored(create):
    made = create(overlap=2, dynamic_overlap=5, dynamic_confidence=0.9, dynamic_question="pace").json()

    assert {name: made[name] for name in ("overlap", "dynamic_overlap", "dynamic_confidence", "dynamic_question")} == {
        "overlap": 2, "dynamic_overlap": 5, "dynamic_confidence": 0.9, "dynamic_question": "pace",
    }  # fmt: skip


def test_teams_that_cannot_be_are_refused(create, people, crowd, experts):
    crowd.members.first().teams.add(experts)
    elsewhere = TeamFactory(workspace=WorkspaceFactory(), name="Elsewhere")
    cases = [
        ({"teams": [seat(crowd)], "annotators": [{"user": people.operator.email}]},
         [(["teams"], "Either teams label, or people who are named: leave one of the two out.")]),
        ({"teams": [seat(crowd), seat(crowd)]}, [(["teams", 1, "team_id"], "“Crowd” is named twice.")]),
        ({"teams": [seat(elsewhere)]},
         [(["teams"], f"There is no team with the id “{elsewhere.pk}” in this workspace.")]),
        ({"teams": [seat(crowd, decides=True), seat(experts, decides=True)]},
         [(["teams"], "One team decides at most. Choose one, or let all answers count together.")]),
        ({"teams": [seat(crowd, 5)]},
         [(["teams", 0, "overlap"], "“Crowd” has 4 people who may label, but 5 of them are asked about an item: "
           "add people to the team, or lower the number.")]),
        ({"teams": [seat(crowd, 4), seat(experts)]},
         [(["teams", 0, "overlap"], "“Crowd” has 3 people who may label and are in no other of these teams, but 4 of "
           "them are asked about an item: add people to the team, or lower the number.")]),
        ({"teams": [seat(crowd, 2)], "overlap": 3},
         [(["overlap"], "Each team says how many of its people label an item: leave this out.")]),
        ({"teams": [seat(crowd, 20), seat(experts, 2)]},
         [(["teams"], "The teams come to 22 people per item, and at most 20 can label one.")]),
    ]  # fmt: skip
    for fields, expected in cases:
        assert refusals(create(**fields)) == (422, expected), fields
    assert not LabelingTask.objects.exists()
    assert not TaskTeam.objects.exists()


SHARE = "overlap_percent"
DYNAMIC = "dynamic_overlap"
QUESTION = "dynamic_question"
FIRST = "Give more than the 2 who are asked first, and at most 20, or nothing."
NEITHER = "“{}” is neither a choice of one answer nor a rating, with at most 32 answers."


@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        ({SHARE: 20}, SHARE, "One person labels each item anyway: ask for more people per item, or leave this at 100."),
        ({"overlap": 2, DYNAMIC: 2, QUESTION: "pace"}, DYNAMIC, FIRST),
        ({"overlap": 2, DYNAMIC: 3, QUESTION: "pace", "dynamic_confidence": 0.5}, "dynamic_confidence",
         "Give a confidence above 0.5 and below 1, such as 0.8."),
        ({"overlap": 2, DYNAMIC: 3, QUESTION: "pace", "dynamic_confidence": 1}, "dynamic_confidence",
         "Give a confidence above 0.5 and below 1, such as 0.8."),
        ({DYNAMIC: 3}, QUESTION, "Say by which question it is decided whether one more person is asked."),
        ({DYNAMIC: 3, QUESTION: "tempo"}, QUESTION, "There is no question with the alias “tempo”."),
        ({DYNAMIC: 3, QUESTION: "stars", "questions": [PACE, STARS]}, QUESTION, NEITHER.format("Stars")),
        ({DYNAMIC: 3, QUESTION: "tags", "questions": [PACE, SEVERAL]}, QUESTION, NEITHER.format("Tags")),
    ],
)  # fmt: skip
def test_a_share_or_a_dynamic_overlap_that_cannot_be_is_refused(create, fields, where, said):
    assert refusals(create(**fields)) == (422, [([where], said)])


def test_people_with_numbers_share_all_items_out(create, people):
    people_of_two = [
        {"user": user.email, "quota": ITEMS} for user in (people.operator, people.annotation_administrator)
    ]

    answer = create(overlap=2, overlap_percent=50, annotators=people_of_two)

    said = "People with numbers share all items out: leave this at 100, or give nobody a number."
    assert refusals(answer) == (422, [(["overlap_percent"], said)])


def test_one_more_person_must_be_there_to_be_asked(create, people, crowd, experts):
    dynamic = {"dynamic_overlap": 4, "dynamic_question": "pace"}

    answer = create(overlap=1, annotators=[{"user": people.operator.email}], **dynamic)
    said = "1 named, but up to 4 are asked about an item: name more, or lower this."
    assert refusals(answer) == (422, [(["dynamic_overlap"], said)])

    answer = create(teams=[seat(crowd, 1), seat(experts, 1, decides=True)], **{**dynamic, "dynamic_overlap": 5})
    said = (
        "“Experts” has 3 people who may label, but 4 of them are asked about an item: "
        "add people to the team, or lower the number."
    )
    assert refusals(answer) == (422, [(["teams", 1, "overlap"], said)])


def test_the_list_of_tasks_asks_as_much_for_three_as_for_one(
    api, people, dataset, crowd, django_assert_max_num_queries
):
    client = api(people.administrator)
    for most in (1, 3):
        while LabelingTask.objects.count() < most:
            team_task(dataset, (crowd, 2, False), by=people.administrator)
        with django_assert_max_num_queries(8):
            assert len(client.get("/api/v1/labeling-tasks").json()["items"]) == most
