"""Labeling tasks, what they are made from and what they hold."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.actions.creating import AskedQuestion, Seat, TaskPlan, TeamSeat, filling_job
from annotations.models import Assignment, LabelingTask, QuestionType, TaskItem, TaskTeam
from annotations.models.collaboration import MOST_OVERLAP
from annotations.permissions import allowed_task_moves
from datasets.models import Dataset
from workspaces.models import Job, Team, User, Workspace

MOST_NUMBER = 10**9
# Words outside, a number that sorts inside.
PRIORITIES = [name.lower() for name in LabelingTask.Priority.names]


def member(workspace: Workspace, who: str, *, field: str) -> User:
    """The member of this id or e-mail, or a validation error for `field`."""
    members = User.objects.filter(memberships__workspace=workspace).distinct()
    if "@" in who:
        found = members.filter(email=who.strip().lower()).first()
    else:
        try:
            found = members.filter(pk=UUID(who)).first()
        except ValueError:
            found = None
    if found is None:
        sentence = _("“%(who)s” is not a member of this workspace.") % {"who": who[:200]}
        raise serializers.ValidationError({field: sentence})
    return found


class AskedQuestionSerializer(serializers.Serializer[Any]):
    question_id = serializers.UUIDField(required=False)
    type = serializers.ChoiceField(choices=QuestionType.choices, required=False)
    name = serializers.CharField(max_length=255, required=False)
    prompt = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    configuration = serializers.DictField(required=False, default=dict)
    required = serializers.BooleanField(required=False, default=True)  # type: ignore[assignment]
    alias = serializers.RegexField(r"^[A-Za-z0-9_-]{1,100}$", required=False, default="")


class SeatSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(help_text="Id or e-mail of a member.")
    quota = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


class TeamSeatSerializer(serializers.Serializer[Any]):
    """A team of the workspace and its part in a task."""

    team_id = serializers.UUIDField()
    overlap = serializers.IntegerField(
        min_value=1, max_value=MOST_OVERLAP, required=False, default=1, help_text="People of the team per item."
    )
    decides = serializers.BooleanField(
        required=False, default=False, help_text="Its answers are those that count. None decides: all count together."
    )


class TaskPlanSerializer(serializers.Serializer[TaskPlan]):
    """A labeling task to be made."""

    dataset = serializers.UUIDField()
    name = serializers.CharField(max_length=255)
    instructions = serializers.CharField(required=False, allow_blank=True, default="", max_length=50_000)
    questions = AskedQuestionSerializer(many=True)
    annotators = SeatSerializer(many=True, required=False, default=list)
    reviewers = SeatSerializer(many=True, required=False, default=list)
    rest_in_pool = serializers.BooleanField(required=False, default=False)
    review_mode = serializers.ChoiceField(choices=LabelingTask.ReviewMode.choices, required=False, default="none")
    overlap = serializers.IntegerField(min_value=1, max_value=MOST_OVERLAP, required=False, default=1)
    teams = TeamSeatSerializer(
        many=True, required=False, default=list, help_text="In place of people and `overlap`, which is their sum then."
    )
    overlap_percent = serializers.IntegerField(
        min_value=1, max_value=100, required=False, default=100, help_text="Of the items; one person labels the others."
    )
    dynamic_overlap = serializers.IntegerField(
        min_value=2, max_value=MOST_OVERLAP, required=False, allow_null=True, default=None,
        help_text="Ask one more person while answers are not sure enough, up to so many per item; null: never.",
    )  # fmt: skip
    dynamic_confidence = serializers.FloatField(
        required=False, default=0.8, help_text="What is sure enough: above 0.5 and below 1."
    )
    dynamic_question = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="",
        help_text="Alias of the question that decides it: a choice of one answer, or a rating.",
    )  # fmt: skip
    sample_rate = serializers.FloatField(
        required=False, allow_null=True, default=None, help_text="In a sampled review: above 0 and up to 1."
    )
    sample_count = serializers.IntegerField(
        min_value=1, max_value=MOST_NUMBER, required=False, allow_null=True, default=None,
        help_text="In a sampled review, instead of a share.",
    )  # fmt: skip
    recheck_percent = serializers.IntegerField(
        min_value=0, max_value=100, required=False, default=0, help_text="Of what is approved, by a second auditor."
    )
    max_rejects = serializers.IntegerField(
        min_value=0, max_value=MOST_NUMBER, required=False, allow_null=True, default=None,
        help_text="In a partial review: with more, the rest cannot be approved at once.",
    )  # fmt: skip
    max_rework = serializers.IntegerField(
        min_value=0, max_value=20, required=False, default=3, help_text="Returns before a manager decides."
    )
    lease_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False, default=30)
    ai_assisted = serializers.BooleanField(
        required=False, default=False, help_text="Whether a model proposes regions: `model_id` says which."
    )
    model_id = serializers.UUIDField(required=False, allow_null=True, default=None, source="detector_id")
    suggestion_threshold = serializers.FloatField(
        min_value=0, max_value=1, required=False, default=0.5, help_text="Least confidence of what is proposed."
    )
    deadline = serializers.DateTimeField(required=False, allow_null=True, default=None)
    priority = serializers.ChoiceField(choices=PRIORITIES, required=False, default="normal")
    seed = serializers.IntegerField(min_value=0, max_value=2**53, required=False, allow_null=True, default=None)

    def validate_dataset(self, value: Any) -> Dataset:
        found = Dataset.objects.visible_to(self.context["request"].user).filter(pk=value).first()
        if found is None:
            raise serializers.ValidationError(_("There is no dataset %(id)s in your workspaces.") % {"id": value})
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        workspace = attrs["dataset"].workspace
        for side in ("annotators", "reviewers"):
            attrs[side] = [Seat(member(workspace, row["user"], field=side), row["quota"]) for row in attrs[side]]
        teams = Team.objects.filter(workspace=workspace).in_bulk([row["team_id"] for row in attrs["teams"]])
        for row in attrs["teams"]:
            if row["team_id"] not in teams:
                sentence = _("There is no team with the id “%(id)s” in this workspace.") % {"id": row["team_id"]}
                raise serializers.ValidationError({"teams": sentence})
        attrs["teams"] = [
            TeamSeat(teams[row["team_id"]], overlap=row["overlap"], decides=row["decides"]) for row in attrs["teams"]
        ]
        return attrs

    def plan(self) -> TaskPlan:
        data = dict(self.validated_data)
        data["questions"] = [AskedQuestion(**row) for row in data["questions"]]
        data["priority"] = LabelingTask.Priority[data["priority"].upper()]
        return TaskPlan(**data)


class FillingSerializer(serializers.ModelSerializer[Job]):
    """The work of giving a large task its items."""

    class Meta:
        model = Job
        fields = ("id", "state", "progress_done", "progress_total", "error")
        read_only_fields = fields


class TaskTeamSerializer(serializers.ModelSerializer[TaskTeam]):
    """A team of a task, in the order of the task's teams."""

    team_id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(source="team.name", read_only=True)

    class Meta:
        model = TaskTeam
        fields = ("team_id", "name", "overlap", "decides")
        read_only_fields = fields


class LabelingTaskSerializer(serializers.ModelSerializer[LabelingTask]):
    teams = serializers.SerializerMethodField(help_text="Empty where no teams label.")
    dynamic_question = serializers.CharField(source="dynamic_alias", read_only=True)
    moves = serializers.SerializerMethodField()
    model_id = serializers.UUIDField(source="detector_id", read_only=True, allow_null=True)
    purpose = serializers.ChoiceField(
        choices=["labeling", *(str(purpose) for purpose in LabelingTask.LESSONS)], read_only=True
    )
    priority = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField(help_text="While a large task is given its items; null afterwards.")

    class Meta:
        model = LabelingTask
        fields = (
            "id",
            "workspace_id",
            "dataset_id",
            "name",
            "purpose",
            "instructions",
            "state",
            "review_mode",
            "sample_rate",
            "sample_count",
            "sample_size",
            "recheck_percent",
            "max_rejects",
            "max_rework",
            "ai_assisted",
            "model_id",
            "suggestion_threshold",
            "overlap",
            "teams",
            "overlap_percent",
            "dynamic_overlap",
            "dynamic_confidence",
            "dynamic_question",
            "lease_minutes",
            "deadline",
            "priority",
            "seed",
            "created_at",
            "deleted_at",
            "moves",
            "job",
        )
        read_only_fields = fields

    @extend_schema_field(TaskTeamSerializer(many=True))
    def get_teams(self, task: LabelingTask) -> Any:
        return TaskTeamSerializer(task.teams.all(), many=True).data if task.by_team else []

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_moves(self, task: LabelingTask) -> list[str]:
        return allowed_task_moves(self.context["request"].user, task)

    @extend_schema_field(serializers.ChoiceField(choices=PRIORITIES))
    def get_priority(self, task: LabelingTask) -> str:
        return LabelingTask.Priority(task.priority).name.lower()

    @extend_schema_field(FillingSerializer(allow_null=True))
    def get_job(self, task: LabelingTask) -> dict[str, Any] | None:
        job = filling_job(task)
        return FillingSerializer(job).data if job else None


class TurnSerializer(serializers.ModelSerializer[Assignment]):
    """A turn in the list of items."""

    annotator = serializers.CharField(source="annotator.name", default=None)
    reviewer = serializers.CharField(source="reviewer.name", default=None)
    team = serializers.CharField(source="team.name", default=None, help_text="Null where no teams label.")

    class Meta:
        model = Assignment
        fields = (
            "id",
            "slot",
            "team",
            "state",
            "annotator",
            "reviewer",
            "revision",
            "rework_count",
            "origin",
            "submitted_at",
        )
        read_only_fields = fields


class TaskItemSerializer(serializers.ModelSerializer[TaskItem]):
    files = serializers.SerializerMethodField()
    assignments = TurnSerializer(many=True)

    class Meta:
        model = TaskItem
        fields = ("id", "position", "data", "files", "assignments")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_files(self, item: TaskItem) -> list[dict[str, Any]]:
        return [
            {
                "name": row.name,
                "audio_file_id": str(row.audio_id),
                "filename": row.audio.filename,
                "duration_ms": row.audio.duration_ms,
            }
            for row in item.files.all()
        ]
