"""What a model suggests for items, before anybody has listened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.items import TaskItem
from detectors.models import Detector
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet


class ItemSuggestionsQuerySet(ScopedQuerySet["ItemSuggestions"]):
    workspace_path = "item__task__workspace"


class ItemSuggestions(models.Model):
    """What the task's model found in the main recording of one item, above the task's threshold.

    `rows` are `{"id": "s1", "label", "start_ms", "end_ms", "confidence"}` in order of time. No row of this table: the
    model has not listened yet. A row without `rows`: it has, and found nothing; or it could not, and `error` says why.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.OneToOneField(TaskItem, on_delete=models.CASCADE, related_name="suggestions")
    detector = models.ForeignKey(Detector, on_delete=models.SET_NULL, null=True, related_name="+")
    model_name = models.CharField(max_length=255)
    # The question whose labels these are.
    alias = models.CharField(max_length=100, default="")
    threshold = models.FloatField()
    rows = models.JSONField(default=list)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ItemSuggestionsQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("suggestions for an item")
        verbose_name_plural = _("suggestions for items")

    def __str__(self) -> str:
        return f"{self.item_id} {self.model_name}"
