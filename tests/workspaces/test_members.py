"""Roles, removal and teams."""

from typing import Any

import pytest

from tests.factories import ApiKeyFactory, MembershipFactory, TeamFactory
from workspaces.actions import remove_member, set_roles
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, Role, Team, User, Workspace


def roles(person: User, workspace: Workspace) -> list[str]:
    return sorted(person.memberships.filter(workspace=workspace).values_list("role", flat=True))


def test_the_list_shows_people_roles_teams_and_no_programs(people: Any, client_of: Any) -> None:
    team = TeamFactory(workspace=people.workspace, name="In-house")
    team.members.add(people.operator)
    browser = client_of(people.administrator)
    browser.post("/w/speech-lab/keys/new/", {"name": "A program"})

    page = browser.get("/w/speech-lab/members/").content.decode()

    assert "operator@example.org" in page
    assert "In-house" in page
    assert "keys.earmark.invalid" not in page


def test_the_list_takes_as_many_queries_for_many_people(
    people: Any, client_of: Any, django_assert_num_queries: Any
) -> None:
    browser = client_of(people.administrator)
    for _number in range(3):
        MembershipFactory(workspace=people.workspace)

    with django_assert_num_queries(9):
        browser.get("/w/speech-lab/members/")
    for _number in range(10):
        MembershipFactory(workspace=people.workspace)
    with django_assert_num_queries(9):
        browser.get("/w/speech-lab/members/")


def test_roles_are_set_and_told(people: Any, client_of: Any) -> None:
    url = f"/w/speech-lab/members/{people.operator.pk}/"

    client_of(people.administrator).post(url, {"roles": ["auditor", "annotation_administrator"]})

    assert roles(people.operator, people.workspace) == ["annotation_administrator", "auditor"]
    event = AuditEvent.objects.get(verb="change_roles")
    assert event.actor == people.administrator
    assert event.data == {
        "name": "Annotation operator",
        "added": ["annotation_administrator", "auditor"],
        "removed": ["operator"],
    }


def test_the_same_roles_again_are_no_event(people: Any) -> None:
    set_roles(people.workspace, person=people.operator, roles=["operator"], by=people.administrator)

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("who", ["superadmin", "administrator"])
def test_the_last_administrator_stays(people: Any, client_of: Any, who: str) -> None:
    browser, url = client_of(people[who]), f"/w/speech-lab/members/{people.administrator.pk}/"

    changed = browser.post(url, {"roles": ["operator"]})
    removed = browser.post(f"{url}remove/")

    assert (changed.status_code, removed.status_code) == (409, 409)
    assert "This is the last administrator." in removed.content.decode()
    assert roles(people.administrator, people.workspace) == ["administrator"]
    assert not AuditEvent.objects.exists()


def test_programs_and_people_who_may_not_sign_in_are_no_administrators_to_rely_on(people: Any, client_of: Any) -> None:
    gone = MembershipFactory(workspace=people.workspace, role=Role.ADMINISTRATOR).user
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client_of(people.administrator).post("/w/speech-lab/keys/new/", {"name": "A program"})

    with pytest.raises(IllegalMove):
        remove_member(people.workspace, person=people.administrator, by=people.administrator)


def test_one_of_two_administrators_may_go(people: Any, client_of: Any) -> None:
    MembershipFactory(workspace=people.workspace, role=Role.ADMINISTRATOR)

    answer = client_of(people.administrator).post(f"/w/speech-lab/members/{people.administrator.pk}/remove/")

    assert answer.headers["Location"] == "/"
    assert roles(people.administrator, people.workspace) == []


def test_removal_takes_seats_and_keys_and_leaves_other_workspaces(people: Any) -> None:
    elsewhere = MembershipFactory(user=people.operator)
    team, other_team = TeamFactory(workspace=people.workspace), TeamFactory(workspace=elsewhere.workspace)
    team.members.add(people.operator)
    other_team.members.add(people.operator)
    key = ApiKeyFactory(workspace=people.workspace, user=people.operator)
    other_key = ApiKeyFactory(workspace=elsewhere.workspace, user=people.operator)

    remove_member(people.workspace, person=people.operator, by=people.administrator)

    key.refresh_from_db()
    other_key.refresh_from_db()
    assert (key.state, other_key.state) == ("revoked", "active")
    assert list(people.operator.teams.all()) == [other_team]
    assert roles(people.operator, elsewhere.workspace) == ["operator"]
    assert AuditEvent.objects.get().data == {"name": "Annotation operator", "roles": ["operator"], "keys_revoked": 1}


def test_somebody_removed_twice_is_refused(people: Any) -> None:
    remove_member(people.workspace, person=people.operator, by=people.administrator)

    with pytest.raises(IllegalMove):
        remove_member(people.workspace, person=people.operator, by=people.administrator)
    with pytest.raises(IllegalMove):
        set_roles(people.workspace, person=people.operator, roles=["auditor"], by=people.administrator)


def test_a_team_is_made_changed_and_deleted(people: Any, client_of: Any) -> None:
    browser = client_of(people.administrator)
    members = [str(people.operator.pk), str(people.auditor.pk)]

    browser.post("/w/speech-lab/teams/new/", {"name": "Crowd", "cost_per_hour": "12.50", "members": members})
    team = Team.objects.get()
    first = (team.name, str(team.cost_per_hour), set(team.members.all()))
    browser.post(f"/w/speech-lab/teams/{team.pk}/", {"name": "Crowd B", "cost_per_hour": "", "members": members[:1]})
    team.refresh_from_db()
    second = (team.name, team.cost_per_hour, set(team.members.all()))
    browser.post(f"/w/speech-lab/teams/{team.pk}/delete/")

    assert first == ("Crowd", "12.50", {people.operator, people.auditor})
    assert second == ("Crowd B", None, {people.operator})
    assert not Team.objects.exists()
    assert [event.verb for event in AuditEvent.objects.order_by("id")] == ["create", "change", "delete"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Taken"}, "There is a team of this name already."),
        ({"name": "New", "cost_per_hour": "-1"}, "greater than or equal to 0"),
        ({"name": "New", "members": ["outsider"]}, "is not one of the available choices"),
    ],
)
def test_what_cannot_be_a_team(people: Any, client_of: Any, body: dict[str, Any], sentence: str) -> None:
    TeamFactory(workspace=people.workspace, name="Taken")
    if body.get("members"):
        body = {**body, "members": [str(people.outsider.pk)]}

    answer = client_of(people.administrator).post("/w/speech-lab/teams/new/", body)

    assert sentence in answer.content.decode()
    assert Team.objects.count() == 1
