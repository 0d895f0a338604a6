"""Notices by mail: gathered, not too often, never lost."""

import logging
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone

from tests.factories import MembershipFactory
from workspaces import notices
from workspaces.mailing import mail_notices
from workspaces.models import Notice, User
from workspaces.notices import notify, register


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.BASE_URL = "https://labels.example.org"
    monkeypatch.setattr(notices, "KINDS", {})
    register("test", sentence=lambda notice: notice.data["text"], address=lambda notice, user: None)


def tell(workspace: Any, user: User, *, target: int = 1, text: str = "It happened", minutes_ago: float = 3) -> None:
    notify([user], kind="test", workspace_id=workspace.pk, target_id=UUID(int=target), data={"text": text})
    then = timezone.now() - timedelta(minutes=minutes_ago)
    rows = Notice.objects.filter(user=user, target_id=UUID(int=target), workspace=workspace, read_at=None)
    rows.update(created_at=then, updated_at=then)


def later(user: User, minutes: float) -> None:
    """So much time goes by for this person's mails."""
    user.refresh_from_db()
    assert user.mail_after
    User.objects.filter(pk=user.pk).update(mail_after=user.mail_after - timedelta(minutes=minutes))


def test_all_that_is_new_goes_into_one_mail(people: Any) -> None:
    tell(people.workspace, people.operator, target=1, text="Adele returned one of your items")
    tell(people.workspace, people.operator, target=2, text="Olga commented:\n“late”", minutes_ago=0)

    assert mail_notices() == 1

    (sent,) = mail.outbox
    late, early = Notice.objects.order_by("-updated_at")
    assert sent.subject == "2 notices from “Speech lab” on Earmark"
    assert sent.recipients() == ["operator@example.org"]
    assert sent.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert sent.body == (
        "News from “Speech lab” on Earmark:\n\n"
        f"Olga commented: “late”\nhttps://labels.example.org/w/speech-lab/notices/{late.pk}/\n\n"
        f"Adele returned one of your items\nhttps://labels.example.org/w/speech-lab/notices/{early.pk}/\n\n"
        "All notices: https://labels.example.org/w/speech-lab/notices/\n"
        "Mails like this are switched off in your profile: https://labels.example.org/profile/\n\n"
    )


def test_a_space_gets_a_mail_of_its_own(people: Any) -> None:
    elsewhere = MembershipFactory(user=people.operator, workspace__name="Field\nwork").workspace
    tell(people.workspace, people.operator)
    tell(elsewhere, people.operator, target=2)

    assert mail_notices() == 2
    assert {sent.subject for sent in mail.outbox} == {
        "1 notice from “Speech lab” on Earmark",
        "1 notice from “Field work” on Earmark",
    }


def test_very_many_are_not_all_listed(people: Any) -> None:
    for number in range(25):
        tell(people.workspace, people.operator, target=number)

    mail_notices()

    assert mail.outbox[0].subject == "25 notices from “Speech lab” on Earmark"
    assert mail.outbox[0].body.count("It happened") == 20
    assert "And 5 more." in mail.outbox[0].body


def test_nothing_is_mailed_twice_and_not_more_often_than_every_15_minutes(people: Any) -> None:
    tell(people.workspace, people.operator)
    assert [mail_notices(), mail_notices()] == [1, 0]
    tell(people.workspace, people.operator, target=2)

    assert mail_notices() == 0
    later(people.operator, 14)
    assert mail_notices() == 0
    later(people.operator, 1.1)
    assert [mail_notices(), mail_notices()] == [1, 0]
    later(people.operator, 30)
    assert mail_notices() == 0


def test_more_of_the_same_is_news(people: Any) -> None:
    tell(people.workspace, people.operator)
    mail_notices()
    tell(people.workspace, people.operator, text="It happened again")
    later(people.operator, 16)

    assert mail_notices() == 1
    assert "It happened again" in mail.outbox[1].body


@pytest.mark.parametrize(
    ("change", "sent"),
    [({}, 1), ({"wants_mail": False}, 0), ({"is_active": False}, 0), ({"is_service": True}, 0)],
)
def test_who_gets_mail(people: Any, change: dict[str, bool], sent: int) -> None:
    tell(people.workspace, people.operator)
    User.objects.filter(pk=people.operator.pk).update(**change)

    assert mail_notices() == sent


@pytest.mark.parametrize(("minutes_ago", "sent"), [(1.9, 0), (2.1, 1), (60 * 24 * 6, 1), (60 * 24 * 8, 0)])
def test_what_is_news(people: Any, minutes_ago: float, sent: int) -> None:
    tell(people.workspace, people.operator, minutes_ago=minutes_ago)

    assert mail_notices() == sent


def test_what_was_read_is_not_mailed(people: Any) -> None:
    tell(people.workspace, people.operator)
    Notice.objects.all().mark_read()

    assert mail_notices() == 0


def test_whoever_left_the_space_gets_no_mail_of_it(people: Any) -> None:
    tell(people.workspace, people.operator)
    people.operator.memberships.all().delete()

    assert mail_notices() == 0


def test_without_a_mail_server_nothing_is_noted(people: Any, settings: Any, django_assert_num_queries: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(people.workspace, people.operator)

    with django_assert_num_queries(0):
        assert mail_notices() == 0


def test_a_server_that_does_not_answer_is_asked_again_later(people: Any, settings: Any, caplog: Any) -> None:
    tell(people.workspace, people.operator)
    tell(people.workspace, people.auditor)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert mail_notices() == 0
    assert caplog.text.count("The mail server does not answer") == 1
    # Nobody else was made to wait: the round ended with the first.
    assert User.objects.exclude(mail_after=None).count() == 1

    settings.EMAIL_BACKEND = working
    assert mail_notices() == 1
    later(User.objects.exclude(mail_after=None).earliest("mail_after"), 5.1)
    assert mail_notices() == 1
    assert {sent.to[0] for sent in mail.outbox} == {"operator@example.org", "auditor@example.org"}


def test_a_worker_that_was_killed_before_it_could_note_the_mail_sends_it_again(people: Any) -> None:
    tell(people.workspace, people.operator)
    mail_notices()
    Notice.objects.update(mailed_at=None)

    assert mail_notices() == 0
    later(people.operator, 16)
    assert [mail_notices(), mail_notices()] == [1, 0]


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets and refuses one address."""

    allow_reuse_address = True
    daemon_threads = True
    refused = "operator@example.org"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.mails: list[str] = []


class Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "RCPT" and self.server.refused in line:
                self._say("550 nobody of this name")
            elif verb == "DATA":
                self._say("354 go on")
                self.server.mails.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
                self._say("250 taken")
            else:
                self._say("221 bye" if verb == "QUIT" else "250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        yield server
        server.shutdown()


def test_over_a_real_socket_one_refused_address_keeps_nobody_from_their_mail(
    people: Any, mailbox: Mailbox, caplog: Any
) -> None:
    for person in (people.administrator, people.operator, people.auditor):
        tell(people.workspace, person)

    with caplog.at_level(logging.WARNING):
        assert mail_notices() == 2

    assert len(mailbox.mails) == 2
    assert {name in "".join(mailbox.mails) for name in ("To: administrator@", "To: auditor@")} == {True}
    assert "refused the notices" in caplog.text
    assert Notice.objects.filter(mailed_at=None).get().user == people.operator
