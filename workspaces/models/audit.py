from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from workspaces.models.people import User


class AuditEvent(models.Model):
    """Somebody did something to a row. Written in the transaction that did it, never changed or deleted by us."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="events")
    actor = models.ForeignKey("workspaces.User", on_delete=models.PROTECT, null=True, related_name="events")
    api_key = models.ForeignKey("workspaces.ApiKey", on_delete=models.SET_NULL, null=True, related_name="events")
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["AuditEvent"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audit event")
        indexes = [
            models.Index(fields=["workspace", "-id"], name="audit_by_workspace"),
            models.Index(fields=["target_id", "-id"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type}"

    @classmethod
    def record(
        cls,
        *,
        by: "User | None",
        workspace_id: UUID,
        verb: str,
        target: models.Model,
        data: dict[str, Any] | None = None,
    ) -> "AuditEvent":
        return cls.objects.create(
            workspace_id=workspace_id,
            actor=by,
            api_key=by.api_key if by else None,
            verb=verb,
            target_type=target._meta.model_name or "",
            target_id=target.pk,
            data=data or {},
        )

    @classmethod
    def record_many(
        cls,
        *,
        by: "User | None",
        workspace_id: UUID,
        verb: str,
        model: type[models.Model],
        data: Mapping[UUID, dict[str, Any]],
    ) -> None:
        """The same was done to several rows of one kind: an event each, `data` by the row's id."""
        AuditEvent.objects.bulk_create(
            (
                AuditEvent(
                    workspace_id=workspace_id,
                    actor=by,
                    api_key=by.api_key if by else None,
                    verb=verb,
                    target_type=model._meta.model_name or "",
                    target_id=pk,
                    data=about,
                )
                for pk, about in data.items()
            ),
            batch_size=500,
        )
