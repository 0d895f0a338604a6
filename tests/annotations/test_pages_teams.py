"""Pages about teams that label: the wizard's step, the summary, and the people of a task."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, LabelingTask, TaskTeam
from tests.annotations.factories import make_dataset
from tests.annotations.teams import make_team, members, team_task
from tests.annotations.wizard import POOL, Wizard, errors
from tests.callers import WHO, statuses
from workspaces.models import AuditEvent

PACE = {"row": ["q1"], "q1-type": "categorical", "q1-name": "Pace", "q1-required": "on", "q1-choices": "slow\nfast"}
ITEMS = 10


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=ITEMS)


@pytest.fixture
def crowd(people):
    return make_team(people.workspace, "Crowd", people=4)


@pytest.fixture
def experts(people):
    return make_team(people.workspace, "Experts", people=3)


@pytest.fixture
def wizard(client_of, people):
    return Wizard(client_of(people.administrator))


def of_teams(**numbers):
    """Fields of the step for the chosen teams: of_teams(**{id: number})."""
    return {**POOL, "staffing": "teams", "team": list(numbers), **{f"team-{pk}": n for pk, n in numbers.items()}}


def test_teams_are_chosen_with_their_numbers_and_one_decides(wizard, dataset, crowd, experts):
    fields = of_teams(**{str(crowd.pk): "2", str(experts.pk): "1"}) | {
        "decides": str(experts.pk), "overlap_percent": "50", "dynamic": "on", "dynamic_question": "pace",
        "dynamic_confidence": "90", "dynamic_overlap": "5",
    }  # fmt: skip
    wizard.through(dataset, questions=PACE, people=fields)

    summary = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", wizard.look()))
    for said in (
        "Crowd 2 people per item", "Experts 1 person per item, decides",
        "3 on 50 % of the items, one on the others", "20 answers in all",
        "one more person is asked while “pace” is less than 90 % sure, up to 5 people per item",
    ):  # fmt: skip
        assert said in summary, summary
    wizard.send({})

    task = LabelingTask.objects.get()
    assert (task.overlap, task.overlap_percent, task.by_team) == (3, 50, True)
    assert (task.dynamic_overlap, task.dynamic_alias, task.dynamic_confidence) == (5, "pace", 0.9)
    assert list(TaskTeam.objects.values_list("team__name", "overlap", "decides")) == [
        ("Crowd", 2, False), ("Experts", 1, True),
    ]  # fmt: skip
    assert Assignment.objects.filter(task=task).count() == 5 * 3 + 5


def test_what_is_chosen_stays_on_the_page(wizard, dataset, crowd, experts):
    wizard.through(dataset, questions=PACE, people=None, review=None)
    wizard.send(of_teams(**{str(crowd.pk): "3"}) | {"decides": str(crowd.pk)})

    page = wizard.at("people")

    assert f'value="{crowd.pk}" checked' in page
    assert f'name="team-{crowd.pk}" value="3"' in page
    assert 'id="teams">' in page
    assert "<strong data-people>3</strong>" in page
    assert "<strong data-answers>30</strong>" in page


@pytest.mark.parametrize(
    ("numbers", "more", "said"),
    [
        ({}, {}, "Choose at least one team, or have people label without teams."),
        ({"crowd": "many"}, {}, "Give a whole number from 1 to 20."),
        ({"crowd": "5"}, {}, "“Crowd” has 4 people who may label, but 5 of them are asked about an item"),
        ({"crowd": "2"}, {"overlap_percent": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"crowd": "1"}, {"overlap_percent": "20"}, "One person labels each item anyway"),
        ({"crowd": "2"}, {"dynamic": "on", "dynamic_question": "pace"}, "Say how many people are asked at most."),
        (
            {"crowd": "2"}, {"dynamic": "on", "dynamic_question": "pace", "dynamic_overlap": "2"},
            "Give more than the 2 who are asked first",
        ),
        (
            {"crowd": "2"}, {"dynamic": "on", "dynamic_question": "gone", "dynamic_overlap": "3"},
            "There is no question with the alias “gone”.",
        ),
        (
            {"crowd": "2"},
            {"dynamic": "on", "dynamic_question": "pace", "dynamic_overlap": "3", "dynamic_confidence": "100"},
            "Give a confidence above 0.5 and below 1",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_it(wizard, dataset, crowd, experts, numbers, more, said):
    wizard.through(dataset, questions=PACE, people=None, review=None)
    chosen = {str({"crowd": crowd}[name].pk): number for name, number in numbers.items()}

    status, html = wizard.send(of_teams(**chosen) | more)

    assert status == 422
    assert any(error.startswith(said) for error in errors(html)), errors(html)


def test_what_belongs_to_dynamic_overlap_is_not_read_where_nobody_wants_it(wizard, dataset, crowd):
    wizard.through(dataset, questions=PACE, people=None, review=None)

    status, html = wizard.send(of_teams(**{str(crowd.pk): "2"}) | {"dynamic_overlap": "x", "dynamic_confidence": "x"})

    assert (status, errors(html), wizard.step) == (200, [], "review")


def test_a_team_that_is_gone_is_missed(wizard, dataset, crowd, experts):
    wizard.through(dataset, questions=PACE, people=of_teams(**{str(crowd.pk): "2", str(experts.pk): "1"}))
    experts.delete()

    _status, html = wizard.send({})

    assert "A team that was chosen is not there any more. Check the list." in html


def test_without_teams_it_says_where_to_make_one(wizard, dataset):
    wizard.through(dataset, questions=PACE, people=None, review=None)

    assert "There are no teams in this space yet." in wizard.look()


# The people of a task


@pytest.fixture
def task(people, dataset, crowd, experts):
    return team_task(dataset, (crowd, 2, False), (experts, 1, False), by=people.administrator, review_mode="full")


def page(task):
    return f"/w/speech-lab/tasks/{task.pk}/people/"


def test_the_people_of_a_task_are_its_teams_with_what_they_have_done(manager, task, crowd):
    from annotations.actions import working

    turn = working.next_for(task, by=members(crowd)[0])
    working.submit(turn, by=members(crowd)[0], body={"answers": {"pace": "slow"}})

    html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", manager.get(page(task)).content.decode()))

    assert "Teams that label" in html
    assert "Crowd 2 4 1 1 of 20" in html
    assert "Experts 1 3 0 0 of 10" in html
    assert "Who labels" not in html
    assert "Who reviews" in html


def test_a_team_with_too_few_people_is_said(manager, task, crowd):
    assert "too few people" not in manager.get(page(task)).content.decode()
    crowd.members.set(members(crowd)[:1])

    assert "too few people: some items will wait" in manager.get(page(task)).content.decode()


def test_whose_answers_count_may_be_changed(api, people, manager, task, crowd, experts):
    deciding = TaskTeam.objects.filter(task=task, decides=True).values_list("team__name", flat=True)

    manager.post(page(task), {"do": "decides", "decides": str(experts.pk)})
    assert list(deciding.all()) == ["Experts"]
    api(people.administrator).put(f"/api/v1/labeling-tasks/{task.pk}/people", {"deciding_team_id": str(crowd.pk)})
    assert list(deciding.all()) == ["Crowd"]
    manager.post(page(task), {"do": "decides", "decides": ""})
    assert list(deciding.all()) == []
    events = AuditEvent.objects.filter(verb="let_decide").order_by("id").values_list("data", flat=True)
    assert list(events) == [
        {"team": "Experts", "before": None}, {"team": "Crowd", "before": "Experts"}, {"team": None, "before": "Crowd"},
    ]  # fmt: skip


def test_only_a_team_of_the_task_decides(api, people, task):
    other = make_team(people.workspace, "Other", people=1)

    answer = api(people.administrator).put(
        f"/api/v1/labeling-tasks/{task.pk}/people", {"deciding_team_id": str(other.pk)}
    )

    said = "This team does not label in the task. Choose one of its teams, or none."
    assert (answer.status_code, answer.json()["detail"][0]["msg"]) == (422, said)


def test_reviewers_are_still_named(manager, people, task):
    answer = manager.post(page(task), {"do": "save", "review": str(people.auditor.pk)})

    assert answer.status_code == 302
    assert list(task.people.values_list("user__email", "kind")) == [("auditor@example.org", "review")]


def test_teams_of_a_task_in_the_api(api, people, task, crowd):
    teams = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/people").json()["teams"]

    assert teams[0] == {
        "team_id": str(crowd.pk), "name": "Crowd", "overlap": 2, "decides": False, "people": 4, "at_work": 0,
        "turns": 20, "handed_in": 0,
    }  # fmt: skip


def test_who_may_say_whose_answers_count(api, client_of, people, task, experts):
    body = {"deciding_team_id": str(experts.pk)}
    url = f"/api/v1/labeling-tasks/{task.pk}/people"

    assert statuses(lambda who: api(people[who]).put(url, body)) == (200, 200, 200, 404, 403, 404, 401)
    form = {"do": "decides", "decides": str(experts.pk)}
    assert statuses(lambda who: client_of(people[who]).post(page(task), form)) == (302, 302, 302, 403, 403, 404, 302)
    assert len(WHO) == 7


def test_the_table_of_items_says_whose_turn_it_is(manager, task):
    html = manager.get(f"/w/speech-lab/tasks/{task.pk}/items/").content.decode()

    assert html.count('title="Crowd"') == 20
    assert html.count('title="Experts"') == 10


def test_the_page_asks_as_much_for_three_teams_as_for_one(manager, people, dataset):
    counts = []
    for n in (1, 3):
        teams = [make_team(people.workspace, f"Team {n}.{number}", people=1) for number in range(n)]
        task = team_task(dataset, *((team, 1, False) for team in teams), by=people.administrator)
        with CaptureQueriesContext(connection) as found:
            assert manager.get(page(task)).status_code == 200
        counts.append(len(found))

    assert counts[0] == counts[1] <= 28
