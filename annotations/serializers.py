"""Shapes of the labeling API, as OpenAPI shows them and as requests are read."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.actions.creating import AskedQuestion, Seat, TaskPlan
from annotations.models import Assignment, LabelingTask, QuestionType, ReasonCode, TaskItem, TaskPerson
from annotations.permissions import allowed_task_moves
from datasets.models import Dataset
from workspaces.models import User, Workspace


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
    overlap = serializers.IntegerField(min_value=1, max_value=20, required=False, default=1)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False, default=30)
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
        return attrs

    def plan(self) -> TaskPlan:
        data = dict(self.validated_data)
        data["questions"] = [AskedQuestion(**row) for row in data["questions"]]
        return TaskPlan(**data)


class LabelingTaskSerializer(serializers.ModelSerializer[LabelingTask]):
    moves = serializers.SerializerMethodField()

    class Meta:
        model = LabelingTask
        fields = (
            "id",
            "workspace_id",
            "dataset_id",
            "name",
            "instructions",
            "state",
            "review_mode",
            "overlap",
            "lease_minutes",
            "seed",
            "created_at",
            "moves",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_moves(self, task: LabelingTask) -> list[str]:
        return allowed_task_moves(self.context["request"].user, task)


class TaskChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, required=False)
    instructions = serializers.CharField(required=False, allow_blank=True, max_length=50_000)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)


class TurnSerializer(serializers.ModelSerializer[Assignment]):
    """A turn in the list of items."""

    annotator = serializers.CharField(source="annotator.name", default=None)
    reviewer = serializers.CharField(source="reviewer.name", default=None)

    class Meta:
        model = Assignment
        fields = ("id", "slot", "state", "annotator", "reviewer", "revision", "rework_count", "origin", "submitted_at")
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


# Requests whose checking lives with the answers; here they are for the documentation.
class DraftSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0)
    answers = serializers.DictField()
    active_ms = serializers.IntegerField(min_value=0, required=False)
    listened = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), required=False)


class SubmitSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField()
    active_ms = serializers.IntegerField(min_value=0, required=False)
    listened = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), required=False)
    revision = serializers.IntegerField(min_value=0, required=False, help_text="Submissions known to the sender.")
    draft_version = serializers.IntegerField(
        min_value=0, required=False, help_text="Draft known to the sender; a later one is not passed over (409)."
    )
    next = serializers.BooleanField(required=False, help_text="Hand out the next item in the same answer.")


class SkipSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(min_length=3, max_length=1000)
    next = serializers.BooleanField(required=False)


class ApproveSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, required=False, help_text="The submission that was judged.")
    next = serializers.BooleanField(required=False)


class RejectSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, required=False, help_text="The submission that was judged.")
    reason_code = serializers.ChoiceField(choices=ReasonCode.choices)
    comment = serializers.CharField(min_length=3, max_length=2000)
    next = serializers.BooleanField(required=False)


class GenerateSerializer(serializers.Serializer[Any]):
    audio = serializers.ChoiceField(choices=["none", "files", "clips"], required=False, default="none")


class TransferSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=TaskPerson.Kind.choices)
    to = serializers.CharField(help_text="Id or e-mail of the person who gets the items.")
    quantity = serializers.IntegerField(min_value=1)
    idempotency_key = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")

    def get_fields(self) -> dict[str, Any]:
        # "from" is a word of the language, so it cannot be a class attribute.
        holder = serializers.CharField(required=False, help_text="Who has them now; the caller when left out.")
        return {**super().get_fields(), "from": holder}
