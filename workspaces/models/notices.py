"""What a person is told of: under the bell, and by mail where that is set up."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from workspaces.models.people import User


class NoticeQuerySet(ScopedQuerySet["Notice"]):
    def of(self, user: "User") -> "NoticeQuerySet":
        return self.visible_to(user).filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def mark_read(self) -> int:
        """Note that these were seen. Returns how many were new."""
        return self.unread().update(read_at=timezone.now())

    def to_mail(self) -> "NoticeQuerySet":
        """Neither read nor mailed. What is too old to be news stays out: a mail server may be set up late."""
        return self.unread().filter(mailed_at=None, updated_at__gte=timezone.now() - Notice.NEWS)

    def forgettable(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=False, updated_at__lt=timezone.now() - Notice.KEPT)


class Notice(models.Model):
    """Something happened that concerns a person. While it is unread, the same again counts up instead of adding."""

    NEWS = timedelta(days=7)
    KEPT = timedelta(days=90)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey("workspaces.User", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    # What it is about, by which the same again is known: a labeling task, a turn.
    target_id = models.UUIDField()
    # What the sentence is made of: names and numbers of the last time it happened; `who` names all who did it.
    data = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("notice")
        indexes = [
            models.Index(fields=["user", "workspace", "-updated_at"], name="notices_of_a_person"),
            models.Index(fields=["updated_at"], name="notices_to_mail", condition=Q(mailed_at=None, read_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "target_id"],
                name="an_unread_notice_stands_once",
                condition=Q(read_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.kind
