from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.collaboration import MOST_OVERLAP
from annotations.models.tasks import LabelingTask
from workspaces.ids import new_id
from workspaces.models import Team


class TaskTeam(models.Model):
    """A team that answers each item of a task with so many people, and whether its answers are the ones that count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="teams")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="labeling_tasks")
    overlap = models.PositiveSmallIntegerField(
        _("people per item"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_OVERLAP)]
    )
    # No team of a task decides: the answers of all teams count together.
    decides = models.BooleanField(_("decides"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("team of a task")
        verbose_name_plural = _("teams of tasks")
        constraints = [
            models.UniqueConstraint(fields=["task", "team"], name="a_team_is_named_once"),
            models.UniqueConstraint(fields=["task"], name="one_team_decides", condition=Q(decides=True)),
            models.CheckConstraint(name="a_team_answers_at_least_once", condition=Q(overlap__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.team}"
