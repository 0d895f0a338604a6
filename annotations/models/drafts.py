"""Answers in the making."""

from django.db import models
from django.utils.translation import gettext_lazy

from annotations.models.assignments import Assignment
from workspaces.ids import new_id
from workspaces.models import User


class Draft(models.Model):
    """Answers in the making, one row per person and turn.

    It outlives the turn, so nothing typed is lost when a lease ends. `revision` is the number of submissions there were
    when it was written: a draft of an earlier revision has been handed in and does not count any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    # Who wrote the first of it, where it came along with an item that was transferred.
    begun_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict)
    active_ms = models.BigIntegerField(default=0)
    listened = models.JSONField(default=list)
    # Ids of the suggestions that this person has turned down.
    dismissed = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = gettext_lazy("draft")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "author"], name="a_person_has_one_draft_of_a_turn")
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} v{self.version}"
