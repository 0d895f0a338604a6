from typing import Any

import pytest
from django.core import mail

from tests.factories import InvitationFactory
from workspaces.mail import mail_is_sent, send_invitation


@pytest.mark.parametrize(("backend", "sent"), [("console", False), ("dummy", False), ("smtp", True), ("locmem", True)])
def test_what_counts_as_a_mail_server(settings: Any, backend: str, sent: bool) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"

    assert mail_is_sent() == sent


def test_a_link_without_an_address_is_not_mailed(people: Any) -> None:
    invitation = InvitationFactory(workspace=people.workspace)

    assert not send_invitation(invitation, link="https://x/")
    assert mail.outbox == []


def test_names_cannot_add_headers(people: Any) -> None:
    people.workspace.name = "Lab\nBcc: everybody@example.org"
    invitation = InvitationFactory(workspace=people.workspace, email="a@b.org", invited_by=people.administrator)

    assert send_invitation(invitation, link="https://x/")
    assert mail.outbox[0].subject == "Administrator invites you to “Lab Bcc: everybody@example.org” on Earmark"
    assert mail.outbox[0].recipients() == ["a@b.org"]


def test_a_server_that_does_not_answer_stops_nothing(people: Any, settings: Any, caplog: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invitation = InvitationFactory(workspace=people.workspace, email="a@b.org")

    assert not send_invitation(invitation, link="https://x/")
    assert "could not be sent" in caplog.text
