"""Telling people what happened: one row per person and matter, counted up while it is unread.

The rooms above say what a kind of notice means with `register`, since only they know what it is about.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workspaces.models import Notice, User

# Names that are kept of those who did the same; nobody reads more of them in a sentence.
MOST_NAMES = 20
# Counting stops here: the bell then shows "99+".
MOST_COUNTED = 99


@dataclass(frozen=True)
class Kind:
    """How a notice reads, and where it leads for this person; None when it leads nowhere for them any more."""

    sentence: Callable[[Notice], str]
    address: Callable[[Notice, User], str | None]


KINDS: dict[str, Kind] = {}


def register(kind: str, *, sentence: Callable[[Notice], str], address: Callable[[Notice, User], str | None]) -> None:
    """Say what notices of this kind mean. Both get a notice whose workspace is loaded."""
    KINDS[kind] = Kind(sentence=sentence, address=address)


def sentence_of(notice: Notice) -> str:
    """What happened, in the language of whoever looks."""
    known = KINDS.get(notice.kind)
    return known.sentence(notice) if known else notice.kind.replace("_", " ")


def address_of(notice: Notice, *, user: User) -> str | None:
    known = KINDS.get(notice.kind)
    return known.address(notice, user) if known else None


def link_of(notice: Notice) -> str:
    """The whole address that leads where the notice leads and marks it as read: for mails and programs."""
    return absolute("workspaces:notice", notice.workspace.slug, notice.pk)


def absolute(name: str, *args: object) -> str:
    """An address of ours as people type it, where no request says how they reach us."""
    return settings.BASE_URL + reverse(name, args=args)


def names(who: Sequence[str]) -> str:
    """One name, two names, or one and how many others."""
    if not who:
        return "Earmark"
    if len(who) <= 2:
        return _(" and ").join(who)
    return _("%(first)s and %(n)d others") % {"first": who[0], "n": len(who) - 1}


@dataclass(frozen=True)
class Bell:
    """How many notices of one workspace wait for a person. Counted when it is looked at: most fragments never do."""

    user: User
    workspace_id: UUID

    @cached_property
    def count(self) -> int:
        """At most one more than MOST_COUNTED."""
        unread = Notice.objects.filter(user=self.user, workspace=self.workspace_id).unread().order_by()
        return unread[: MOST_COUNTED + 1].count()

    @property
    def shown(self) -> str:
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count or "")

    @property
    def label(self) -> str:
        return _("Notices: %(n)s unread") % {"n": self.shown} if self.count else _("Notices")


def notify(
    people: Iterable[User],
    *,
    kind: str,
    workspace_id: UUID,
    target_id: UUID,
    data: dict[str, Any],
    times: int = 1,
    who: User | None = None,
    by: User | None = None,
) -> None:
    """Tell each of `people` but `by`, who knows. `times` is how many items it is about, `who` whom the sentence names.

    Belongs into the transaction of what happened.
    """
    data = {**data, "who": [str(who)] if who else []}
    for user in people:
        if (by is None or user.pk != by.pk) and user.is_active and not user.is_service:
            _tell(user, kind=kind, workspace_id=workspace_id, target_id=target_id, data=data, times=times)


def _tell(user: User, *, kind: str, workspace_id: UUID, target_id: UUID, data: dict[str, Any], times: int) -> None:
    if _count_up(user, kind=kind, target_id=target_id, data=data, times=times):
        return
    try:
        with transaction.atomic():
            Notice.objects.create(
                workspace_id=workspace_id,
                user=user,
                kind=kind,
                target_id=target_id,
                data=data,
                times=times,
                updated_at=timezone.now(),
            )
    except IntegrityError:
        # The same happened elsewhere at this moment.
        _count_up(user, kind=kind, target_id=target_id, data=data, times=times)


@transaction.atomic
def _count_up(user: User, *, kind: str, target_id: UUID, data: dict[str, Any], times: int) -> bool:
    """Add to what this person has not read yet. False when there is nothing to add to."""
    rows = Notice.objects.filter(user=user, kind=kind, target_id=target_id).unread()
    unread = rows.select_for_update().first()
    if unread is None:
        return False
    who = list(dict.fromkeys([*unread.data.get("who", []), *data["who"]]))
    unread.data = {**data, "who": who[:MOST_NAMES]}
    unread.times += times
    unread.updated_at = timezone.now()
    unread.mailed_at = None
    unread.save(update_fields=["data", "times", "updated_at", "mailed_at"])
    return True
