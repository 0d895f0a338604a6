from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class QuestionType(models.TextChoices):
    REGIONS = "regions", _("time regions")
    TIMESTAMP = "timestamp", _("timestamps")
    CATEGORICAL = "categorical", _("choice")
    FREE_TEXT = "free_text", _("free text")


class Question(models.Model):
    """Something that is asked about a recording. It never changes, since answers refer to it; it may be archived."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="questions")
    type = models.CharField(_("type"), max_length=20, choices=QuestionType.choices)
    name = models.CharField(_("name"), max_length=255)
    prompt = models.TextField(_("what is asked"), blank=True)
    configuration = models.JSONField(_("configuration"), default=dict)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Question"].as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("question")

    def __str__(self) -> str:
        return self.name
