from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workspaces.errors import IllegalMove
from workspaces.ids import new_id
from workspaces.models import AuditEvent, ScopedQuerySet, User, Workspace


class QuestionType(models.TextChoices):
    REGIONS = "regions", _("time regions")
    TIMESTAMP = "timestamp", _("timestamps")
    CATEGORICAL = "categorical", _("choice")
    RATING = "rating", _("rating")
    NUMBER = "number", _("number")
    FREE_TEXT = "free_text", _("free text")
    FORM = "form", _("form")
    WORDS = "words", _("words from a pool")


class Question(models.Model):
    """Something that is asked about a recording.

    What is asked never changes, since answers refer to it. It may get another name, and it may be archived: then no new
    labeling task asks it, and those that do go on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="questions")
    type = models.CharField(_("type"), max_length=20, choices=QuestionType.choices)
    name = models.CharField(_("name"), max_length=255)
    prompt = models.TextField(_("what is asked"), blank=True)
    configuration = models.JSONField(_("configuration"), default=dict)
    # When to show it, as programs say it: kept and given back, not acted upon.
    conditions = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Question"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("question")

    def __str__(self) -> str:
        return self.name

    def rename(self, name: str, *, by: User) -> None:
        """Call it something else. Raises IllegalMove when it is archived."""
        data = {"name": name, "changes": {"name": {"before": self.name, "after": name}}}
        refusal = gettext("“%(name)s” is archived. Restore it to change its name.")
        self._change({"name": name}, is_archived=False, verb="rename", by=by, refusal=refusal, data=data)

    def archive(self, *, by: User) -> None:
        refusal = gettext("“%(name)s” is archived already.")
        self._change({"archived_at": timezone.now()}, is_archived=False, verb="archive", by=by, refusal=refusal)

    def restore(self, *, by: User) -> None:
        refusal = gettext("“%(name)s” is not archived.")
        self._change({"archived_at": None}, is_archived=True, verb="restore", by=by, refusal=refusal)

    @transaction.atomic(savepoint=False)
    def _change(
        self,
        values: dict[str, Any],
        *,
        is_archived: bool,
        verb: str,
        by: User,
        refusal: str,
        data: dict[str, Any] | None = None,
    ) -> None:
        """One conditional UPDATE and one audit event, or IllegalMove and nothing."""
        rows = Question.objects.filter(pk=self.pk, archived_at__isnull=not is_archived)
        if not rows.update(**values):
            raise IllegalMove(refusal % {"name": self.name})
        AuditEvent.record(by=by, workspace_id=self.workspace_id, verb=verb, target=self, data=data or {})
        for name, value in values.items():
            setattr(self, name, value)
