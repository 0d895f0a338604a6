"""Items with known answers, and how people did on them: trainings, exams and hidden control items alike."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotations.models.assignments import Assignment
from annotations.models.items import TaskItem
from annotations.models.qualifications import Skill
from annotations.models.submissions import Submission
from annotations.models.tasks import LabelingTask
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class Requirement(models.Model):
    """Who may label in a task: those who have at least so much of a skill, or about whom nothing is known yet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="requirements")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="requirements")
    least = models.FloatField(_("at least"))
    accepts_missing = models.BooleanField(_("or nothing is known"), default=False)

    class Meta:
        ordering = ["skill__name"]
        verbose_name = _("requirement")
        constraints = [
            models.UniqueConstraint(fields=["task", "skill"], name="a_skill_is_asked_for_once"),
            models.CheckConstraint(name="what_is_asked_lies_in_0_to_100", condition=Q(least__gte=0, least__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.least:g}"


class ItemKeyQuerySet(ScopedQuerySet["ItemKey"]):
    workspace_path = "item__task__workspace"


class ItemKey(models.Model):
    """The right answers to an item. A table of its own, so that nothing an annotator is sent can hold them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.OneToOneField(TaskItem, on_delete=models.CASCADE, related_name="key")
    # {alias: answer} in the shape of a submission; questions that are not named are not graded.
    expected = models.JSONField()
    hint = models.TextField(blank=True, help_text=_("Shown in a training after a wrong answer."))
    explanation = models.TextField(blank=True, help_text=_("Shown in a training once the item is done."))

    objects = ItemKeyQuerySet.as_manager()

    class Meta:
        ordering = ["item_id"]
        verbose_name = _("key of an item")
        verbose_name_plural = _("keys of items")

    def __str__(self) -> str:
        return f"{self.item_id}"


class AttemptQuerySet(ScopedQuerySet["Attempt"]):
    workspace_path = "task__workspace"


class Attempt(models.Model):
    """One person's try at a training or an exam."""

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("not passed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="attempts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    n_items = models.PositiveIntegerField()
    n_done = models.PositiveIntegerField(default=0)
    # Items answered right at first.
    n_right = models.PositiveIntegerField(default=0)
    # Per cent of what was asked, an item counting by its share of right questions. None while under way.
    score = models.FloatField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        constraints = [
            models.UniqueConstraint(fields=["task", "user", "number"], name="a_try_has_its_number"),
            models.UniqueConstraint(fields=["task", "user"], name="one_try_at_a_time", condition=Q(state="running")),
            models.CheckConstraint(
                name="a_finished_try_has_its_score",
                condition=Q(state="running", score=None, finished_at=None)
                | (~Q(state="running") & Q(score__isnull=False, finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.user_id} {self.number}"


class GradeQuerySet(ScopedQuerySet["Grade"]):
    workspace_path = "task__workspace"


class Grade(models.Model):
    """How a person's first answer to an item with a key compares with it. `task` is the one they work in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="grade")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="grades", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grades")
    is_right = models.BooleanField()
    # Share of the graded questions that are right, 0 to 1.
    share = models.FloatField()
    # {alias: {"right": bool, "share": 0..1}}
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GradeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("grade")
        indexes = [models.Index(fields=["task", "user", "-id"], name="grades_of_a_person")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.share:g}"
