"""Work that changed hands."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.tasks import LabelingTask, TaskPerson
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class TransferQuerySet(ScopedQuerySet["Transfer"]):
    workspace_path = "task__workspace"


class Transfer(models.Model):
    """So many items went from one person to another. A key seen before means that transfer, not a new one."""

    Kind = TaskPerson.Kind

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="transfers")
    kind = models.CharField(max_length=10, choices=TaskPerson.Kind.choices)
    from_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    # Items that were begun move only when that is asked for; their drafts go with them.
    with_begun = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    idempotency_key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null, so that many may have none
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("transfer")
        constraints = [
            models.UniqueConstraint(fields=["task", "idempotency_key"], name="a_transfer_is_made_once"),
            models.CheckConstraint(name="a_transfer_changes_hands", condition=~Q(from_user=models.F("to_user"))),
            models.CheckConstraint(name="a_transfer_moves_something", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}: {self.from_user} > {self.to_user}"
