"""What managers send, and the turns they look at."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from annotations.actions.setting_right import MOST
from annotations.exchange.licenses import LICENSES
from annotations.models import Assignment, LabelingTask
from annotations.permissions import MANAGER_MOVES
from annotations.serializers.work import NamedPersonSerializer
from annotations.turns import WAITS_FOR_MANAGER, TurnFilter

# A turn's mark is shorter; whatever else is sent as one has an end.
MARK_LENGTH = 100


class GenerateSerializer(serializers.Serializer[Any]):
    audio = serializers.ChoiceField(choices=["none", "files", "clips"], required=False, default="none")
    annotators = serializers.ChoiceField(
        choices=["names", "numbers"],
        required=False,
        default="names",
        help_text="Whether people are called by their names or by numbers that say nothing of who they are.",
    )
    license = serializers.ChoiceField(
        choices=list(LICENSES),
        required=False,
        allow_blank=True,
        default="",
        help_text="SPDX name for the dataset card; empty leaves it open.",
    )


class TaskChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of a task. A weaker review needs a `reason`."""

    name = serializers.CharField(max_length=255, required=False)
    instructions = serializers.CharField(required=False, allow_blank=True, max_length=50_000)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)
    review_mode = serializers.ChoiceField(choices=LabelingTask.ReviewMode.choices, required=False)
    sample_rate = serializers.FloatField(required=False, allow_null=True, help_text="Above 0 and up to 1.")
    sample_count = serializers.IntegerField(min_value=1, max_value=10**9, required=False, allow_null=True)
    recheck_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    max_rejects = serializers.IntegerField(min_value=0, max_value=10**9, required=False, allow_null=True)
    max_rework = serializers.IntegerField(min_value=0, max_value=20, required=False)
    ai_assisted = serializers.BooleanField(required=False, help_text="Whether a model proposes regions.")
    model_id = serializers.UUIDField(required=False, allow_null=True, source="detector_id")
    suggestion_threshold = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="Least confidence of what is proposed."
    )
    deadline = serializers.DateTimeField(required=False, allow_null=True)
    priority = serializers.ChoiceField(choices=["low", "normal", "high"], required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")

    def validate_priority(self, value: str) -> int:
        """A word outside, a number that sorts inside."""
        return int(LabelingTask.Priority[value.upper()])


class TurnFilterSerializer(serializers.Serializer[TurnFilter]):
    state = serializers.ChoiceField(
        choices=[*Assignment.State.choices, (WAITS_FOR_MANAGER, "skipped or escalated")], required=False, default=""
    )
    person = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Annotator or reviewer.")
    q = serializers.CharField(
        required=False, allow_blank=True, default="", source="search", help_text="Part of a file's name."
    )
    returned = serializers.IntegerField(
        required=False, min_value=0, max_value=1000, default=0, help_text="Sent back at least so many times."
    )
    origin = serializers.ChoiceField(choices=Assignment.Origin.choices, required=False, default="")
    correction = serializers.ChoiceField(choices=Assignment.Correction.choices, required=False, default="")


class TurnListSerializer(serializers.Serializer[Any]):
    """What the list of turns can be narrowed to."""

    state = serializers.ChoiceField(choices=Assignment.State.choices, required=False)
    annotator = serializers.UUIDField(required=False)
    reviewer = serializers.UUIDField(required=False)


class BulkSerializer(serializers.Serializer[Any]):
    """A move with many turns: those that `only` finds, or those in `ids`."""

    move = serializers.ChoiceField(choices=list(MANAGER_MOVES))
    to = serializers.CharField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Id or e-mail; for reassign, and for adjudicate if named.",
    )
    only = TurnFilterSerializer(required=False, default=None)
    ids = serializers.ListField(child=serializers.UUIDField(), required=False, default=None, max_length=MOST)
    expect = serializers.IntegerField(
        required=False, min_value=0, default=None, help_text="How many there should be; when others match, 409."
    )
    seen = serializers.DictField(
        child=serializers.CharField(max_length=MARK_LENGTH),
        required=False,
        default=dict,
        help_text="By id what the list of turns said as `seen`; a turn that says something else by now is not moved.",
    )

    def validate_seen(self, value: dict[str, str]) -> dict[UUID, str]:
        if len(value) > MOST:
            raise serializers.ValidationError(_("Send at most %(most)d ids.") % {"most": MOST})
        try:
            return {UUID(pk): mark for pk, mark in value.items()}
        except ValueError:
            raise serializers.ValidationError(_("Send an object with the ids of turns as its keys.")) from None


class RefusedSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """How many were moved, and why others were not."""

    moved = serializers.IntegerField()
    refused = RefusedSerializer(many=True)


class SeenSerializer(serializers.Serializer[Any]):
    """What every move of a single turn takes."""

    seen = serializers.CharField(
        required=False,
        default=None,
        max_length=MARK_LENGTH,
        help_text="What the list of turns said as `seen`; when the turn says something else by now, 409.",
    )


class ReassignSerializer(SeenSerializer):
    to = serializers.CharField(help_text="Id or e-mail of the person who gets the item.")


class AdjudicateSerializer(SeenSerializer):
    to = serializers.CharField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Id or e-mail of the auditor; whoever comes when left out.",
    )


class StateSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=Assignment.State.choices)


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """A turn in the list of turns. Expects rows `with_file`."""

    filename = serializers.CharField(read_only=True)
    annotator = NamedPersonSerializer(allow_null=True, read_only=True)
    reviewer = NamedPersonSerializer(allow_null=True, read_only=True)
    seen = serializers.CharField(
        read_only=True,
        help_text="A mark of state, annotator and revision; moves that send it meet only what has it still.",
    )

    class Meta:
        model = Assignment
        fields = (
            "id", "item_id", "position", "slot", "filename", "duration_ms", "state", "annotator", "reviewer",
            "revision", "rework_count", "rejections", "first_pass", "origin", "correction", "review_level",
            "for_adjudication", "active_ms", "skip_reason", "submitted_at", "decided_at", "seen",
        )  # fmt: skip
        read_only_fields = fields
