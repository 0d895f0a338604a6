"""Skills, items with known answers, and tries, as programs send and get them."""

from typing import Any

from rest_framework import serializers

from annotations.models import Attempt, LabelingTask, Requirement, Skill, SkillValue, TaskItem

MOST = 2000


class SkillSerializer(serializers.ModelSerializer[Skill]):
    workspace_id = serializers.UUIDField(required=False, help_text="Without it: the caller's only workspace.")

    class Meta:
        model = Skill
        fields = ("id", "workspace_id", "name", "description", "created_at")
        read_only_fields = ("id", "created_at")
        validators: list[Any] = []  # the verb says it in the words of the interface


class SkillChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class SkillValueSerializer(serializers.ModelSerializer[SkillValue]):
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = SkillValue
        fields = ("user_id", "name", "value", "source", "updated_at")
        read_only_fields = fields


class GivenSkillSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    value = serializers.FloatField(help_text="0 to 100.")


class RequirementSerializer(serializers.ModelSerializer[Requirement]):
    skill_id = serializers.UUIDField()
    skill = serializers.CharField(source="skill.name", read_only=True)

    class Meta:
        model = Requirement
        fields = ("skill_id", "skill", "least", "accepts_missing")


class KeyedItemSerializer(serializers.Serializer[Any]):
    """A recording or an item of the task, and its right answers."""

    audio_file_id = serializers.UUIDField(required=False)
    filename = serializers.CharField(required=False, help_text="Of a recording in the task's dataset.")
    item_id = serializers.UUIDField(required=False)
    expected = serializers.DictField(help_text="Answers by alias. Questions that are not named are not graded.")
    hint = serializers.CharField(required=False, allow_blank=True)
    explanation = serializers.CharField(required=False, allow_blank=True)


class SourceSerializer(serializers.Serializer[Any]):
    """Where items with known answers come from: a list of them, the results of the task, or answers handed in."""

    items = KeyedItemSerializer(many=True, required=False)
    from_results = serializers.BooleanField(required=False, help_text="The surest results of the task.")
    least_confidence = serializers.FloatField(min_value=0, max_value=1, required=False, default=0.8)
    from_answers_of = serializers.UUIDField(
        required=False, allow_null=True, help_text="A person whose answers in the task are the key."
    )
    count = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=20)


class NewControlsSerializer(SourceSerializer):
    percent = serializers.IntegerField(min_value=0, max_value=50, required=False)


class NewLessonSerializer(SourceSerializer):
    kind = serializers.ChoiceField(choices=[purpose.value for purpose in LabelingTask.LESSONS])
    name = serializers.CharField(max_length=255)
    source_task_id = serializers.UUIDField(help_text="The task whose questions are asked.")
    skill_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    pass_percent = serializers.IntegerField(min_value=1, max_value=100, required=False, default=80)
    retry_after_hours = serializers.IntegerField(
        min_value=0, max_value=24 * 366, required=False, allow_null=True, default=0, help_text="Null: there is one try."
    )
    attempt_size = serializers.IntegerField(
        min_value=1, max_value=MOST, required=False, allow_null=True, default=None, help_text="Null: all items."
    )
    instructions = serializers.CharField(required=False, allow_null=True, allow_blank=True, default=None)


class ControlSerializer(serializers.ModelSerializer[TaskItem]):
    files = serializers.SerializerMethodField()
    expected = serializers.DictField(source="key.expected")
    hint = serializers.CharField(source="key.hint")
    explanation = serializers.CharField(source="key.explanation")
    n_answers = serializers.IntegerField(help_text="First answers that were graded.")
    n_right = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="Of the questions that were answered right, on average.")

    class Meta:
        model = TaskItem
        fields = ("id", "files", "expected", "hint", "explanation", "n_answers", "n_right", "share")

    def get_files(self, item: TaskItem) -> list[str]:
        return [file.audio.filename for file in item.files.all()]


class PersonOnControlsSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user__name")
    n = serializers.IntegerField()
    right = serializers.IntegerField()
    share = serializers.FloatField()


class ControlsSerializer(serializers.Serializer[Any]):
    percent = serializers.IntegerField(help_text="Of a person's items that are control items.")
    items = ControlSerializer(many=True)
    people = PersonOnControlsSerializer(many=True)


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = Attempt
        fields = (
            "id", "user_id", "name", "number", "state", "n_items", "n_done", "n_right", "score", "started_at",
            "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class OwnAttemptsSerializer(serializers.Serializer[Any]):
    """The caller's tries, the newest first, and for managers those of everybody."""

    kind = serializers.CharField()
    pass_percent = serializers.IntegerField()
    next_try_at = serializers.DateTimeField(allow_null=True, help_text="Null: none is possible, or one is under way.")
    mine = AttemptSerializer(many=True)
    items = AttemptSerializer(many=True, required=False, help_text="For managers: the last 500 of everybody.")
