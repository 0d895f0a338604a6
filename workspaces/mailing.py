"""Mailing what stands under the bell: per person and workspace one mail with all that was not read.

The rows are the truth: a notice is marked as mailed after its mail was handed over, so a worker that is killed in
between sends that one mail again, and none is lost. A server that does not answer is asked again later.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from workspaces.mail import mail_is_sent, send_notices
from workspaces.models import Notice, User

logger = logging.getLogger(__name__)
# Whoever is at their desk reads it there, and more of the same comes soon after.
SETTLES_IN = timedelta(minutes=2)
PAUSE = timedelta(minutes=15)
AGAIN_IN = timedelta(minutes=5)


def mail_notices() -> int:
    """Mail everybody who has something new to read and wants mail. Returns how many mails were sent."""
    if not mail_is_sent():
        return 0
    sent = 0
    for user in _due():
        if not _claim(user):
            continue
        try:
            sent += _mail(user)
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            logger.warning("The mail server refused the notices for %s: %s", user.pk, error)
        except OSError:
            # It refuses everybody's, then: the others need not wait for its silence as well.
            logger.exception("The mail server does not answer; notices will be mailed later.")
            User.objects.filter(pk=user.pk).update(mail_after=timezone.now() + AGAIN_IN)
            break
    return sent


def _due() -> Iterable[User]:
    waiting = Notice.objects.to_mail().filter(user=OuterRef("pk"), created_at__lte=timezone.now() - SETTLES_IN)
    people = User.objects.filter(Exists(waiting), is_active=True, is_service=False, wants_mail=True).exclude(email="")
    return people.filter(_may_come()).order_by("pk")


def _may_come() -> Q:
    return Q(mail_after=None) | Q(mail_after__lte=timezone.now())


def _claim(user: User) -> bool:
    """One conditional UPDATE: of several workers one mails this person, and nobody does again for a while."""
    rows = User.objects.filter(_may_come(), pk=user.pk)
    return bool(rows.update(mail_after=timezone.now() + PAUSE))


def _mail(user: User) -> int:
    """Everything that waits goes along, the newest too: the next mail comes no sooner than in a while."""
    rows = Notice.objects.of(user).to_mail().select_related("workspace").order_by("workspace_id", "-updated_at")
    sent = 0
    for workspace, found in groupby(rows, key=lambda notice: notice.workspace):
        notices = list(found)
        send_notices(user, workspace=workspace, notices=notices)
        _note_mailed(notices)
        sent += 1
    return sent


@transaction.atomic
def _note_mailed(notices: Iterable[Notice]) -> None:
    """What was counted up while the mail went out is news again, and stays so."""
    now = timezone.now()
    for notice in notices:
        Notice.objects.filter(pk=notice.pk, updated_at=notice.updated_at).update(mailed_at=now)
