"""Mail to people. It is a convenience: every link it carries can also be copied from a page."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workspaces.models import Invitation, Notice, User, Workspace
from workspaces.notices import absolute, link_of, sentence_of

logger = logging.getLogger(__name__)
# A mail that lists more is not read to its end.
MOST_LISTED = 20
NOT_SENT = ("django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend")


def mail_is_sent() -> bool:
    """Whether this server has somewhere to send mail to."""
    return settings.EMAIL_BACKEND not in NOT_SENT


def send_invitation(invitation: Invitation, *, link: str) -> bool:
    """Mail the link to whom it is for. False when nothing was sent: no address, no mail server, or it refused."""
    if not invitation.email or not mail_is_sent():
        return False
    subject = _("%(who)s invites you to “%(space)s” on Earmark") % {
        "who": invitation.invited_by,
        "space": invitation.workspace.name,
    }
    text = render_to_string("workspaces/invitation.txt", {"invitation": invitation, "link": link})
    try:
        send_mail(_in_one_line(subject), text, None, [invitation.email])
    except (OSError, SMTPException):
        logger.exception("The mail of invitation %s could not be sent.", invitation.pk)
        return False
    return True


def _in_one_line(text: str) -> str:
    """Names are people's own; a line break in one would begin a header."""
    return " ".join(text.split())


def send_notices(user: User, *, workspace: Workspace, notices: Sequence[Notice]) -> None:
    """Mail what one person was told of in one workspace. Raises OSError, of which SMTPException is one kind."""
    count = len(notices)
    subject = ngettext(
        "%(n)d notice from “%(space)s” on Earmark", "%(n)d notices from “%(space)s” on Earmark", count
    ) % {"n": count, "space": workspace.name}
    context = {
        "space": workspace.name,
        "lines": [(_in_one_line(sentence_of(notice)), link_of(notice)) for notice in notices[:MOST_LISTED]],
        "more": max(0, count - MOST_LISTED),
        "all": absolute("workspaces:notices", workspace.slug),
        "profile": absolute("workspaces:profile"),
    }
    text = render_to_string("workspaces/notices.txt", context)
    # So that nobody's holiday answer comes back to us.
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(_in_one_line(subject), text, None, [user.email], headers=headers).send()
