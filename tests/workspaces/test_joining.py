"""From an invitation to a member."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, InvitationFactory, UserFactory
from workspaces.actions import accept, join_as_new, remove_member, withdraw
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, Invitation, User

NEW = {"name": "Nora New", "email": "Nora@Example.org", "password": "a-good-passphrase-1"}


def path(invitation: Invitation) -> str:
    return reverse("workspaces:join", args=[invitation.token])


def roles(user: User) -> list[str]:
    return sorted(user.memberships.values_list("role", flat=True))


def test_an_invitation_is_made_and_its_link_can_be_copied(people: Any, client_of: Any) -> None:
    browser = client_of(people.administrator)

    answer = browser.post(
        "/w/speech-lab/members/invite/", {"email": "New@Example.org", "roles": ["operator"]}, follow=True
    )

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles, invitation.invited_by) == (
        "new@example.org",
        ["operator"],
        people.administrator,
    )
    assert f"http://testserver{path(invitation)}" in answer.content.decode()
    assert AuditEvent.objects.get().verb == "invite"


def test_a_mail_is_sent_where_a_server_is_set(people: Any, client_of: Any) -> None:
    client_of(people.administrator).post("/w/speech-lab/members/invite/", {"email": "a@b.org", "roles": ["auditor"]})

    assert [message.to for message in mail.outbox] == [["a@b.org"]]
    assert path(Invitation.objects.get()) in mail.outbox[0].body


def test_without_a_mail_server_the_page_says_so(people: Any, client_of: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    browser = client_of(people.administrator)

    answer = browser.post("/w/speech-lab/members/invite/", {"email": "a@b.org", "roles": ["auditor"]}, follow=True)

    assert "No mail was sent" in answer.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["emperor"]}, "emperor is not one of the available choices"),
        ({"roles": ["operator"], "email": "no address"}, "Enter a valid email address."),
        ({"roles": ["operator"], "email": "auditor@example.org"}, "This person is a member already."),
    ],
)
def test_what_cannot_be_an_invitation(people: Any, client_of: Any, body: dict[str, Any], sentence: str) -> None:
    answer = client_of(people.administrator).post("/w/speech-lab/members/invite/", body)

    assert sentence in answer.content.decode()
    assert not Invitation.objects.exists()


def test_somebody_new_makes_an_account(people: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace, roles=["operator", "auditor"])
    browser = Client()

    answer = browser.post(path(invitation), NEW)

    nora = User.objects.get(email="nora@example.org")
    assert answer.headers["Location"] == "/w/speech-lab/"
    assert (nora.name, roles(nora), nora.check_password(NEW["password"])) == ("Nora New", ["auditor", "operator"], True)
    assert browser.session["_auth_user_id"] == str(nora.pk)
    assert AuditEvent.objects.get(verb="join").actor == nora


def test_the_given_e_mail_cannot_be_exchanged(people: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace, email="given@example.org")

    Client().post(path(invitation), NEW)

    assert not User.objects.filter(email="nora@example.org").exists()
    assert roles(User.objects.get(email="given@example.org")) == ["operator"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "short"}, "This password is too short"),
        ({"password": "password1"}, "This password is too common"),
        ({"name": ""}, "This field is required"),
        ({"email": "no"}, "Enter a valid email address"),
        ({"email": "AUDITOR@example.org"}, "There is an account with this e-mail."),
    ],
)
def test_a_bad_account_is_refused_and_the_link_stays_good(people: Any, change: dict[str, str], sentence: str) -> None:
    invitation = InvitationFactory(workspace=people.workspace)
    before = User.objects.count()

    answer = Client().post(path(invitation), {**NEW, **change})

    assert sentence in answer.content.decode()
    assert User.objects.count() == before
    assert Invitation.behind(invitation.token).is_pending


def test_somebody_signed_in_accepts(people: Any, client_of: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace, roles=["auditor"])
    browser = client_of(people.outsider)

    page = browser.get(path(invitation))
    answer = browser.post(path(invitation))

    assert "You are signed in as" in page.content.decode()
    assert answer.headers["Location"] == "/w/speech-lab/"
    assert people.outsider.memberships.get(workspace=people.workspace).role == "auditor"


def test_a_member_gets_the_roles_they_do_not_have(people: Any, client_of: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace, roles=["operator", "auditor"])

    client_of(people.operator).post(path(invitation))

    assert roles(people.operator) == ["auditor", "operator"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_wrong_account_is_refused_in_a_sentence(people: Any, client_of: Any, method: str) -> None:
    invitation = InvitationFactory(workspace=people.workspace, email="given@example.org")

    answer = getattr(client_of(people.outsider), method)(path(invitation))

    assert answer.status_code == 403
    assert (
        "This invitation is for given@example.org, and you are signed in as outsider@example.org"
        in answer.content.decode()
    )
    assert not people.outsider.memberships.filter(workspace=people.workspace).exists()


def test_whoever_has_an_account_is_asked_to_sign_in(people: Any) -> None:
    UserFactory(email="given@example.org")
    invitation = InvitationFactory(workspace=people.workspace, email="given@example.org")
    browser = Client()

    page = browser.get(path(invitation)).content.decode()
    posted = browser.post(path(invitation), NEW)

    assert "There is an account for given@example.org already" in page
    assert posted.status_code == 200
    assert (
        browser.post("/accounts/login/?next=/help/", {"login": "given@example.org", "password": PASSWORD}).headers[
            "Location"
        ]
        == "/help/"
    )


@pytest.mark.parametrize(
    ("state", "status", "sentence"),
    [
        ("used", 410, "It was used already, and works once."),
        ("old", 410, "It was good until"),
        ("withdrawn", 404, "It was withdrawn or is not complete."),
        ("forged", 404, "It was withdrawn or is not complete."),
    ],
)
def test_a_link_that_is_no_good_says_why(people: Any, state: str, status: int, sentence: str) -> None:
    invitation = InvitationFactory(workspace=people.workspace)
    url = path(invitation)
    if state == "used":
        accept(invitation, by=people.outsider)
    elif state == "old":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif state == "withdrawn":
        withdraw(invitation, by=people.administrator)
    else:
        url = url[:-3] + "xy/"
    before = User.objects.count()

    for answer in (Client().get(url), Client().post(url, NEW)):
        assert answer.status_code == status
        assert sentence in answer.content.decode()
    assert User.objects.count() == before


def test_a_link_lets_in_one_of_two(people: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace)
    same = Invitation.objects.get(pk=invitation.pk)
    accept(invitation, by=people.outsider)

    with pytest.raises(IllegalMove):
        join_as_new(same, name="Late", email="late@example.org", password="x")

    assert not User.objects.filter(email="late@example.org").exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_in() -> None:
    invitation = InvitationFactory()
    outcomes: list[str] = []

    def join(number: int) -> None:
        try:
            join_as_new(
                Invitation.objects.get(pk=invitation.pk),
                name=f"N{number}",
                email=f"n{number}@example.org",
                password="x",
            )
            outcomes.append("in")
        except IllegalMove:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", *["refused"] * 5]
    assert invitation.workspace.memberships.count() == 1
    assert User.objects.filter(email__startswith="n").count() == 1


def test_a_used_invitation_cannot_be_withdrawn(people: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace)
    accept(invitation, by=people.outsider)

    with pytest.raises(IllegalMove):
        withdraw(Invitation.objects.get(), by=people.administrator)

    assert not AuditEvent.objects.filter(verb="withdraw").exists()


def test_somebody_removed_needs_a_new_link(people: Any, client_of: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace)
    accept(invitation, by=people.outsider)
    remove_member(people.workspace, person=people.outsider, by=people.administrator)

    assert client_of(people.outsider).post(path(invitation)).status_code == 410
