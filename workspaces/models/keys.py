"""Keys for programs."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models.scoping import ScopedQuerySet


class ApiKeyQuerySet(ScopedQuerySet["ApiKey"]):
    def by_secret(self, secret: str) -> "ApiKey | None":
        return self.select_related("user").filter(digest=ApiKey.digest_of(secret)).first()


class ApiKey(models.Model):
    """A secret that lets a program act as the workspace, or as one person. Only its digest is kept.

    The secret is 256 random bits, so plain SHA-256 is enough: there is nothing to guess that a slow hash would protect.
    """

    PREFIX = "em_live_"
    # last_used_at is a help for people, not a log: written once a minute at most, so that reading stays reading.
    USE_RESOLUTION = timedelta(minutes=1)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="api_keys")
    user = models.ForeignKey(
        "workspaces.User", on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("acts as")
    )
    name = models.CharField(_("name"), max_length=255)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False)
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    created_by = models.ForeignKey("workspaces.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API key")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    def set_secret(self) -> str:
        """Give the key a new secret and return it: the only time it is known."""
        secret = self.PREFIX + secrets.token_urlsafe(32)
        self.digest, self.hint = self.digest_of(secret), secret[-4:]
        return secret

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def state(self) -> str:
        """active, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.is_expired else "active"

    def note_use(self, *, now: datetime) -> None:
        if self.last_used_at is None or now - self.last_used_at > self.USE_RESOLUTION:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
