"""Working in a task for teams: who gets which item, what nobody reads, and what moves from one person to another."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import working
from annotations.models import Assignment, LabelingTask, TaskPerson
from annotations.overlapping.handing_out import AMONG
from tests.annotations.factories import PACE, make_dataset, make_task
from tests.annotations.teams import make_team, members, team_task
from tests.factories import MembershipFactory
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
ITEMS = 6
ANSWER = {"pace": "normal"}


@pytest.fixture
def crowd(people):
    return make_team(people.workspace, "Crowd", people=3)


@pytest.fixture
def experts(people):
    return make_team(people.workspace, "Experts", people=2)


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=ITEMS)


@pytest.fixture
def task(people, dataset, crowd, experts):
    return team_task(dataset, (crowd, 2, False), (experts, 1, True), by=people.administrator)


def begin(task, user):
    return working.next_for(LabelingTask.objects.get(pk=task.pk), by=user)


def hand_in(task, user, **answers):
    turn = begin(task, user)
    working.submit(turn, by=user, body={"answers": {**ANSWER, **answers}})
    return turn


def do_all(task, user):
    done = []
    while turn := begin(task, user):
        working.submit(turn, by=user, body={"answers": ANSWER})
        done.append(turn)
    return done


def test_everybody_gets_what_belongs_to_their_team_and_no_item_twice(task, crowd, experts):
    for team in (crowd, experts):
        for user in members(team):
            done = do_all(task, user)
            assert {turn.team_id for turn in done} <= {team.pk}
            assert len({turn.item_id for turn in done}) == len(done)
    task.refresh_from_db()
    assert task.state == "ready"
    by_team = [
        sorted(Assignment.objects.filter(task=task, team=team).values_list("item__position", flat=True))
        for team in (crowd, experts)
    ]
    assert by_team == [sorted([*range(1, ITEMS + 1)] * 2), [*range(1, ITEMS + 1)]]


def test_somebody_of_no_team_gets_nothing(api, task, people):
    answer = api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "You are not among the people of this labeling task. Ask its manager."
    assert api(people.operator).get(f"/api/v1/labeling-tasks/{task.pk}").status_code == 404


def test_chance_decides_and_can_be_repeated(people, crowd):
    orders = []
    for _again in range(2):
        dataset = make_dataset(people.workspace, files=30, name="Again")
        made = team_task(dataset, (crowd, 3, False), by=people.administrator)
        # The same items in both: chance goes by the item, so their ids are those of the first.
        orders.append([[turn.position for turn in do_all(made, user)] for user in members(crowd)])
    for order in orders[0] + orders[1]:
        assert sorted(order) == list(range(1, 31))
    assert len({tuple(order) for order in orders[0]}) == 3
    assert all(order != sorted(order) for order in orders[0])


def test_the_first_items_have_all_answers_before_the_last_are_begun(people, crowd):
    dataset = make_dataset(people.workspace, files=AMONG + 30)
    task = team_task(dataset, (crowd, 2, False), by=people.administrator)
    ann, ben, _cleo = members(crowd)

    first = [hand_in(task, ann).position for _ in range(20)]

    # Each of an item's two turns may be the one that chance finds.
    assert max(first) <= (AMONG + 20 * 2) / 2 + 1
    assert begin(task, ben).position <= AMONG


def test_nobody_reads_what_a_colleague_answered(api, task, crowd, experts):
    ann, ben, _cleo = members(crowd)
    turn = hand_in(task, ann)
    for other in (ben, members(experts)[0]):
        client = api(other)
        for path in (f"assignments/{turn.pk}", f"assignments/{turn.pk}/submissions"):
            assert client.get(f"/api/v1/{path}").status_code in (403, 404), path
        while (found := begin(task, other)).item_id != turn.item_id:
            working.submit(found, by=other, body={"answers": ANSWER})
        # The same item before and after handing in: what the colleague said is not in it.
        shown = client.get(f"/api/v1/assignments/{found.pk}").json()
        assert ("Crowd 1" in str(shown), shown["draft"]["answers"]) == (False, {})
        working.submit(found, by=other, body={"answers": {"pace": "slow"}})
        assert client.get(f"/api/v1/assignments/{turn.pk}").status_code in (403, 404)
        assert "Crowd 1" not in str(client.get(f"/api/v1/assignments/{found.pk}").json())


def test_a_certain_turn_of_another_team_is_not_opened(api, task, crowd, experts):
    ann = members(crowd)[0]
    theirs = Assignment.objects.filter(task=task, team=experts).first()
    ours = Assignment.objects.filter(task=task, team=crowd).first()

    with pytest.raises(IllegalMove, match=r"This one is for another team\."):
        working.open_one(theirs, by=ann)
    working.open_one(ours, by=ann)
    assert Assignment.objects.get(pk=ours.pk).annotator == ann


def test_who_left_the_team_gets_nothing_more_and_may_hand_in_what_is_begun(task, crowd):
    ann = members(crowd)[0]
    turn = begin(task, ann)
    crowd.members.remove(ann)

    with pytest.raises(PermissionDenied):
        begin(task, ann)
    working.submit(turn, by=ann, body={"answers": ANSWER})
    assert Assignment.objects.get(pk=turn.pk).state == "submitted"


def test_work_moves_within_a_team_alone(api, people, task, crowd, experts):
    ann, ben, _cleo = members(crowd)
    erna = members(experts)[0]
    turn = begin(task, ann)
    working.release(turn, by=ann)
    Assignment.objects.filter(pk=turn.pk).update(annotator=ann, state="assigned", is_dealt=True)
    url = f"/api/v1/labeling-tasks/{task.pk}/transfers"

    def move(to, client):
        body = {"kind": "labeling", "from": ann.email, "to": to.email, "quantity": 1}
        return client.post(url, body)

    manager = api(people.administrator)
    refused = move(erna, manager)
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["msg"] == (
        "Experts 1 is in no team of Crowd 1's here: work moves within a team."
    )
    assert move(ben, manager).status_code == 201
    assert Assignment.objects.get(pk=turn.pk).annotator == ben
    assert not TaskPerson.objects.filter(task=task).exists()


def test_a_manager_reassigns_within_a_team_alone(api, people, task, crowd, experts):
    manager = api(people.administrator)
    turn = Assignment.objects.filter(task=task, team=crowd).first()

    def reassign(to):
        return manager.post(f"/api/v1/assignments/{turn.pk}/reassign", {"to": to.email})

    refused = reassign(members(experts)[0])
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "This cannot be done now: it belongs to a team this person is not in.",
    )  # fmt: skip
    assert reassign(members(crowd)[0]).status_code == 200
    assert not TaskPerson.objects.filter(task=task).exists()


def test_people_of_a_task_for_teams_are_not_named_one_by_one(api, people, task):
    url = f"/api/v1/labeling-tasks/{task.pk}/people"
    refused = api(people.administrator).put(url, {"annotators": [{"user": people.operator.email}]})

    assert refused.status_code == 422
    said = "Teams label in this task. Who is in them is changed on the page of each team."
    assert refused.json()["detail"][0]["msg"] == said


def test_a_team_that_labels_is_not_deleted(client_of, people, task, crowd):
    page = client_of(people.administrator).post(f"/w/speech-lab/teams/{crowd.pk}/delete/")

    assert page.status_code == 409
    assert "“Crowd” labels in Support calls" in page.content.decode()
    crowd.refresh_from_db()
    assert not AuditEvent.objects.filter(target_id=crowd.pk, verb="delete").exists()


def queries_of_a_round(api, task, user):
    """Statements of one `next` and one `submit`, once everything that is kept in memory is there."""
    client = api(user)
    url = f"/api/v1/labeling-tasks/{task.pk}/next"
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            turn = client.post(url).json()["assignment"]["id"]
            assert client.post(f"/api/v1/assignments/{turn}/submit", {"answers": ANSWER}).status_code == 200
    return len(found)


def test_a_round_of_a_team_costs_two_statements_more_than_a_plain_one(api, people, dataset, task, crowd):
    plain = make_task(dataset, by=people.administrator, questions=(PACE,), review_mode="none")
    shared = make_task(dataset, by=people.administrator, questions=(PACE,), review_mode="none", overlap=2)
    ann = members(crowd)[0]

    n_plain = queries_of_a_round(api, plain, ann)

    assert queries_of_a_round(api, shared, ann) <= n_plain + 1
    assert queries_of_a_round(api, task, ann) <= n_plain + 2


def test_two_windows_of_one_person_do_not_get_two_turns_of_an_item(people, dataset, crowd):
    """What the constraint refuses is answered with the person's own turn."""
    task = team_task(dataset, (crowd, 3, False), by=people.administrator)
    ann = members(crowd)[0]
    MembershipFactory(workspace=people.workspace, user__name="Late")

    first, second = begin(task, ann), begin(task, ann)

    assert first.pk == second.pk
