"""How many people label an item together, who may, and how what they say becomes one answer: settings of a task."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.qualifications import Skill

if TYPE_CHECKING:
    from annotations.models.tasks import LabelingTask

MOST_OVERLAP = 20


class Collaborative(models.Model):
    """The part of a labeling task that only matters where several people answer, or have to show that they can."""

    class Purpose(models.TextChoices):
        LABELING = "labeling", _("labeling")
        TRAINING = "training", _("training")
        EXAM = "exam", _("exam")
        # Items with known answers, mixed into the work of another task. Annotators never see that it exists.
        CONTROL = "control", _("control items")

    # Tasks that people are measured by: each person answers each item, and there is a key.
    LESSONS = (Purpose.TRAINING, Purpose.EXAM)

    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.LABELING, editable=False)
    controls_of = models.OneToOneField(
        "annotations.LabelingTask", on_delete=models.CASCADE, null=True, editable=False, related_name="controls"
    )
    control_percent = models.PositiveSmallIntegerField(
        _("per cent of items that are control items"), default=0, validators=[MaxValueValidator(50)]
    )
    overlap_percent = models.PositiveSmallIntegerField(
        _("per cent of items that several people label"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    # Turns belong to teams, and people take those of their own.
    by_team = models.BooleanField(default=False, editable=False)
    # Dynamic overlap: while the answers to `dynamic_alias` are less sure than `dynamic_confidence`, one more person is
    # asked, up to `dynamic_overlap` people. None: everybody who is to answer is asked at once.
    dynamic_overlap = models.PositiveSmallIntegerField(
        _("most people per item"), null=True, blank=True, validators=[MaxValueValidator(MOST_OVERLAP)]
    )
    dynamic_confidence = models.FloatField(_("confidence that is enough"), default=0.8)
    dynamic_alias = models.CharField(max_length=100, blank=True, default="")
    # Each spares the loop of an annotator a look for rows that are not there.
    has_requirements = models.BooleanField(default=False, editable=False)
    is_ruled = models.BooleanField(default=False, editable=False)
    is_checked = models.BooleanField(default=False, editable=False)
    replaces_answers = models.BooleanField(_("ask others where a person was stopped"), default=False)
    # How each question's answers become one: {alias: {"method": ..., ...}}; see annotations.aggregating.
    aggregation = models.JSONField(default=dict, blank=True)
    # Of a training or an exam.
    skill = models.ForeignKey(
        Skill, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("skill")
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("per cent that is enough"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    retry_after_hours = models.PositiveIntegerField(_("hours before another try"), null=True, blank=True)
    attempt_size = models.PositiveIntegerField(_("items in one try"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def shown(self) -> "LabelingTask":
        """The task as annotators know it: what control items are mixed into, else this one."""
        of: LabelingTask = self.controls_of if self.purpose == self.Purpose.CONTROL else self  # type: ignore[assignment]
        return of

    @property
    def is_lesson(self) -> bool:
        return self.purpose in self.LESSONS

    @property
    def is_shared(self) -> bool:
        """Whether several people may answer an item."""
        return self.by_team or self.overlap > 1 or self.dynamic_overlap is not None  # type: ignore[attr-defined]

    @property
    def is_followed(self) -> bool:
        """Whether anything is looked at once an answer is handed in."""
        return (
            self.purpose != self.Purpose.LABELING
            or self.is_ruled
            or self.is_checked
            or self.dynamic_overlap is not None
        )
