"""Mail to people. It is a convenience: every link it carries can also be copied from a page."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from workspaces.models import Invitation

logger = logging.getLogger(__name__)
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
        send_mail(subject.replace("\n", " ").replace("\r", " "), text, None, [invitation.email])
    except (OSError, SMTPException):
        logger.exception("The mail of invitation %s could not be sent.", invitation.pk)
        return False
    return True
