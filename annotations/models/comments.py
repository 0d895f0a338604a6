"""What people say to each other about an item."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.assignments import Assignment
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class CommentQuerySet(ScopedQuerySet["Comment"]):
    workspace_path = "assignment__task__workspace"


class Comment(models.Model):
    """A remark on a turn, at a moment of its recording or on all of it. Annotator, reviewer and managers see it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    at_ms = models.BigIntegerField(null=True, blank=True)
    text = models.TextField(_("comment"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("comment")
        indexes = [models.Index(fields=["assignment", "id"], name="comments_of_a_turn")]
        constraints = [
            models.CheckConstraint(name="a_comment_is_at_a_moment", condition=Q(at_ms=None) | Q(at_ms__gte=0)),
            models.CheckConstraint(name="a_comment_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:50]
