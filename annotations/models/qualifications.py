"""What people have shown they can do, and how they showed it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace

_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Skill(models.Model):
    """Something people of a workspace can be good at, from 0 to 100: tasks ask for it, trainings and exams grant it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="skills")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["Skill"].as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("skill")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                name="a_skill_name_is_taken_once",
                violation_error_message=_("There is a skill of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SkillValueQuerySet(ScopedQuerySet["SkillValue"]):
    workspace_path = "skill__workspace"


class SkillValue(models.Model):
    """How good one person is at it, and where that is known from. No row: nobody knows."""

    class Source(models.TextChoices):
        TRAINING = "training", _("training")
        EXAM = "exam", _("exam")
        CONTROLS = "controls", _("control items")
        MANUAL = "manual", _("given by hand")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="values")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="skill_values")
    value = models.FloatField(validators=_PERCENT)
    source = models.CharField(max_length=10, choices=Source.choices)
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SkillValueQuerySet.as_manager()

    class Meta:
        ordering = ["skill_id", "user__name"]
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        constraints = [
            models.UniqueConstraint(fields=["skill", "user"], name="a_person_has_a_skill_once"),
            models.CheckConstraint(name="a_skill_lies_in_0_to_100", condition=Q(value__gte=0, value__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.value:g}"
