"""Automatic checks of answers, after they are handed in and before they are accepted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.items import TaskItem
from annotations.models.submissions import Submission
from annotations.models.tasks import LabelingTask
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User


class TaskCheck(models.Model):
    """A check of a task, and what follows where it finds something."""

    class Kind(models.TextChoices):
        RULES = "rules", _("rules")
        JUDGE = "judge", _("language model")

    class Action(models.TextChoices):
        FLAG = "flag", _("flag it")
        RETURN = "return", _("return it to its annotator")
        REJECT = "reject", _("leave it out and ask somebody else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    action = models.CharField(max_length=6, choices=Action.choices, default=Action.FLAG)
    # Which rules or questions to the model, with their numbers: see annotations.checking.
    settings = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind"]
        verbose_name = _("check")
        constraints = [models.UniqueConstraint(fields=["task", "kind"], name="a_check_of_a_kind_is_there_once")]

    def __str__(self) -> str:
        return self.kind


class CheckResultQuerySet(ScopedQuerySet["CheckResult"]):
    workspace_path = "task__workspace"


class CheckResult(models.Model):
    """What a check came to, about one submission or about all answers to an item, and what was done about it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the model")
        DONE = "done", _("done")
        # The model could not be asked, or said nothing that can be read; it will not be asked again by itself.
        FAILED = "failed", _("could not be asked")

    class Verdict(models.TextChoices):
        PASSED = "passed", _("nothing found")
        FOUND = "found", _("something found")

    class Outcome(models.TextChoices):
        """What was done, which may be less than the task's policy: a check does not act on what is accepted."""

        NONE = "none", _("nothing")
        FLAGGED = "flagged", _("flagged")
        RETURNED = "returned", _("returned")
        REJECTED = "rejected", _("left out")
        CLEARED = "cleared", _("looked at: no problem")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(LabelingTask, on_delete=models.CASCADE, related_name="check_results", db_index=False)
    item = models.ForeignKey(TaskItem, on_delete=models.CASCADE, related_name="check_results")
    # None: about the answers to the item together.
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, null=True, related_name="check_results")
    kind = models.CharField(max_length=5, choices=TaskCheck.Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DONE)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    # [{"code", "aliases": [...], "sentence"}]
    findings = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.NONE)
    # Of a model: its name, the version of what it was asked, what it said word for word, and why it could not be asked.
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    said = models.TextField(blank=True)
    error = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ask_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = CheckResultQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("result of a check")
        verbose_name_plural = _("results of checks")
        indexes = [
            models.Index(fields=["task", "outcome", "-id"], name="what_checks_found"),
            models.Index(fields=["ask_at"], name="checks_to_ask", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "kind"],
                name="a_submission_is_checked_once",
                condition=Q(submission__isnull=False),
            ),
            models.CheckConstraint(name="a_done_check_has_its_verdict", condition=~Q(state="done") | ~Q(verdict="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict or self.state}"
